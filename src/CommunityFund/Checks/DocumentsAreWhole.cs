namespace CommunityFund.Checks;

/// <summary>
/// Every document is there under the hash of its bytes and proves a voucher; every voucher has the documents it was reviewed with and
/// those the rule asks for; and none serves two vouchers that do not say so.
/// </summary>
internal sealed class DocumentsAreWhole : BookCheck
{
    public override string Key => "documents";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from document where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) => [Files(book), Vouchers(book), Twice(book)];

    private static FormattableString Files(int book) => $"""
        select x.code as "Code", v.entry_no as "EntryNo", x.voucher_id as "VoucherId",
               jsonb_build_object('file', coalesce(x.name, ''), 'hash', left(encode(x.sha256, 'hex'), 16))::text as "Facts"
          from (select case when d.sha256 is null then 'document.lost'
                            when u.sha256 is null then 'document.orphan'
                            when sha256(d.content) <> d.sha256 or length(d.content) <> d.size_bytes then 'document.altered' end as code,
                       coalesce(d.sha256, u.sha256) as sha256, u.name, u.voucher_id
                  from (select * from document where book_id = {book}) d
                  full join (select distinct on (sha256) sha256, name, voucher_id from voucher_document
                              where book_id = {book} order by sha256, voucher_id) u on u.sha256 = d.sha256) x
          left join voucher v on v.book_id = {book} and v.voucher_id = x.voucher_id
         where x.code is not null
        """;

    private static FormattableString Vouchers(int book) => $"""
        select case when v.document_hashes is distinct from coalesce(d.hashes, array[]::bytea[]) then 'document.differs'
                    else 'document.none' end as "Code",
               v.entry_no as "EntryNo", v.voucher_id as "VoucherId",
               jsonb_build_object('is', cardinality(coalesce(d.hashes, array[]::bytea[]))::text,
                                  'should', cardinality(v.document_hashes)::text)::text as "Facts"
          from voucher v
          left join (select voucher_id, array_agg(sha256 order by ordinal) as hashes from voucher_document
                      where book_id = {book} group by voucher_id) d on d.voucher_id = v.voucher_id
          left join document_rule first on first.book_id = v.book_id and first.kind = v.kind and first.valid_from <= v.occurred_on
               and not exists (select 1 from document_rule later where later.book_id = v.book_id and later.kind = v.kind
                                  and later.valid_from <= v.occurred_on
                                  and (later.valid_from, later.set_at) > (first.valid_from, first.set_at))
         where v.book_id = {book}
           and (v.document_hashes is distinct from coalesce(d.hashes, array[]::bytea[])
                or v.state = 'posted' and v.document_hashes = array[]::bytea[]
                   and (first.set_at is null or first.set_at < v.decided_at)
                   and not needs_no_document(v))
        """;

    private static FormattableString Twice(int book) => $"""
        select 'document.twice' as "Code", v.entry_no as "EntryNo", d.voucher_id as "VoucherId",
               jsonb_build_object('file', d.name, 'other', voucher_called({book}, o.voucher_id))::text as "Facts"
          from voucher_document d
          join voucher v on v.book_id = d.book_id and v.voucher_id = d.voucher_id
          join voucher_document o on o.book_id = d.book_id and o.voucher_id < d.voucher_id
               and (o.sha256 = d.sha256 or o.invoice_number = d.invoice_number)
          join voucher w on w.book_id = o.book_id and w.voucher_id = o.voucher_id
         where d.book_id = {book} and d.shared_with is null and v.state in ('prepared', 'posted') and w.state in ('prepared', 'posted')
           and v.reversed_by is null and w.reversed_by is null
        """;
}

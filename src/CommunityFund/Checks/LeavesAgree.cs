using CommunityFund.Books;

namespace CommunityFund.Checks;

/// <summary>The leaf of every entry, computed again here from journal, lines and digests of words, is the one that was written
/// when it was posted; and every text that is still there fits its digest.</summary>
/// <param name="compared">Entries whose leaf differs, where somebody else reads the whole log meanwhile; null to read it here.</param>
internal sealed class LeavesAgree(Task<IReadOnlyList<OtherLeaf>>? compared = null) : BookCheck
{
    public override string Key => "leaves";

    protected override FormattableString Examined(int book) =>
        $"""select count(*) as "Value" from journal_entry where book_id = {book}""";

    protected override IEnumerable<FormattableString> Finders(int book) =>
    [
        $"""
        with bad as (
          select narrative_id from narrative
           where book_id = {book} and text is not null and digest <> sha256(salt || convert_to(text, 'UTF8')))
        select 'leaf.words' as "Code", j.entry_no as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('narrative', x.narrative_id)::text as "Facts"
          from (select b.narrative_id, min(p.entry_no) as entry_no
                  from bad b left join posting p on p.book_id = {book} and p.narrative_id = b.narrative_id
                 group by b.narrative_id) x
          left join journal_entry j on j.book_id = {book} and j.entry_no = x.entry_no
        """,
    ];

    internal override async Task Run(Work work, Findings found, CancellationToken ct)
    {
        await base.Run(work, found, ct);
        IAsyncEnumerable<OtherLeaf> others = compared is null ? LoggedEntry.All(work, ct).Select(logged => logged.Other).OfType<OtherLeaf>()
            : (await compared.WaitAsync(ct)).ToAsyncEnumerable();
        await foreach (OtherLeaf other in others.WithCancellation(ct))
        {
            found.Add(new FoundRow("leaf.differs", other.EntryNo, other.VoucherId, "{}"));
        }
    }
}

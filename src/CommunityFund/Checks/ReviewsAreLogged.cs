namespace CommunityFund.Checks;

/// <summary>
/// The command log and the journal tell the same story: every entry came from one review by the person it names, from the close by which
/// an approved rule reviewed it, or from a logged move of a grant that two signed, and every review that was answered stands in the journal.
/// This finds a tail that was cut off, which nothing inside the journal can show.
/// </summary>
internal sealed class ReviewsAreLogged : BookCheck
{
    public override string Key => "reviews";

    protected override FormattableString Examined(int book) => $"""
        select count(*) as "Value" from command_log
         where book_id = {book} and name = 'ReviewVoucher' and answer is not null
        """;

    protected override IEnumerable<FormattableString> Finders(int book) => [Entries(book), Answers(book), ByRule(book), Closes(book)];

    private static FormattableString Entries(int book) => $"""
        with said as (
          select coalesce(v.bundle_id, v.voucher_id) as bundle, count(*) as times, min(l.actor_id) as actor
            from command_log l
            join voucher v on v.book_id = l.book_id and v.voucher_id::text = l.answer ->> 'VoucherId'
           where l.book_id = {book} and l.name = 'ReviewVoucher' group by 1
          union all
          -- What an award promises, or gives up, was reviewed by its second signature.
          select x.voucher, count(*), min(a.confirmed_by)
            from grant_award a
            cross join lateral unnest(array[a.voucher_id, a.ended_voucher_id]) x(voucher)
            join grant_log l on l.book_id = a.book_id and l.grant_id = a.grant_id and x.voucher = any (l.vouchers)
           where a.book_id = {book} group by 1)
        select case when s.times is null then 'review.missing' when s.times > 1 then 'review.twice' else 'review.other-person' end
                 as "Code",
               j.entry_no as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('times', s.times, 'person', j.reviewer_id, 'actor', s.actor)::text as "Facts"
          from journal_entry j
          left join voucher v on v.book_id = j.book_id and v.voucher_id = j.voucher_id
          left join said s on s.bundle = coalesce(v.bundle_id, j.voucher_id)
         where j.book_id = {book} and j.reviewer_id is not null
           and (s.times is distinct from 1 or s.actor is distinct from j.reviewer_id)
        """;

    private static FormattableString Answers(int book) => $"""
        select case when j.entry_no is null then 'review.lost' else 'review.answer-differs' end as "Code",
               j.entry_no as "EntryNo", v.voucher_id as "VoucherId",
               jsonb_build_object('number', concat(l.answer ->> 'Series', '-', l.answer ->> 'Number'),
                                  'position', l.answer ->> 'EntryNo',
                                  'at', to_char(l.done_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))::text as "Facts"
          from command_log l
          left join voucher v on v.book_id = l.book_id and v.voucher_id::text = l.answer ->> 'VoucherId'
          left join journal_entry j on j.book_id = l.book_id and j.entry_no::text = l.answer ->> 'EntryNo'
         where l.book_id = {book} and l.name = 'ReviewVoucher' and l.answer is not null
           and (j.entry_no is null or v.voucher_id is distinct from j.voucher_id
                or j.series is distinct from l.answer ->> 'Series' or j.number::text is distinct from l.answer ->> 'Number')
        """;

    /// <summary>Entries that a rule reviewed: each by one close, under a rule that was approved for its day.</summary>
    private static FormattableString ByRule(int book) => $"""
        with said as (
          select x.value ->> 'VoucherId' as voucher, count(*) as times
            from command_log l cross join jsonb_array_elements(l.answer -> 'Vouchers') x
           where l.book_id = {book} and l.name = 'CloseMonth' group by 1)
        select case when s.times is null then 'review.rule-unlogged' when s.times > 1 then 'review.twice' else 'review.rule-not-approved' end
                 as "Code",
               j.entry_no as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('times', s.times, 'day', to_char(j.occurred_on, 'YYYY-MM-DD'))::text as "Facts"
          from journal_entry j left join said s on s.voucher = j.voucher_id::text
         where j.book_id = {book} and j.review_rule is not null
           and (s.times is distinct from 1 or j.kind <> 'close' or not rule_in_force(j.book_id, j.review_rule, j.occurred_on))
        """;

    private static FormattableString Closes(int book) => $"""
        select case when j.entry_no is null then 'review.lost' else 'review.answer-differs' end as "Code",
               j.entry_no as "EntryNo", v.voucher_id as "VoucherId",
               jsonb_build_object('number', concat(x.value ->> 'Series', '-', x.value ->> 'Number'),
                                  'position', x.value ->> 'EntryNo',
                                  'at', to_char(l.done_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI'))::text as "Facts"
          from command_log l cross join jsonb_array_elements(l.answer -> 'Vouchers') x
          left join voucher v on v.book_id = l.book_id and v.voucher_id::text = x.value ->> 'VoucherId'
          left join journal_entry j on j.book_id = l.book_id and j.entry_no::text = x.value ->> 'EntryNo'
         where l.book_id = {book} and l.name = 'CloseMonth'
           and (j.entry_no is null or v.voucher_id is distinct from j.voucher_id or j.review_rule is null
                or j.series is distinct from x.value ->> 'Series' or j.number::text is distinct from x.value ->> 'Number')
        """;
}

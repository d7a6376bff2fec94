namespace CommunityFund.Checks;

/// <summary>
/// The command log and the journal tell the same story: every entry came from one review by the person it names, from the
/// close, the move of the calendar or the command of the time bank by which an approved rule reviewed it, or from a logged
/// move of a grant that two signed, and every review that was answered stands in the journal. This finds a tail that was cut
/// off, which nothing inside the journal can show.
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
            join voucher v on v.book_id = l.book_id and v.voucher_id
              = case when l.answer ->> 'VoucherId' ~ '^[0-9]+$' and length(l.answer ->> 'VoucherId') < 19 then (l.answer ->> 'VoucherId')::bigint end
           where l.book_id = {book} and l.name = 'ReviewVoucher' group by 1
          union all
          -- What an award promises, or gives up, was reviewed by its second signature.
          select x.voucher, count(*), min(a.confirmed_by)
            from grant_award a
            cross join lateral unnest(array[a.voucher_id, a.ended_voucher_id]) x(voucher)
            join grant_log l on l.book_id = a.book_id and l.grant_id = a.grant_id and x.voucher = any (l.vouchers)
           where a.book_id = {book} group by 1
          union all
          -- So is what a running grant gives up, with a logged step of a tranche or of the grant.
          select m.voucher_id, count(distinct a.award_no), min(a.confirmed_by)
            from grant_money m
            join grant_award a on a.book_id = m.book_id and a.grant_id = m.grant_id and m.voucher_id is distinct from a.ended_voucher_id
             and exists (select 1 from voucher_line w where w.book_id = m.book_id and w.voucher_id = m.voucher_id and w.project_id = a.project_id)
           where m.book_id = {book} and m.move = 'cancelled'
             and (exists (select 1 from tranche_log l join tranche t using (book_id, tranche_id)
                           where t.book_id = m.book_id and t.grant_id = m.grant_id and m.voucher_id = any (l.vouchers))
                  or exists (select 1 from grant_log l where l.book_id = m.book_id and l.grant_id = m.grant_id and m.voucher_id = any (l.vouchers)))
           group by 1
          union all
          -- And what an amendment adds was reviewed by its own second signature, what it takes by the award's.
          select m.voucher_id, 1, case m.kind when 'amount-up' then (
                   select s.person_id from grant_amendment_signature s join voucher v on v.book_id = m.book_id and v.voucher_id = m.voucher_id
                    where s.book_id = m.book_id and s.grant_id = m.grant_id and s.amendment_no = m.amendment_no and s.person_id <> v.maker_id
                    order by s.at desc limit 1)
                 else (select a.confirmed_by from grant_award a where a.book_id = m.book_id and a.grant_id = m.grant_id
                          and a.award_no = m.award_no) end
            from grant_amendment m where m.book_id = {book} and m.voucher_id is not null
          union all
          -- What the time bank books by two was written and reviewed by one logged command of the second, at its moment.
          select v.voucher_id, 1, v.decided_by from unit_paper p join voucher v using (book_id, voucher_id)
           where p.book_id = {book} and v.decided_by is not null
             and exists (select from command_log l where l.book_id = v.book_id and l.done_at = v.prepared_at and l.actor_id = v.decided_by
                            and l.answer is not null))
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
          left join voucher v on v.book_id = l.book_id and v.voucher_id
              = case when l.answer ->> 'VoucherId' ~ '^[0-9]+$' and length(l.answer ->> 'VoucherId') < 19 then (l.answer ->> 'VoucherId')::bigint end
          left join journal_entry j on j.book_id = l.book_id and j.entry_no
              = case when l.answer ->> 'EntryNo' ~ '^[0-9]+$' and length(l.answer ->> 'EntryNo') < 19 then (l.answer ->> 'EntryNo')::bigint end
         where l.book_id = {book} and l.name = 'ReviewVoucher' and l.answer is not null
           and (j.entry_no is null or v.voucher_id is distinct from j.voucher_id
                or j.series is distinct from l.answer ->> 'Series' or j.number::text is distinct from l.answer ->> 'Number')
        """;

    /// <summary>Entries that a rule reviewed: each by one close, or by one move of the calendar that gives a promise up, under a rule that was
    /// approved for its day.</summary>
    private static FormattableString ByRule(int book) => $"""
        with said as (
          select x.value ->> 'VoucherId' as voucher, count(*) as times
            from command_log l cross join jsonb_array_elements(l.answer -> 'Vouchers') x
           where l.book_id = {book} and l.name = 'CloseMonth' group by 1
          union all
          select x.voucher::text, count(*)
            from grant_log l
            join grant_move_rule m on m.from_state = l.from_state and m.move = l.move
            cross join lateral unnest(l.vouchers) x(voucher)
           where l.book_id = {book} and l.actor_id is null and m.movers = array['calendar'] and m.posts = 'commitment-released' group by 1
          union all
          -- A holder with a card signs in nowhere, so that command names neither person nor book.
          select v.voucher_id::text, 1 from unit_paper p join voucher v using (book_id, voucher_id)
           where p.book_id = {book} and exists (
             select from command_log l where (l.book_id = v.book_id or l.book_id is null) and l.done_at = v.prepared_at and l.answer is not null)
          union all
          select x.voucher::text, count(*)
            from tranche_log l
            join tranche_rule m on m.from_state = l.from_state and m.move = l.move
            cross join lateral unnest(l.vouchers) x(voucher)
           where l.book_id = {book} and l.actor_id is null and m.mover = 'calendar' and m.posts = 'commitment-released' group by 1)
        select case when s.times is null then 'review.rule-unlogged' when s.times > 1 then 'review.twice' else 'review.rule-not-approved' end
                 as "Code",
               j.entry_no as "EntryNo", j.voucher_id as "VoucherId",
               jsonb_build_object('times', s.times, 'day', to_char(j.occurred_on, 'YYYY-MM-DD'))::text as "Facts"
          from journal_entry j left join said s on s.voucher = j.voucher_id::text
         where j.book_id = {book} and j.review_rule is not null
           and (s.times is distinct from 1
                or case j.review_rule when 'month-close' then j.kind <> 'close'
                     when 'confirmed-hours' then j.kind <> 'ordinary' or j.series not in ('时', '分') else j.kind <> 'ordinary' or j.series <> '备' end
                or not rule_in_force(j.book_id, j.review_rule, j.occurred_on))
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

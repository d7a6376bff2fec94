using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>How the books were kept, as registers: what was taken back, numbers without a gap, bank against books, who held which role.</summary>
internal sealed class ControlRegisters(ExportSource source, Words words) : RegisterRows(source, words)
{
    /// <summary>Reversals and corrections with the entry that each is about.</summary>
    public Task<Register> Corrections(CancellationToken ct) => Counted("corrections",
        [
            Whole("position"), Day("day"), Text("number", 14), Text("kind", 11), Money("total"), Now(Text("words", 32)), Whole("corrects"),
            Day("corrected-day"), Text("corrected-number", 14), Money("corrected-total"), Whole("maker"), Whole("reviewer"),
            Text("rule", 12), Text("posted", 20),
        ],
        $"""
        select j.entry_no, j.occurred_on, j.period, j.series, j.number, j.kind, w.total, n.text, c.entry_no, b.occurred_on, b.period, b.series,
               b.number, b.total, j.maker_id, j.reviewer_id, j.review_rule, j.posted_at, not w.mine
          from journal_entry j
          cross join lateral (
            select {IsWhole} or not exists (
                     select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id <> all ({Within})) as mine,
                   case when {IsWhole} then j.total else (
                     select coalesce(sum(o.units) filter (where o.side = 'D'), 0)::bigint from posting o
                      where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id = any ({Within})) end as total) w
          join journal_entry c on c.book_id = j.book_id and c.entry_no = j.corrects_entry_no
          left join lateral (
            select c.occurred_on, c.period, c.series, c.number, c.total where {IsWhole}
            union all
            select c.occurred_on, c.period, c.series, c.number, coalesce(sum(o.units) filter (where o.side = 'D'), 0)::bigint
              from posting o
             where not {IsWhole} and o.book_id = c.book_id and o.entry_no = c.entry_no and o.fund_id = any ({Within}) having count(*) > 0) b on true
          left join narrative n on n.book_id = j.book_id and n.narrative_id = j.narrative_id and w.mine
         where j.book_id = {Book} and j.occurred_on <= {Until} and ({IsWhole} or exists (
                 select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id = any ({Within})))
         order by j.entry_no
        """,
        row =>
        [
            row.GetInt64(0), row.GetFieldValue<DateOnly>(1), Number(row, 2), Said<VoucherKind>(row.GetString(5)), row.GetInt64(6),
            row.GetBoolean(18) ? Shared : row.Text(7), row.GetInt64(8), DayOf(row, 9), Number(row, 10), row.Whole(13), row.GetInt64(14),
            row.Whole(15), row.Text(16), Moment(row, 17),
        ], ct);

    /// <summary>Numbers of each series and period up to the highest of the last day: what is later is no gap, for it was there before.</summary>
    public Task<Register> Series(CancellationToken ct) => Counted("series",
        [
            Text("period", 12), Text("series", 14), Whole("count", 10), Whole("first", 8), Whole("last", 8), Whole("later", 12),
            Whole("missing", 10), Text("finding", 16),
        ],
        $"""
        select j.period, j.series, count(*) filter (where j.occurred_on <= {Until}), min(j.number)::bigint, t.last::bigint,
               count(*) filter (where j.occurred_on > {Until}), t.last - least(1, min(j.number)) + 1 - count(*)
          from journal_entry j
          join (select period, series, max(number) as last from journal_entry where book_id = {Book} and occurred_on <= {Until}
                 group by 1, 2) t on t.period = j.period and t.series = j.series and j.number <= t.last
         where j.book_id = {Book}
         group by j.period, j.series, t.last
         order by j.period, array_position(array['记', '转', '备', '时', '分'], j.series)
        """,
        row =>
        [
            Period(row.GetInt32(0)), Words[$"term.Series.{row.GetString(1)}"].Value, row.GetInt64(2), row.GetInt64(3), row.GetInt64(4),
            row.GetInt64(5), row.GetInt64(6), Words[row.GetInt64(6) == 0 ? "export.value.whole" : "export.value.gap"].Value,
        ], ct);

    /// <summary>余额调节: what bank and books said of an account on a day, and what was left on either side.</summary>
    public Task<Register> Reconciliations(CancellationToken ct) => Counted("reconciliations",
        [
            Whole("reconciliation"), Text("code", 12), Now(Text("account", 24)), Day("day"), Money("bank-says"), Money("books-say"),
            Money("not-in-books"), Money("not-at-bank"), Money("bank-adjusted"), Money("books-adjusted"), Money("difference"),
            Text("from-paper", 10), Text("state", 12), Whole("maker"), Text("prepared", 20), Whole("confirmed-by"), Text("confirmed", 20),
            Whole("unlocked-by"), Text("unlocked", 20), Text("reason", 24),
        ],
        $"""
        select r.reconciliation_id, b.account_id, r.statement_day, r.statement_units, r.booked_units,
               coalesce(sum(i.units) filter (where i.bank_line_id is not null), 0)::bigint,
               coalesce(sum(i.units) filter (where i.voucher_id is not null), 0)::bigint, r.from_paper, r.state, r.prepared_by, r.prepared_at,
               r.decided_by, r.decided_at, r.unlocked_by, r.unlocked_at, concat_ws(' ', nullif(r.reason, ''), nullif(r.unlock_reason, ''))
          from reconciliation r
          join bank_account b on b.book_id = r.book_id and b.bank_account_id = r.bank_account_id
          left join reconciliation_item i on i.book_id = r.book_id and i.reconciliation_id = r.reconciliation_id
         where r.book_id = {Book} and r.statement_day <= {Until}
         group by r.book_id, r.reconciliation_id, b.account_id
         order by r.statement_day, b.account_id, r.reconciliation_id
        """,
        row =>
        {
            long bank = row.GetInt64(3), books = row.GetInt64(4), notBooked = row.GetInt64(5), notAtBank = row.GetInt64(6);
            return
            [
                row.GetInt64(0), Account(row.GetInt32(1)).Code, Account(row.GetInt32(1)).Name, row.GetFieldValue<DateOnly>(2), bank, books,
                notBooked, notAtBank, bank + notAtBank, books + notBooked, bank + notAtBank - books - notBooked, YesOrNo(row.GetBoolean(7)),
                Called("ReconciliationState", row.GetString(8)), row.GetInt64(9), Moment(row, 10), row.Whole(11), Moment(row, 12),
                row.Whole(13), Moment(row, 14), row.GetString(15),
            ];
        }, ct, isHashed: false);

    /// <summary>未达账项 one by one.</summary>
    public Task<Register> ReconciliationItems(CancellationToken ct) => Counted("reconciliation-items",
        [
            Whole("reconciliation"), Text("side", 24), Day("day"), Money("amount"), Whole("bank-line"), Whole("voucher"), Text("number", 14),
        ],
        $"""
        select i.reconciliation_id, i.bank_line_id, i.voucher_id, i.occurred_on, i.units, j.period, j.series, j.number
          from reconciliation_item i
          join reconciliation r on r.book_id = i.book_id and r.reconciliation_id = i.reconciliation_id
          left join journal_entry j on j.book_id = i.book_id and j.voucher_id = i.voucher_id
         where i.book_id = {Book} and r.statement_day <= {Until}
         order by i.reconciliation_id, i.item_no
        """,
        row =>
        [
            row.GetInt64(0), Words[row.IsDBNull(1) ? "export.field.not-at-bank" : "export.field.not-in-books"].Value,
            row.GetFieldValue<DateOnly>(3), row.GetInt64(4), row.Whole(1), row.Whole(2), Number(row, 5),
        ], ct, isHashed: false);

    /// <summary>Every role that was given, by whom and confirmed by whom, and where one ended it before its day.</summary>
    public Task<Register> Roles(CancellationToken ct) => Counted("roles",
        [
            Whole("role-no"), Whole("person"), Text("role", 18), .. FundColumns(), Day("from"), Now(Day("until")), Text("granted", 20),
            Text("given-by", 16), Whole("proposed-by"), Whole("confirmed-by"), Now(Whole("ended-by")), Now(Text("ended", 20)),
        ],
        $"""
        select g.role_grant_id, g.person_id, g.role, g.fund_id, g.valid_from, g.valid_until, g.granted_at, g.granted_by, g.confirmed_by,
               e.actor_id, e.done_at
          from role_grant g
          left join (select (input ->> 'Grant')::bigint as role_grant_id, max(actor_id) as actor_id, max(done_at) as done_at from command_log
                      where book_id = {Book} and name = 'EndRole' and answer is not null group by 1) e on e.role_grant_id = g.role_grant_id
         where g.book_id = {Book} and ({IsWhole} or g.fund_id = any ({Within})) and (g.granted_at at time zone {Zone})::date <= {Until}
         order by g.role_grant_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetInt64(1), Called("Role", row.GetString(2)), FundCode(row, 3) ?? Words["export.value.whole-book"].Value,
            FundName(row, 3), row.GetFieldValue<DateOnly>(4), DayOf(row, 5), Moment(row, 6),
            Words[row.IsDBNull(8) ? "export.value.at-once" : "export.value.by-two"].Value, row.Whole(7), row.Whole(8), row.Whole(9),
            Moment(row, 10),
        ], ct);
}

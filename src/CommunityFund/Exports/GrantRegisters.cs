using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>What was granted, as registers: grants, tranches, advances by age, and what is promised and not paid.</summary>
internal sealed class GrantRegisters(ExportSource source, Words words) : RegisterRows(source, words)
{
    private static readonly (string Age, int From, int To)[] Ages =
    [
        ("NotDue", int.MinValue, 0), ("To30", 1, 30), ("To60", 31, 60), ("To90", 61, 90), ("Over90", 91, int.MaxValue),
    ];

    public async Task<IReadOnlyList<Register>> All(CancellationToken ct) =>
        [await Grants(ct), await Tranches(ct), await Advances(ct), await Commitments(ct)];

    private Task<Register> Grants(CancellationToken ct) => Counted("grants",
        [
            Whole("grant"), Text("grant-number", 16), Now(Text("title", 28)), Text("community", 16), Text("round", 12), Now(Whole("lead")),
            Now(Whole("fin-lead")), Now(Text("state", 10)), Day("awarded-on"), Money("awarded"), Money("cancelled"), Money("paid"),
            Money("acquitted"), Money("returned"), Money("demanded"), Money("recovered"), Money("written-off"), Money("promised"),
            Money("advance"), Money("claim"),
        ],
        $"""
        select c.grant_id, c.number, c.title, c.community, r.code, c.lead_id, c.fin_lead_id, c.state, a.awarded_on, s.committed, s.cancelled,
               s.paid, s.acquitted, s.returned, s.demanded, s.recovered, s.written_off
          from (select x.grant_id, sum(x.committed)::bigint as committed, sum(x.cancelled)::bigint as cancelled, sum(x.paid)::bigint as paid,
                       sum(x.acquitted)::bigint as acquitted, sum(x.returned)::bigint as returned, sum(x.demanded)::bigint as demanded,
                       sum(x.recovered)::bigint as recovered, sum(x.written_off)::bigint as written_off
                  from grant_sums({Book}, {Within}, {Until}) x group by x.grant_id) s
          join grant_case c on c.book_id = {Book} and c.grant_id = s.grant_id
          join grant_round r on r.book_id = c.book_id and r.grant_round_id = c.grant_round_id
          left join (select grant_id, max(awarded_on) as awarded_on from grant_award where book_id = {Book} and awarded_on <= {Until}
                      group by 1) a on a.grant_id = c.grant_id
         order by c.grant_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5), row.Whole(6),
            Called("GrantState", row.GetString(7)), DayOf(row, 8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12),
            row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16), row.GetInt64(9) - row.GetInt64(10) - row.GetInt64(11),
            row.GetInt64(11) - row.GetInt64(12) - row.GetInt64(13) - row.GetInt64(14),
            row.GetInt64(14) - row.GetInt64(15) - row.GetInt64(16),
        ], ct);

    /// <summary>As the plan stands now, by fund, with what moved up to the last day.</summary>
    private Task<Register> Tranches(CancellationToken ct) => Counted("tranches",
        [
            Whole("grant"), Text("grant-number", 16), Whole("tranche", 7), .. FundColumns(), Now(Text("state", 12)), Day("earliest"),
            Day("report-due"), Day("paid-on"), Money("planned"), Money("cancelled"), Money("paid"), Money("carried-over"),
            Money("acquitted"), Money("returned"), Money("demanded"), Money("promised"), Money("advance"),
        ],
        $"""
        select t.grant_id, c.number, t.no::bigint, f.fund_id, t.state, t.earliest_on, t.report_due_on,
               case when t.paid_on <= {Until} then t.paid_on end, f.planned, coalesce(m.cancelled, 0), coalesce(m.paid, 0),
               coalesce(m.carried, 0), coalesce(m.acquitted, 0), coalesce(m.returned, 0), coalesce(m.demanded, 0)
          from tranche t
          join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
          join tranche_fund f on f.book_id = t.book_id and f.tranche_id = t.tranche_id
          left join (select tranche_id, fund_id, coalesce(sum(units) filter (where move = 'cancelled'), 0)::bigint as cancelled,
                            coalesce(sum(units) filter (where move = 'paid'), 0)::bigint as paid,
                            coalesce(sum(units) filter (where move = 'carried'), 0)::bigint as carried,
                            coalesce(sum(units) filter (where move = 'acquitted'), 0)::bigint as acquitted,
                            coalesce(sum(units) filter (where move = 'returned'), 0)::bigint as returned,
                            coalesce(sum(units) filter (where move = 'demanded'), 0)::bigint as demanded
                       from grant_money where book_id = {Book} and occurred_on <= {Until} and tranche_id is not null group by 1, 2) m
            on m.tranche_id = f.tranche_id and m.fund_id = f.fund_id
         where t.book_id = {Book} and ({IsWhole} or f.fund_id = any ({Within}))
           and exists (select 1 from grant_award a where a.book_id = t.book_id and a.grant_id = t.grant_id and a.awarded_on <= {Until})
         order by t.grant_id, t.no, t.tranche_id, f.place, f.fund_id
        """,
        row =>
        [
            row.GetInt64(0), row.GetString(1), row.GetInt64(2), FundCode(row, 3), FundName(row, 3), Called("TrancheState", row.GetString(4)),
            row.GetFieldValue<DateOnly>(5), row.GetFieldValue<DateOnly>(6), DayOf(row, 7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10),
            row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetInt64(8) - row.GetInt64(9) - row.GetInt64(10),
            row.GetInt64(10) + row.GetInt64(11) - row.GetInt64(12) - row.GetInt64(13) - row.GetInt64(14),
        ], ct, isHashed: false);

    /// <summary>What is paid and not accounted for, with its age on the last day.</summary>
    private Task<Register> Advances(CancellationToken ct)
    {
        DateOnly day = Source.Facts.Day.ToDateOnly();
        return Counted("advances",
            [
                Whole("grant"), Text("grant-number", 16), Now(Text("title", 28)), Whole("tranche", 7), .. FundColumns(), Now(Whole("lead")),
                Now(Whole("fin-lead")), Now(Day("paid-on")), Now(Day("report-due")), Now(Whole("days-late")), Money("advance"),
                .. Ages.Select(age => Now(MoneyColumn(Words[$"term.AdvanceAge.{age.Age}"]))),
                Now(Text("number", 14)),
            ],
            $"""
            select t.grant_id, c.number, c.title, t.no::bigint, x.fund_id, c.lead_id, c.fin_lead_id, t.paid_on, t.report_due_on, x.units,
                   j.period, j.series, j.number
              from advances_open({Book}, {Within}, {Until}) x
              join tranche t on t.book_id = {Book} and t.tranche_id = x.tranche_id
              join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
              left join (select tranche_id, max(voucher_id) as voucher_id from grant_money
                          where book_id = {Book} and move = 'paid' and units > 0 and occurred_on <= {Until} group by 1) v
                on v.tranche_id = x.tranche_id
              left join journal_entry j on j.book_id = t.book_id and j.voucher_id = v.voucher_id and ({IsWhole} or exists (
                select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id = any ({Within})))
             order by t.report_due_on, t.grant_id, t.no, x.fund_id
            """,
            row =>
            {
                int late = day.DayNumber - row.GetFieldValue<DateOnly>(8).DayNumber;
                long units = row.GetInt64(9);
                return
                [
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), FundCode(row, 4), FundName(row, 4), row.GetInt64(5),
                    row.Whole(6), DayOf(row, 7), row.GetFieldValue<DateOnly>(8), (long)Math.Max(0, late), units,
                    .. Ages.Select(age => late >= age.From && late <= age.To ? units : default(RegisterCell)), Number(row, 10),
                ];
            }, ct);
    }

    /// <summary>Committed is what was awarded, less what was given up and paid: by grant and fund.</summary>
    private Task<Register> Commitments(CancellationToken ct) => Counted("commitments",
        [
            .. FundColumns(), Whole("grant"), Text("grant-number", 16), Now(Text("title", 28)), Money("awarded"), Money("cancelled"),
            Money("paid"), Money("promised"), Now(Text("award-voucher", 14)),
        ],
        $"""
        select s.fund_id, c.grant_id, c.number, c.title, s.committed, s.cancelled, s.paid, j.period, j.series, j.number
          from grant_sums({Book}, {Within}, {Until}) s
          join fund f on f.book_id = {Book} and f.fund_id = s.fund_id
          join grant_case c on c.book_id = {Book} and c.grant_id = s.grant_id
          left join (select grant_id, max(voucher_id) as voucher_id from grant_award where book_id = {Book} and awarded_on <= {Until}
                      group by 1) a on a.grant_id = c.grant_id
          left join journal_entry j on j.book_id = c.book_id and j.voucher_id = a.voucher_id and ({IsWhole} or exists (
            select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id = any ({Within})))
         where s.committed <> 0 or s.cancelled <> 0 or s.paid <> 0
         order by f.code, c.grant_id
        """,
        row =>
        [
            FundCode(row, 0), FundName(row, 0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5),
            row.GetInt64(6), row.GetInt64(4) - row.GetInt64(5) - row.GetInt64(6), Number(row, 7),
        ], ct);
}

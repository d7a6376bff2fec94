using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>Hours and points, as registers: every line with the holder it belongs to, and what came to each kind by month. Empty without a time
/// bank.</summary>
internal sealed class TimeBankRegisters(ExportSource source, Words words) : RegisterRows(source, words)
{
    public async Task<IReadOnlyList<Register>> All(CancellationToken ct) => [await Lines(ct), await Months(ct)];

    /// <summary>Minutes and points line by line; a holder is a number, whose name stands on the sheet of names.</summary>
    private Task<Register> Lines(CancellationToken ct) => Counted("time-bank",
        [
            Whole("position"), Day("day"), Text("number", 14), Text("unit-kind", 16), Text("red", 8), Whole("line", 6), .. FundColumns(),
            Whole("holder"), Text("code", 12), Now(Text("account", 26)), Text("commodity", 14), Whole("debit-units", 12), Whole("credit-units", 12),
            Whole("project"), Whole("settles"), Whole("maker"), Whole("reviewer"), Text("rule", 16),
        ],
        $"""
        select l.entry_no, j.occurred_on, j.period, j.series, j.number, p.kind, p.is_red, l.line_no::bigint, l.fund_id, l.counterparty_id,
               l.account_id, l.commodity, case when l.side = 'D' then l.units end, case when l.side = 'C' then l.units end,
               l.project_id, p.of_entry_no,
               j.maker_id, j.reviewer_id, j.review_rule
          from unit_paper p
          join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
          join posting l on l.book_id = j.book_id and l.entry_no = j.entry_no
         where p.book_id = {Book} and j.occurred_on <= {Until} and ({IsWhole} or l.fund_id = any ({Within}))
         order by l.entry_no, l.line_no
        """,
        row =>
        [
            row.GetInt64(0), row.GetFieldValue<DateOnly>(1), Number(row, 2), Called("UnitKind", row.GetString(5)), YesOrNo(row.GetBoolean(6)),
            row.GetInt64(7), FundCode(row, 8), FundName(row, 8), row.Whole(9), Account(row.GetInt32(10)).Code, Account(row.GetInt32(10)).Name,
            Words.Show(Commodity.Of(row.GetString(11))), row.Whole(12), row.Whole(13), row.Whole(14), row.Whole(15), row.GetInt64(16), row.Whole(17),
            row.Text(18),
        ], ct);

    /// <summary>What each kind of entry moved in a month, and how much of it was taken back.</summary>
    private Task<Register> Months(CancellationToken ct) => Counted("time-bank-months",
        [
            Text("period", 12), .. FundColumns(), Text("unit-kind", 16), Text("commodity", 14), Whole("entries", 9), Whole("moved-units", 14),
            Whole("red-units", 14), Whole("net-units", 14),
        ],
        $"""
        select j.period, p.fund_id, p.kind, k.commodity, count(*), coalesce(sum(j.total) filter (where not p.is_red), 0)::bigint,
               coalesce(sum(j.total) filter (where p.is_red), 0)::bigint, sum(j.total)::bigint
          from unit_paper p
          join unit_kind k on k.kind = p.kind
          join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
         where p.book_id = {Book} and j.occurred_on <= {Until} and ({IsWhole} or p.fund_id = any ({Within}))
         group by j.period, p.fund_id, p.kind, k.commodity
         order by j.period, p.fund_id, k.commodity, p.kind
        """,
        row =>
        [
            Period(row.GetInt32(0)), FundCode(row, 1), FundName(row, 1), Called("UnitKind", row.GetString(2)),
            Words.Show(Commodity.Of(row.GetString(3))), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
        ], ct);
}

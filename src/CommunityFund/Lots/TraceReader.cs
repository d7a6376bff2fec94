using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>Draws up the trace of some lots of a book: follows them and reads the vouchers where they ended.</summary>
internal static class TraceReader
{
    /// <summary>The books have no such entry yet, so what it would have known is not settled.</summary>
    public const string UnknownPosition = "trace.unknown-position";

    /// <param name="day">The last day that counts; null for today.</param>
    /// <param name="known">The last entry that counts; null for the last there is.</param>
    /// <exception cref="RefusedException">There is no such entry.</exception>
    public static async Task<TraceView> Read(
        Work work, int book, IReadOnlyList<long> lots, LocalDate? day, long? known, CancellationToken ct)
    {
        long last = await work.Db.Entries.Where(entry => entry.BookId == book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0;
        if (known is < 0 || known > last)
        {
            throw new RefusedException(UnknownPosition, ("typed", known), ("last", last));
        }

        (LocalDate upTo, long knownAt) = (day ?? work.Today, known ?? last);
        List<GiftLot> came = await work.Db.Set<GiftLot>().AsNoTracking()
            .Where(lot => lot.BookId == book && lots.Contains(lot.LotId) && lot.EntryNo <= knownAt && lot.ReceivedOn <= upTo).ToListAsync(ct);
        LotEnds found = await new LotTracer(work.Db, book, new DateOnly(upTo.Year, upTo.Month, upTo.Day), knownAt)
            .Follow([.. came.Select(lot => lot.LotId).Order()], ct);
        Dictionary<int, string> funds = await work.Db.Funds.Where(fund => fund.BookId == book)
            .ToDictionaryAsync(fund => fund.FundId, fund => fund.Name, ct);
        return new TraceView(
            came.Count == 0 ? null : came.Min(lot => lot.ReceivedOn), Amount.Fen(came.Sum(lot => lot.Units)), Amount.Fen(found.Undone),
            await Ends(work, book, found.Ends, funds, ct),
            [
                .. found.Left.GroupBy(left => left.Fund).OrderBy(group => group.Key)
                    .Select(group => new TraceLeft(funds[group.Key], Amount.Fen(group.Sum(left => left.Units)))),
            ],
            upTo, knownAt, last);
    }

    private static async Task<IReadOnlyList<TraceEnd>> Ends(
        Work work, int book, IReadOnlyList<LotEnd> ends, Dictionary<int, string> funds, CancellationToken ct)
    {
        var (vouchers, lots) = (ends.Select(end => end.Voucher).ToArray(), ends.Select(end => end.Lot).ToArray());
        bool isEnglish = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en";
        Dictionary<(long, long), Row> rows = (await work.Db.Database.SqlQuery<Row>(
            $"""
            select x.voucher_id as "VoucherId", x.lot_id as "LotId", j.entry_no as "EntryNo", j.series as "Series", j.number as "Number",
                   j.period as "Period", j.occurred_on as "Day", coalesce(n.text, '') as "Narrative",
                   coalesce(case when {isEnglish} then e.name_en else e.name_zh end, '') as "Account",
                   coalesce(nullif(e.project_class, ''), e.class_of_project, '') as "ProjectClass", coalesce(e.project, '') as "Project",
                   case when d.spends = false then 'returned' when v.kind = 'reversal' then 'undone' else 'spent' end as "Kind"
              from (select distinct * from unnest({vouchers}, {lots}) x(voucher_id, lot_id)) x
              join voucher v on v.book_id = {book} and v.voucher_id = x.voucher_id
              join journal_entry j on j.book_id = v.book_id and j.entry_no = v.entry_no
              join gift_lot g on g.book_id = v.book_id and g.lot_id = x.lot_id
              left join narrative n on n.book_id = j.book_id and n.narrative_id = j.narrative_id
              left join voucher_lot d on d.book_id = v.book_id and d.voucher_id = v.voucher_id and d.lot_id = x.lot_id
              left join lateral (select an.name_zh, an.name_en, l.project_class, p.project_class as class_of_project, p.name as project
                                   from voucher_line l
                                   join account a on a.book_id = l.book_id and a.account_id = l.account_id and a.class = 'expense'
                                   left join account_name an on an.book_id = a.book_id and an.account_id = a.account_id
                                                            and an.standard = standard_on(v.book_id, j.occurred_on)
                                   left join project p on p.book_id = l.book_id and p.project_id = l.project_id
                                  where l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.fund_id = g.fund_id
                                  order by l.units desc, l.line_no limit 1) e on true
            """).ToListAsync(ct)).ToDictionary(row => (row.VoucherId, row.LotId));
        return
        [
            .. ends.GroupBy(end => (end.Voucher, end.Fund, Through: string.Join(',', end.Through), rows[(end.Voucher, end.Lot)].Kind))
                .Select(group => (First: group.First(), Units: group.Sum(end => end.Units)))
                .Select(end => (Row: rows[(end.First.Voucher, end.First.Lot)], end.First, end.Units))
                .OrderBy(end => end.Row.EntryNo)
                .Select(end => new TraceEnd(
                    LocalDate.FromDateOnly(end.Row.Day), end.Row.VoucherId, end.Row.EntryNo, end.Row.Series, end.Row.Number, end.Row.Period,
                    funds[end.First.Fund], [.. end.First.Through.Select(fund => funds[fund])], end.Row.Narrative, end.Row.Account,
                    end.Row.ProjectClass, end.Row.Project, Amount.Fen(end.Units), Codes.Parse<TraceEndKind>(end.Row.Kind))),
        ];
    }

    private sealed record Row(
        long VoucherId, long LotId, long EntryNo, string Series, int Number, int Period, DateOnly Day, string Narrative, string Account,
        string ProjectClass, string Project, string Kind);
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>What is left on either side, with the words the bank and the vouchers have for it.</summary>
internal sealed class SheetItems
{
    private const int MostPairs = 5, MostTicked = 500;

    private readonly Dictionary<long, BankLine> _lines;
    private readonly Dictionary<long, Told> _vouchers;
    private readonly HashSet<long> _waiting;

    private SheetItems(Dictionary<long, BankLine> lines, Dictionary<long, Told> vouchers, HashSet<long> waiting) =>
        (_lines, _vouchers, _waiting) = (lines, vouchers, waiting);

    /// <summary>As it stands now, oldest first.</summary>
    public static Task<List<Left>> Now(Work work, int account, LocalDate day, CancellationToken ct)
    {
        DateOnly by = day.ToDateOnly();
        return work.Db.Database.SqlQuery<Left>(
            $"""
            select bank_line_id as "Line", null::bigint as "Voucher", occurred_on as "On", units as "Units"
              from bank_lines_left({work.Book}, {account}, {by})
            union all
            select null, voucher_id, occurred_on, units from bank_vouchers_left({work.Book}, {account}, {by})
             order by 3, 1, 2
            """).ToListAsync(ct);
    }

    public static async Task<IReadOnlyList<OpenItem>> Tell(
        Work work, IReadOnlyList<Left> left, LocalDate day, bool withPairs, CancellationToken ct)
    {
        SheetItems words = await Of(work, left.Select(item => item.Line), left.Select(item => item.Voucher), ct);
        ILookup<long, Left> vouchers = left.Where(item => withPairs && item.Voucher is not null).ToLookup(item => item.Units);
        return [.. left.Select(item => words.Tell(item, day, item.Line is null ? [] : vouchers[item.Units]))];
    }

    /// <summary>What both sides show by the day and no lock covers yet, newest first, and how much of it there is.</summary>
    public static async Task<(IReadOnlyList<TickedItem> Shown, int Count)> Ticked(
        Work work, int account, LocalDate day, LocalDate? lockedUntil, CancellationToken ct)
    {
        DateOnly by = day.ToDateOnly(), after = (lockedUntil ?? new LocalDate(1900, 1, 1)).ToDateOnly();
        List<Tick> ticks = await work.Db.Database.SqlQuery<Tick>(
            $"""
            select m.bank_line_id as "Line", m.voucher_id as "Voucher", l.occurred_on as "SeenOn", m.units as "Units",
                   not x.is_evidence as "MayUndo"
              from bank_matched_by({work.Book}, {account}, {by}) m
              join bank_match x on x.book_id = {work.Book} and x.bank_match_id = m.bank_match_id
              join bank_line l on l.book_id = {work.Book} and l.bank_line_id = m.bank_line_id
              join voucher v on v.book_id = {work.Book} and v.voucher_id = m.voucher_id
             where greatest(l.occurred_on, v.occurred_on) > {after} and v.reversed_by is null
            union all
            select null, t.voucher_id, t.seen_on, bank_booked({work.Book}, t.voucher_id, {account}), true
              from bank_tick t join voucher v on v.book_id = t.book_id and v.voucher_id = t.voucher_id
             where t.book_id = {work.Book} and t.bank_account_id = {account} and t.undone_at is null
               and t.seen_on <= {by} and greatest(t.seen_on, v.occurred_on) > {after} and v.reversed_by is null
             order by 3 desc, 2 desc
            """).ToListAsync(ct);
        List<Tick> shown = [.. ticks.Take(MostTicked)];
        SheetItems words = await Of(work, [], shown.Select(tick => (long?)tick.Voucher), ct);
        return ([.. shown.Select(words.Tell)], ticks.Count);
    }

    private static async Task<SheetItems> Of(Work work, IEnumerable<long?> lineIds, IEnumerable<long?> voucherIds, CancellationToken ct)
    {
        long[] lines = [.. lineIds.OfType<long>()], vouchers = [.. voucherIds.OfType<long>().Distinct()];
        List<long> waiting = await BankMatch.Open(work.Db, work.Book)
            .Where(match => lines.Contains(match.BankLineId) && !match.IsPosted).Select(match => match.BankLineId).ToListAsync(ct);
        return new SheetItems(
            await work.Db.Set<BankLine>().AsNoTracking().Where(line => line.BookId == work.Book && lines.Contains(line.BankLineId))
                .ToDictionaryAsync(line => line.BankLineId, ct),
            await (from entry in work.Db.Entries
                   join text in work.Db.Set<Narrative>() on new { entry.BookId, entry.NarrativeId }
                       equals new { text.BookId, text.NarrativeId }
                   where entry.BookId == work.Book && vouchers.Contains(entry.VoucherId)
                   select new Told(entry.VoucherId, entry.OccurredOn, entry.Series, entry.Number, text.Text ?? ""))
                .ToDictionaryAsync(told => told.Voucher, ct),
            [.. waiting]);
    }

    private OpenItem Tell(Left item, LocalDate day, IEnumerable<Left> pairs)
    {
        LocalDate on = LocalDate.FromDateOnly(item.On);
        int age = Period.DaysBetween(on, day);
        bool isIn = item.Units > 0;
        if (item.Line is { } id)
        {
            BankLine line = _lines[id];
            return new OpenItem(
                isIn ? OpenSide.BankReceived : OpenSide.BankPaid, id, null, on, Amount.Fen(item.Units),
                string.Join(' ', new[] { line.Summary, line.Remark }.Where(text => text.Length > 0).Distinct()),
                line.CounterpartyName, null, age, _waiting.Contains(id),
                [
                    .. pairs.OrderBy(pair => Math.Abs(pair.On.DayNumber - item.On.DayNumber)).ThenBy(pair => pair.Voucher).Take(MostPairs)
                        .Select(pair => _vouchers[pair.Voucher!.Value])
                        .Select(told => new OpenPair(told.Voucher, told.Day, told.No, told.Text)),
                ]);
        }

        Told voucher = _vouchers[item.Voucher!.Value];
        return new OpenItem(
            isIn ? OpenSide.BooksReceived : OpenSide.BooksPaid, null, item.Voucher, on, Amount.Fen(item.Units), voucher.Text, "",
            voucher.No, age, false, []);
    }

    private TickedItem Tell(Tick tick)
    {
        Told voucher = _vouchers[tick.Voucher];
        return new TickedItem(
            tick.Line, tick.Voucher, voucher.Day, LocalDate.FromDateOnly(tick.SeenOn), Amount.Fen(tick.Units), voucher.Text, voucher.No,
            tick.MayUndo);
    }

    /// <summary>A line or a voucher, and how much of it is left.</summary>
    internal sealed record Left(long? Line, long? Voucher, DateOnly On, long Units);

    private sealed record Tick(long? Line, long Voucher, DateOnly SeenOn, long Units, bool MayUndo);

    private sealed record Told(long Voucher, LocalDate Day, string Series, int Number, string Text)
    {
        public VoucherNumber No => new(Series, Number);
    }
}

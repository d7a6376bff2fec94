using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>An entry of the journal in a short list.</summary>
public sealed record LastEntry(long VoucherId, string Series, int Number, int Period, LocalDate OccurredOn, string Text,
    Amount Amount);

/// <summary>
/// The newest entries whose funds the person's role all reaches; of one fund, the entries that move it, each with what it
/// debits there. Whoever reads no vouchers gets none.
/// </summary>
public sealed record LastEntries(int Count = 10, int? Fund = null) : Query<IReadOnlyList<LastEntry>>
{
    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<LastEntry>> Answer(Work work, CancellationToken ct)
    {
        if (!work.Rights.Holds(VoucherPage.Readers))
        {
            return [];
        }

        int[] funds = [.. work.Rights.FundsOf(VoucherPage.Readers)];
        bool all = work.Rights.ReachesAll(VoucherPage.Readers);
        IQueryable<PostedEntry> entries = work.Db.Entries.AsNoTracking().Where(entry => entry.BookId == work.Book
            && (all || !work.Db.Postings.Any(line =>
            line.BookId == entry.BookId && line.EntryNo == entry.EntryNo && !funds.Contains(line.FundId)))
            && (Fund == null || work.Db.Postings.Any(line =>
            line.BookId == entry.BookId && line.EntryNo == entry.EntryNo && line.FundId == Fund)));
        List<PostedEntry> rows = await entries.OrderByDescending(entry => entry.EntryNo).Take(Math.Clamp(Count, 1, 100))
            .ToListAsync(ct);
        long[] texts = [.. rows.Select(entry => entry.NarrativeId)], numbers = [.. rows.Select(entry => entry.EntryNo)];
        Dictionary<long, string?> words = await work.Db.Set<Narrative>()
            .Where(row => row.BookId == work.Book && texts.Contains(row.NarrativeId))
            .ToDictionaryAsync(row => row.NarrativeId, row => row.Text, ct);
        Dictionary<long, long> debits = Fund is null ? [] : await work.Db.Postings
            .Where(line => line.BookId == work.Book && numbers.Contains(line.EntryNo) && line.FundId == Fund
            && line.Side == Side.Debit)
            .GroupBy(line => line.EntryNo).Select(lines => new { lines.Key, Units = lines.Sum(line => line.Units) })
            .ToDictionaryAsync(row => row.Key, row => row.Units, ct);
        return
        [
            .. rows.Select(entry => new LastEntry(
                entry.VoucherId, entry.Series, entry.Number, entry.Period, entry.OccurredOn, words[entry.NarrativeId] ?? "",
                Amount.OfUnits(Fund is null ? entry.Total : debits.GetValueOrDefault(entry.EntryNo), new Series(entry.Series).Commodity))),
        ];
    }
}

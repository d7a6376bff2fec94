using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>
/// What the bank's own lines say of a day. Balances of a day come in no certain order, but each is the beginning of the next: the one
/// that begins none is where the day ends, the one that no line ends with is where it began.
/// </summary>
internal static class ClosingBalance
{
    private const int MostDaysBack = 31;

    /// <summary>Fen at the end of the last day up to this one that lines tell of; null if they do not, or do not fit.</summary>
    public static Task<long?> Of(Work work, int account, LocalDate day, CancellationToken ct) =>
        Follow(work, account, day, back: true, ct);

    /// <summary>Fen before the first line after the day.</summary>
    public static Task<long?> Before(Work work, int account, LocalDate day, CancellationToken ct) =>
        Follow(work, account, day, back: false, ct);

    private static async Task<long?> Follow(Work work, int account, LocalDate from, bool back, CancellationToken ct)
    {
        LocalDate at = from;
        for (int tried = 0; tried < MostDaysBack; tried++)
        {
            IQueryable<BankLine> lines = work.Db.Set<BankLine>().AsNoTracking()
                .Where(line => line.BookId == work.Book && line.BankAccountId == account && line.BalanceAfter != null
                    && !(line.State == BankLineState.Ignored && line.Reason == DecideDouble.SameLine));
            LocalDate? found = back
                ? await lines.Where(line => line.OccurredOn <= at).MaxAsync(line => (LocalDate?)line.OccurredOn, ct)
                : await lines.Where(line => line.OccurredOn > at).MinAsync(line => (LocalDate?)line.OccurredOn, ct);
            if (found is not { } day)
            {
                return null;
            }

            var steps = await lines.Where(line => line.OccurredOn == day)
                .Select(line => new { line.Units, After = line.BalanceAfter!.Value }).ToListAsync(ct);
            long[] ends = back
                ? [.. Beyond(steps.Select(step => step.After), steps.Select(step => step.After - step.Units))]
                : [.. Beyond(steps.Select(step => step.After - step.Units), steps.Select(step => step.After))];
            if (ends.Length > 0)
            {
                return ends.Length == 1 ? ends[0] : null;
            }

            // As much in as out: the day ended where it began, and the neighbour tells where that was.
            at = back ? day.PlusDays(-1) : day;
        }

        return null;
    }

    private static IEnumerable<long> Beyond(IEnumerable<long> these, IEnumerable<long> those)
    {
        Dictionary<long, int> counts = [];
        foreach (long value in these)
        {
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        foreach (long value in those)
        {
            counts[value] = counts.GetValueOrDefault(value) - 1;
        }

        return counts.Where(pair => pair.Value > 0).SelectMany(pair => Enumerable.Repeat(pair.Key, pair.Value));
    }
}

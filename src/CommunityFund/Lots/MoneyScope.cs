using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What a picture of money is about. The same days and the same position give the same figures for ever.</summary>
/// <param name="Fund">Code and name of the fund that was asked for; null for all that the person may see.</param>
/// <param name="WithBelow">Whether funds below it count too.</param>
/// <param name="WholeBook">True if nothing of the book is left out.</param>
/// <param name="KnownAt">Position of the last entry that counts.</param>
/// <param name="Last">Position of the last entry in the books.</param>
public sealed record MoneyHead(
    string Body, LocalDate From, LocalDate To, string? Fund, bool WithBelow, bool WholeBook, Instant GeneratedAt, long KnownAt, long Last)
{
    public bool IsPast => KnownAt < Last;

    public string Funds(Words words) => Fund is null ? words[WholeBook ? "money.all-funds" : "money.your-funds"]
        : WithBelow ? words["money.fund-and-below", Fund] : Fund;
}

/// <summary>Days, position and funds within reach.</summary>
internal sealed record MoneyScope(Work Work, MoneyHead Head, IReadOnlyList<Fund> Funds)
{
    /// <summary>The last day comes before the first.</summary>
    public const string Backwards = "money.backwards";

    /// <summary>Roles that see where money comes from and goes.</summary>
    public static IReadOnlyList<Role> Readers { get; } = [.. Tracing.Readers, Role.Steer];

    /// <summary>Roles that see one fund's life, as its page shows it.</summary>
    public static IReadOnlyList<Role> FundReaders { get; } = [.. Readers, Role.ApproverL1, Role.ApproverL2, Role.Desk];

    public int[] Ids => [.. Funds.Select(fund => fund.FundId)];

    /// <summary>YYYYMM; the opening balances of the book lie before any of them.</summary>
    public int FromPeriod => AccountingPeriod.Of(Head.From);

    /// <summary>The last of December takes the adjusting period along.</summary>
    public int ToPeriod => Head.To is { Month: 12, Day: 31 } ? (Head.To.Year * 100) + 13 : AccountingPeriod.Of(Head.To);

    public bool CutsFirst => Head.From.Day != 1;

    public bool CutsLast => Head.To != Head.To.With(DateAdjusters.EndOfMonth);

    public static Need NeedOf(IReadOnlyList<Role> readers, int? fund) =>
        fund is { } one ? Need.Any(readers).For(one) : Need.Any(readers);

    /// <param name="from">Null for the day the books were opened.</param>
    /// <param name="to">Null for today.</param>
    public static async Task<MoneyScope> Of(
        Work work, IReadOnlyList<Role> readers, LocalDate? from, LocalDate? to, int? fund, bool below, long? known, CancellationToken ct)
    {
        var book = await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => new { row.Name, row.OpeningDay }).SingleAsync(ct);
        LocalDate first = LocalDate.Max(from ?? book.OpeningDay, new LocalDate(book.OpeningDay.Year, 1, 1));
        LocalDate last = to ?? LocalDate.Max(work.Today, first);
        if (last < first)
        {
            throw new RefusedException(Backwards, ("from", first), ("to", last));
        }

        long newest = await work.Db.Entries.Where(entry => entry.BookId == work.Book).MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0;
        if (known is < 0 || known > newest)
        {
            throw new RefusedException(TraceReader.UnknownPosition, ("typed", known), ("last", newest));
        }

        IReadOnlyList<Fund> all = await work.Funds(ct);
        Fund? asked = fund is { } id ? await work.FundById(id, ct) : null;
        HashSet<int> reached = [.. work.Rights.FundsOf(readers)];
        Fund[] taken = [.. all.Where(row => reached.Contains(row.FundId) && (asked is null || row == asked || below && IsBelow(row, asked)))];
        return new MoneyScope(
            work, new MoneyHead(
                book.Name, first, last, asked is null ? null : $"{asked.Code} {asked.Name}", taken.Length > 1, work.Rights.ReachesAll(readers),
                work.Now, known ?? newest, newest),
            taken);

        bool IsBelow(Fund row, Fund root)
        {
            for (int? at = row.ParentId; at is { } above; at = all.First(each => each.FundId == above).ParentId)
            {
                if (above == root.FundId)
                {
                    return true;
                }
            }

            return false;
        }
    }
}

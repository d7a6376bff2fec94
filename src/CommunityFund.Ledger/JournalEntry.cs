using NodaTime;

namespace CommunityFund.Ledger;

/// <summary>
/// One balanced entry of the journal. It cannot exist unbalanced: per fund and per commodity its debits equal its
/// credits, and every line carries what its account asks for. Make one with <see cref="On"/>.
/// </summary>
public sealed record JournalEntry
{
    /// <summary>The debits and credits of a fund differ.</summary>
    public const string Unbalanced = "entry.unbalanced";

    /// <summary>The entry has fewer than two lines.</summary>
    public const string TooFewLines = "entry.too-few-lines";

    /// <summary>The entry has more lines than one voucher may have.</summary>
    public const string TooManyLines = "entry.too-many-lines";

    /// <summary>Memorandum lines stand beside statutory ones.</summary>
    public const string MixedSeries = "entry.mixed-series";

    /// <summary>Cash between funds does not add up to zero within the entry.</summary>
    public const string InternalNotZero = "entry.internal-not-zero";

    /// <summary>The most lines one entry may have.</summary>
    public const int MaxLines = 500;

    private JournalEntry(LocalDate occurredOn, string narrative, IReadOnlyList<Posting> lines) =>
        (OccurredOn, Narrative, Lines) = (occurredOn, narrative, lines);

    /// <summary>The day it happened, in the books' calendar.</summary>
    public LocalDate OccurredOn { get; }

    /// <summary>摘要: what happened, in words, without anybody's name.</summary>
    public string Narrative { get; }

    /// <summary>Two lines or more, in the order they were written.</summary>
    public IReadOnlyList<Posting> Lines { get; }

    /// <summary>The sum of all debit amounts, in smallest units; for a red entry it is negative.</summary>
    public long TotalUnits => Lines.Where(line => line.Side == Side.Debit).Sum(line => line.Amount.Units);

    /// <summary>The series the entry will be numbered in.</summary>
    public Series Series => SeriesOf(Lines);

    /// <summary>Begins an entry.</summary>
    /// <param name="occurredOn">The day it happened.</param>
    /// <param name="narrative">摘要.</param>
    public static EntryDraft On(LocalDate occurredOn, string narrative) => new(occurredOn, narrative);

    /// <summary>The same lines in red (red ink, never swapped sides), for a correction on another day.</summary>
    /// <param name="occurredOn">The day of the correction.</param>
    /// <param name="narrative">Why, such as 注销某月某日某号凭证.</param>
    public JournalEntry Reversed(LocalDate occurredOn, string narrative) =>
        new(occurredOn, narrative, [.. Lines.Select(line => line.Red())]);

    internal static JournalEntry Proved(LocalDate occurredOn, string narrative, IReadOnlyList<Posting> lines)
    {
        if (lines.Count < 2)
        {
            throw new RefusedException(TooFewLines, ("lines", lines.Count));
        }

        if (lines.Count > MaxLines)
        {
            throw new RefusedException(TooManyLines, ("lines", lines.Count), ("limit", MaxLines));
        }

        foreach (var group in lines.GroupBy(line => (line.Fund, line.Amount.Commodity)))
        {
            Amount difference = group.Aggregate(Amount.Zero(group.Key.Commodity), (sum, line) => sum + line.Signed);
            if (!difference.IsZero)
            {
                throw new RefusedException(Unbalanced, ("fund", group.Key.Fund), ("difference", difference),
                    ("side", difference.IsNegative ? Side.Credit : Side.Debit),
                    ("size", difference.IsNegative ? -difference : difference));
            }
        }

        if (lines.Select(line => SeriesOf([line])).Any(series => series.IsMemorandum)
            && lines.Select(line => SeriesOf([line])).Distinct().Count() > 1)
        {
            throw new RefusedException(MixedSeries);
        }

        Amount between = lines.Where(line => line.Tags.CashFlow == CashFlow.Internal)
            .Aggregate(Amount.Zero(Commodity.Cny), (sum, line) => sum + line.Signed);
        return between.IsZero
            ? new JournalEntry(occurredOn, narrative, lines)
            : throw new RefusedException(InternalNotZero, ("difference", between));
    }

    private static Series SeriesOf(IReadOnlyList<Posting> lines) => lines switch
    {
        _ when lines.Any(line => line.Amount.Commodity == Commodity.Hour) => Series.Hours,
        _ when lines.Any(line => line.Amount.Commodity == Commodity.Point) => Series.Points,
        _ when lines.Any(line => line.Account.Class == AccountClass.Memorandum) => Series.Commitments,
        _ when lines.Any(line => line.Account.IsCash) => Series.Cash,
        _ => Series.General,
    };
}

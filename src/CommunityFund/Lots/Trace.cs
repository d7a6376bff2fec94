using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What became of a piece of money at a voucher.</summary>
public enum TraceEndKind
{
    /// <summary>It paid for something.</summary>
    Spent,

    /// <summary>It went back to whom it came from.</summary>
    Returned,

    /// <summary>The inflow itself was undone, and other money stood in for it.</summary>
    Undone,
}

/// <summary>Money that ended at a voucher.</summary>
/// <param name="Through">Names of the funds it went through before, the first one first.</param>
/// <param name="Account">The expense account; empty if the voucher has none in that fund.</param>
/// <param name="ProjectClass">Key of the class, or empty.</param>
/// <param name="Project">Name of the project, or empty.</param>
public sealed record TraceEnd(
    LocalDate Day, long VoucherId, long EntryNo, string Series, int Number, int Period, string Fund, IReadOnlyList<string> Through,
    string Narrative, string Account, string ProjectClass, string Project, Amount Amount, TraceEndKind Kind);

/// <summary>Money that is not used yet.</summary>
public sealed record TraceLeft(string Fund, Amount Amount);

/// <summary>Where some inflows went, as known at an entry and up to a day: ends, what is left, and what was undone add up to what came.</summary>
/// <param name="KnownAt">Position of the last entry that counts.</param>
/// <param name="Last">Position of the last entry in the books.</param>
public sealed record TraceView(
    LocalDate? FirstDay, Amount Came, Amount Undone, IReadOnlyList<TraceEnd> Ends, IReadOnlyList<TraceLeft> Left, LocalDate Day,
    long KnownAt, long Last)
{
    public Amount Spent => Sum(TraceEndKind.Spent);

    public Amount Returned => Sum(TraceEndKind.Returned);

    public Amount Unspent => Left.Aggregate(Amount.Fen(0), (sum, left) => sum + left.Amount);

    public bool IsPast => KnownAt < Last;

    private Amount Sum(TraceEndKind kind) =>
        Ends.Where(end => end.Kind == kind).Aggregate(Amount.Fen(0), (sum, end) => sum + end.Amount);
}

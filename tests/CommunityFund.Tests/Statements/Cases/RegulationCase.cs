namespace CommunityFund.Tests.Statements.Cases;

/// <summary>One business of the foundation (regulation 3), and what must stand in the statements afterwards.</summary>
/// <param name="Name">Its number there, and what tells it from others of the same number.</param>
/// <param name="Play">Does it through the program's own commands, in a fund of its own, and says which.</param>
/// <param name="In2004">
/// First what is booked, one entry a line, by the names that the standard gives its accounts. Then every figure but sums that is not zero,
/// one row a line: of the balance sheet (01) beginning | end, of the statement of activities (02) unrestricted | restricted of the year, of
/// the cash flows (03) the year, of the fund statement unrestricted | restricted.
/// </param>
/// <param name="In2026">The same under the standard from 2026.</param>
internal sealed record RegulationCase(string Name, Func<CaseBook, Task<int>> Play, string In2004, string In2026)
{
    /// <summary>One that both standards show alike.</summary>
    public RegulationCase(string name, Func<CaseBook, Task<int>> play, string inBoth)
        : this(name, play, inBoth, inBoth)
    {
    }

    /// <summary>What happens in the year after; the statements are then that year's.</summary>
    public Func<CaseBook, int, Task>? Later { get; init; }

    /// <summary>The day of March as of which the statements stand; null for its last.</summary>
    public int? Day { get; init; }

    public override string ToString() => Name;
}

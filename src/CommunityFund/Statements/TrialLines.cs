namespace CommunityFund.Statements;

/// <summary>Lines on other sheets of the same workbook from which a trial balance comes: formulas over them, and where they stand.</summary>
internal abstract class TrialLines
{
    /// <summary>What a figure is computed by; null for a value.</summary>
    /// <param name="column">From 0, in the order of the columns.</param>
    public abstract string? Formula(TrialBalanceRow row, int column);

    /// <summary>Where the lines of an account begin; null if it has none.</summary>
    public abstract (string Sheet, long Row)? PlaceOf(TrialBalanceRow row);

    /// <summary>What the totals must agree with: a formula, empty for a fixed text, and what it comes to.</summary>
    public abstract IEnumerable<(string Formula, string Says)> Ties(int totalRow);
}

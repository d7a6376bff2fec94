using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>A statement of a period, as of a business day and as known at an entry: the same three give the same figures for ever.</summary>
/// <param name="Form">Key of the statement, such as <c>balance-sheet</c>.</param>
/// <param name="FromPeriod">YYYYMM; both periods belong to one year.</param>
/// <param name="AsOf">A day of the last period; null for its last.</param>
/// <param name="Known">Position of the last entry that counts; null for all there are.</param>
public sealed record Statement(
    string Form, int FromPeriod, int ToPeriod, int? Fund = null, bool Below = true, LocalDate? AsOf = null, long? Known = null)
    : Query<FormView>
{
    /// <summary>A statement is about days of one year.</summary>
    public const string OneYear = "statement.one-year";

    /// <summary>A formula names a row or column that another statement does not have.</summary>
    public const string UnknownPart = "statement.unknown-part";

    /// <summary>Statements add up each other's rows in a circle.</summary>
    public const string CircleOfStatements = "statement.circle";

    /// <summary>The day is not of the last period.</summary>
    public const string AsOfOutside = "statement.as-of-outside";

    /// <summary>This statement is about one fund, and none was chosen.</summary>
    public const string WhichFund = "statement.which-fund";

    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<FormView> Answer(Work work, CancellationToken ct)
    {
        StatementSet set = await StatementSet.Of(work, this, ct);
        return set.Draw(set.Layout(Form));
    }
}

/// <summary>The three forms that the street office files, of one state of the books and from one cube.</summary>
public sealed record ThreeForms(int FromPeriod, int ToPeriod, int? Fund = null, bool Below = true, LocalDate? AsOf = null, long? Known = null)
    : Query<IReadOnlyList<FormView>>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<IReadOnlyList<FormView>> Answer(Work work, CancellationToken ct)
    {
        StatementSet set = await StatementSet.Of(work, new Statement("balance-sheet", FromPeriod, ToPeriod, Fund, Below, AsOf, Known), ct);
        return [.. set.Layouts.Where(form => form.Section == FormSection.Forms).Select(set.Draw)];
    }
}

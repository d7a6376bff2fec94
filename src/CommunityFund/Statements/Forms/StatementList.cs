using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>A statement that can be drawn.</summary>
public sealed record StatementItem(string Key, Bilingual Title, string Number, FormSection Section, bool OfFund);

/// <summary>The statements of the standard in force at the end of a period, in the order of their files.</summary>
public sealed record StatementList(int Period) : Query<IReadOnlyList<StatementItem>>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<IReadOnlyList<StatementItem>> Answer(Work work, CancellationToken ct)
    {
        StatementRange range = await StatementRange.Of(work, Period, Period, ct);
        FormChart chart = await FormChart.On(work, range.LastDay, ct);
        return
        [
            .. (await StatementLayouts.Of(work, chart, ct)).Select(form => new StatementItem(
                form.Key, form.Title, form.Number, form.Section, form.OfFund)),
        ];
    }
}

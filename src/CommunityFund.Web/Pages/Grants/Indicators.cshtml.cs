using CommunityFund.Grants.Applications;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>指标.</summary>
public sealed class IndicatorsModel : SectionModel
{
    [BindProperty]
    public List<IndicatorLine> Rows { get; set; } = [];

    public override SectionKind Kind => SectionKind.Indicators;

    protected override SectionText Typed() => new IndicatorText([.. Rows.Select((row, i) => new Indicator(row.Name ?? "",
        Whole($"Rows[{i}].Baseline", row.Baseline), Whole($"Rows[{i}].Target", row.Target), row.Unit ?? ""))]);

    protected override void Show(SectionText? text)
    {
        Rows = text is IndicatorText saved
            ? [.. saved.Indicators.Select(row => new IndicatorLine
            {
                Name = row.Name,
                Baseline = Written(row.Baseline),
                Target = Written(row.Target),
                Unit = row.Unit,
            })]
            : [];
        Pad(Rows, 3);
    }
}

/// <summary>An indicator as typed.</summary>
public sealed record IndicatorLine
{
    public string? Name { get; init; }

    public string? Baseline { get; init; }

    public string? Target { get; init; }

    public string? Unit { get; init; }
}

using CommunityFund.Grants.Applications;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>计划.</summary>
public sealed class PlanModel : SectionModel
{
    [BindProperty]
    public List<StepLine> Steps { get; set; } = [];

    public override SectionKind Kind => SectionKind.Plan;

    protected override SectionText Typed() => new PlanText([.. Steps.Select((step, i) =>
        new PlanStep(step.What ?? "", AnyDay($"Steps[{i}].From", step.From), AnyDay($"Steps[{i}].Until", step.Until)))]);

    protected override void Show(SectionText? text)
    {
        Steps = text is PlanText saved
            ? [.. saved.Steps.Select(step => new StepLine { What = step.What, From = Written(step.From), Until = Written(step.Until) })] : [];
        Pad(Steps, 3);
    }
}

/// <summary>A step as typed.</summary>
public sealed record StepLine
{
    public string? What { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }
}

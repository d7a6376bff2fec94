using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>What stands in a section of an application. A draft may have gaps: what is there keeps its bounds, and
/// <see cref="IsComplete"/> says whether all is there.</summary>
[JsonDerivedType(typeof(NeedText), "need")]
[JsonDerivedType(typeof(PurposeText), "purpose")]
[JsonDerivedType(typeof(PlanText), "plan")]
[JsonDerivedType(typeof(IndicatorText), "indicators")]
[JsonDerivedType(typeof(TeamText), "team")]
[JsonDerivedType(typeof(TeamForm), "team-form")]
[JsonDerivedType(typeof(BudgetText), "budget")]
public abstract record SectionText
{
    /// <summary>A text is too long, a number out of range, or there are too many rows; facts: <c>section</c>, <c>field</c>, <c>limit</c>.
    /// </summary>
    public const string OutOfBounds = "application.out-of-bounds";

    [JsonIgnore]
    public abstract SectionKind Kind { get; }

    [JsonIgnore]
    public abstract bool IsComplete { get; }

    /// <summary>The same, clean: what cannot be seen is gone, empty rows too.</summary>
    /// <exception cref="RefusedException">Something is longer or larger than it may be.</exception>
    internal abstract SectionText Checked();

    protected string Text(ApplicationField field, string? typed, int limit)
    {
        string text = PlainText.Of(typed);
        return text.Length <= limit ? text : throw Wrong(field, limit);
    }

    protected long Number(ApplicationField field, long number, long limit) =>
        number >= 0 && number <= limit ? number : throw Wrong(field, limit);

    protected Amount Money(ApplicationField field, Amount? amount, long limitUnits) =>
        amount is null ? Amount.Fen(0)
        : amount.Commodity == Commodity.Cny && amount.Units >= 0 && amount.Units <= limitUnits ? amount
        : throw Wrong(field, Amount.Fen(limitUnits));

    protected IReadOnlyList<T> Rows<T>(ApplicationField field, IReadOnlyList<T>? rows, int limit, Func<T, T> clean, Func<T, bool> isEmpty)
    {
        T[] kept = [.. (rows ?? []).Select(clean).Where(row => !isEmpty(row))];
        return kept.Length <= limit ? kept : throw Wrong(field, limit);
    }

    protected LocalDate? Day(ApplicationField field, LocalDate? day) =>
        day is null || day is { Year: >= 2000 and <= 2100 } ? day : throw Wrong(field, "2000-2100");

    private RefusedException Wrong(ApplicationField field, object limit) =>
        new(OutOfBounds, ("section", Kind), ("field", field), ("limit", limit));
}

/// <summary>需求依据: which needs of the survey, and why this answers them.</summary>
public sealed record NeedText(IReadOnlyList<short> Needs, string Why, string HowKnown) : SectionText
{
    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Need;

    [JsonIgnore]
    public override bool IsComplete => Needs.Count > 0 && Why.Length > 0 && HowKnown.Length > 0;

    internal override SectionText Checked() => new NeedText([.. (Needs ?? []).Where(no => no is >= 1 and <= 50).Distinct().Order()],
        Text(ApplicationField.Why, Why, 1000), Text(ApplicationField.HowKnown, HowKnown, 500));
}

/// <summary>目的: what is to be reached, for whom and how many.</summary>
public sealed record PurposeText(string Aim, string ForWhom, long People) : SectionText
{
    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Purpose;

    [JsonIgnore]
    public override bool IsComplete => Aim.Length > 0 && ForWhom.Length > 0 && People > 0;

    internal override SectionText Checked() => new PurposeText(Text(ApplicationField.Aim, Aim, 1000), Text(ApplicationField.ForWhom, ForWhom, 300),
        Number(ApplicationField.People, People, 1_000_000));
}

/// <summary>A step of the plan.</summary>
public sealed record PlanStep(string What, LocalDate? From, LocalDate? Until);

/// <summary>计划: steps with their days.</summary>
public sealed record PlanText(IReadOnlyList<PlanStep> Steps) : SectionText
{
    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Plan;

    [JsonIgnore]
    public override bool IsComplete => Steps.Count > 0
        && Steps.All(step => step is { What.Length: > 0, From: { } from, Until: { } until } && from <= until);

    internal override SectionText Checked() => new PlanText(Rows(ApplicationField.Step, Steps, 30,
        step => new PlanStep(Text(ApplicationField.Step, step.What, 200), Day(ApplicationField.From, step.From),
            Day(ApplicationField.Until, step.Until)),
        step => step is { What.Length: 0, From: null, Until: null }));
}

/// <summary>An indicator: what is counted, now and at the end.</summary>
public sealed record Indicator(string Name, long? Baseline, long? Target, string Unit);

/// <summary>指标.</summary>
public sealed record IndicatorText(IReadOnlyList<Indicator> Indicators) : SectionText
{
    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Indicators;

    [JsonIgnore]
    public override bool IsComplete => Indicators.Count > 0
        && Indicators.All(row => row is { Name.Length: > 0, Unit.Length: > 0, Baseline: not null, Target: not null });

    internal override SectionText Checked() => new IndicatorText(Rows(ApplicationField.Indicator, Indicators, 20,
        row => new Indicator(Text(ApplicationField.Indicator, row.Name, 100), Measure(row.Baseline), Measure(row.Target),
            Text(ApplicationField.Unit, row.Unit, 20)),
        row => row is { Name.Length: 0, Unit.Length: 0, Baseline: null, Target: null }));

    private long? Measure(long? number) => number is { } given ? Number(ApplicationField.Measure, given, 1_000_000_000) : null;
}

/// <summary>A line of the budget.</summary>
/// <param name="Own">What of it the group brings itself.</param>
public sealed record BudgetLine(string What, BudgetCategory Category, long Quantity, string Unit, Amount UnitPrice, Amount Own)
{
    /// <summary>Quantity by unit price.</summary>
    [JsonIgnore]
    public Amount Cost => Amount.Fen(checked(Quantity * UnitPrice.Units));

    /// <summary>What of it is asked of the round.</summary>
    [JsonIgnore]
    public Amount Asked => Cost - Own;
}

/// <summary>预算: the total as the group says it, and the lines that must come to it.</summary>
public sealed record BudgetText(Amount Total, IReadOnlyList<BudgetLine> Lines) : SectionText
{
    private const long MostUnits = 1_000_000_000;

    [JsonIgnore]
    public override SectionKind Kind => SectionKind.Budget;

    [JsonIgnore]
    public override bool IsComplete => Lines.Count > 0 && Total.IsPositive
        && Lines.All(line => line is { What.Length: > 0, Unit.Length: > 0, Quantity: > 0, UnitPrice.IsPositive: true, Asked.IsNegative: false });

    /// <summary>What the lines come to.</summary>
    [JsonIgnore]
    public Amount Sum => Amount.Fen(Lines.Sum(line => line.Cost.Units));

    /// <summary>What the group brings itself.</summary>
    [JsonIgnore]
    public Amount Own => Amount.Fen(Lines.Sum(line => line.Own.Units));

    internal override SectionText Checked() => new BudgetText(Money(ApplicationField.Total, Total, MostUnits), Rows(ApplicationField.Line, Lines, 60,
        line => new BudgetLine(Text(ApplicationField.Line, line.What, 100), line.Category,
            Number(ApplicationField.Quantity, line.Quantity, 100_000), Text(ApplicationField.Unit, line.Unit, 10),
            Money(ApplicationField.UnitPrice, line.UnitPrice, 100_000_000), Money(ApplicationField.Own, line.Own, MostUnits)),
        line => line is { What.Length: 0, Unit.Length: 0, Quantity: 0, UnitPrice.IsZero: true, Own.IsZero: true }));
}

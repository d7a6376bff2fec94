using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>预算.</summary>
public sealed class BudgetModel : SectionModel
{
    [BindProperty]
    public string? Total { get; set; }

    [BindProperty]
    public List<BudgetRow> Lines { get; set; } = [];

    public override SectionKind Kind => SectionKind.Budget;

    /// <summary>What was saved, for its sums.</summary>
    public BudgetText? Saved => View?.Text as BudgetText;

    protected override SectionText Typed() => new BudgetText(AnyMoney(nameof(Total), Total), [.. Lines.Select((row, i) => new BudgetLine(
        row.What ?? "", row.Category, Whole($"Lines[{i}].Quantity", row.Quantity) ?? 0, row.Unit ?? "", AnyMoney($"Lines[{i}].Price", row.Price),
        AnyMoney($"Lines[{i}].Own", row.Own)))]);

    protected override void Show(SectionText? text)
    {
        if (text is BudgetText saved)
        {
            Total = Written(saved.Total);
            Lines =
            [
                .. saved.Lines.Select(line => new BudgetRow
                {
                    What = line.What,
                    Category = line.Category,
                    Quantity = line.Quantity > 0 ? Written(line.Quantity) : "",
                    Unit = line.Unit,
                    Price = Written(line.UnitPrice),
                    Own = Written(line.Own),
                }),
            ];
        }

        Pad(Lines, 3);
    }

    protected override string SavedWords(SavedSection saved, SectionText text) => text is BudgetText budget
        ? W["apply.saved-budget", saved.Progress, budget.Sum, budget.Own, Amount.Fen(budget.Sum.Units - budget.Own.Units)]
        : base.SavedWords(saved, text);
}

/// <summary>A budget line as typed.</summary>
public sealed record BudgetRow
{
    public string? What { get; init; }

    public BudgetCategory Category { get; init; }

    public string? Quantity { get; init; }

    public string? Unit { get; init; }

    public string? Price { get; init; }

    public string? Own { get; init; }
}

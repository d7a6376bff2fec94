using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>One row of the grid, as typed.</summary>
public sealed class GridRow
{
    /// <summary>Before the reason why net assets move, which shares its cell with the cash-flow item.</summary>
    public const string MovementMark = "net:";

    public string? Narrative { get; set; }

    public string? Account { get; set; }

    public string? Fund { get; set; }

    public string? Restriction { get; set; }

    public string? Item { get; set; }

    /// <summary>Key of the class of project; empty for none.</summary>
    public string? Class { get; set; }

    public string? Debit { get; set; }

    public string? Credit { get; set; }

    /// <summary>In a correction, the line of the original that the row was.</summary>
    public int? Origin { get; set; }

    /// <summary>A fund alone is what the grid itself wrote into the row.</summary>
    public bool IsBlank => string.IsNullOrWhiteSpace($"{Narrative}{Account}{Debit}{Credit}");

    public MovementKind Movement => Item?.StartsWith(MovementMark, StringComparison.Ordinal) == true
        ? Codes.Find<MovementKind>(Item[MovementMark.Length..]) ?? MovementKind.Ordinary
        : MovementKind.Ordinary;

    /// <summary>A line of a voucher as it was once written; what the grid would fill in by itself is left open.</summary>
    public static GridRow Of(VoucherViewLine line, VoucherView voucher, GridChoices choices, int? origin = null) => new()
    {
        Narrative = line.Narrative == voucher.Narrative ? "" : line.Narrative,
        Account = choices.AccountText(line.AccountKey),
        Fund = choices.FundText(line.FundId),
        Restriction = Codes.Of(line.Restriction),
        Item = line.Movement != MovementKind.Ordinary ? MovementMark + Codes.Kebab(line.Movement) : line.CashFlow,
        Class = line.ProjectClass,
        Debit = line.Side == Side.Debit ? line.Amount.ToString() : "",
        Credit = line.Side == Side.Credit ? line.Amount.ToString() : "",
        Origin = origin,
    };
}

/// <summary>A row as it is drawn: its place, what is wrong with it, and what can be chosen.</summary>
/// <param name="Place">From 0; a mark in the row that the script copies.</param>
/// <param name="Kept">What the row carries beside its cells, in words.</param>
public sealed record GridRowView(
    string Place, GridRow Row, GridChoices Choices, bool IsOpening, ModelStateDictionary State, string? Kept = null)
{
    public string Name(string field) => $"Rows[{Place}].{field}";

    public IEnumerable<(string Field, string Says)> Wrong =>
        from name in new[] { "Narrative", "Account", "Fund", "Restriction", "Item", "Class", "Debit", "Credit" }
        from error in State[Name(name)]?.Errors ?? []
        select (name, error.ErrorMessage);

    public string Css(string field) =>
        State.GetFieldValidationState(Name(field)) == ModelValidationState.Invalid ? "is-invalid" : "";

    public string Red(string? amount) => amount?.Trim().StartsWith('-') == true ? "neg" : "";
}

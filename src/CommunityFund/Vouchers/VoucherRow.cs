using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>One line as a person wrote it in the grid. A negative amount is red ink.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Restriction">Null takes the fund's own default where the account asks for one.</param>
/// <param name="CashFlow">Key of the item; null lets the other lines tell where they can.</param>
/// <param name="Movement">On net-asset accounts, why they move; ordinary everywhere else.</param>
/// <param name="Origin">In a correction, the line of the original that this was: what the grid does not show stays with
/// it.</param>
/// <param name="ProjectClass">Key of the class of project that income or an expense is for; empty for none, null in a correction for that
/// of the original.</param>
public sealed record VoucherRow(
    string Account, int Fund, Side Side, Amount Amount, Restriction? Restriction = null, string? CashFlow = null,
    MovementKind Movement = MovementKind.Ordinary, long? Counterparty = null,
    [property: Personal] string? Narrative = null, int? Origin = null, string? ProjectClass = null);

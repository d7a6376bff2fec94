using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Goods bought, or goods of a voucher that stands in the books already.</summary>
public sealed class BuyModel : GoodsFormPage
{
    /// <summary>The posted voucher whose goods enter the register; null for a purchase.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Voucher { get; set; }

    [BindProperty]
    public string? PaidFrom { get; set; }

    [BindProperty]
    public string? DueOn { get; set; }

    protected override async Task<GoodsAnswer> Send()
    {
        GoodsIn[] goods =
        [
            .. Lines.Where(line => !line.IsBlank).Select(line => new GoodsIn(
                line.Name ?? "", line.Unit ?? "", Whole(line.Quantity), Money(line.Evidence) ?? Amount.Fen(0), line.Batch ?? "",
                OptionalDay(line.Expires))),
        ];
        Restriction restriction = Codes.RestrictionOf(Restriction ?? "") ?? Ledger.Restriction.Unrestricted;
        return Voucher is { } voucher
            ? new GoodsAnswer(await Session.Run(new EnterStock(FormKey, Fund ?? 0, voucher, Place ?? "", goods, restriction), Ct), null)
            : await Session.Run(new BuyGoods(
                FormKey, Fund ?? 0, Place ?? "", goods, DayText.Read(Day), restriction, PaidFrom ?? "", Party ?? "", PartyKind, Narrative ?? "",
                Documents: Enclosed.Enclosures, DueOn: OptionalDay(DueOn), BookedOn: Taken), Ct);
    }
}

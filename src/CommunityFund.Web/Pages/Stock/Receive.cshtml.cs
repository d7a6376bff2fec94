using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Records a gift that is no money.</summary>
public sealed class ReceiveModel : GoodsFormPage
{
    [BindProperty]
    public string? Clause { get; set; }

    protected override async Task<GoodsAnswer> Send() => await Session.Run(new ReceiveInKind(
        FormKey, Fund ?? 0, Party ?? "", PartyKind, DayText.Read(Day), Codes.RestrictionOf(Restriction ?? "") ?? Ledger.Restriction.Unrestricted,
        Clause ?? "", Narrative ?? "", Place ?? "",
        [
            .. Lines.Where(line => !line.IsBlank).Select(line => new InKindRow(
                Codes.Find<InKindThing>(line.Kind ?? "") ?? InKindThing.Goods, line.Name ?? "", line.Unit ?? "", Whole(line.Quantity),
                Money(line.Evidence), Money(line.Fair), Codes.Find<FairSource>(line.Source ?? "") ?? FairSource.None, line.Batch ?? "",
                OptionalDay(line.Expires))),
        ],
        Enclosed.Enclosures, BookedOn: Taken), Ct);
}

using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Stock;

/// <summary>Goods leave: handed out, written off, returned to their donor, or carried to another place.</summary>
public sealed class IssueModel : GoodsFormPage
{
    public static readonly StockPaperKind[] Kinds = [StockPaperKind.Issue, StockPaperKind.WriteOff, StockPaperKind.Return, StockPaperKind.Transfer];

    [BindProperty(SupportsGet = true)]
    public string Kind { get; set; } = "issue";

    [BindProperty(SupportsGet = true)]
    public long? From { get; set; }

    [BindProperty]
    public string? ProjectClass { get; set; }

    [BindProperty]
    public long? Project { get; set; }

    [BindProperty]
    public string? Expense { get; set; }

    [BindProperty]
    public bool IsOwnCause { get; set; }

    public StockPaperKind Leaving => Codes.Find<StockPaperKind>(Kind) is { } kind && Kinds.Contains(kind) ? kind : StockPaperKind.Issue;

    /// <summary>What lies in the chosen place of the chosen fund.</summary>
    public IReadOnlyList<LotChoice> There => [.. Offer!.Lots.Where(lot => lot.Fund == Fund && lot.Place == From)];

    protected override Task Offered()
    {
        Fund ??= Offer!.Lots.FirstOrDefault()?.Fund;
        From ??= Offer!.Lots.FirstOrDefault(lot => lot.Fund == Fund)?.Place;
        return Task.CompletedTask;
    }

    protected override async Task<GoodsAnswer> Send()
    {
        GoodsOut[] goods =
        [
            .. Lines.Where(line => !string.IsNullOrWhiteSpace(line.Quantity) && line.Lot is not null)
                .Select(line => (
                    Lot: There.FirstOrDefault(lot => lot.Lot.ToString(CultureInfo.InvariantCulture) == line.Lot),
                    Quantity: Whole(line.Quantity)))
                .Where(row => row.Quantity > 0 && row.Lot is not null).Select(row => new GoodsOut(row.Lot!.Item, row.Quantity, row.Lot.Lot)),
        ];
        LocalDate day = DayText.Read(Day);
        return Leaving switch
        {
            StockPaperKind.WriteOff => await Session.Run(new WriteOffGoods(
                FormKey, Fund ?? 0, From ?? 0, goods, day, Narrative ?? "", Enclosed.Enclosures, Taken), Ct),
            StockPaperKind.Return => await Session.Run(new ReturnGoods(
                FormKey, Fund ?? 0, From ?? 0, goods, day, IsOwnCause, Narrative ?? "", Party ?? "", PartyKind, Enclosed.Enclosures, Taken), Ct),
            StockPaperKind.Transfer => new GoodsAnswer(await Session.Run(new MoveGoods(
                FormKey, Fund ?? 0, From ?? 0, Place ?? "", goods, day, Narrative ?? ""), Ct), null),
            _ => await Session.Run(new IssueGoods(
                FormKey, Fund ?? 0, From ?? 0, goods, day, Narrative ?? "", Party ?? "", PartyKind, ProjectClass ?? "", Project,
                string.IsNullOrEmpty(Expense) ? Account.Keys.ProgrammeCost : Expense, Enclosed.Enclosures, Taken), Ct),
        };
    }

    /// <summary>A line for each lot that lies there, with what was typed.</summary>
    protected override void Pad(int more = 0) => Lines =
    [
        .. There.Select(lot => lot.Lot.ToString(CultureInfo.InvariantCulture))
            .Select(lot => Lines.FirstOrDefault(line => line.Lot == lot) ?? new GoodsLineForm { Lot = lot }),
    ];
}

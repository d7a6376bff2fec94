using CommunityFund.Ledger;
using CommunityFund.PublicMoney;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.PublicMoney;

/// <summary>One contract: answers, instalments, conditions, what was booked, and what the reader may do.</summary>
public sealed class ShowModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public long? Item { get; set; }

    [BindProperty]
    public string? Note { get; set; }

    [BindProperty]
    public short No { get; set; }

    [BindProperty]
    public PublicNature BookedAs { get; set; }

    [BindProperty]
    public string? On { get; set; }

    [BindProperty]
    public string? Cash { get; set; }

    [BindProperty]
    public string? Amount { get; set; }

    [BindProperty]
    public RefundReason Cause { get; set; }

    [BindProperty]
    public string? PayBy { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public ContractView? View { get; private set; }

    /// <summary>The form that was sent, so that it stays open.</summary>
    public string? Open { get; private set; }

    public async Task OnGetAsync()
    {
        await Load();
        BookedAs = View?.Nature ?? default;
    }

    public Task<IActionResult> OnPostAgreeAsync() => Do("public.said-agreed", () => Session.Run(new AgreeContract(FormKey, Id),
        Ct));

    public Task<IActionResult> OnPostDropAsync() => Do("public.said-dropped", () => Session.Run(new DropContract(FormKey, Id),
        Ct));

    public Task<IActionResult> OnPostMetAsync() => Decide(ConditionState.Met);

    public Task<IActionResult> OnPostBrokenAsync() => Decide(ConditionState.Broken);

    public Task<IActionResult> OnPostReceiveAsync()
    {
        Open = "receive";
        LocalDate on = Day(nameof(On), On);
        return Do("enterprises.said-voucher", () => Session.Run(
            new ReceiveInstalment(FormKey, Id, No, BookedAs, on, Cash ?? "", Documents: Enclosed.Enclosures), Ct));
    }

    public Task<IActionResult> OnPostAcceptAsync()
    {
        Open = "accept";
        (Amount amount, LocalDate on) = (Money(nameof(Amount), Amount), Day(nameof(On), On));
        return Do("enterprises.said-voucher", () => Session.Run(new RecordAcceptance(FormKey, Id, amount, on,
            Enclosed.Enclosures), Ct));
    }

    public Task<IActionResult> OnPostOweAsync()
    {
        Open = "owe";
        (Amount amount, LocalDate on, LocalDate by) = (Money(nameof(Amount), Amount), Day(nameof(On), On), Day(nameof(PayBy),
            PayBy));
        return Do("enterprises.said-voucher", () => Session.Run(
            new OweBack(FormKey, Id, amount, Cause, Reason ?? "", on, by, Enclosed.Enclosures), Ct));
    }

    private Task<IActionResult> Decide(ConditionState state) =>
        Do("public.said-condition", () => Session.Run(new DecideCondition(FormKey, Item ?? 0, state, Note ?? ""), Ct));

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new PublicContractPage(Id), Ct));
}

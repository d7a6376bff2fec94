using CommunityFund.Enterprises;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>One declaration: how it was worked out, how far it has come, and what the reader may do.</summary>
public sealed class DeclarationModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    [BindProperty]
    public string? BookedOn { get; set; }

    [BindProperty]
    public string? Number { get; set; }

    [BindProperty]
    public string? WaiverDay { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public DeclarationView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostVerifyAsync() => Do("enterprises.said-verified", () =>
        Session.Run(new VerifyDeclaration(FormKey, Id), Ct));

    public Task<IActionResult> OnPostReturnAsync() =>
        Do("enterprises.said-returned", () => Session.Run(new ReturnDeclaration(FormKey, Id, Reply ?? ""), Ct));

    public Task<IActionResult> OnPostPrepareAsync()
    {
        LocalDate day = Day(nameof(BookedOn), BookedOn);
        return Do("enterprises.said-voucher", () => Session.Run(new PrepareDeclared(FormKey, Id, day), Ct));
    }

    public Task<IActionResult> OnPostWaiveAsync()
    {
        LocalDate day = Day(nameof(WaiverDay), WaiverDay);
        return Do("enterprises.said-waiving", () => Session.Run(new ProposeWaiver(FormKey, Id, Number ?? "", day, Reason ?? ""),
            Ct));
    }

    public Task<IActionResult> OnPostAgreeWaiverAsync() => Do("enterprises.said-waived", () =>
        Session.Run(new AgreeWaiver(FormKey, Id), Ct));

    public Task<IActionResult> OnPostDropWaiverAsync() => Do("enterprises.said-not-waived", () =>
        Session.Run(new DropWaiver(FormKey, Id), Ct));

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { id = Id });

    private Task Load() => Try(async () => View = await Session.Ask(new DeclarationPage(Id), Ct));
}

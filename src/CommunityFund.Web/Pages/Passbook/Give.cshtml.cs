using CommunityFund.Books;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Pages.Holders;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>转赠: own hours to another member, or to the pool.</summary>
public sealed class GiveModel : MemberPage
{
    [BindProperty]
    public bool ToPool { get; set; }

    [BindProperty]
    public string? To { get; set; }

    [BindProperty]
    public string? Hours { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public PassbookView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ToPool && string.IsNullOrWhiteSpace(To))
        {
            ModelState.AddModelError(nameof(To), W["passbook.give-number-missing"].Value);
        }

        long minutes = Read(nameof(Hours), () => TypedTime.Hours(Hours)) + Read(nameof(Minutes), () => TypedTime.Minutes(Minutes));
        if (!ModelState.IsValid)
        {
            await Load();
            return Page();
        }

        HourReason reason = Codes.Find<HourReason>(Reason ?? "") ?? HourReason.Help;
        if (await Try(() => ToPool ? Holder.Run(new DonateHours(FormKey, Pass, minutes), Ct)
            : Holder.Run(new GiveHours(FormKey, Pass, To ?? "", minutes, reason), Ct)))
        {
            Said = W[ToPool ? "passbook.said-donated" : "passbook.said-given"];
            return RedirectToPage("Index");
        }

        var no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private Task<bool> Load() => Try(async () => View = await Holder.Ask(new MyPassbook(Pass), Ct));
}

using CommunityFund.Audits;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>Asks about a voucher, or finds a fault with it.</summary>
public sealed class RaiseModel : RemarkFormPage
{
    [BindProperty(SupportsGet = true)]
    public long Voucher { get; set; }

    [BindProperty(SupportsGet = true)]
    public long? Sample { get; set; }

    [BindProperty]
    public RemarkKind Kind { get; set; }

    [BindProperty]
    public RemarkSeverity Severity { get; set; } = RemarkSeverity.Ordinary;

    [BindProperty]
    public string? Words { get; set; }

    [BindProperty]
    public string? Days { get; set; } = "10";

    [BindProperty]
    public string? Until { get; set; }

    public string UntilType => TypeOf(Until);

    public RemarkFormView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        long remark = 0;
        RemarkDue due = ReadDue(Days, Until);
        if (ModelState.IsValid && await Try(async () => remark = await Session.Run(new RaiseRemark(
            FormKey, Voucher, Kind, Words ?? "", due, Kind == RemarkKind.Finding ? Severity : null, Sample), Ct)))
        {
            Said = W["audits.said-raised"];
            return RedirectToPage("Show", new { id = remark });
        }

        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => View = await Session.Ask(new RemarkForm(Voucher), Ct));
}

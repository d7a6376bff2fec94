using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>使用报告 on a tranche that was spent when paid: the lead writes it, the desk accepts it or says what is missing.</summary>
public sealed class ReportModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public int Version { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    [BindProperty]
    public string? People { get; set; }

    [BindProperty]
    public string? Activities { get; set; }

    [BindProperty]
    public string? Spent { get; set; }

    [BindProperty]
    public string? Reason { get; set; }

    public AcquittalView? View { get; private set; }

    public ReceiptFolderView? Folder { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostSubmitAsync()
    {
        Amount spent = AnyMoney(nameof(Spent), Spent);
        return Do(async () =>
        {
            await Session.Run(new SubmitReport(FormKey, Id, Version, Text ?? "", Count(People), Count(Activities), spent, Enclosed.Enclosures), Ct);
            return "acquittals.said-report";
        }, Reload, new { id = Id });
    }

    public Task<IActionResult> OnPostAcceptAsync() => Do(async () =>
    {
        await Session.Run(new AcceptReport(FormKey, Id, Version), Ct);
        return "acquittals.said-report-accepted";
    }, Reload, new { id = Id });

    public Task<IActionResult> OnPostSendBackAsync() => Do(async () =>
    {
        await Session.Run(new SendBackReport(FormKey, Id, Version, Reason ?? ""), Ct);
        return "acquittals.said-report-back";
    }, Reload, new { id = Id });

    public async Task<IActionResult> OnGetFileAsync(long paper)
    {
        FiledPaper? file = null;
        return await Try(async () => file = await Session.Ask(new ReadReportPaper(Id, paper), Ct)) ? this.ShowPicture(file!) : Page();
    }

    // What is no number is refused like one that cannot be.
    private static int Count(string? typed) => string.IsNullOrWhiteSpace(typed) ? 0
        : int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : -1;

    private Task Reload()
    {
        ModelState.Remove(nameof(Version));
        return Load();
    }

    private async Task Load()
    {
        await Try(async () =>
        {
            View = await Session.Ask(new AcquittalPage(Id), Ct);
            Folder = await Session.Ask(new ReceiptFolder(View.Grant), Ct);
        });
        Version = View?.Version ?? 0;
    }
}

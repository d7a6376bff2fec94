using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>The notices of a round: written, read, published, and taken back (S-R9).</summary>
public sealed class NoticeModel : RegisterPage
{
    [BindProperty(SupportsGet = true)]
    public long Round { get; set; }

    [BindProperty]
    public long Notice { get; set; }

    [BindProperty]
    public string? Minutes { get; set; }

    [BindProperty]
    public string? Address { get; set; }

    [BindProperty]
    public string? Poster { get; set; }

    [BindProperty]
    public string? Correction { get; set; }

    public NoticeDeskView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnGetPrintAsync(long id) => TakePdf(async () =>
    {
        await Load();
        return View?.Notices.FirstOrDefault(notice => notice.Id == id) is { } notice
            ? GrantPapers.Notice(notice, W) : throw new RefusedException(GrantNotice.Unknown, ("notice", id));
    });

    public Task<IActionResult> OnPostWriteAsync() =>
        Do("award.said-written", () => Session.Run(new WriteNotice(FormKey, Round, Minutes ?? "", Address ?? "", Poster ?? ""), Ct));

    public Task<IActionResult> OnPostPublishAsync() => Do("award.said-published", () => Session.Run(new PublishNotice(FormKey, Notice), Ct));

    public Task<IActionResult> OnPostWithdrawAsync() =>
        Do("award.said-withdrawn", () => Session.Run(new WithdrawNotice(FormKey, Notice, Correction ?? ""), Ct));

    private Task<IActionResult> Do(string said, Func<Task> command) => Do(async () =>
    {
        await command();
        return said;
    }, Load, new { round = Round });

    private async Task Load() => await Try(async () => View = await Session.Ask(new NoticeDesk(Round), Ct));
}

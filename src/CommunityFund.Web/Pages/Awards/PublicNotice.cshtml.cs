using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Awards;

/// <summary>A notice for everybody, and where everybody objects. Open to strangers, so sendings are counted.</summary>
[AllowAnonymous]
public sealed class PublicNoticeModel(Foundation foundation, Tries tries) : FundPage
{
    /// <summary>Too many objections from one place.</summary>
    public const string TooMany = "award.too-many-tries";

    [BindProperty(SupportsGet = true)]
    public Guid N { get; set; }

    [BindProperty]
    public long Grant { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Contact { get; set; }

    [BindProperty]
    public string? Words { get; set; }

    [BindProperty]
    public string? Evidence { get; set; }

    public NoticeView? View { get; private set; }

    public bool IsSent { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        IsSent = ModelState.IsValid && await Try(async () =>
        {
            if (await tries.Begin($"objection {N}", HttpContext.Connection.RemoteIpAddress?.ToString(), Ct) is null)
            {
                throw new RefusedException(TooMany);
            }

            await foundation.Visitor().Run(new SubmitObjection(FormKey, N, Grant, Name ?? "", Contact ?? "", Words ?? "", Evidence ?? ""), Ct);
        });
        if (IsSent)
        {
            (Name, Contact, Words, Evidence, FormKey) = (null, null, null, null, Guid.NewGuid());
            ModelState.Clear();
        }

        await Load();
        return Page();
    }

    private async Task Load() => await Try(async () => View = await foundation.Visitor().Ask(new PublicNotice(N), Ct));
}

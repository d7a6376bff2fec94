using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>A donor's own page (S-W5): with number and code of the letter, what became of the gift. Open to strangers, so
/// tries are counted.</summary>
[AllowAnonymous]
public sealed class TraceModel(Foundation foundation, Tries tries) : FundPage
{
    /// <summary>Too many codes were tried.</summary>
    public const string TooMany = "trace.too-many";

    [BindProperty(SupportsGet = true)]
    public string? Number { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    public DonorGift? Gift { get; private set; }

    public Task OnGetAsync() => Try(async () =>
    {
        Response.Headers.CacheControl = "no-store";
        Response.Headers["Referrer-Policy"] = "no-referrer";
        if (Number is not { Length: > 0 } number || Code is not { Length: > 0 } code)
        {
            return;
        }

        if (await tries.Begin($"gift {PlainText.Of(number)}", HttpContext.Connection.RemoteIpAddress?.ToString(), Ct) is not { } attempt)
        {
            throw new RefusedException(TooMany);
        }

        Gift = await foundation.Visitor().Ask(new DonorTrace(number, code), Ct);
        await tries.Succeeded(attempt, Ct);
    });
}

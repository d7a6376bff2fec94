using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>Whether a certificate is genuine, for a school or an employer that was shown one. Open to strangers, so tries are counted.</summary>
[AllowAnonymous]
public sealed class CertificateModel(Foundation foundation, Tries tries) : FundPage
{
    /// <summary>Too many codes were tried.</summary>
    public const string TooMany = "certificate.too-many";

    [BindProperty(SupportsGet = true)]
    public string? No { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Code { get; set; }

    public CertificateView? View { get; private set; }

    public Task OnGetAsync() => Try(async () =>
    {
        Response.Headers.CacheControl = "no-store";
        Response.Headers["Referrer-Policy"] = "no-referrer";
        if (No is not { Length: > 0 } number || Code is not { Length: > 0 } code)
        {
            return;
        }

        // Spaces do not make another certificate of it.
        string asked = PlainText.Of(number).Replace(" ", "", StringComparison.Ordinal);
        if (await tries.Begin($"certificate {asked}", HttpContext.Connection.RemoteIpAddress?.ToString(), Ct) is not { } attempt)
        {
            throw new RefusedException(TooMany);
        }

        View = await foundation.Visitor().Ask(new CheckCertificate(number, code), Ct);
        await tries.Succeeded(attempt, Ct);
    });
}

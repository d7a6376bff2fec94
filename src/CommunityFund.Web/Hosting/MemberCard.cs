using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using Microsoft.AspNetCore.DataProtection;

namespace CommunityFund.Web.Hosting;

/// <summary>
/// The card of the time bank that this phone has shown: number and code, sealed in a cookie until the holder puts it away. Whoever is signed in and
/// takes part needs none. Wrong codes are counted by the card and by the address, and written down.
/// </summary>
public sealed class MemberCard(
    IHttpContextAccessor http, CurrentSession current, Foundation foundation, Tries tries, IDataProtectionProvider protection)
{
    /// <summary>Too many codes were tried for this card or from this address.</summary>
    public const string TooMany = "member.too-many";

    private const string Cookie = "card";

    private static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("CommunityFund.MemberCard").ToTimeLimitedDataProtector();

    private HttpContext Http => http.HttpContext!;

    /// <summary>What the phone shows; null where it has shown nothing and nobody is signed in.</summary>
    public MemberPass? Pass => Shown() ?? (current.IsSignedIn ? MemberPass.SignedIn : null);

    /// <summary>The session in which the holder of the card asks and acts.</summary>
    public FundSession Session => Shown() is null && current.IsSignedIn ? current.Fund : foundation.Visitor();

    /// <summary>Lets the card through if it has tries left, and keeps it on this phone.</summary>
    /// <exception cref="RefusedException">Number and code do not belong together, or there were too many tries.</exception>
    public async Task Show(string number, string code, CancellationToken ct)
    {
        MemberPass pass = new(PlainText.Of(number).Replace(" ", "", StringComparison.Ordinal), PlainText.Of(code));
        if (pass.Number.Length == 0 || await tries.Begin($"member {pass.Number}", Http.Connection.RemoteIpAddress?.ToString(), ct) is not { } attempt)
        {
            throw new RefusedException(pass.Number.Length == 0 ? Member.CodeUnknown : TooMany);
        }

        await foundation.Visitor().Ask(new MyCard(pass), ct);
        await tries.Succeeded(attempt, ct);
        Http.Response.Cookies.Append(Cookie, _seal.Protect($"{pass.Number} {pass.Code}", Lasts), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = Http.Request.IsHttps,
            MaxAge = Lasts,
        });
    }

    /// <summary>The holder puts the card away.</summary>
    public void PutAway() => Http.Response.Cookies.Delete(Cookie);

    private MemberPass? Shown()
    {
        if (Http.Request.Cookies[Cookie] is not { Length: > 0 } kept)
        {
            return null;
        }

        try
        {
            return _seal.Unprotect(kept).Split(' ', 2) is [var number, var code] ? new MemberPass(number, code) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Web.Hosting;

/// <summary>
/// The browser at hand: what it says of itself, roughly where it is, and whether the person has signed in with it before. A known
/// browser has a count of tries of its own, so that strangers who try a name do not lock its owner out.
/// </summary>
public sealed class Device(IHttpContextAccessor http, Foundation foundation)
{
    private const string Cookie = "device";
    private const int Longest = 200;

    private HttpContext Http => http.HttpContext!;

    public string UserAgent
    {
        get
        {
            string agent = Http.Request.Headers.UserAgent.ToString();
            return agent.Length > Longest ? agent[..Longest] : agent;
        }
    }

    /// <summary>The whole address, for counting tries; null where there is none.</summary>
    public string? Address => Http.Connection.RemoteIpAddress?.ToString();

    /// <summary>Without its last part: enough to know one's own town by, too little to find a person.</summary>
    public string Roughly => Http.Connection.RemoteIpAddress is not { } address ? ""
        : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address) is { AddressFamily: AddressFamily.InterNetwork } four
        ? string.Join('.', four.ToString().Split('.')[..3]) + ".*"
        : string.Join(':', address.GetAddressBytes()[..6].Chunk(2).Select(pair => Convert.ToHexStringLower(pair))) + ":*";

    public async Task<bool> IsKnownTo(FundDb db, Login login, CancellationToken ct)
    {
        byte[]? digest = Digest();
        return digest is not null && await db.Set<KnownDevice>().AnyAsync(row => row.LoginId == login.Id && row.Digest == digest, ct);
    }

    /// <summary>From now on this browser is one of the person's.</summary>
    public async Task Remember(FundDb db, Login login, CancellationToken ct)
    {
        if (Digest() is not { } digest)
        {
            string fresh = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            Http.Response.Cookies.Append(Cookie, fresh, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                SameSite = SameSiteMode.Lax,
                Secure = Http.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(400),
            });
            digest = Digest(fresh);
        }

        DateTime now = foundation.Clock.GetCurrentInstant().ToDateTimeUtc();
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into known_device (login_id, digest, last_used) values ({login.Id}, {digest}, {now})
            on conflict (login_id, digest) do update set last_used = excluded.last_used
            """,
            ct);
    }

    private static byte[] Digest(string device) => SHA256.HashData(Encoding.UTF8.GetBytes(device));

    private byte[]? Digest() => Http.Request.Cookies[Cookie] is { Length: 64 } device ? Digest(device) : null;
}

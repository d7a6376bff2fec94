using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>Sessions in the database; the cookie holds only a random id, of which the database keeps the digest.</summary>
internal sealed class DatabaseTickets(Foundation foundation, IDataProtectionProvider protection, IHttpContextAccessor http)
    : ITicketStore
{
    public const string LoginClaim = "login";

    /// <summary>Where a request keeps the digest of its own session.</summary>
    public const string SessionItem = "CommunityFund.Session";
    private static readonly Duration SeenEvery = Duration.FromMinutes(5);
    private readonly IDataProtector _protector = protection.CreateProtector("CommunityFund.Sessions");

    public static string Digest(string key) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)));

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        string key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Instant now = foundation.Clock.GetCurrentInstant();
        await using FundDb db = foundation.Open();
        await db.Set<SignInSession>().Where(session => session.ExpiresAt < now).ExecuteDeleteAsync();
        Device? device = http.HttpContext?.RequestServices.GetRequiredService<Device>();
        db.Add(new SignInSession
        {
            SessionId = Digest(key),
            LoginId = long.Parse(ticket.Principal.FindFirst(LoginClaim)!.Value,
                System.Globalization.CultureInfo.InvariantCulture),
            Ticket = Protect(ticket),
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = Expires(ticket, now),
            UserAgent = device?.UserAgent ?? "",
            Address = device?.Roughly ?? "",
            ProvedAt = now,
        });
        await db.SaveChangesAsync();
        return key;
    }

    public async Task RenewAsync(string key, AuthenticationTicket ticket)
    {
        Instant now = foundation.Clock.GetCurrentInstant();
        byte[] written = Protect(ticket);
        Instant expires = Expires(ticket, now);
        string digest = Digest(key);
        await using FundDb db = foundation.Open();
        await db.Set<SignInSession>().Where(session => session.SessionId == digest).ExecuteUpdateAsync(set => set
            .SetProperty(session => session.Ticket, written).SetProperty(session => session.ExpiresAt, expires)
            .SetProperty(session => session.LastSeenAt, now));
    }

    public async Task<AuthenticationTicket?> RetrieveAsync(string key)
    {
        // An error page is shown to nobody in particular; asking once more would only fail once more.
        if (http.HttpContext?.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            return null;
        }

        string digest = Digest(key);
        CancellationToken ct = http.HttpContext?.RequestAborted ?? CancellationToken.None;
        byte[]? ticket = await foundation.Read(db => Seen(db, digest), ct);
        if (ticket is null)
        {
            return null;
        }

        http.HttpContext?.Items[SessionItem] = digest;
        return TicketSerializer.Default.Deserialize(_protector.Unprotect(ticket));
    }

    public async Task RemoveAsync(string key)
    {
        string digest = Digest(key);
        await using FundDb db = foundation.Open();
        await db.Set<SignInSession>().Where(session => session.SessionId == digest).ExecuteDeleteAsync();
    }

    private async Task<byte[]?> Seen(FundDb db, string digest)
    {
        Instant now = foundation.Clock.GetCurrentInstant();
        SignInSession? session = await db.Set<SignInSession>()
            .SingleOrDefaultAsync(row => row.SessionId == digest && row.ExpiresAt > now);
        if (session is not null && now - session.LastSeenAt > SeenEvery)
        {
            session.LastSeenAt = now;
            await db.SaveChangesAsync();
        }

        return session?.Ticket;
    }

    private static Instant Expires(AuthenticationTicket ticket, Instant now) =>
        ticket.Properties.ExpiresUtc is { } at ? Instant.FromDateTimeOffset(at) : now + Duration.FromHours(8);

    private byte[] Protect(AuthenticationTicket ticket) => _protector.Protect(TicketSerializer.Default.Serialize(ticket));
}

using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>How far somebody got: in, refused, or in front of the second step with a ticket for it.</summary>
public sealed record Entered(Refusal? Refused = null, string? Ticket = null);

/// <summary>The way in and out. Identity checks password and lockout; every try is counted and logged, outside commands.</summary>
public sealed class Entrance(
    FundDb db, UserManager<Login> users, IHttpContextAccessor http, Foundation foundation, Tries tries, Device device,
    IDataProtectionProvider protection)
{
    /// <summary>Name or password is wrong; which of the two is not said.</summary>
    public const string Wrong = "sign-in.wrong";

    /// <summary>Too many wrong passwords.</summary>
    public const string LockedOut = "sign-in.locked-out";

    /// <summary>Too many tries from this address or under this name.</summary>
    public const string TooMany = "sign-in.too-many";

    /// <summary>The code is wrong or was used before.</summary>
    public const string WrongCode = "sign-in.wrong-code";

    /// <summary>The first step was too long ago.</summary>
    public const string TooLate = "sign-in.too-late";

    /// <summary>The person has no role in any book now.</summary>
    public const string NoRole = "sign-in.no-role";

    /// <summary>What was typed to prove who one is was wrong.</summary>
    public const string WrongProof = "sign-in.wrong-proof";

    private static readonly DateTimeZone BooksZone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    // Checked for unknown names too, so that the time an answer takes does not tell which names exist.
    private static readonly Login Nobody = new() { PersonId = 0, UserName = "nobody" };
    private static readonly string NobodysPassword = Login.Hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    private readonly ITimeLimitedDataProtector _tickets =
        protection.CreateProtector("CommunityFund.SecondStep").ToTimeLimitedDataProtector();

    private HttpContext Http => http.HttpContext!;

    private CancellationToken Ct => Http.RequestAborted;

    public async Task<Entered> SignIn(string userName, string password)
    {
        Login? login = await users.FindByNameAsync(userName);
        bool known = login is not null && await device.IsKnownTo(db, login, Ct);
        if (await tries.Begin($"{userName.ToUpperInvariant()} {known}", device.Address, Ct) is not { } attempt)
        {
            return await Refuse(TooMany, login, "too-many");
        }

        if (login is null)
        {
            _ = Login.Hasher.VerifyHashedPassword(Nobody, NobodysPassword, password);
            return await Refuse(Wrong, null, "unknown-name");
        }

        if (!known && await users.IsLockedOutAsync(login))
        {
            return await Refuse(LockedOut, login, "locked-out");
        }

        if (!await users.CheckPasswordAsync(login, password))
        {
            return await Failed(login, known, Wrong, "wrong-password");
        }

        await tries.Succeeded(attempt, Ct);
        if (login.TotpKey is not null)
        {
            return new Entered(Ticket: _tickets.Protect($"{login.Id} {login.SecurityStamp}", TimeSpan.FromMinutes(5)));
        }

        return await Enter(login);
    }

    /// <summary>The second step: an authenticator's code or a recovery code.</summary>
    public async Task<Entered> SecondStep(string ticket, string code)
    {
        if (await Ticketed(ticket) is not { } login)
        {
            return await Refuse(TooLate, null, "wrong-code");
        }

        bool known = await device.IsKnownTo(db, login, Ct);
        if (await tries.Begin($"code {login.Id} {known}", device.Address, Ct) is not { } attempt)
        {
            return await Refuse(TooMany, login, "too-many");
        }

        if (!known && await users.IsLockedOutAsync(login))
        {
            return await Refuse(LockedOut, login, "locked-out");
        }

        var (accepted, recovery) = await SecondFactor.Accept(db, foundation, login, code, Ct);
        if (!accepted)
        {
            Entered refused = await Failed(login, known, WrongCode, "wrong-code");
            return refused with { Ticket = ticket };
        }

        await tries.Succeeded(attempt, Ct);
        if (recovery)
        {
            await Log(login.Id, "recovery-code");
        }

        return await Enter(login);
    }

    /// <summary>Step-up: the person at the keys shows again to be the one who signed in.</summary>
    /// <returns>Null if it was right.</returns>
    public async Task<Refusal?> Prove(string typed, string session)
    {
        Login? login = await users.FindByIdAsync(Http.User.FindFirstValue(DatabaseTickets.LoginClaim)!);
        if (login is null || await tries.Begin($"proof {login.Id}", null, Ct) is not { } attempt)
        {
            return (await Refuse(TooMany, login, "too-many")).Refused;
        }

        bool right = login.TotpKey is null
            ? await users.CheckPasswordAsync(login, typed)
            : (await SecondFactor.Accept(db, foundation, login, typed, Ct)).Accepted;
        if (!right)
        {
            return (await Refuse(WrongProof, login, login.TotpKey is null ? "wrong-password" : "wrong-code")).Refused;
        }

        await tries.Succeeded(attempt, Ct);
        Instant now = foundation.Clock.GetCurrentInstant();
        await db.Set<SignInSession>().Where(row => row.SessionId == session).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.ProvedAt, now).SetProperty(row => row.ProofUsedAt, now), Ct);
        await Log(login.Id, "proved");
        return null;
    }

    /// <summary>Whether the person at hand proves by a code; else by the password.</summary>
    public async Task<bool> ProvesByCode() =>
        (await users.FindByIdAsync(Http.User.FindFirstValue(DatabaseTickets.LoginClaim) ?? "0"))?.TotpKey is not null;

    /// <summary>After password or second factor changed: the same session, without the claim that asked for it.</summary>
    public async Task Refresh()
    {
        long id = long.Parse(Http.User.FindFirstValue(DatabaseTickets.LoginClaim)!, CultureInfo.InvariantCulture);
        Login login = await db.Set<Login>().AsNoTracking().SingleAsync(row => row.Id == id, Ct);
        int book = int.Parse(Http.User.FindFirstValue(CurrentSession.BookClaim)!, CultureInfo.InvariantCulture);
        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, await Principal(login, book));
    }

    /// <summary>Goes to another book in which the person at hand holds a role; the sign-in stays the same, and so does its proof.</summary>
    /// <exception cref="RefusedException">No role there.</exception>
    public async Task Open(int book)
    {
        long person = long.Parse(Http.User.FindFirstValue(CurrentSession.PersonClaim)!, CultureInfo.InvariantCulture);
        if (!await HeldBy(person).AnyAsync(grant => grant.BookId == book, Ct))
        {
            throw new RefusedException(NoRole);
        }

        long id = long.Parse(Http.User.FindFirstValue(DatabaseTickets.LoginClaim)!, CultureInfo.InvariantCulture);
        Login login = await db.Set<Login>().AsNoTracking().SingleAsync(row => row.Id == id, Ct);
        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, await Principal(login, book));
        await Log(login.Id, "book-opened");
    }

    public async Task SignOut()
    {
        string? claim = Http.User.FindFirstValue(DatabaseTickets.LoginClaim);
        long? login = long.TryParse(claim, CultureInfo.InvariantCulture, out long id) ? id : null;
        await Http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        await Log(login, "signed-out");
    }

    private async Task<Entered> Enter(Login login)
    {
        int book = await HeldBy(login.PersonId).OrderBy(grant => grant.BookId).Select(grant => grant.BookId).FirstOrDefaultAsync(Ct);
        if (book == 0)
        {
            return await Refuse(NoRole, login, "no-role");
        }

        await db.Database.ExecuteSqlAsync(
            $"update login set access_failed_count = 0 where id = {login.Id} and access_failed_count > 0", Ct);
        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, await Principal(login, book));
        await device.Remember(db, login, Ct);
        await Log(login.Id, "signed-in");
        return new Entered();
    }

    private IQueryable<RoleGrant> HeldBy(long person)
    {
        LocalDate today = foundation.Clock.GetCurrentInstant().InZone(BooksZone).Date;
        return db.Set<RoleGrant>().Where(grant => grant.PersonId == person && grant.ValidFrom <= today
            && (grant.ValidUntil == null || grant.ValidUntil >= today));
    }

    private async Task<Login?> Ticketed(string ticket)
    {
        try
        {
            string[] parts = _tickets.Unprotect(ticket).Split(' ');
            Login? login = await users.FindByIdAsync(parts[0]);
            return login?.SecurityStamp == parts[1] ? login : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private async Task<ClaimsPrincipal> Principal(Login login, int book)
    {
        bool mustHave = login.TotpKey is null
            && await foundation.SessionOf(login.PersonId, book).Ask(new MySecondFactor(), Ct) is { Required: true };
        return new(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, login.UserName!),
                new Claim(DatabaseTickets.LoginClaim, login.Id.ToString(CultureInfo.InvariantCulture)),
                new Claim(CurrentSession.PersonClaim, login.PersonId.ToString(CultureInfo.InvariantCulture)),
                new Claim(CurrentSession.BookClaim, book.ToString(CultureInfo.InvariantCulture)),
                new Claim(CurrentSession.MustChangeClaim, login.MustChangePassword ? "yes" : "no"),
                new Claim(CurrentSession.MustSetUpClaim, mustHave ? "yes" : "no"),
            ],
            CookieAuthenticationDefaults.AuthenticationScheme));
    }

    /// <summary>Counts towards the lockout; from a known browser only its own count of tries does.</summary>
    private async Task<Entered> Failed(Login login, bool known, string code, string outcome)
    {
        if (!known)
        {
            if (await CountFailure(login))
            {
                await Log(login.Id, outcome);
                return new Entered(new RefusedException(LockedOut, ("minutes", 15)).Refusal);
            }
        }

        return await Refuse(code, login, outcome);
    }

    /// <summary>One more failure, counted where it cannot get lost: Identity itself reads, adds and writes, and of many at once
    /// counts one.</summary>
    /// <returns>Whether the account is locked now.</returns>
    private async Task<bool> CountFailure(Login login)
    {
        Instant now = foundation.Clock.GetCurrentInstant();
        DateTime until = (now + Duration.FromTimeSpan(users.Options.Lockout.DefaultLockoutTimeSpan)).ToDateTimeUtc();
        int most = users.Options.Lockout.MaxFailedAccessAttempts;
        await db.Database.ExecuteSqlAsync(
            $"""
            update login set lockout_end = case when access_failed_count + 1 >= {most} then {until} else lockout_end end,
                             access_failed_count = case when access_failed_count + 1 >= {most} then 0 else access_failed_count + 1 end
             where id = {login.Id}
            """,
            Ct);
        DateTimeOffset at = now.ToDateTimeOffset();
        return await db.Set<Login>().AnyAsync(row => row.Id == login.Id && row.LockoutEnd > at, Ct);
    }

    private async Task<Entered> Refuse(string code, Login? login, string outcome)
    {
        await Log(login?.Id, outcome);
        return new Entered(new RefusedException(code, ("minutes", 15)).Refusal);
    }

    private async Task Log(long? login, string outcome)
    {
        db.Add(new SignInLog
        {
            HappenedAt = foundation.Clock.GetCurrentInstant(),
            LoginId = login,
            Outcome = outcome,
            UserAgent = device.UserAgent,
            Address = device.Roughly,
        });
        await db.SaveChangesAsync(CancellationToken.None);
    }
}

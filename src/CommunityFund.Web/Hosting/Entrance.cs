using System.Globalization;
using System.Security.Claims;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>The way in and out. Identity checks password and lockout; every try is logged, outside commands.</summary>
public sealed class Entrance(FundDb db, SignInManager<Login> signIn, IHttpContextAccessor http, IClock clock)
{
    /// <summary>Name or password is wrong; which of the two is not said.</summary>
    public const string Wrong = "sign-in.wrong";

    /// <summary>Too many wrong passwords.</summary>
    public const string LockedOut = "sign-in.locked-out";

    /// <summary>The person has no role in any book now.</summary>
    public const string NoRole = "sign-in.no-role";

    private static readonly DateTimeZone BooksZone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    // Checked for unknown names too, so that the time an answer takes does not tell which names exist.
    private static readonly Login Nobody = new() { PersonId = 0, UserName = "nobody" };
    private static readonly string NobodysPassword = new PasswordHasher<Login>().HashPassword(Nobody, Guid.NewGuid().ToString());

    private HttpContext Http => http.HttpContext!;

    public async Task<Refusal?> SignIn(string userName, string password)
    {
        Login? login = await signIn.UserManager.FindByNameAsync(userName);
        if (login is null)
        {
            _ = new PasswordHasher<Login>().VerifyHashedPassword(Nobody, NobodysPassword, password);
            return await Refuse(Wrong, null, "unknown-name");
        }

        SignInResult result = await signIn.CheckPasswordSignInAsync(login, password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            return result.IsLockedOut
                ? await Refuse(LockedOut, login, "locked-out")
                : await Refuse(Wrong, login, "wrong-password");
        }

        LocalDate today = clock.GetCurrentInstant().InZone(BooksZone).Date;
        int book = await db.Set<RoleGrant>()
            .Where(grant => grant.PersonId == login.PersonId && grant.ValidFrom <= today
            && (grant.ValidUntil == null || grant.ValidUntil >= today))
            .OrderBy(grant => grant.BookId)
            .Select(grant => grant.BookId).FirstOrDefaultAsync(Http.RequestAborted);
        if (book == 0)
        {
            return await Refuse(NoRole, login, "no-role");
        }

        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principal(login, book));
        await Log(login, "signed-in");
        return null;
    }

    /// <summary>After the password was changed: the same session, without the claim that asked for it.</summary>
    public async Task Refresh()
    {
        Login login = await db.Set<Login>().AsNoTracking()
            .SingleAsync(row =>
            row.Id == long.Parse(Http.User.FindFirstValue(DatabaseTickets.LoginClaim)!, CultureInfo.InvariantCulture),
                Http.RequestAborted);
        int book = int.Parse(Http.User.FindFirstValue(CurrentSession.BookClaim)!, CultureInfo.InvariantCulture);
        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, Principal(login, book));
    }

    public async Task SignOut()
    {
        string? claim = Http.User.FindFirstValue(DatabaseTickets.LoginClaim);
        long? login = long.TryParse(claim, CultureInfo.InvariantCulture, out long id) ? id : null;
        await Http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        await Log(login, "signed-out");
    }

    private static ClaimsPrincipal Principal(Login login, int book) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, login.UserName!),
            new Claim(DatabaseTickets.LoginClaim, login.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(CurrentSession.PersonClaim, login.PersonId.ToString(CultureInfo.InvariantCulture)),
            new Claim(CurrentSession.BookClaim, book.ToString(CultureInfo.InvariantCulture)),
            new Claim(CurrentSession.MustChangeClaim, login.MustChangePassword ? "yes" : "no"),
        ],
        CookieAuthenticationDefaults.AuthenticationScheme));

    private async Task<Refusal> Refuse(string code, Login? login, string outcome)
    {
        await Log(login, outcome);
        return new RefusedException(code, ("minutes", 15)).Refusal;
    }

    private Task Log(Login? login, string outcome) => Log(login?.Id, outcome);

    private async Task Log(long? login, string outcome)
    {
        string agent = Http.Request.Headers.UserAgent.ToString();
        db.Add(new SignInLog
        {
            HappenedAt = clock.GetCurrentInstant(),
            LoginId = login,
            Outcome = outcome,
            UserAgent = agent.Length > 200 ? agent[..200] : agent,
        });
        await db.SaveChangesAsync(CancellationToken.None);
    }
}

using System.Globalization;
using System.Security.Claims;
using CommunityFund.Books;

namespace CommunityFund.Web.Hosting;

/// <summary>The signed-in person's session; who it is comes from the cookie, never from a form.</summary>
public sealed class CurrentSession(IHttpContextAccessor http, Foundation foundation)
{
    public const string PersonClaim = "person", BookClaim = "book", MustChangeClaim = "must-change";

    private Task<Identity>? _who;

    public ClaimsPrincipal User => http.HttpContext!.User;

    public bool IsSignedIn => User.Identity?.IsAuthenticated == true;

    /// <summary>What the database knows this session by, so that ending all others can spare it.</summary>
    public string SessionId => http.HttpContext!.Items[DatabaseTickets.SessionItem] as string ?? "";

    public bool MustChangePassword => User.FindFirstValue(MustChangeClaim) == "yes";

    public FundSession Fund => foundation.SessionOf(Number(PersonClaim), (int)Number(BookClaim));

    /// <summary>Asked once per request.</summary>
    public Task<Identity> WhoAmI() => _who ??= Fund.Ask(new WhoAmI(), http.HttpContext!.RequestAborted);

    private long Number(string claim) => long.Parse(User.FindFirstValue(claim) ?? "0", CultureInfo.InvariantCulture);
}

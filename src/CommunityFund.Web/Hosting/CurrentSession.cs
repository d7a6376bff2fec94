using System.Globalization;
using System.Security.Claims;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>The signed-in person's session; who it is comes from the cookie, never from a form.</summary>
public sealed class CurrentSession(IHttpContextAccessor http, Foundation foundation)
{
    public const string PersonClaim = "person", BookClaim = "book", MustChangeClaim = "must-change",
        MustSetUpClaim = "must-set-up";

    private Task<Identity>? _who;
    private FundSession? _fund;

    public ClaimsPrincipal User => http.HttpContext!.User;

    public bool IsSignedIn => User.Identity?.IsAuthenticated == true;

    /// <summary>What the database knows this session by, so that ending all others can spare it.</summary>
    public string SessionId => http.HttpContext!.Items[DatabaseTickets.SessionItem] as string ?? "";

    /// <summary>A role asks for a second factor that is not set up.</summary>
    public bool MustSetUpTotp => User.FindFirstValue(MustSetUpClaim) == "yes";

    /// <summary>What was wrong with the proof that this request brought.</summary>
    public Refusal? ProofRefused { get; set; }

    public bool MustChangePassword => User.FindFirstValue(MustChangeClaim) == "yes";

    /// <summary>One per request, which so waits once for a database that is away, not for each of its questions.</summary>
    public FundSession Fund => _fund ??= foundation.SignedIn(Number(PersonClaim), (int)Number(BookClaim), SessionId);

    /// <summary>Asked once per request.</summary>
    public Task<Identity> WhoAmI() => _who ??= Ask();

    // A page that already says that the database is away is still drawn, with its form, under the name of the sign-in.
    private async Task<Identity> Ask()
    {
        try
        {
            return await Fund.Ask(new WhoAmI(), http.HttpContext!.RequestAborted);
        }
        catch (RefusedException refused) when (FundSession.IsAway(refused.Refusal)
            && http.HttpContext!.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
        {
            return new Identity(User.Identity?.Name ?? "", "", LocalDate.MinIsoValue, LocalDate.MinIsoValue,
                new HashSet<Role>());
        }
    }

    private long Number(string claim) => long.Parse(User.FindFirstValue(claim) ?? "0", CultureInfo.InvariantCulture);
}

using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Pages.Meetings;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Vote;

/// <summary>A voter's phone: number and code of the slip, or who is signed in; then three ticks for each project. Open to strangers, so tries are
/// counted; the code goes in the form and never in an address.</summary>
[AllowAnonymous]
public sealed class IndexModel(Foundation foundation, Tries tries) : FundPage
{
    /// <summary>Too many codes were tried.</summary>
    public const string TooMany = "vote.too-many";

    /// <summary>The meeting, for whoever is signed in and on its roll; 0 for whoever comes with a slip.</summary>
    [BindProperty(SupportsGet = true)]
    public long Meeting { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Ticket { get; set; }

    [BindProperty]
    public string? Code { get; set; }

    /// <summary>Open projects that the form showed: what is shown and not ticked is a vote too.</summary>
    [BindProperty]
    public List<long> Grants { get; set; } = [];

    /// <summary>Each "case criterion".</summary>
    [BindProperty]
    public List<string> Ticks { get; set; } = [];

    [BindProperty]
    public long Recuse { get; set; }

    [BindProperty]
    public RecusalReason Reason { get; set; }

    public VoteCardView? View { get; private set; }

    public string? Told { get; private set; }

    private bool IsSignedIn => Meeting != 0 && string.IsNullOrWhiteSpace(Ticket)
        && HttpContext.RequestServices.GetRequiredService<CurrentSession>().IsSignedIn;

    private FundSession Voter => IsSignedIn ? Session : foundation.Visitor();

    public Task OnGetAsync()
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        return IsSignedIn ? With(null, _ => Task.CompletedTask) : Task.CompletedTask;
    }

    public Task OnPostAsync() => With(null, _ => Task.CompletedTask);

    public Task OnPostHereAsync() => With("vote.said-here", pass => Voter.Run(new CheckInByCode(FormKey, pass), Ct));

    public Task OnPostCastAsync() => With("vote.said-cast", pass =>
    {
        ILookup<long, int> ticked = Ticks.Select(ShowModel.Pair).ToLookup(pair => pair.First, pair => (int)pair.Second);
        return Voter.Run(new CastVote(FormKey, pass,
            new Ballot(FormKey, [.. Grants.Distinct().Select(grant => new ProjectTicks(grant, [.. ticked[grant]]))])), Ct);
    });

    public Task OnPostRecuseAsync() => With("vote.said-recused", pass =>
        Voter.Run(new DeclareRecusal(FormKey, pass, Recuse, Reason), Ct));

    /// <summary>Lets the slip through if it has tries left, does what was asked, and shows the voter's card.</summary>
    private async Task With(string? said, Func<VoterPass, Task> act)
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        VoterPass pass = IsSignedIn ? VoterPass.SignedIn(Meeting)
            : new VoterPass(0, PlainText.Of(Ticket).Replace(" ", "", StringComparison.Ordinal), Code ?? "");
        bool isKnown = await Try(async () =>
        {
            if (IsSignedIn)
            {
                View = await Voter.Ask(new VoteCard(pass), Ct);
                return;
            }

            // By the number alone: a whole room sits behind one address.
            if (await tries.Begin($"voter {pass.Ticket}", null, Ct) is not { } attempt)
            {
                throw new RefusedException(TooMany);
            }

            View = await Voter.Ask(new VoteCard(pass), Ct);
            await tries.Succeeded(attempt, Ct);
        });
        if (isKnown && await Try(() => act(pass)))
        {
            Told = said is null ? null : W[said].Value;
            (FormKey, Ticks) = (Guid.NewGuid(), []);
            ModelState.Remove(nameof(FormKey));
        }

        if (isKnown)
        {
            Refusal? refused = Refusal;
            await Try(async () => View = await Voter.Ask(new VoteCard(pass), Ct));
            Refusal = refused ?? Refusal;
        }
    }
}

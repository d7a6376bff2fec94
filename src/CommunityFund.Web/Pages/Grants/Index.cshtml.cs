using CommunityFund.Grants.Rounds;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>The calls for applications: what is open as cards, what is over as a list.</summary>
public sealed class IndexModel : FundPage
{
    public RoundCards? View { get; private set; }

    /// <summary>Cards under their heading, what one can do now first.</summary>
    public IEnumerable<(string Title, IReadOnlyList<RoundCard> Rounds)> Groups =>
        new[] { (RoundStage.Open, "rounds.open"), (RoundStage.Waiting, "rounds.waiting"), (RoundStage.Coming, "rounds.coming") }
            .Select(group => (group.Item2, (IReadOnlyList<RoundCard>)[.. In(group.Item1)])).Where(group => group.Item2.Count > 0);

    public IReadOnlyList<RoundCard> Closed => [.. In(RoundStage.Closed)];

    public Task OnGetAsync() => Try(async () => View = await Session.Ask(new RoundList(), Ct));

    // What closes first is read first; what is over, last first.
    private IEnumerable<RoundCard> In(RoundStage stage) => View is null ? []
        : stage == RoundStage.Closed ? View.Rounds.Where(round => round.Stage == stage)
        : View.Rounds.Where(round => round.Stage == stage).OrderBy(round => round.ClosesOn);
}

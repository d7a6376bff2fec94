using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>A table of moves as the page shows it.</summary>
/// <param name="Key">Tells the words and the parts of the picture apart.</param>
public sealed record LifeTable(string Key, LifeDrawing Drawing, IReadOnlyList<LifeStep> Steps, string Mermaid);

/// <summary>The life of a grant and of its tranches, drawn and as tables, from the tables that every page asks.</summary>
public sealed class LifeModel : FundPage
{
    public IReadOnlyList<LifeTable> Tables => [Of("grant", GrantLife.Table), Of("tranche", TrancheLife.Table)];

    public void OnGet()
    {
        // Everything shown is the tables'.
    }

    private LifeTable Of<TState, TMove, TFacts>(string key, Workflow<GrantMover, TState, TMove, TFacts> table)
        where TState : struct, Enum
        where TMove : struct, Enum
    {
        LifeStep[] steps = [.. table.Rules.Select(rule => new LifeStep(rule.From, rule.Move, rule.To, rule.By, rule.Posts))];
        return new LifeTable(key, LifeDrawing.Draw(steps), steps,
            table.Mermaid(state => W.Show(state), move => W.Show(move), mover => W.Show(mover)));
    }
}

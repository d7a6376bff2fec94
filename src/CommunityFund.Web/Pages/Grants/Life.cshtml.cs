using CommunityFund.Grants;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>The life of a grant, drawn and as a table, from the one table that every page asks.</summary>
public sealed class LifeModel : FundPage
{
    public LifeDrawing Drawing { get; } = LifeDrawing.Draw();

    public string Mermaid => GrantLife.Table.Mermaid(state => W.Show(state), move => W.Show(move), mover => W.Show(mover));

    public void OnGet()
    {
        // Everything shown is the table's.
    }
}

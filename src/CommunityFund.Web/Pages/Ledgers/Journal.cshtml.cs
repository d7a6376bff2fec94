using CommunityFund.Statements;

namespace CommunityFund.Web.Pages.Ledgers;

public sealed class JournalModel : LedgerPage
{
    public override string Name => "journal";

    public override IReadOnlyList<string> Fields => ["account", "party", "text", "amounts", "number", "size"];

    protected override async Task<LedgerSheet> Draw(int size)
    {
        JournalView view = await Read(
            new Journal(Days, Form.FundId(), Form.WithBelow, Form.KnownAt(), Form.Filter(), Form.AfterPlace,
                Form.BeforePlace, size));
        (Before, After) = (view.Before, view.After);
        return view.Sheet(W);
    }
}

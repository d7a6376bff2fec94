using CommunityFund.Statements;

namespace CommunityFund.Web.Pages.Ledgers;

public sealed class IndexModel : LedgerPage
{
    public override string Name => "general";

    public override IReadOnlyList<string> Fields => ["account", "level"];

    protected override async Task<LedgerSheet> Draw(int size) => (await Read(
        new GeneralLedger(Days, Form.FundId(), Form.WithBelow, Form.KnownAt(), Form.Account, Form.ShownLevel))).Sheet(W);
}

using CommunityFund.Statements;
using CommunityFund.Web.Shell;

namespace CommunityFund.Web.Pages.Ledgers;

public sealed class SubModel : LedgerPage
{
    public override string Name => "sub";

    public override IReadOnlyList<string> Fields => ["by", "account"];

    protected override async Task<LedgerSheet> Draw(int size)
    {
        SubLedgerView view = await Read(
            new SubLedger(Form.Dimension, Days, Form.FundId(), Form.WithBelow, Form.KnownAt(), Form.Account, Number, size * 2));
        Pager = new Pager(view.Page, view.Size, view.Total);
        return view.Sheet(W);
    }
}

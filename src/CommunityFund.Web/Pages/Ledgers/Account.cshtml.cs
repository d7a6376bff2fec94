using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Web.Pages.Ledgers;

/// <summary>明细账; the day book is the same with days added up.</summary>
public class AccountModel : LedgerPage
{
    public override string Name => "account";

    public override IReadOnlyList<string> Fields => ["account", "party", "size"];

    protected virtual bool Daily => false;

    protected override async Task<LedgerSheet> Draw(int size)
    {
        if (string.IsNullOrEmpty(Form.Account))
        {
            Form.Account = Choice!.Accounts.FirstOrDefault(account => account.Key == Account.Keys.Bank)?.Key
                ?? Choice.Accounts[0].Key;
        }

        AccountLedgerView view = await Read(
            new AccountLedger(Form.Account, Days, Form.FundId(), Form.WithBelow, Form.KnownAt(), Form.Party, Form.ProjectId(),
                Daily, Form.AfterPlace, Form.BeforePlace, size));
        (Before, After) = (view.Before, view.After);
        return view.Sheet(W);
    }
}

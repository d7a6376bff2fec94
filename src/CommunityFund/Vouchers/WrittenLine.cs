using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>What a line that a person wrote must keep to before the kernel sees it; every refusal names the line.</summary>
internal static class WrittenLine
{
    /// <summary>Memorandum accounts are moved by the workflow they belong to, never by hand.</summary>
    public const string MemorandumByHand = "voucher.memorandum-by-hand";

    /// <summary>Agency money stands in the agency fund only, and nothing else does.</summary>
    public const string AgencyFund = "voucher.agency-fund";

    /// <summary>A line of nothing says nothing.</summary>
    public const string AmountZero = "voucher.amount-zero";

    public static ChartAccount Account(Chart chart, string key, int line)
    {
        ChartAccount account = chart.Find(key)
            ?? throw new RefusedException(Chart.UnknownAccount, ("typed", key), ("line", line));
        return account switch
        {
            { Account.Class: AccountClass.Memorandum } =>
                throw new RefusedException(MemorandumByHand, ("account", account.Name), ("line", line)),
            { TakesLines: false } => throw new RefusedException(Chart.HasSubAccounts, ("account", account.Name), ("line", line)),
            _ => account,
        };
    }

    public static Fund Fund(IReadOnlyDictionary<int, Fund> funds, int id, ChartAccount account, int line)
    {
        Fund fund = funds.GetValueOrDefault(id) ?? throw new RefusedException(Work.UnknownFund, ("typed", id), ("line", line));
        return fund.Kind == FundKind.Agency == account.Account.Role is AccountRole.Agency or AccountRole.AgencyCash
            ? fund
            : throw new RefusedException(AgencyFund, ("account", account.Name), ("fund", fund.Name), ("line", line));
    }

    public static void NotZero(Amount amount, int line)
    {
        if (amount.IsZero)
        {
            throw new RefusedException(AmountZero, ("line", line));
        }
    }
}

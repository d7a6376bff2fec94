using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>
/// The contra accounts tell the cash-flow item where they leave no choice (regulation: form 03, feeding accounts);
/// programme cost does not (a grant or a purchase), so there the person is asked.
/// </summary>
internal static class CashFlowGuess
{
    /// <summary>The item of a cash line whose writer left it open; null if the other lines leave a choice.</summary>
    public static CashFlow? For(VoucherRow cash, IReadOnlyList<VoucherRow> rows, Chart chart)
    {
        if (rows.All(row => chart.Find(row.Account)?.Account.Role == AccountRole.OwnCash))
        {
            return CashFlow.Internal;
        }

        // Red ink is seen by what it does: a red debit stands across from money that comes back.
        bool debit = IsDebit(cash);
        VoucherRow[] across = [.. rows.Where(row => row.Fund == cash.Fund && IsDebit(row) != debit)];
        CashFlow?[] told = [.. across.Select(row => ItemOf(row.Account, cash.Side)).Distinct()];
        return told is [{ } one] ? one : null;
    }

    private static bool IsDebit(VoucherRow row) => (row.Side == Side.Debit) != row.Amount.IsNegative;

    private static CashFlow? ItemOf(string account, Side cashSide) => (account.Split('.')[0], cashSide) switch
    {
        (Account.Keys.DonationIncome, Side.Debit) => CashFlow.DonationsReceived,
        ("dues-income", Side.Debit) => CashFlow.DuesReceived,
        ("service-income", Side.Debit) => CashFlow.ServicesReceived,
        ("sales-income", Side.Debit) => CashFlow.SalesReceived,
        ("government-grant-income", Side.Debit) => CashFlow.SubsidiesReceived,
        ("other-income", Side.Debit) => CashFlow.OtherReceived,
        ("investment-income", Side.Debit) => CashFlow.InvestmentIncomeReceived,
        ("payroll-payable", Side.Credit) => CashFlow.StaffPaid,
        ("taxes-payable", Side.Credit) => CashFlow.TaxesPaid,
        ("project-advances", Side.Credit) => CashFlow.GrantsPaid,
        (Account.Keys.ManagementExpense or Account.Keys.FundraisingExpense or "other-expense", Side.Credit) => CashFlow.OtherPaid,
        ("fixed-assets" or "intangible-assets", Side.Credit) => CashFlow.AssetsPaid,
        _ => null,
    };
}

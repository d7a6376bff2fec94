using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Ledger.Tests;

/// <summary>Accounts and days for short tests.</summary>
internal static class Notation
{
    public static readonly LocalDate Day = new(2026, 3, 2);

    public static readonly Account Bank = new("bank", "1002", AccountClass.Asset, Side.Debit, AccountRole.OwnCash, false);
    public static readonly Account AgencyBank =
        new("bank.agency", "100299", AccountClass.Asset, Side.Debit, AccountRole.AgencyCash, false);
    public static readonly Account Equipment =
        new("fixed-assets", "1501", AccountClass.Asset, Side.Debit, AccountRole.None, false);
    public static readonly Account Gifts =
        new("donation-income", "4101", AccountClass.Income, Side.Credit, AccountRole.None, true);
    public static readonly Account Costs =
        new("programme-cost", "5101", AccountClass.Expense, Side.Debit, AccountRole.None, true);
    public static readonly Account Free =
        new("net-assets-unrestricted", "3101", AccountClass.NetAssets, Side.Credit, AccountRole.None, true);
    public static readonly Account Bound =
        new("net-assets-restricted", "3102", AccountClass.NetAssets, Side.Credit, AccountRole.None, true);
    public static readonly Account Awarded =
        new("commitments", "9101", AccountClass.Memorandum, Side.Debit, AccountRole.Commitment, false);
    public static readonly Account Contra =
        new("commitments-contra", "9102", AccountClass.Memorandum, Side.Credit, AccountRole.None, false);

    public static readonly Tags Received = new(CashFlow: CashFlow.DonationsReceived);
    public static readonly Tags Between = new(CashFlow: CashFlow.Internal);
    public static readonly Tags Unrestricted = new(Restriction.Unrestricted);

    public static JournalEntry Gift(long fen) => JournalEntry.On(Day, "捐赠")
        .Debit(Bank, "F01", Amount.Fen(fen), Received).Credit(Gifts, "F01", Amount.Fen(fen), Unrestricted).Balanced();
}

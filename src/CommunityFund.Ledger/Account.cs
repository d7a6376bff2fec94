namespace CommunityFund.Ledger;

/// <summary>The five classes of the chart, and memorandum accounts (91xx-93xx), which stand outside it.</summary>
public enum AccountClass
{
    /// <summary>资产.</summary>
    Asset,

    /// <summary>负债.</summary>
    Liability,

    /// <summary>净资产.</summary>
    NetAssets,

    /// <summary>收入.</summary>
    Income,

    /// <summary>费用.</summary>
    Expense,

    /// <summary>备查: commitments, hours, points; absent from the statutory statements.</summary>
    Memorandum,
}

/// <summary>What part an account plays in a fund's own cash and available money.</summary>
public enum AccountRole
{
    /// <summary>No part.</summary>
    None,

    /// <summary>Own money in hand and bank: 1001, 1002, 1009 without their agency sub-accounts.</summary>
    OwnCash,

    /// <summary>Money held for others (受托代理), outside own cash.</summary>
    AgencyCash,

    /// <summary>A debt that available money must cover, counted at not less than zero.</summary>
    Claim,

    /// <summary>Awarded grants not yet paid (9101).</summary>
    Commitment,

    /// <summary>受托代理资产 and 受托代理负债: only the technical agency fund may carry them.</summary>
    Agency,

    /// <summary>Investments with their allowances, at carrying amount: they stand in for principal that must be kept.</summary>
    Investment,
}

/// <summary>
/// An account is one lasting thing with a key; its code, names and normal side are dated per standard, because the
/// standards reuse codes for other things (1701, 5201, 5301, 5401). Posting rules name keys, never codes.
/// </summary>
/// <param name="Key">English slug, the same under every standard; sub-accounts add a part: <c>bank.ccb-1234</c>.</param>
/// <param name="Code">The code under the standard in force, such as 1002 or 100201.</param>
/// <param name="Class">Where it stands in the chart.</param>
/// <param name="NormalSide">The side on which its balance normally stands.</param>
/// <param name="Role">Its part in own cash and available money.</param>
/// <param name="NeedsRestriction">True if every line must say 限定 or 非限定 under the standard in force.</param>
public sealed record Account(
    string Key, string Code, AccountClass Class, Side NormalSide, AccountRole Role, bool NeedsRestriction)
{
    /// <summary>True for cash of either kind, which puts an entry into series 记.</summary>
    public bool IsCash => Role is AccountRole.OwnCash or AccountRole.AgencyCash;

    /// <summary>Names of accounts that posting rules use.</summary>
    public static class Keys
    {
        /// <summary>1001.</summary>
        public const string Cash = "cash";

        /// <summary>1002.</summary>
        public const string Bank = "bank";

        /// <summary>3101.</summary>
        public const string UnrestrictedNetAssets = "net-assets-unrestricted";

        /// <summary>3102.</summary>
        public const string RestrictedNetAssets = "net-assets-restricted";

        /// <summary>3201 (2026 only).</summary>
        public const string PriorYearAdjustment = "prior-year-adjustment";

        /// <summary>4101.</summary>
        public const string DonationIncome = "donation-income";

        /// <summary>5101.</summary>
        public const string ProgrammeCost = "programme-cost";

        /// <summary>管理费用: 5201 in 2004, 5301 in 2026.</summary>
        public const string ManagementExpense = "management-expense";

        /// <summary>筹资费用: 5301 in 2004, 5401 in 2026.</summary>
        public const string FundraisingExpense = "fundraising-expense";
    }
}

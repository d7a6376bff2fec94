namespace CommunityFund.Ledger;

/// <summary>Why a line moves net assets, or, on income and expense, whether it is business or closing.</summary>
public enum MovementKind
{
    /// <summary>Business of the period.</summary>
    Ordinary,

    /// <summary>Closing of income and expense into net assets (期末结转).</summary>
    Close,

    /// <summary>A restriction lifted: 限定性净资产转为非限定性净资产 (form 02 row 三).</summary>
    Release,

    /// <summary>A new outside limit on old money: 非限定性净资产转为限定性净资产 (财会〔2020〕9号 第五条第三款).</summary>
    ReRestrict,

    /// <summary>Between funds of one body; adds to zero over the body.</summary>
    Transfer,

    /// <summary>Correction of an earlier year (以前年度净资产调整).</summary>
    PriorYear,

    /// <summary>Opening balance of the first year.</summary>
    Opening,

    /// <summary>Change-over from one standard to the next.</summary>
    Conversion,

    /// <summary>Registered capital paid in at set-up (财会〔2020〕9号 第六条).</summary>
    RegisteredCapital,
}

namespace CommunityFund.Grants;

/// <summary>Where an application, or the grant it became, stands (grants.md 5.2).</summary>
public enum GrantState
{
    /// <summary>草稿.</summary>
    Draft,

    /// <summary>待负责人确认.</summary>
    AwaitingSignOff,

    /// <summary>已提交.</summary>
    Submitted,

    /// <summary>资格审查中.</summary>
    UnderScreening,

    /// <summary>待补正.</summary>
    CorrectionRequested,

    /// <summary>资格不符.</summary>
    Ineligible,

    /// <summary>资格通过.</summary>
    Eligible,

    /// <summary>列入评审会.</summary>
    InReview,

    /// <summary>已计票排名.</summary>
    Ranked,

    /// <summary>拟资助.</summary>
    Recommended,

    /// <summary>候补.</summary>
    Waitlisted,

    /// <summary>未入选.</summary>
    NotSelected,

    /// <summary>公示中.</summary>
    PublicNotice,

    /// <summary>有异议.</summary>
    Objected,

    /// <summary>已批准资助.</summary>
    Awarded,

    /// <summary>执行中.</summary>
    Active,

    /// <summary>已暂停.</summary>
    Suspended,

    /// <summary>结项中.</summary>
    Closing,

    /// <summary>已结项.</summary>
    Closed,

    /// <summary>已终止.</summary>
    Terminated,

    /// <summary>追缴中.</summary>
    Recovering,

    /// <summary>放弃资助.</summary>
    Declined,

    /// <summary>逾期失效.</summary>
    Lapsed,

    /// <summary>已撤回.</summary>
    Withdrawn,
}

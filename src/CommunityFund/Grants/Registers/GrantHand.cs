namespace CommunityFund.Grants.Registers;

/// <summary>What somebody did for a payment, an account, a claim or a change, where one person may do two of it (rulings 21): a small foundation
/// cannot keep everything apart, so that an auditor reads where it did not.</summary>
public enum GrantHand
{
    /// <summary>审批用款.</summary>
    PaymentApproved,

    /// <summary>放行付款.</summary>
    PaymentReleased,

    /// <summary>审核付款凭证.</summary>
    PaymentReviewed,

    /// <summary>审核核销, line by line.</summary>
    AccountDecided,

    /// <summary>核销制单.</summary>
    AccountBooked,

    /// <summary>审核核销凭证.</summary>
    AccountReviewed,

    /// <summary>登记退款.</summary>
    ReturnAnnounced,

    /// <summary>退款制单.</summary>
    ReturnBooked,

    /// <summary>审核退款凭证.</summary>
    ReturnReviewed,

    /// <summary>申请变更.</summary>
    AmendmentAsked,

    /// <summary>变更生效, decided or by the lead's own right.</summary>
    AmendmentDecided,

    /// <summary>暂停项目.</summary>
    GrantSuspended,

    /// <summary>恢复项目.</summary>
    GrantResumed,

    /// <summary>听取负责人意见.</summary>
    LeadHeard,

    /// <summary>提议终止.</summary>
    EndProposed,

    /// <summary>签字终止.</summary>
    EndSigned,

    /// <summary>拟追缴通知.</summary>
    DemandDrafted,

    /// <summary>签发追缴通知.</summary>
    DemandSigned,

    /// <summary>追缴制单.</summary>
    DemandBooked,

    /// <summary>审核追缴凭证.</summary>
    DemandReviewed,

    /// <summary>拟核销坏账.</summary>
    WriteOffDrafted,

    /// <summary>决议核销坏账.</summary>
    WriteOffResolved,

    /// <summary>核销坏账制单.</summary>
    WriteOffBooked,

    /// <summary>审核核销坏账凭证.</summary>
    WriteOffReviewed,
}

namespace CommunityFund.Grants.Tranches;

/// <summary>Where a tranche of a running grant stands (grants.md 5.3). Overdue is no state: it follows from the day the acquittal was due.</summary>
public enum TrancheState
{
    /// <summary>未到期: its day has not come, or an earlier tranche is not accounted for.</summary>
    Planned,

    /// <summary>可申请.</summary>
    Eligible,

    /// <summary>已申请用款.</summary>
    Requested,

    /// <summary>已核对.</summary>
    Checked,

    /// <summary>一级已审批, a second approver follows.</summary>
    ApprovedL1,

    /// <summary>二级已审批, the steering group follows.</summary>
    ApprovedL2,

    /// <summary>待付款.</summary>
    Approved,

    /// <summary>付款中: in a batch for the bank.</summary>
    Scheduled,

    /// <summary>付款失败.</summary>
    PaymentFailed,

    /// <summary>已拨付, spent when paid; its report is waited for.</summary>
    Paid,

    /// <summary>待核销: an advance until it is accounted for.</summary>
    AwaitingAcquittal,

    /// <summary>核销审核中.</summary>
    AcquittalSubmitted,

    /// <summary>部分核销.</summary>
    PartlyAcquitted,

    /// <summary>已结清.</summary>
    Settled,

    /// <summary>已追缴.</summary>
    ClawedBack,

    /// <summary>已暂缓.</summary>
    Held,

    /// <summary>不予拨付.</summary>
    Declined,

    /// <summary>已取消.</summary>
    Cancelled,

    /// <summary>逾期未申请.</summary>
    Expired,
}

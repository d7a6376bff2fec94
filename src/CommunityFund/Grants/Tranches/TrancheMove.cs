namespace CommunityFund.Grants.Tranches;

/// <summary>What may happen to a tranche (grants.md 5.3, T1-T14 with ruling 22).</summary>
public enum TrancheMove
{
    /// <summary>列入拨付计划, when the grant starts.</summary>
    Plan,

    /// <summary>具备申请条件.</summary>
    MeetCondition,

    /// <summary>申请用款.</summary>
    Request,

    /// <summary>撤回用款申请.</summary>
    WithdrawRequest,

    /// <summary>退回用款申请.</summary>
    ReturnRequest,

    /// <summary>核对通过.</summary>
    Check,

    /// <summary>审批通过, within the first approver's tier.</summary>
    Approve,

    /// <summary>一级审批通过, above that tier.</summary>
    ApproveL1,

    /// <summary>二级审批通过.</summary>
    ApproveL2,

    /// <summary>二级审批通过, with a note of the steering group to follow.</summary>
    ApproveL2BeforeSteer,

    /// <summary>领导小组批示同意.</summary>
    ApproveSteer,

    /// <summary>不予拨付.</summary>
    Decline,

    /// <summary>列入付款.</summary>
    Schedule,

    /// <summary>移出付款.</summary>
    Unschedule,

    /// <summary>确认已付.</summary>
    ConfirmPaid,

    /// <summary>银行拒付.</summary>
    BankReject,

    /// <summary>银行退汇.</summary>
    BankReturn,

    /// <summary>付款凭证冲销: the voucher that said so was reversed.</summary>
    UndoPaid,

    /// <summary>改正账户后重付.</summary>
    FixPayee,

    /// <summary>转为待核销.</summary>
    AwaitAcquittal,

    /// <summary>使用报告通过, where the money was spent when paid.</summary>
    AcceptReport,

    /// <summary>提交核销.</summary>
    SubmitAcquittal,

    /// <summary>退回全部核销.</summary>
    ReturnAcquittal,

    /// <summary>部分核销入账.</summary>
    AcceptPart,

    /// <summary>全部核销入账.</summary>
    AcceptAll,

    /// <summary>核销凭证冲销.</summary>
    UndoAcquittal,

    /// <summary>余款退回入账.</summary>
    ReturnUnspent,

    /// <summary>余款结转下期.</summary>
    CarryForward,

    /// <summary>转入追缴.</summary>
    ClawBack,

    /// <summary>暂缓拨付.</summary>
    Hold,

    /// <summary>监审组暂缓拨付; only the panel lifts it.</summary>
    HoldByPanel,

    /// <summary>项目暂停，随之暂缓.</summary>
    HoldWithGrant,

    /// <summary>项目恢复，随之解除.</summary>
    ReleaseWithGrant,

    /// <summary>逾期自动暂缓: an advance of the same people is overdue.</summary>
    HoldOverdue,

    /// <summary>解除暂缓.</summary>
    Release,

    /// <summary>监审组解除暂缓.</summary>
    ReleaseByPanel,

    /// <summary>逾期消除，自动解除暂缓.</summary>
    ReleaseCured,

    /// <summary>取消拨付.</summary>
    Cancel,

    /// <summary>项目终止，取消拨付: with the grant's own end.</summary>
    CancelWithGrant,

    /// <summary>逾期未申请，失效.</summary>
    Expire,
}

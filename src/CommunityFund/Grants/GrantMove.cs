namespace CommunityFund.Grants;

/// <summary>What may happen to an application or grant (grants.md 5.2, moves 1-25, with ruling 22).</summary>
public enum GrantMove
{
    /// <summary>开始填写.</summary>
    Create,

    /// <summary>请负责人确认.</summary>
    RequestSignOff,

    /// <summary>退回修改.</summary>
    SendBack,

    /// <summary>确认并提交.</summary>
    SignOff,

    /// <summary>开始资格审查.</summary>
    StartScreening,

    /// <summary>要求补正.</summary>
    RequestCorrection,

    /// <summary>提交补正: the lead and whoever signed the application.</summary>
    Resubmit,

    /// <summary>退回补正: whoever is to confirm the corrected text does not, and the lead writes it once more.</summary>
    SendBackCorrection,

    /// <summary>收回重改: the lead writes on, though one has signed.</summary>
    ReopenCorrection,

    /// <summary>补正逾期.</summary>
    CorrectionTimeout,

    /// <summary>资格不符.</summary>
    RefuseIneligible,

    /// <summary>申诉成立, back to screening, once.</summary>
    AppealIneligible,

    /// <summary>资格通过.</summary>
    Accept,

    /// <summary>列入评审会.</summary>
    PutOnAgenda,

    /// <summary>从议程撤下.</summary>
    TakeOffAgenda,

    /// <summary>开票计票.</summary>
    CountVotes,

    /// <summary>拟资助.</summary>
    Recommend,

    /// <summary>列为候补.</summary>
    PutOnWaitlist,

    /// <summary>不予资助.</summary>
    NotSelect,

    /// <summary>重新审议, before the notice.</summary>
    Redecide,

    /// <summary>候补递补.</summary>
    Promote,

    /// <summary>发布公示.</summary>
    PublishNotice,

    /// <summary>撤回公示 with a word of correction.</summary>
    WithdrawNotice,

    /// <summary>登记异议.</summary>
    LodgeObjection,

    /// <summary>异议不成立.</summary>
    DismissObjection,

    /// <summary>异议成立，重新计票.</summary>
    UpholdRecount,

    /// <summary>异议成立，取消资格.</summary>
    UpholdRemove,

    /// <summary>对取消资格的申诉, once.</summary>
    AppealRemoval,

    /// <summary>批准资助.</summary>
    Award,

    /// <summary>放弃资助.</summary>
    DeclineAward,

    /// <summary>逾期未签协议.</summary>
    AgreementTimeout,

    /// <summary>撤销资助.</summary>
    RevokeAward,

    /// <summary>开始执行.</summary>
    Activate,

    /// <summary>撤回申请.</summary>
    Withdraw,

    /// <summary>暂停: a late report, a finding, a lead who left.</summary>
    Suspend,

    /// <summary>监审组暂停, at once; only the panel ends it.</summary>
    SuspendByPanel,

    /// <summary>逾期自动暂停.</summary>
    SuspendOverdue,

    /// <summary>恢复执行.</summary>
    Resume,

    /// <summary>监审组恢复执行.</summary>
    ResumeByPanel,

    /// <summary>申请结项.</summary>
    StartClosing,

    /// <summary>到期转入结项.</summary>
    EndReached,

    /// <summary>退回继续执行, once, without new money.</summary>
    ReopenWork,

    /// <summary>准予结项.</summary>
    Close,

    /// <summary>终止资助.</summary>
    Terminate,

    /// <summary>对终止的申诉成立, within ten working days.</summary>
    AppealTermination,

    /// <summary>发出追缴: with the voucher that claims the money back.</summary>
    DemandReturn,

    /// <summary>追缴完毕.</summary>
    SettleRecovery,

    /// <summary>无应追缴款, closed.</summary>
    NothingToRecover,

    /// <summary>重开已结项项目.</summary>
    ReopenClosed,
}

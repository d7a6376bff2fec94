namespace CommunityFund.Grants;

/// <summary>What may happen to an application or grant (grants.md 5.2, moves 1-17 and 25, with ruling 22).</summary>
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
}

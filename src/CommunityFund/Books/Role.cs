namespace CommunityFund.Books;

/// <summary>What a person does in a book (rulings 28).</summary>
public enum Role
{
    /// <summary>制单会计; the treasurer is one.</summary>
    Accountant,

    /// <summary>凭证审核.</summary>
    VoucherReviewer,

    /// <summary>出纳.</summary>
    Cashier,

    /// <summary>一级审批.</summary>
    ApproverL1,

    /// <summary>二级审批.</summary>
    ApproverL2,

    /// <summary>项目总负责人.</summary>
    Lead,

    /// <summary>项目财务负责人.</summary>
    FinLead,

    /// <summary>居委会或组织负责人.</summary>
    SignOff,

    /// <summary>项目协调组.</summary>
    Desk,

    /// <summary>评审人.</summary>
    Voter,

    /// <summary>评审会主持.</summary>
    Chair,

    /// <summary>计票员.</summary>
    Clerk,

    /// <summary>领导小组.</summary>
    Steer,

    /// <summary>项目监审组.</summary>
    Panel,

    /// <summary>时间银行协调员.</summary>
    Coordinator,

    /// <summary>街道财务.</summary>
    FinanceOffice,

    /// <summary>系统管理员.</summary>
    Admin,
}

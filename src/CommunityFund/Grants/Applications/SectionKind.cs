namespace CommunityFund.Grants.Applications;

/// <summary>The parts of an application, in the order they are filled in.</summary>
public enum SectionKind
{
    /// <summary>需求依据.</summary>
    Need,

    /// <summary>目的.</summary>
    Purpose,

    /// <summary>计划.</summary>
    Plan,

    /// <summary>指标.</summary>
    Indicators,

    /// <summary>实施主体和团队.</summary>
    Team,

    /// <summary>预算.</summary>
    Budget,

    /// <summary>附件.</summary>
    Papers,
}

/// <summary>How far a section has come.</summary>
public enum SectionProgress
{
    /// <summary>未开始.</summary>
    NotStarted,

    /// <summary>进行中.</summary>
    Begun,

    /// <summary>完成.</summary>
    Done,
}

/// <summary>What kind of group carries a project out.</summary>
public enum GroupKind
{
    /// <summary>居（村）委会.</summary>
    Committee,

    /// <summary>登记的社会组织.</summary>
    Registered,

    /// <summary>在社区备案的居民自组织.</summary>
    Residents,
}

/// <summary>What a line of a budget buys.</summary>
public enum BudgetCategory
{
    /// <summary>物料.</summary>
    Materials,

    /// <summary>小型设备.</summary>
    Equipment,

    /// <summary>场地.</summary>
    Venue,

    /// <summary>讲师和专家.</summary>
    Experts,

    /// <summary>志愿者补贴和保险.</summary>
    Volunteers,

    /// <summary>宣传印刷.</summary>
    Printing,

    /// <summary>交通.</summary>
    Transport,

    /// <summary>其他.</summary>
    Other,
}

/// <summary>A field of an application, to be named where something is wrong with it or has changed.</summary>
public enum ApplicationField
{
    /// <summary>项目名称.</summary>
    Title,

    /// <summary>社区.</summary>
    Community,

    /// <summary>总负责人.</summary>
    Lead,

    /// <summary>所依据的需求.</summary>
    Needs,

    /// <summary>为什么要做.</summary>
    Why,

    /// <summary>怎样了解到的.</summary>
    HowKnown,

    /// <summary>要达到什么.</summary>
    Aim,

    /// <summary>为谁.</summary>
    ForWhom,

    /// <summary>多少人受益.</summary>
    People,

    /// <summary>开始.</summary>
    From,

    /// <summary>结束.</summary>
    Until,

    /// <summary>步骤.</summary>
    Step,

    /// <summary>指标.</summary>
    Indicator,

    /// <summary>现在的值和目标值.</summary>
    Measure,

    /// <summary>单位.</summary>
    Unit,

    /// <summary>团体类型.</summary>
    Group,

    /// <summary>实施单位.</summary>
    Organisation,

    /// <summary>财务负责人.</summary>
    FinLead,

    /// <summary>确认人.</summary>
    Signer,

    /// <summary>团队成员.</summary>
    Member,

    /// <summary>分工.</summary>
    Duty,

    /// <summary>总预算.</summary>
    Total,

    /// <summary>预算项目.</summary>
    Line,

    /// <summary>数量.</summary>
    Quantity,

    /// <summary>单价.</summary>
    UnitPrice,

    /// <summary>自筹.</summary>
    Own,

    /// <summary>附件.</summary>
    Paper,
}

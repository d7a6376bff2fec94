using CommunityFund.Books;

namespace CommunityFund.Grants;

/// <summary>Who makes a move. Where a move has several, each is another person.</summary>
public enum GrantMover
{
    /// <summary>The project's 总负责人, or whoever filled the form in for the group (代填).</summary>
    Lead,

    /// <summary>The head of the neighbourhood committee or organisation that the application names.</summary>
    Signer,

    /// <summary>项目协调组.</summary>
    Desk,

    /// <summary>A second person of the desk.</summary>
    SecondDesk,

    /// <summary>主持人.</summary>
    Chair,

    /// <summary>计票人.</summary>
    Clerk,

    /// <summary>监票人: a second clerk.</summary>
    SecondClerk,

    /// <summary>领导小组.</summary>
    Steer,

    /// <summary>一级审批人.</summary>
    ApproverL1,

    /// <summary>二级审批人.</summary>
    ApproverL2,

    /// <summary>项目监审组.</summary>
    Panel,

    /// <summary>财务负责人 of the project.</summary>
    FinLead,

    /// <summary>会计.</summary>
    Accountant,

    /// <summary>The books: the step follows a voucher or the bank, and comes with it.</summary>
    Voucher,

    /// <summary>The calendar.</summary>
    Calendar,
}

/// <summary>Roles of movers.</summary>
public static class GrantMovers
{
    /// <summary>The roles that let a person be this mover; none for the calendar and the books.</summary>
    public static IReadOnlyList<Role> Roles(this GrantMover mover) => mover switch
    {
        GrantMover.Lead => [Role.Lead, Role.Desk],
        GrantMover.Signer => [Role.SignOff],
        GrantMover.Desk or GrantMover.SecondDesk => [Role.Desk],
        GrantMover.Chair => [Role.Chair],
        GrantMover.Clerk or GrantMover.SecondClerk => [Role.Clerk],
        GrantMover.Steer => [Role.Steer],
        GrantMover.ApproverL1 => [Role.ApproverL1],
        GrantMover.ApproverL2 => [Role.ApproverL2],
        GrantMover.Panel => [Role.Panel],
        GrantMover.FinLead => [Role.FinLead],
        GrantMover.Accountant => [Role.Accountant],
        _ => [],
    };
}

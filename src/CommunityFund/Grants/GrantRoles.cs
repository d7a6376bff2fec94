using CommunityFund.Books;

namespace CommunityFund.Grants;

/// <summary>Who sees what of grants, beside those whose application it is.</summary>
public static class GrantRoles
{
    /// <summary>See rounds that are agreed to: everybody with a role in the book, for a call is public.</summary>
    public static IReadOnlyList<Role> Reading { get; } = Enum.GetValues<Role>();

    /// <summary>See all applications that were sent in, rounds that wait, and who may not apply.</summary>
    public static IReadOnlyList<Role> Office { get; } =
    [
        Role.Desk, Role.Steer, Role.Panel, Role.Chair, Role.Clerk, Role.ApproverL1, Role.ApproverL2, Role.Accountant, Role.VoucherReviewer,
        Role.FinanceOffice, Role.Admin,
    ];

    /// <summary>Enter rounds.</summary>
    public static IReadOnlyList<Role> Calling { get; } = [Role.Desk];

    /// <summary>Agree to rounds that another entered.</summary>
    public static IReadOnlyList<Role> Opening { get; } = [Role.Steer, Role.ApproverL2];

    /// <summary>Ban from applying, and lift another's ban.</summary>
    public static IReadOnlyList<Role> Banning { get; } = [Role.Steer, Role.Panel];

    /// <summary>See what funds have.</summary>
    public static IReadOnlyList<Role> SeeingMoney { get; } =
    [
        Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Desk, Role.Steer, Role.Panel,
        Role.FinanceOffice, Role.Admin,
    ];
}

using CommunityFund.Books;

namespace CommunityFund.Payments;

/// <summary>Who does what when money goes out.</summary>
public static class Paying
{
    /// <summary>Whoever works here in any part may have paid something out of the own pocket.</summary>
    public static IReadOnlyList<Role> Claiming { get; } = Enum.GetValues<Role>();

    /// <summary>Approve what is owed and let payments go.</summary>
    public static IReadOnlyList<Role> Approving { get; } = [Role.ApproverL1, Role.ApproverL2];

    /// <summary>Put payments together for the bank, and read its answer.</summary>
    public static IReadOnlyList<Role> Making { get; } = [Role.Accountant, Role.Cashier];

    /// <summary>Look at a payee's account beside who entered it.</summary>
    public static IReadOnlyList<Role> Checking { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2];

    /// <summary>An account's number in full for who pays or checks; who only looks on knows it again by its end.</summary>
    internal static string Shown(Work work, string number) =>
        number.Length <= 4 || work.Rights.Holds([.. Checking, .. Approving, .. Making]) ? number : $"****{number[^4..]}";

    /// <summary>See what is owed to others and how it is paid.</summary>
    public static IReadOnlyList<Role> Readers { get; } =
    [
        Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.ApproverL1, Role.ApproverL2, Role.Panel, Role.FinanceOffice, Role.Admin,
    ];
}

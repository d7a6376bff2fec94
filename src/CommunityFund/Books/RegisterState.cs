namespace CommunityFund.Books;

/// <summary>How far something has come that one person enters in a register and another agrees to.</summary>
public enum RegisterState
{
    /// <summary>A second person has to agree.</summary>
    Waiting,

    /// <summary>In force.</summary>
    Agreed,

    /// <summary>Not agreed, or taken back.</summary>
    Dropped,
}

/// <summary>Who keeps, agrees to and reads the registers of income.</summary>
public static class RegisterRoles
{
    /// <summary>Enters rows and writes their vouchers.</summary>
    public static IReadOnlyList<Role> Keeping { get; } = [Role.Accountant];

    /// <summary>Agrees to what another entered.</summary>
    public static IReadOnlyList<Role> Agreeing { get; } = [Role.Accountant, Role.VoucherReviewer, Role.ApproverL1,
        Role.ApproverL2, Role.Steer];

    /// <summary>Reads them.</summary>
    public static IReadOnlyList<Role> Reading { get; } =
    [
        Role.Accountant, Role.VoucherReviewer, Role.ApproverL1, Role.ApproverL2, Role.Steer, Role.FinanceOffice, Role.Panel,
            Role.Admin,
    ];
}

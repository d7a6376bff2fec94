using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Funds;

/// <summary>
/// Who decides about a fund and signs for it. A role for a fund reaches what stands below it; the host's own fund stands below
/// none, so only whoever holds a role for the whole book signs for it.
/// </summary>
public static class FundSigners
{
    /// <summary>The words for it are missing or too long.</summary>
    public const string ReasonMissing = "fund.reason-missing";

    /// <summary>Sign transfers for a fund, on either side.</summary>
    public static IReadOnlyList<Role> Signing { get; } =
    [
        Role.Accountant, Role.VoucherReviewer, Role.ApproverL1, Role.ApproverL2, Role.Lead, Role.FinLead, Role.Desk, Role.Steer,
    ];

    /// <summary>Thaw, close, set the principal, record what the board resolved.</summary>
    public static IReadOnlyList<Role> Deciding { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.ApproverL1, Role.ApproverL2, Role.Steer];

    /// <summary>Freeze: whoever decides, and those who watch.</summary>
    public static IReadOnlyList<Role> Freezing { get; } = [.. Deciding, Role.Panel];

    /// <summary>The text as it will stand.</summary>
    /// <exception cref="RefusedException">It is empty though it is needed, or too long.</exception>
    internal static string Said(string? text, int limit, bool isNeeded = true)
    {
        string said = PlainText.Of(text ?? "");
        return said.Length > limit || (isNeeded && said.Length == 0)
            ? throw new RefusedException(ReasonMissing, ("limit", limit))
            : said;
    }
}

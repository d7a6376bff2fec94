using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>What comes of an award whose agreement was not signed in time.</summary>
public enum OverdueAgreement
{
    /// <summary>There is still time, or it does not wait for an agreement.</summary>
    No,

    /// <summary>The calendar lets it lapse at its next round.</summary>
    Lapses,

    /// <summary>It stays as it is: nobody has approved the rule by which the calendar gives up what was promised.</summary>
    RuleMissing,
}

/// <summary>Whether an agreement is overdue, and whether the calendar may see to it.</summary>
internal static class OverdueAgreements
{
    /// <summary>Who may propose and approve the rule.</summary>
    private static readonly Role[] Deciders = [Role.Accountant, Role.VoucherReviewer, Role.Admin];

    public static bool MayDecide(Work work) => work.Rights.ReachesAll(Deciders);

    public static async Task<OverdueAgreement> Of(Work work, GrantState state, LocalDate? due, CancellationToken ct) =>
        state != GrantState.Awarded || due is null || due >= work.Today ? OverdueAgreement.No
        : await SignedCommitment.IsRuleInForce(work, ct) ? OverdueAgreement.Lapses : OverdueAgreement.RuleMissing;
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>Other tiers and another matrix are proposed; another person agrees before they hold.</summary>
/// <param name="First">Up to this the first approver decides alone.</param>
/// <param name="Second">Up to this the second approver decides after the first.</param>
/// <param name="From">The day from which it holds: today or later.</param>
public sealed record ProposeTiers(Guid Key, TierPreset Preset, Amount First, Amount Second, LocalDate From, string Reason) : Command<short>(Key)
{
    /// <summary>The limits are not positive, or the second is below the first.</summary>
    public const string BadLimits = "tiers.bad-limits";

    /// <summary>It would hold from a day that is over.</summary>
    public const string Backwards = "tiers.backwards";

    /// <summary>Nothing says why.</summary>
    public const string ReasonMissing = "tiers.reason-missing";

    /// <summary>A proposal waits already.</summary>
    public const string OneWaits = "tiers.one-waits";

    private const long Most = 100_000_000_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(TierRoles.Proposing).ForWholeBook());

    internal override async Task<short> Apply(Work work, CancellationToken ct)
    {
        if (!Enum.IsDefined(Preset) || First.Commodity != Commodity.Cny || Second.Commodity != Commodity.Cny
            || First.Units is <= 0 or > Most || Second.Units < First.Units || Second.Units > Most)
        {
            throw new RefusedException(BadLimits, ("first", First), ("second", Second));
        }

        if (From < work.Today)
        {
            throw new RefusedException(Backwards, ("day", From), ("today", work.Today));
        }

        string reason = PlainText.Of(Reason) is { Length: > 0 and <= 200 } said ? said
            : throw new RefusedException(ReasonMissing, ("limit", 200));
        List<TrancheTier> before = await work.Db.Set<TrancheTier>().AsNoTracking().Where(row => row.BookId == work.Book).ToListAsync(ct);
        if (before.Exists(row => row.State == RegisterState.Waiting))
        {
            throw new RefusedException(OneWaits);
        }

        short version = (short)(before.Count + 1);
        TierRule rule = TierRule.Of(version, Preset, First.Units, Second.Units);
        work.Db.Add(new TrancheTier
        {
            BookId = work.Book,
            Version = version,
            Preset = Preset,
            FirstUnits = rule.FirstUnits,
            SecondUnits = rule.SecondUnits,
            CheckerApproves = rule.CheckerApproves,
            ApproverReleases = rule.ApproverReleases,
            ApproverReviews = rule.ApproverReviews,
            InForceFrom = From,
            Reason = reason,
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        });
        return version;
    }
}

/// <summary>Who sets up to where a request has to go.</summary>
public static class TierRoles
{
    /// <summary>Propose it.</summary>
    public static IReadOnlyList<Role> Proposing { get; } = [Role.Desk, Role.Accountant, Role.ApproverL2, Role.Admin];

    /// <summary>Agree to what another proposed.</summary>
    public static IReadOnlyList<Role> Agreeing { get; } = [Role.Steer, Role.ApproverL2];
}

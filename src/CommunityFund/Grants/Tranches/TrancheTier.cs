using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>How many people carry the payments, and so how far their acts can be kept apart (rulings 21).</summary>
public enum TierPreset
{
    /// <summary>三人: only what is always refused.</summary>
    Three,

    /// <summary>五人: who checked a request does not approve it.</summary>
    Five,

    /// <summary>九人: nor does who approved it let the payment go or review its voucher.</summary>
    Nine,
}

/// <summary>The tiers and the matrix as they hold, or held when a request was made.</summary>
/// <param name="Version">0 where nobody has set anything.</param>
/// <param name="FirstUnits">Up to which amount the first approver decides alone, in fen.</param>
/// <param name="SecondUnits">Up to which amount the second decides after the first; above it the steering group too.</param>
public sealed record TierRule(
    short Version, TierPreset Preset, long FirstUnits, long SecondUnits, bool CheckerApproves, bool ApproverReleases, bool ApproverReviews)
{
    /// <summary>What holds where nobody has set anything: 5,000 and 20,000 yuan, and who checks does not approve.</summary>
    public static TierRule Default { get; } = Of(0, TierPreset.Five, 500_000, 2_000_000);

    /// <summary>The rule that a preset makes of two limits.</summary>
    public static TierRule Of(short version, TierPreset preset, long first, long second) =>
        new(version, preset, first, second, preset == TierPreset.Three, preset != TierPreset.Nine, preset != TierPreset.Nine);

    /// <summary>How far a request of so much has to go.</summary>
    public ApprovalTier For(long units) =>
        units <= FirstUnits ? ApprovalTier.First : units <= SecondUnits ? ApprovalTier.Second : ApprovalTier.Third;

    internal static async Task<TierRule> InForce(Work work, CancellationToken ct) =>
        (await work.Db.Set<TrancheTier>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == RegisterState.Agreed && row.InForceFrom <= work.Today)
            .OrderByDescending(row => row.InForceFrom).ThenByDescending(row => row.Version).FirstOrDefaultAsync(ct))?.Rule ?? Default;
}

/// <summary>审批权限: proposed by one person, agreed to by another, in force from a day. What was asked for before keeps its own.</summary>
public sealed class TrancheTier
{
    public required int BookId { get; init; }

    public required short Version { get; init; }

    public required TierPreset Preset { get; init; }

    public required long FirstUnits { get; init; }

    public required long SecondUnits { get; init; }

    public required bool CheckerApproves { get; init; }

    public required bool ApproverReleases { get; init; }

    public required bool ApproverReviews { get; init; }

    public required LocalDate InForceFrom { get; init; }

    public required string Reason { get; init; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal TierRule Rule => new(Version, Preset, FirstUnits, SecondUnits, CheckerApproves, ApproverReleases, ApproverReviews);

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheTier>
    {
        public void Configure(EntityTypeBuilder<TrancheTier> entity)
        {
            entity.HasKey(row => new { row.BookId, row.Version });
            entity.Property(row => row.Version).ValueGeneratedNever();
            entity.Property(row => row.Preset).AsCode();
            entity.Property(row => row.State).AsCode();
            entity.Ignore(row => row.Rule);
        }
    }
}

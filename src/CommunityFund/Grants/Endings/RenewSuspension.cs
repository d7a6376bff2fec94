using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>暂停复核: somebody looked at a suspension again and keeps it, for a reason and until a day, thirty days on at most. Only the panel keeps
/// up what the panel began.</summary>
/// <param name="Version">The state version that the page was drawn with.</param>
public sealed record RenewSuspension(Guid Key, long Grant, int Version, string Reason, LocalDate Until) : Command<Done>(Key)
{
    /// <summary>The grant is not suspended, or not any more.</summary>
    public const string NotSuspended = "suspension.not-suspended";

    /// <summary>The panel suspended it.</summary>
    public const string PanelsOwn = "suspension.panels-own";

    /// <summary>Nothing says why it goes on.</summary>
    public const string ReasonMissing = "suspension.reason-missing";

    /// <summary>The day has passed, or is too far off.</summary>
    public const string BadDay = "suspension.bad-day";

    private const int LongestReason = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk, Role.Panel));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        await work.Db.Entry(grant).ReloadAsync(ct);
        await Termination.Unrelated(work, grant, ct);
        if (grant.State != GrantState.Suspended || grant.StateVersion != Version)
        {
            throw new RefusedException(NotSuspended, ("title", grant.Title), ("state", Term.Of(grant.State)));
        }

        if ((await EndingFacts.Of(work, grant, ct)).IsPanels && !work.Rights.Holds(Role.Panel))
        {
            throw new RefusedException(PanelsOwn, ("title", grant.Title));
        }

        string reason = PlainText.Of(Reason) is { Length: > 0 and <= LongestReason } said ? said
            : throw new RefusedException(ReasonMissing, ("limit", LongestReason));
        if (Until <= work.Today || Until > work.Today.PlusDays(EndingNeeds.ReviewDays))
        {
            throw new RefusedException(BadDay, ("day", Until), ("today", work.Today), ("most", work.Today.PlusDays(EndingNeeds.ReviewDays)));
        }

        // An appeal that was upheld suspends without a row of its own; its review hangs on the last suspension there is.
        int of = await work.Db.Set<GrantSuspension>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .MaxAsync(row => (int?)row.StateVersion, ct) ?? throw new RefusedException(NotSuspended, ("title", grant.Title),
                ("state", Term.Of(grant.State)));
        short before = await work.Db.Set<GrantSuspensionReview>().Where(row => row.BookId == work.Book && row.GrantId == Grant
            && row.StateVersion == of).MaxAsync(row => (short?)row.ReviewNo, ct) ?? 0;
        work.Db.Add(new GrantSuspensionReview
        {
            BookId = work.Book,
            GrantId = Grant,
            StateVersion = of,
            ReviewNo = (short)(before + 1),
            Reason = reason,
            ReviewedOn = work.Today,
            Until = Until,
            ReviewedBy = work.ActorId,
            ReviewedAt = work.Now,
        });
        grant.DueOn = Until;
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

/// <summary>A suspension that was looked at and kept up.</summary>
public sealed class GrantSuspensionReview
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>The state version that the suspension made.</summary>
    public required int StateVersion { get; init; }

    public required short ReviewNo { get; init; }

    public required string Reason { get; init; }

    public required LocalDate ReviewedOn { get; init; }

    /// <summary>When it is looked at again.</summary>
    public required LocalDate Until { get; init; }

    public required long ReviewedBy { get; init; }

    public required Instant ReviewedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSuspensionReview>
    {
        public void Configure(EntityTypeBuilder<GrantSuspensionReview> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.StateVersion, row.ReviewNo });
            entity.Property(row => row.StateVersion).ValueGeneratedNever();
            entity.Property(row => row.ReviewNo).ValueGeneratedNever();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>Another person agrees to tiers that were proposed: they hold from their day for what is asked for from then on.</summary>
public sealed record AgreeTiers(Guid Key, short Version) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "tiers.own";

    /// <summary>It was decided already, or there is none.</summary>
    public const string Decided = "tiers.decided";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(TierRoles.Agreeing).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        TrancheTier row = await Waiting(work, Version, ct);
        if (row.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        if (row.InForceFrom < work.Today)
        {
            throw new RefusedException(ProposeTiers.Backwards, ("day", row.InForceFrom), ("today", work.Today));
        }

        (row.State, row.DecidedBy, row.DecidedAt) = (RegisterState.Agreed, work.ActorId, work.Now);
        return Done.It;
    }

    internal static async Task<TrancheTier> Waiting(Work work, short version, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from tranche_tier where book_id = {work.Book} and version = {version} for no key update", ct);
        return await work.Db.Set<TrancheTier>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.Version == version && row.State == RegisterState.Waiting, ct)
            ?? throw new RefusedException(Decided);
    }
}

/// <summary>Tiers that wait are not agreed to, or taken back.</summary>
public sealed record DropTiers(Guid Key, short Version) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any([.. TierRoles.Agreeing, .. TierRoles.Proposing]).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        TrancheTier row = await AgreeTiers.Waiting(work, Version, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = (RegisterState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}

/// <summary>A version of the tiers in the list.</summary>
public sealed record TierRow(
    TierRule Rule, LocalDate From, string Reason, RegisterState State, string ProposedBy, Instant ProposedAt, string DecidedBy, Instant? DecidedAt,
    bool MayAgree, bool MayDrop);

/// <summary>The tiers in force, and all versions that were proposed, the newest first.</summary>
public sealed record TierView(TierRule InForce, IReadOnlyList<TierRow> Versions, bool MayPropose, LocalDate Today);

/// <summary>审批权限: for everybody who asks for, checks, approves or audits payments.</summary>
public sealed record TierSettings : Query<TierView>
{
    internal override Need Needs => Need.Any(TrancheReaders.All);

    internal override async Task<TierView> Answer(Work work, CancellationToken ct)
    {
        List<TrancheTier> rows = await work.Db.Set<TrancheTier>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.Version).Take(100).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            rows.Select(row => (long?)row.ProposedBy).Concat(rows.Select(row => row.DecidedBy)), ct);
        bool agrees = work.Rights.ReachesAll(TierRoles.Agreeing), proposes = work.Rights.ReachesAll(TierRoles.Proposing);
        return new TierView(await TierRule.InForce(work, ct),
            [
                .. rows.Select(row => new TierRow(row.Rule, row.InForceFrom, row.Reason, row.State, names[row.ProposedBy], row.ProposedAt,
                    row.DecidedBy is { } by ? names[by] : "", row.DecidedAt,
                    MayAgree: row.State == RegisterState.Waiting && agrees && row.ProposedBy != work.Actor,
                    MayDrop: row.State == RegisterState.Waiting && (agrees || proposes))),
            ], proposes && rows.TrueForAll(row => row.State != RegisterState.Waiting), work.Today);
    }
}

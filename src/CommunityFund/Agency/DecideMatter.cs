using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Agency;

/// <summary>Another person agrees that it is held for others: receipts may be booked.</summary>
public sealed record AgreeMatter(Guid Key, long Matter) : Command<Done>(Key)
{
    /// <summary>Who answered does not agree.</summary>
    public const string OwnMatter = "agency.own-matter";

    /// <summary>It is decided already.</summary>
    public const string Decided = "agency.decided";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Agreeing).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        AgencyMatter row = await AgencyMatter.Lock(work, Matter, ct);
        if (row.State != RegisterState.Waiting)
        {
            throw new RefusedException(Decided, ("title", row.Title));
        }

        (row.State, row.DecidedBy, row.DecidedAt) = row.ProposedBy != work.ActorId ? (RegisterState.Agreed, work.ActorId,
            work.Now)
            : throw new RefusedException(OwnMatter);
        return Done.It;
    }
}

/// <summary>A matter that waits is not agreed, or taken back.</summary>
public sealed record DropMatter(Guid Key, long Matter) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Agreeing).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        AgencyMatter row = await AgencyMatter.Lock(work, Matter, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = row.State == RegisterState.Waiting ? (RegisterState.Dropped, work.ActorId,
            work.Now)
            : throw new RefusedException(AgreeMatter.Decided, ("title", row.Title));
        return Done.It;
    }
}

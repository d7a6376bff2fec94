using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.PublicMoney;

/// <summary>Another person agrees to the answers: its instalments are waited for.</summary>
public sealed record AgreeContract(Guid Key, long Contract) : Command<Done>(Key)
{
    /// <summary>Who answered does not agree.</summary>
    public const string OwnContract = "public.own-contract";

    /// <summary>It is decided already.</summary>
    public const string Decided = "public.decided";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await PublicContract.FundOf(work, Contract, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PublicContract row = await PublicContract.Lock(work, Contract, ct);
        if (row.State != RegisterState.Waiting)
        {
            throw new RefusedException(Decided, ("number", row.Number));
        }

        (row.State, row.DecidedBy, row.DecidedAt) = row.ProposedBy != work.ActorId ? (RegisterState.Agreed, work.ActorId,
            work.Now)
            : throw new RefusedException(OwnContract);
        await work.Db.SaveChangesAsync(ct);
        await Instalments.Await(work, row, ct);
        return Done.It;
    }
}

/// <summary>A contract that waits is not agreed, or taken back.</summary>
public sealed record DropContract(Guid Key, long Contract) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await PublicContract.FundOf(work, Contract, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PublicContract row = await PublicContract.Lock(work, Contract, ct);
        (row.State, row.DecidedBy, row.DecidedAt) = row.State == RegisterState.Waiting ? (RegisterState.Dropped, work.ActorId,
            work.Now)
            : throw new RefusedException(AgreeContract.Decided, ("number", row.Number));
        return Done.It;
    }
}

/// <summary>Says whether a condition was kept, and by what that is known.</summary>
public sealed record DecideCondition(Guid Key, long Condition, ConditionState State,
    [property: Personal] string Note) : Command<Done>(Key)
{
    /// <summary>The condition is decided, nothing is said of how it is known, or it is left open.</summary>
    public const string NoteMissing = "public.note-missing";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(RegisterRoles.Agreeing).For(await (
        from row in work.Db.Set<PublicCondition>()
        join contract in work.Db.Set<PublicContract>() on new { row.BookId, row.PublicContractId } equals new
        {
            contract.BookId,
            contract.PublicContractId
        }
        where row.BookId == work.Book && row.PublicConditionId == Condition
        select contract.FundId).ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        PublicCondition? row = await work.Db.Set<PublicCondition>()
            .SingleOrDefaultAsync(each => each.BookId == work.Book && each.PublicConditionId == Condition, ct);
        if (row is not { State: ConditionState.Open } || State == ConditionState.Open
            || PlainText.Of(Note) is not { Length: > 0 and <= 200 } note)
        {
            throw new RefusedException(NoteMissing, ("limit", 200));
        }

        (row.State, row.Note, row.DecidedBy, row.DecidedAt) = (State, note, work.ActorId, work.Now);
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;

namespace CommunityFund.Tests.Grants.Life;

/// <summary>A step of a tranche as the books, the calendar or the body makes it, without what comes with it: what its guards say of where the
/// tranche stands.</summary>
internal sealed record StepTranche(Guid Key, long Of, TrancheMove Move) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(work.Rights.IsOperator ? Need.Operator : Need.Any(Role.Desk, Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await TrancheMoves.Follow(work, await Tranche.Lock(work, Of, ct), Move, ct, "试一试");
        return Done.It;
    }
}

/// <summary>A move of a grant as the calendar makes it.</summary>
internal sealed record StepGrant(Guid Key, long Of, GrantMove Move) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Operator);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, Of, ct);
        await GrantMoves.Make(work, Of, row.StateVersion, Move, "", "", ct);
        return Done.It;
    }
}

/// <summary>The refund of a payment turns out wrong, so that the payment stands after all.</summary>
internal sealed record StaysPaidAfterAll(Guid Key, long Of, long Expectation) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await new TrancheUnpaid(Of).StaysPaid(work, Expectation, ct);
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds.Endings;

/// <summary>
/// Everything has gone where the plan says, so the fund closes for good by the two signatures of the plan; what has to be published
/// stands on its page from now on.
/// </summary>
public sealed record FinishEnding(Guid Key, long Ending) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        (await FundEnding.NeedOf(work, Ending, withHomes: false, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        FundEnding ending = await FundEnding.Lock(work, Ending, ct, EndingState.Agreed);
        await work.Db.Database.ExecuteSqlAsync($"select prove_fund_closes({work.Book}, {ending.FundId})", ct);
        Fund fund = await work.FundById(ending.FundId, ct);
        FundDecision decision = new()
        {
            BookId = work.Book,
            FundId = ending.FundId,
            Kind = DecisionKind.Close,
            WasPrincipal = fund.PrincipalMinimum,
            Reason = ending.Reason,
            Source = ending.Source,
            State = DecisionState.Waiting,
            ProposedBy = ending.ProposedBy,
            ProposedAt = ending.ProposedAt,
        };
        work.Db.Add(decision);
        await work.Db.SaveChangesAsync(ct);
        (decision.State, decision.DecidedBy, decision.DecidedAt) = (DecisionState.Done, ending.DecidedBy, work.Now);
        await work.Db.SaveChangesAsync(ct);
        (ending.State, ending.ClosedOn) = (EndingState.Closed, work.Today);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

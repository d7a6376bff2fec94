using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Enterprises;

/// <summary>Another person agrees to a version: it is in force from its day.</summary>
public sealed record AgreeTerm(Guid Key, long Term) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string OwnTerm = "enterprise.own-term";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await WaitingTerm.FundOf(work, Term, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseTerm term = await WaitingTerm.Lock(work, Term, ct);
        (term.State, term.DecidedBy, term.DecidedAt) = term.ProposedBy != work.ActorId ? (RegisterState.Agreed, work.ActorId,
            work.Now)
            : throw new RefusedException(OwnTerm);
        return Done.It;
    }
}

/// <summary>A version that waits is not agreed, or taken back.</summary>
public sealed record DropTerm(Guid Key, long Term) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await WaitingTerm.FundOf(work, Term, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseTerm term = await WaitingTerm.Lock(work, Term, ct);
        (term.State, term.DecidedBy, term.DecidedAt) = (RegisterState.Dropped, work.ActorId, work.Now);
        return Done.It;
    }
}

/// <summary>A version that waits for its second person.</summary>
internal static class WaitingTerm
{
    public static Task<List<int>> FundOf(Work work, long term, CancellationToken ct) => work.Db.Set<EnterpriseTerm>()
        .Where(row => row.BookId == work.Book && row.EnterpriseTermId == term).Select(row => row.FundId).ToListAsync(ct);

    public static async Task<EnterpriseTerm> Lock(Work work, long term, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from enterprise_term where book_id = {work.Book} and enterprise_term_id = {term} for no key update", ct);
        return await work.Db.Set<EnterpriseTerm>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.EnterpriseTermId == term && row.State == RegisterState.Waiting, ct)
            ?? throw new RefusedException(EnterpriseTerm.Gone);
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>What is decided about a fund.</summary>
public enum DecisionKind
{
    /// <summary>冻结: it receives and does not spend.</summary>
    Freeze,

    /// <summary>解冻.</summary>
    Thaw,

    /// <summary>终止: for good.</summary>
    Close,

    /// <summary>本金下限: what of its money must stay.</summary>
    Principal,
}

/// <summary>How far a decision has come.</summary>
public enum DecisionState
{
    /// <summary>A second person has to agree.</summary>
    Waiting,

    /// <summary>In force.</summary>
    Done,

    /// <summary>Not agreed, or taken back.</summary>
    Dropped,
}

/// <summary>
/// A decision about a fund, with reason and names. One person freezes, raises the principal, and thaws what another froze;
/// thawing one's own freeze, lowering the principal and closing take two. The fund follows by a trigger.
/// </summary>
public sealed class FundDecision
{
    /// <summary>Another decision about this fund waits for its second signature.</summary>
    public const string WaitsAlready = "fund.decision-waits";

    /// <summary>It is not there, or decided already.</summary>
    public const string Gone = "fund.decision-gone";

    /// <summary>The fund is not in the state for this, or the principal is what it was.</summary>
    public const string NothingToDecide = "fund.decision-nothing";

    public required int BookId { get; init; }

    public long FundDecisionId { get; init; }

    public required int FundId { get; init; }

    public required DecisionKind Kind { get; init; }

    /// <summary>The new principal minimum; null for other decisions.</summary>
    public long? Principal { get; init; }

    /// <summary>The principal minimum when this was proposed.</summary>
    public required long WasPrincipal { get; init; }

    public required string Reason { get; init; }

    /// <summary>Where it stands: agreement, resolution, letter.</summary>
    public required string Source { get; init; }

    public required DecisionState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    /// <summary>Null while it waits, and where nobody else was needed.</summary>
    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Writes what one person decides: done at once where one is enough, else waiting for another.</summary>
    /// <returns>Whether it is done.</returns>
    internal static async Task<bool> Take(Work work, int fundId, DecisionKind kind, long? principal, string reason, string source,
        CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {fundId} for no key update", ct);
        Fund fund = await work.Db.Funds.AsNoTracking().SingleAsync(row => row.BookId == work.Book && row.FundId == fundId, ct);
        IQueryable<FundDecision> decisions =
            work.Db.Set<FundDecision>().Where(row => row.BookId == work.Book && row.FundId == fundId);
        bool isNothing = kind switch
        {
            DecisionKind.Freeze => fund.State != FundState.Open,
            DecisionKind.Thaw => fund.State != FundState.Frozen,
            DecisionKind.Close => fund.State == FundState.Closed,
            _ => principal == fund.PrincipalMinimum || fund.State == FundState.Closed,
        };
        if (isNothing)
        {
            throw new RefusedException(NothingToDecide, ("fund", fund.Name), ("state", fund.State),
                ("principal", Amount.Fen(fund.PrincipalMinimum)));
        }

        // A freeze is done at once: what waits must not hold it up.
        if (kind != DecisionKind.Freeze && await decisions.AnyAsync(row => row.State == DecisionState.Waiting, ct))
        {
            throw new RefusedException(WaitsAlready, ("fund", fund.Name));
        }

        bool isAlone = kind switch
        {
            DecisionKind.Freeze => true,
            DecisionKind.Principal => principal > fund.PrincipalMinimum,
            DecisionKind.Thaw => work.ActorId != await decisions
                .Where(row => row.Kind == DecisionKind.Freeze && row.State == DecisionState.Done)
                .OrderByDescending(row => row.FundDecisionId).Select(row => (long?)row.ProposedBy).FirstOrDefaultAsync(ct),
            _ => false,
        };
        work.Db.Add(new FundDecision
        {
            BookId = work.Book,
            FundId = fundId,
            Kind = kind,
            Principal = principal,
            WasPrincipal = fund.PrincipalMinimum,
            Reason = FundSigners.Said(reason, 500),
            Source = FundSigners.Said(source, 200, isNeeded: kind == DecisionKind.Principal),
            State = isAlone ? DecisionState.Done : DecisionState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
            DecidedAt = isAlone ? work.Now : null,
        });
        await work.Db.SaveChangesAsync(ct);
        return isAlone;
    }

    /// <summary>The decision that waits, locked.</summary>
    internal static async Task<FundDecision> Waiting(Work work, long decision, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund_decision where book_id = {work.Book} and fund_decision_id = {decision} for no key update", ct);
        return await work.Db.Set<FundDecision>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.FundDecisionId == decision && row.State == DecisionState.Waiting, ct) ?? throw new RefusedException(Gone);
    }

    /// <summary>The fund it is about; none if there is no such decision.</summary>
    internal static async ValueTask<Need> NeedOf(Work work, long decision, CancellationToken ct) =>
        Need.Any(FundSigners.Deciding).For(await work.Db.Set<FundDecision>()
            .Where(row => row.BookId == work.Book && row.FundDecisionId == decision).Select(row => row.FundId).ToListAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<FundDecision>
    {
        public void Configure(EntityTypeBuilder<FundDecision> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FundDecisionId });
            entity.Property(row => row.FundDecisionId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>A clause from outside, and whether its period has run out.</summary>
public sealed record ClauseView(
    long Id, ClauseKind Kind, string Words, string Source, LocalDate? From, LocalDate? Until, bool ForAll, LocalDate? InForceFrom,
    string? AddedBy, Instant AddedAt, bool IsOver);

/// <summary>What the board has set aside; of a lifted one also the resolution that lifted it.</summary>
public sealed record DesignationView(
    long Id, Amount? Amount, string Purpose, string Resolution, LocalDate DecidedOn, string RecordedBy, string? Revocation,
    LocalDate? RevokedOn);

/// <summary>A decision that waits for its second signature, or the freeze or close in force.</summary>
public sealed record DecisionView(
    long Id, DecisionKind Kind, Amount? Principal, string Reason, string Source, string ProposedBy, Instant ProposedAt, bool IsOwn);

/// <summary>What binds a fund and what was decided about it, with what the reader may add.</summary>
public sealed record FundRulesView(
    int FundId, FundState State, IReadOnlyList<ClauseView> Clauses, IReadOnlyList<DesignationView> Designations, DecisionView? InForce,
    DecisionView? Waiting, Amount PrincipalMinimum, Amount Unrestricted, int TransfersWaiting, bool MayClause, bool MayDesignate,
    bool MayDecide, bool MayFreeze, bool MayTransfer);

/// <summary>Clauses, designations and decisions of one fund.</summary>
public sealed record FundRules(int Fund) : Query<FundRulesView>
{
    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<FundRulesView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        List<FundClause> clauses = await work.Db.Set<FundClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Fund).OrderBy(row => row.FundClauseId).ToListAsync(ct);
        List<Designation> designations = await work.Db.Set<Designation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Fund).OrderByDescending(row => row.DesignationId).ToListAsync(ct);
        IQueryable<FundDecision> all = work.Db.Set<FundDecision>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Fund);
        DecisionKind standing = fund.State == FundState.Frozen ? DecisionKind.Freeze : DecisionKind.Close;
        FundDecision? inForce = fund.State == FundState.Open ? null : await all
            .Where(row => row.Kind == standing && row.State == DecisionState.Done)
            .OrderByDescending(row => row.FundDecisionId).FirstOrDefaultAsync(ct);
        FundDecision? waiting = await all.SingleOrDefaultAsync(row => row.State == DecisionState.Waiting, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [.. clauses.Select(row => row.AddedBy), .. designations.Select(row => (long?)row.RecordedBy), inForce?.ProposedBy,
                waiting?.ProposedBy], ct);
        long free = await work.Db.Database
            .SqlQuery<long>($"select unrestricted_free({work.Book}, {Fund}) as \"Value\"").SingleAsync(ct);
        bool isAlive = fund is { IsOwn: true, State: not FundState.Closed };
        return new FundRulesView(
            Fund, fund.State, [.. clauses.Select(row => View(row, names, work.Today))], [.. designations.Select(row => View(row, names))],
            View(inForce, names, work), View(waiting, names, work), Amount.Fen(fund.PrincipalMinimum), Amount.Fen(Math.Max(0, free)),
            await work.Db.Set<FundTransfer>().CountAsync(row => row.BookId == work.Book
                && (row.FromFund == Fund || row.ToFund == Fund)
                && (row.State == TransferState.Proposed || row.State == TransferState.Agreed), ct),
            MayClause: isAlive && work.Rights.Reaches([Role.Accountant], Fund),
            MayDesignate: isAlive && work.Rights.Reaches([Role.Accountant, Role.Steer], Fund),
            MayDecide: isAlive && work.Rights.Reaches(FundSigners.Deciding, Fund),
            MayFreeze: isAlive && work.Rights.Reaches(FundSigners.Freezing, Fund),
            MayTransfer: isAlive && work.Rights.Reaches(FundSigners.Signing, Fund));
    }

    private static ClauseView View(FundClause row, IReadOnlyDictionary<long, string> names, LocalDate today) => new(
        row.FundClauseId, row.Kind, row.Words, row.Source, row.FromDay, row.UntilDay, row.ForAll, row.InForceFrom,
        row.AddedBy is { } by ? names[by] : null, row.AddedAt, row.UntilDay < today);

    private static DesignationView View(Designation row, IReadOnlyDictionary<long, string> names) => new(
        row.DesignationId, row.Units is { } units ? Amount.Fen(units) : null, row.Purpose, row.Resolution, row.DecidedOn,
        names[row.RecordedBy], row.Revocation, row.RevokedOn);

    private static DecisionView? View(FundDecision? row, IReadOnlyDictionary<long, string> names, Work work) => row is null ? null
        : new DecisionView(row.FundDecisionId, row.Kind, row.Principal is { } units ? Amount.Fen(units) : null, row.Reason, row.Source,
            names[row.ProposedBy], row.ProposedAt, row.ProposedBy == work.Actor);
}

using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>What a fund of the pool could give to this case.</summary>
/// <param name="Payable">Of what is available, what may pay for this project: gifts bound to other ends left out.</param>
/// <param name="Bar">Words of a clause that keeps gifts of the fund from it, or empty.</param>
/// <param name="Given">What it gives by the newest decision, or by the proposal.</param>
public sealed record FundOffer(PoolFund Fund, Amount Payable, string Bar, Amount Given);

/// <summary>An opinion.</summary>
public sealed record OpinionRow(string Name, OpinionOf SpeaksAs, Stance Stance, string Words, Instant At);

/// <summary>A decision as it was taken.</summary>
public sealed record DecisionRow(
    int Version, DecisionKind Kind, Amount Amount, int? Place, string ProjectClass, int? Rank, bool Inverts, bool Cuts, string Reason,
        string Minutes,
    string By, Instant At, IReadOnlyList<(string Fund, Amount Amount)> Shares);

/// <summary>An award as it stands or stood.</summary>
public sealed record AwardShown(
    int No, Amount Amount, string Resolution, string First, string Second, LocalDate On, LocalDate AgreementDue, long Voucher, AwardEnd? EndedAs,
    Instant? EndedAt, long? EndedVoucher, IReadOnlyList<(string Fund, Amount Amount, Amount Reserved)> Shares);

/// <summary>A case from the ranking on, and what the reader may do.</summary>
/// <param name="MayDecide">The reader is of the steering group and the case is ranked.</param>
/// <param name="Overdue">Whether the agreement is overdue, and what comes of it.</param>
/// <param name="MayApproveRule">The reader may propose or approve the rule by which overdue awards lapse.</param>
/// <param name="Waiting">Signatures that the award or its taking back has already, by whom.</param>
public sealed record AwardView(
    GrantCase Grant, string RoundCode, string RoundTitle, string Lead, string FinLead, int? Rank, string Score, Amount Requested,
    IReadOnlyList<FundOffer> Funds, IReadOnlyList<OpinionRow> Opinions, IReadOnlyList<DecisionRow> Decisions, LocalDate? WindowEnds,
    IReadOnlyList<AwardShown> Awards, IReadOnlyList<GrantOffer> Offers, IReadOnlyList<(GrantMove Move, GrantMover Mover, string Name,
        Instant At)> Waiting,
    IReadOnlyList<(string Key, string Zh, string En)> Classes, bool MayDecide, bool MaySpeak, bool ReadsAll, LocalDate Today, int? NextPlace,
    OverdueAgreement Overdue, bool MayApproveRule);

/// <summary>One case from the ranking on: opinions, decisions, notice, award.</summary>
public sealed record AwardPage(long Grant) : Query<AwardView>
{
    internal override Need Needs => Need.Person;

    internal override async Task<AwardView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await AwardReaders.Read(work, Grant, ct);
        bool all = work.Rights.IsOperator || work.Rights.Holds(AwardReaders.All);
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking().SingleAsync(row => row.BookId == work.Book
            && row.GrantRoundId == grant.GrantRoundId, ct);
        RankedCase? ranked = await Ranking.Of(work, Grant, ct);
        List<GrantDecision> decisions = await Mine<GrantDecision>(work).OrderByDescending(row => row.Version).ToListAsync(ct);
        List<GrantDecisionFund> shares = await Mine<GrantDecisionFund>(work).ToListAsync(ct);
        List<GrantOpinion> opinions = all ? await Mine<GrantOpinion>(work).OrderBy(row => row.GrantOpinionId).ToListAsync(ct) : [];
        List<GrantAward> awards = await Mine<GrantAward>(work).OrderByDescending(row => row.AwardNo).ToListAsync(ct);
        List<GrantAwardFund> promised = await Mine<GrantAwardFund>(work).ToListAsync(ct);
        List<GrantSignature> waiting = await work.Db.Set<GrantSignature>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == Grant
            && row.StateVersion == grant.StateVersion).OrderBy(row => row.At).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [grant.LeadId, grant.FinLeadId,
            .. decisions.Select(row => (long?)row.DecidedBy),
            .. opinions.Select(row => (long?)row.PersonId), .. awards.SelectMany(row => new long?[] { row.SignedBy, row.ConfirmedBy }),
            .. waiting.Select(row => row.PersonId)], ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        Dictionary<(short, int), long> reserved = (await work.Db.Database.SqlQuery<Reserved>(
            $"""
            select l.award_no as "AwardNo", g.fund_id as "Fund", sum(l.units)::bigint as "Units" from grant_lot l join gift_lot g using
              (book_id, lot_id)
             where l.book_id = {work.Book} and l.grant_id = {Grant} group by 1, 2
            """).ToListAsync(ct)).ToDictionary(row => (row.AwardNo, row.Fund), row => row.Units);
        AwardFacts facts = await AwardFacts.Of(work, grant, ct);
        return new AwardView(grant, round.Code, round.Title, names[grant.LeadId], grant.FinLeadId is { } fin ? names[fin] : "", ranked?.Rank,
            ranked?.Score ?? "", Amount.Fen(grant.Requested),
            all ? await Offers(work, grant, decisions.FirstOrDefault(), shares, Amount.Fen(grant.Requested), ct) : [],
            [.. opinions.Select(row => new OpinionRow(names[row.PersonId], row.SpeaksAs, row.Stance, row.Words, row.NotedAt))],
            [.. decisions.Select(row => new DecisionRow(row.Version, row.Kind, Amount.Fen(row.Units), row.Place, row.ProjectClass, row.Rank,
                row.Inverts,
                row.Cuts, row.Reason, row.Minutes, names[row.DecidedBy], row.DecidedAt,
                [.. shares.Where(share => share.Version == row.Version).Select(share => (funds[share.FundId], Amount.Fen(share.Units)))]))],
            facts.WindowEnds,
            [.. awards.Select(row => new AwardShown(row.AwardNo, Amount.Fen(row.Units), row.Resolution, names[row.SignedBy], names[row.ConfirmedBy],
                row.AwardedOn, row.AgreementDue, row.VoucherId, row.EndedAs, row.EndedAt, row.EndedVoucherId,
                [.. promised.Where(part => part.AwardNo == row.AwardNo).Select(part => (funds[part.FundId], Amount.Fen(part.Units),
                    Amount.Fen(reserved.GetValueOrDefault((row.AwardNo, part.FundId)))))]))],
            work.Actor is null ? [] : await GrantMoves.Open(work, grant, ct),
            [.. waiting.Select(row => (row.Move, row.Mover, row.PersonId is { } by ? names[by] : "", row.At))],
            [.. ProjectClass.All.Where(each => each.For.Count == 0).Select(each => (each.Key, each.Zh, each.En))],
            grant.State == GrantState.Ranked && work.Rights.Holds(Role.Steer), grant.State == GrantState.Ranked
                && work.Rights.Holds(Role.Steer, Role.Desk),
            all, work.Today, await NextPlace(work, grant, ct),
            await OverdueAgreements.Of(work, grant.State, facts.AgreementDue, ct), OverdueAgreements.MayDecide(work));
    }

    private IQueryable<T> Mine<T>(Work work)
        where T : class =>
        work.Db.Set<T>().AsNoTracking().Where(row => EF.Property<int>(row, "BookId") == work.Book && EF.Property<long>(row, "GrantId") == Grant);

    internal static async Task<int?> NextPlace(Work work, GrantCase grant, CancellationToken ct) => 1 + await work.Db.Database.SqlQuery<int>(
        $"""
        select coalesce(max(d.place), 0)::int as "Value" from grant_decided d join grant_case c using (book_id, grant_id)
         where c.book_id = {work.Book} and c.grant_round_id = {grant.GrantRoundId} and c.state = 'waitlisted'
        """).SingleAsync(ct);

    /// <summary>What each fund could give; where nothing is decided, restricted gifts are proposed first (grants.md 5.5).</summary>
    /// <param name="wanted">How much is to be proposed in all.</param>
    internal static async Task<IReadOnlyList<FundOffer>> Offers(Work work, GrantCase grant, GrantDecision? decision,
        IReadOnlyList<GrantDecisionFund> shares, Amount wanted, CancellationToken ct)
    {
        IReadOnlyList<PoolFund> pool = await SimulateDecisions.Pool(work, grant.GrantRoundId, ct);
        Dictionary<int, Fits> fits = (await work.Db.Database.SqlQuery<Fits>(
            $"""
            select p.fund_id as "Fund",
                   grant_payable(p.book_id, p.fund_id, {work.Today.ToDateOnly()}, {decision?.ProjectClass ?? ""}, {grant.Community}) as "Payable",
                   coalesce((select b.words from gift_lot g
                      cross join lateral grant_lot_bar(p.book_id, g.lot_id, {work.Today.ToDateOnly()}, {decision?.ProjectClass ?? ""},
                        {grant.Community}) b
                       where g.book_id = p.book_id and g.fund_id = p.fund_id and g.restriction = 'R' and g.used + g.reserved < g.units
                         and b.fund_clause_id is not null order by g.received_on limit 1), '') as "Bar"
              from grant_round_pool p where p.book_id = {work.Book} and p.grant_round_id = {grant.GrantRoundId}
            """).ToListAsync(ct)).ToDictionary(row => row.Fund);
        bool isDecided = decision is not null && grant.State != GrantState.Ranked;
        Amount left = wanted;
        Dictionary<int, Amount> proposed = [];
        foreach (PoolFund fund in pool.OrderByDescending(fund => fund.Bound.IsPositive).ThenBy(fund => fund.Code, StringComparer.Ordinal))
        {
            long part = Math.Max(0, Math.Min(left.Units, Math.Min(fund.Left.Units, Math.Min(fits[fund.Fund].Payable,
                (fund.Available - fund.Spoken).Units))));
            proposed[fund.Fund] = Amount.Fen(part);
            left -= Amount.Fen(part);
        }

        return
        [
            .. pool.Select(fund => new FundOffer(fund, Amount.Fen(fits[fund.Fund].Payable), fits[fund.Fund].Bar, isDecided
                ? Amount.Fen(shares.Where(share => share.Version == decision!.Version && share.FundId == fund.Fund).Sum(share => share.Units))
                : proposed[fund.Fund])),
        ];
    }

    private sealed record Fits(int Fund, long Payable, string Bar);

    private sealed record Reserved(short AwardNo, int Fund, long Units);
}

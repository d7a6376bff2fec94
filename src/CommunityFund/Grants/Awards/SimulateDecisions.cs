using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>A fund of the pool.</summary>
/// <param name="Pool">What it put in.</param>
/// <param name="Taken">What decided cases of the round take.</param>
/// <param name="Available">What it has available now.</param>
/// <param name="Spoken">What recommended cases of any round will take of that.</param>
/// <param name="Bound">What of its money is in restricted gifts.</param>
public sealed record PoolFund(int Fund, string Code, string Name, Amount Pool, Amount Taken, Amount Available, Amount Spoken, Amount Bound)
{
    public Amount Left => Pool - Taken;
}

/// <summary>A case in the order of the meeting.</summary>
/// <param name="Gets">What it would get if money were given by rank down to the line.</param>
/// <param name="IsPart">The line runs through it.</param>
/// <param name="Opinions">How many leaders and experts are for it, for less, against it.</param>
/// <param name="Given">What was decided, if anything was.</param>
/// <param name="Version">State version of the case, which a form sends back.</param>
public sealed record SimulatedCase(
    long Grant, string Number, string Title, string Community, int? Rank, string Score, GrantState State, Amount Requested, Amount Gets,
        bool IsPart,
    Amount RunningSum, (int For, int Less, int Against) Opinions, Amount? Given, bool Inverts, bool Cuts, int Version);

/// <summary>The round as the steering group sees it.</summary>
/// <param name="Line">How much is given in all.</param>
/// <param name="MayDecide">The reader is of the steering group.</param>
public sealed record Deliberation(
    long Round, string Code, string Title, Amount Line, Amount Pool, IReadOnlyList<PoolFund> Funds, IReadOnlyList<SimulatedCase> Cases,
    bool MayDecide)
{
    /// <summary>The ranked cases that nobody has decided about, best first.</summary>
    public IReadOnlyList<SimulatedCase> Undecided => [.. Cases.Where(row => row.State == GrantState.Ranked && row.Rank is not null)];
}

/// <summary>审议: who gets what by rank if so much is given, what was decided already, and what the funds of the pool bear.</summary>
/// <param name="Line">How much is given in all; null for the whole pool.</param>
public sealed record SimulateDecisions(long Round, Amount? Line = null) : Query<Deliberation>
{
    internal override Need Needs => Need.Any(AwardReaders.All);

    internal override async Task<Deliberation> Answer(Work work, CancellationToken ct)
    {
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantRoundId == Round, ct)
            ?? throw new RefusedException(GrantRound.Unknown, ("round", Round));
        IReadOnlyList<PoolFund> funds = await Pool(work, Round, ct);
        Amount pool = funds.Aggregate(Amount.Fen(0), (sum, fund) => sum + fund.Pool), line = Line ?? pool;
        List<Found> found = await work.Db.Database.SqlQuery<Found>(
            $"""
            select c.grant_id as "Grant", c.number as "Number", c.title as "Title", c.community as "Community", c.state as "State",
                   c.state_version as "Version",
                   c.requested as "Requested", k.rank as "Rank", coalesce(k.score_text, '') as "Score", d.units as "Given", d.kind as "Kind",
                   coalesce(d.inverts, false) as "Inverts", coalesce(d.cuts, false) as "Cuts",
                   (select count(*)::int from grant_opinion o where o.book_id = c.book_id and o.grant_id = c.grant_id and o.stance = 'for')
                     as "For",
                   (select count(*)::int from grant_opinion o where o.book_id = c.book_id and o.grant_id = c.grant_id and o.stance = 'less')
                     as "Less",
                   (select count(*)::int from grant_opinion o where o.book_id = c.book_id and o.grant_id = c.grant_id and o.stance =
                     'against') as "Against"
              from grant_case c
              left join lateral (select k.rank, k.score_text from grant_rank k where k.book_id = c.book_id and k.grant_id = c.grant_id
                                  order by k.tally_version desc limit 1) k on true
              left join grant_decided d on d.book_id = c.book_id and d.grant_id = c.grant_id
             where c.book_id = {work.Book} and c.grant_round_id = {Round}
               and (c.state in ('ranked', 'recommended', 'waitlisted', 'not-selected', 'public-notice', 'objected', 'declined', 'lapsed')
                    or has_award(c.state)) and (c.state not in ('declined', 'lapsed') or k.rank is not null)
             order by k.rank nulls last, c.grant_id limit 500
            """).ToListAsync(ct);
        List<SimulatedCase> cases = [];
        Amount running = Amount.Fen(0);
        foreach (Found row in found)
        {
            Amount asked = Amount.Fen(row.Requested), left = line - running;

            // What was declined or lapsed stays in the ranking and takes nothing.
            Amount gets = !left.IsPositive || row.State is "declined" or "lapsed" ? Amount.Fen(0) : (left - asked).IsNegative ? left : asked;
            running += gets;
            bool decided = row.State != "ranked";
            cases.Add(new SimulatedCase(row.Grant, row.Number, row.Title, row.Community, row.Rank, row.Score,
                Codes.Parse<GrantState>(row.State), asked, gets,
                gets.IsPositive && gets != asked, running, (row.For, row.Less, row.Against),
                decided && row.Given is { } given ? Amount.Fen(row.Kind == "refuse" ? 0 : given) : null, decided && row.Inverts, decided
                    && row.Cuts, row.Version));
        }

        return new Deliberation(Round, round.Code, round.Title, line, pool, funds, cases, work.Rights.Holds(Role.Steer));
    }

    internal static async Task<IReadOnlyList<PoolFund>> Pool(Work work, long round, CancellationToken ct) =>
    [
        .. (await work.Db.Database.SqlQuery<PoolRow>(
            $"""
            select p.fund_id as "Fund", f.code as "Code", f.name as "Name", p.units as "Pool", coalesce(t.round, 0)::bigint as "Taken",
                   fund_available(p.book_id, p.fund_id) as "Available", coalesce(t.spoken, 0)::bigint as "Spoken",
                   greatest(0, restricted_free(p.book_id, p.fund_id)) as "Bound"
              from grant_round_pool p join fund f using (book_id, fund_id)
              left join lateral (
                select sum(o.units) filter (where c.grant_round_id = p.grant_round_id) as round,
                       sum(o.units) filter (where c.state in ('recommended', 'public-notice', 'objected')) as spoken
                  from grant_decision_fund o join grant_decided d using (book_id, grant_id, version) join grant_case c using (book_id, grant_id)
                 where o.book_id = p.book_id and o.fund_id = p.fund_id and d.kind <> 'refuse'
                   and (c.state in ('recommended', 'public-notice', 'objected') or has_award(c.state))) t on true
             where p.book_id = {work.Book} and p.grant_round_id = {round} order by f.code
            """).ToListAsync(ct)).Select(row => new PoolFund(row.Fund, row.Code, row.Name, Amount.Fen(row.Pool), Amount.Fen(row.Taken),
                Amount.Fen(row.Available), Amount.Fen(row.Spoken), Amount.Fen(row.Bound))),
    ];

    private sealed record PoolRow(int Fund, string Code, string Name, long Pool, long Taken, long Available, long Spoken, long Bound);

    private sealed record Found(
        long Grant, string Number, string Title, string Community, string State, int Version, long Requested, short? Rank, string Score, long? Given,
            string? Kind,
        bool Inverts, bool Cuts, int For, int Less, int Against);
}

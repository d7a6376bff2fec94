using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Rounds;

/// <summary>Where a round is on a day.</summary>
public enum RoundStage
{
    /// <summary>Another person has to open it.</summary>
    Waiting,

    /// <summary>Opened, and its first day is to come.</summary>
    Coming,

    /// <summary>People apply.</summary>
    Open,

    /// <summary>Its last day is over.</summary>
    Closed,

    /// <summary>Never opened.</summary>
    Dropped,
}

/// <summary>A project that a round gave money to.</summary>
public sealed record Winner(string Title, string Community, Amount Amount);

/// <summary>A round as a card: who may apply, how much, what it may not buy, and when.</summary>
/// <param name="DaysLeft">Working days from today to its last day; 0 on the last.</param>
/// <param name="Applications">Sent in so far.</param>
/// <param name="Mine">Of these and of drafts those that the reader has part in.</param>
/// <param name="WinnersOf">Title of the last round from the same pool that gave money; empty if none did, or the card's round is over.</param>
/// <param name="Winners">The first of its projects.</param>
/// <param name="WinnersInAll">How many it gave money to.</param>
public sealed record RoundCard(
    long Id, string Code, string Title, string WhoMay, string Forbidden, Amount Cap, int OwnBasis, LocalDate OpensOn, LocalDate ClosesOn,
    RoundStage Stage, int DaysLeft, Amount Pool, int Applications, int Mine, string WinnersOf, IReadOnlyList<Winner> Winners,
    int WinnersInAll)
{
    internal static RoundStage StageOf(GrantRound round, LocalDate today) => round.State switch
    {
        RegisterState.Waiting => RoundStage.Waiting,
        RegisterState.Dropped => RoundStage.Dropped,
        _ => today < round.OpensOn ? RoundStage.Coming : today > round.ClosesOn ? RoundStage.Closed : RoundStage.Open,
    };
}

/// <summary>Rounds, and what the reader may do.</summary>
/// <param name="Today">The day that stages were judged by.</param>
public sealed record RoundCards(IReadOnlyList<RoundCard> Rounds, bool MayPropose, bool IsOffice, LocalDate Today);

/// <summary>The calls for applications, newest first; those who only apply see what is agreed to.</summary>
public sealed record RoundList : Query<RoundCards>
{
    private const int Shown = 100, WinnersShown = 3;

    internal override Need Needs => Need.Any(GrantRoles.Reading);

    internal override async Task<RoundCards> Answer(Work work, CancellationToken ct)
    {
        bool office = work.Rights.Holds(GrantRoles.Office);
        List<GrantRound> rounds = await work.Db.Set<GrantRound>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (row.State == RegisterState.Agreed || (office && row.State == RegisterState.Waiting)))
            .OrderByDescending(row => row.ClosesOn).ThenByDescending(row => row.GrantRoundId).Take(Shown).ToListAsync(ct);
        return new RoundCards(await Cards(work, rounds, ct), work.Rights.Holds(GrantRoles.Calling), office, work.Today);
    }

    internal static async Task<IReadOnlyList<RoundCard>> Cards(Work work, IReadOnlyList<GrantRound> rounds, CancellationToken ct)
    {
        long[] ids = [.. rounds.Select(round => round.GrantRoundId)];
        Dictionary<long, long> pools = await work.Db.Set<GrantRoundPool>().Where(row => row.BookId == work.Book && ids.Contains(row.GrantRoundId))
            .GroupBy(row => row.GrantRoundId).Select(pool => new { pool.Key, Units = pool.Sum(row => row.Units) })
            .ToDictionaryAsync(pool => pool.Key, pool => pool.Units, ct);
        Dictionary<long, int> sent = await work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book && ids.Contains(row.GrantRoundId)
                && row.State != GrantState.Draft && row.State != GrantState.AwaitingSignOff)
            .GroupBy(row => row.GrantRoundId).Select(round => new { round.Key, Count = round.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        IQueryable<long> own = MyApplications.Of(work);
        Dictionary<long, int> mine = await work.Db.Set<GrantCase>().Where(row => row.BookId == work.Book && own.Contains(row.GrantId))
            .GroupBy(row => row.GrantRoundId).Select(round => new { round.Key, Count = round.Count() })
            .ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        ILookup<long, Won> won = (await LastWinners(work, ids, ct)).ToLookup(row => row.Round);
        return
        [
            .. rounds.Select(round =>
            {
                Won[] last = [.. won[round.GrantRoundId]];
                return new RoundCard(round.GrantRoundId, round.Code, round.Title, round.WhoMay, round.Forbidden, Amount.Fen(round.CapUnits),
                    round.OwnBasis, round.OpensOn, round.ClosesOn, RoundCard.StageOf(round, work.Today),
                    Math.Max(0, WorkingDays.Between(work.Today, LocalDate.Max(work.Today, round.ClosesOn))),
                    Amount.Fen(pools.GetValueOrDefault(round.GrantRoundId)), sent.GetValueOrDefault(round.GrantRoundId),
                    mine.GetValueOrDefault(round.GrantRoundId),
                    last.Length > 0 ? last[0].RoundTitle : "",
                    [.. last.Select(row => new Winner(row.Title, row.Community, Amount.Fen(row.Units)))], last.Length > 0 ? last[0].InAll : 0);
            }),
        ];
    }

    /// <summary>For rounds that are not over: whom the last round from one of the same funds gave money to. Three are looked up and the others only
    /// counted, in the index.</summary>
    private static Task<List<Won>> LastWinners(Work work, long[] rounds, CancellationToken ct) => work.Db.Database.SqlQuery<Won>(
        $"""
        select s.grant_round_id as "Round", b.title as "RoundTitle", n.count as "InAll", w.title as "Title", w.community as "Community",
               coalesce((select a.units from grant_award a where a.book_id = s.book_id and a.grant_id = w.grant_id and a.ended_at is null),
                 w.requested) as "Units"
          from grant_round s
          cross join lateral (
            select p.grant_round_id, p.title from grant_round p
             where p.book_id = s.book_id and p.state = 'agreed' and p.closes_on < s.opens_on
               and exists (select 1 from grant_round_pool x join grant_round_pool y using (book_id, fund_id)
                            where x.book_id = s.book_id and x.grant_round_id = s.grant_round_id and y.grant_round_id = p.grant_round_id)
               and exists (select 1 from grant_case c where c.book_id = p.book_id and c.grant_round_id = p.grant_round_id
                              and has_award(c.state))
             order by p.closes_on desc, p.grant_round_id desc limit 1) b
          cross join lateral (
            select count(*)::int as count from grant_case c
             where c.book_id = s.book_id and c.grant_round_id = b.grant_round_id and has_award(c.state)) n
          cross join lateral (
            select c.grant_id, c.title, c.community, c.requested from grant_case c
             where c.book_id = s.book_id and c.grant_round_id = b.grant_round_id and has_award(c.state)
             order by c.grant_id limit {WinnersShown}) w
         where s.book_id = {work.Book} and s.grant_round_id = any ({rounds}) and s.closes_on >= {work.Today.ToDateOnly()}
         order by s.grant_round_id, w.grant_id
        """).ToListAsync(ct);

    private sealed record Won(long Round, string RoundTitle, int InAll, string Title, string Community, long Units);
}

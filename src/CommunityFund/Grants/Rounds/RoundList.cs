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
public sealed record Winner(string Title, string Community);

/// <summary>A round as a card: who may apply, how much, what it may not buy, and when.</summary>
/// <param name="DaysLeft">Working days from today to its last day; 0 on the last.</param>
/// <param name="Applications">Sent in so far.</param>
/// <param name="Mine">Of these and of drafts those that the reader has part in.</param>
/// <param name="Winners">Of the round before it.</param>
/// <param name="WinnersOf">Title of the round before it that gave money; empty if none did.</param>
public sealed record RoundCard(
    long Id, string Code, string Title, string WhoMay, string Forbidden, Amount Cap, int OwnBasis, LocalDate OpensOn, LocalDate ClosesOn,
    RoundStage Stage, int DaysLeft, Amount Pool, int Applications, int Mine, string WinnersOf, IReadOnlyList<Winner> Winners)
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
    private const int Shown = 100, WinnersShown = 6;

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
        List<Won> won = await work.Db.Database.SqlQuery<Won>(
            $"""
            select r.grant_round_id as "Round", r.title as "RoundTitle", r.closes_on as "ClosesOn", w.title as "Title", w.community as "Community"
              from grant_round r cross join lateral (
                     select c.title, c.community, c.grant_id from grant_case c
                      where c.book_id = r.book_id and c.grant_round_id = r.grant_round_id and c.state in ('awarded', 'active')
                      order by c.grant_id limit {WinnersShown}) w
             where r.book_id = {work.Book} and r.state = 'agreed' order by r.closes_on desc, r.grant_round_id desc, w.grant_id limit 600
            """).ToListAsync(ct);
        return
        [
            .. rounds.Select(round =>
            {
                Won[] before = [.. won.Where(row => row.Round != round.GrantRoundId && row.ClosesOn < ToDay(round.OpensOn))];
                Won[] last = before.Length == 0 ? [] : [.. before.Where(row => row.Round == before[0].Round)];
                return new RoundCard(round.GrantRoundId, round.Code, round.Title, round.WhoMay, round.Forbidden, Amount.Fen(round.CapUnits),
                    round.OwnBasis, round.OpensOn, round.ClosesOn, RoundCard.StageOf(round, work.Today),
                    Math.Max(0, WorkingDays.Between(work.Today, LocalDate.Max(work.Today, round.ClosesOn))),
                    Amount.Fen(pools.GetValueOrDefault(round.GrantRoundId)), sent.GetValueOrDefault(round.GrantRoundId),
                    mine.GetValueOrDefault(round.GrantRoundId),
                    last.Length > 0 ? last[0].RoundTitle : "", [.. last.Select(row => new Winner(row.Title, row.Community))]);
            }),
        ];

        static DateOnly ToDay(LocalDate day) => new(day.Year, day.Month, day.Day);
    }

    private sealed record Won(long Round, string RoundTitle, DateOnly ClosesOn, string Title, string Community);
}

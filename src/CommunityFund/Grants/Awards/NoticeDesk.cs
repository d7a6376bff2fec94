using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>A case as a notice tells of it. Names nobody.</summary>
/// <param name="Why">Why it departs from the ranking or gets less than it asked; empty if it does neither.</param>
/// <param name="EndsOn">The last day for objections to it.</param>
public sealed record NoticedCase(
    long Grant, string Number, string Title, string Community, int? Rank, string Score, Amount Requested, Amount Given, bool Inverts,
        bool Cuts, string Why,
    LocalDate? EndsOn, GrantState State);

/// <summary>A case in line, which the notice names too.</summary>
public sealed record WaitingCase(string Number, string Title, int Place);

/// <summary>A notice as everybody reads it.</summary>
/// <param name="PublicId">What its address on the site is known by.</param>
public sealed record NoticeView(
    long Id, Guid PublicId, string Body, long Round, string RoundCode, string RoundTitle, NoticeState State, string Minutes, string Address,
        string Poster,
    LocalDate? StartsOn, LocalDate? EndsOn, int Days, string Correction, Instant? PublishedAt, Instant? EndedAt, IReadOnlyList<NoticedCase> Cases,
    IReadOnlyList<WaitingCase> Waiting, LocalDate Today)
{
    public Amount Given => Cases.Aggregate(Amount.Fen(0), (sum, row) => sum + row.Given);

    /// <summary>Objections are taken.</summary>
    public bool IsOpen => State == NoticeState.Published && Cases.Any(row => IsOpenFor(row));

    /// <summary>Nothing has come of it yet that would stand in the way of taking it back.</summary>
    public bool MayWithdraw => State == NoticeState.Published && Cases.Any(row => row.State == GrantState.PublicNotice)
        && Cases.All(row => row.State is not (GrantState.Objected or GrantState.Awarded or GrantState.Active));

    public bool IsOpenFor(NoticedCase row) =>
        State == NoticeState.Published && row.EndsOn >= Today && row.State is GrantState.PublicNotice or GrantState.Objected;
}

/// <summary>The notices of a round, the newest first, and what the next one would tell.</summary>
/// <param name="Recommended">How many cases are recommended and not noticed.</param>
public sealed record NoticeDeskView(
    long Round, string RoundCode, string RoundTitle, int Recommended, IReadOnlyList<NoticeView> Notices, bool MayWrite);

/// <summary>The desk's place for the notices of a round.</summary>
public sealed record NoticeDesk(long Round) : Query<NoticeDeskView>
{
    internal override Need Needs => Need.Any(AwardReaders.All);

    internal override async Task<NoticeDeskView> Answer(Work work, CancellationToken ct)
    {
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.GrantRoundId == Round, ct)
            ?? throw new RefusedException(GrantRound.Unknown, ("round", Round));
        List<GrantNotice> notices = await work.Db.Set<GrantNotice>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantRoundId == Round && row.State != NoticeState.Dropped)
            .OrderByDescending(row => row.GrantNoticeId).Take(20).ToListAsync(ct);
        List<NoticeView> views = [];
        foreach (GrantNotice notice in notices)
        {
            views.Add(await View(work, notice, round, ct));
        }

        return new NoticeDeskView(Round, round.Code, round.Title, await work.Db.Set<GrantCase>().CountAsync(row => row.BookId == work.Book
            && row.GrantRoundId == Round && row.State == GrantState.Recommended, ct), views, work.Rights.Holds(Role.Desk));
    }

    internal static async Task<NoticeView> View(Work work, GrantNotice notice, GrantRound round, CancellationToken ct)
    {
        List<Found> found = await work.Db.Database.SqlQuery<Found>(
            $"""
            select c.grant_id as "Grant", c.number as "Number", c.title as "Title", c.community as "Community", d.rank as "Rank",
                   coalesce(k.score_text, '') as "Score", c.requested as "Requested", d.units as "Given", d.inverts as "Inverts", d.cuts as "Cuts",
                   case when d.inverts or d.cuts then d.reason else '' end as "Why", n.ends_on as "EndsOn", c.state as "State"
              from grant_notice_case n
              join grant_case c using (book_id, grant_id)
              join grant_decision d on d.book_id = n.book_id and d.grant_id = n.grant_id and d.version = n.decision_version
              left join grant_rank k on k.book_id = d.book_id and k.grant_id = d.grant_id and k.tally_version = d.tally_version
             where n.book_id = {notice.BookId} and n.grant_notice_id = {notice.GrantNoticeId}
             order by d.rank nulls last, c.grant_id
            """).ToListAsync(ct);

        // Who waited when it was published: what happens to the line later does not change what hangs on the board.
        DateTime told = (notice.PublishedAt ?? work.Now).ToDateTimeUtc();
        List<WaitingCase> waiting = [.. (await work.Db.Database.SqlQuery<Line>(
            $"""
            select c.number as "Number", c.title as "Title", d.place as "Place" from grant_case c
              join lateral (select l.to_state from grant_log l where l.book_id = c.book_id and l.grant_id = c.grant_id and l.at <= {told}
                             order by l.state_version desc limit 1) s on s.to_state = 'waitlisted'
              join lateral (select g.place from grant_decision g where g.book_id = c.book_id and g.grant_id = c.grant_id and g.decided_at <= {told}
                             order by g.version desc limit 1) d on true
             where c.book_id = {notice.BookId} and c.grant_round_id = {notice.GrantRoundId} order by d.place
            """).ToListAsync(ct)).Select(row => new WaitingCase(row.Number, row.Title, row.Place))];
        NoticedCase[] cases =
        [
            .. found.Select(row => new NoticedCase(row.Grant, row.Number, row.Title, row.Community, row.Rank, row.Score, Amount.Fen(row.Requested),
                Amount.Fen(row.Given), row.Inverts, row.Cuts, row.Why, row.EndsOn is { } ends ? LocalDate.FromDateOnly(ends) : null,
                Codes.Parse<GrantState>(row.State))),
        ];
        return new NoticeView(notice.GrantNoticeId, notice.PublicId,
            await work.Db.Books.Where(book => book.BookId == notice.BookId).Select(book => book.Name).SingleAsync(ct), round.GrantRoundId,
                round.Code,
            round.Title, notice.State, notice.Minutes, notice.Address, notice.Poster, notice.StartsOn, cases.Max(row => row.EndsOn),
                round.NoticeDays,
            notice.Correction, notice.PublishedAt, notice.EndedAt, cases, waiting, work.Today);
    }

    private sealed record Found(
        long Grant, string Number, string Title, string Community, short? Rank, string Score, long Requested, long Given, bool Inverts,
            bool Cuts, string Why,
        DateOnly? EndsOn, string State);

    private sealed record Line(string Number, string Title, short Place);
}

/// <summary>A notice by its public address, for anybody; one that was withdrawn says so, one that was not published is not there.</summary>
public sealed record PublicNotice(Guid Notice) : Query<NoticeView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<NoticeView> Answer(Work work, CancellationToken ct)
    {
        GrantNotice notice = await work.Db.Set<GrantNotice>().AsNoTracking().SingleOrDefaultAsync(row => row.PublicId == Notice
            && (row.State == NoticeState.Published || row.State == NoticeState.Withdrawn), ct)
            ?? throw new RefusedException(GrantNotice.Unknown, ("notice", 0));
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(row => row.BookId == notice.BookId && row.GrantRoundId == notice.GrantRoundId, ct);
        return await NoticeDesk.View(work, notice, round, ct);
    }
}

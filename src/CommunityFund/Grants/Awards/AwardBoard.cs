using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>A case on its way from the ranking to the agreement.</summary>
/// <param name="Given">What was decided; null if nothing was.</param>
/// <param name="Waits">Who is awaited now; empty while only a day is.</param>
/// <param name="Signed">Who has signed the award already.</param>
public sealed record AwardRow(
    long Grant, string Number, string Title, string Community, long Round, string RoundCode, GrantState State, int? Rank, Amount Requested,
        Amount? Given,
    LocalDate? DueOn, IReadOnlyList<GrantMover> Waits, IReadOnlyList<GrantMover> Signed, int? Place, int OpenObjections);

/// <summary>A round that has cases on the way.</summary>
public sealed record AwardRound(long Id, string Code, string Title, int Ranked, int Recommended, int Waitlisted);

/// <summary>The head of a line is to be called: money has become free.</summary>
/// <param name="Free">What the round's pool has left in the funds that would pay for it; it is enough.</param>
public sealed record WaitlistCall(long Round, string RoundCode, long Grant, string Number, string Title, int Place, Amount Wants, Amount Free);

/// <summary>What waits for whom.</summary>
/// <param name="Overdue">How many agreements are overdue and do not lapse, because nobody has approved the rule; 0 while one is in force.</param>
/// <param name="MayApproveRule">The reader may propose or approve that rule.</param>
/// <param name="Queued">Objections from the public page that the panel has to register.</param>
public sealed record AwardBoardView(
    IReadOnlyList<AwardRow> Rows, IReadOnlyList<AwardRound> Rounds, IReadOnlyList<WaitlistCall> Calls, int Queued, int Unanswered, bool ReadsAll,
    int Overdue, bool MayApproveRule);

/// <summary>All cases between ranking and agreement that the reader has to do with, the oldest due first.</summary>
public sealed record AwardBoard : Query<AwardBoardView>
{
    private const int Most = 300;

    internal override Need Needs => Need.Person;

    internal override async Task<AwardBoardView> Answer(Work work, CancellationToken ct)
    {
        bool all = work.Rights.IsOperator || work.Rights.Holds(AwardReaders.All);
        long me = work.Actor ?? 0;
        List<Found> found = await work.Db.Database.SqlQuery<Found>(
            $"""
            select c.grant_id as "Grant", c.number as "Number", c.title as "Title", c.community as "Community", c.grant_round_id as "Round",
                   r.code as "RoundCode", r.title as "RoundTitle", c.state as "State", c.requested as "Requested", c.due_on as "DueOn",
                   (select k.rank from grant_rank k where k.book_id = c.book_id and k.grant_id = c.grant_id order by k.tally_version desc
                     limit 1) as "Rank",
                   d.units as "Given", d.place as "Place",
                   (select count(*)::int from grant_objection o where o.book_id = c.book_id and o.grant_id = c.grant_id
                      and o.state in ('queued', 'registered')) as "Open",
                   array(select s.mover from grant_signature s where s.book_id = c.book_id and s.grant_id = c.grant_id
                            and s.state_version = c.state_version and s.move in ('award', 'activate')) as "Signed"
              from grant_case c
              join grant_round r using (book_id, grant_round_id)
              left join grant_decided d on d.book_id = c.book_id and d.grant_id = c.grant_id
             where c.book_id = {work.Book} and c.state in ('ranked', 'recommended', 'waitlisted', 'public-notice', 'objected', 'awarded')
               and ({all} or {me} in (c.lead_id, c.filled_by, c.fin_lead_id, c.signer_id))
             order by c.due_on nulls last, "Rank" nulls last, c.grant_id limit {Most}
            """).ToListAsync(ct);
        List<AwardRow> rows =
        [
            .. found.Select(row => new AwardRow(row.Grant, row.Number, row.Title, row.Community, row.Round, row.RoundCode,
                Codes.Parse<GrantState>(row.State), row.Rank, Amount.Fen(row.Requested), row.Given is { } given && row.State != "ranked"
                    ? Amount.Fen(given) : null,
                row.DueOn is { } due ? LocalDate.FromDateOnly(due) : null, Waits(work, row), [.. row.Signed.Select(Codes.Parse<GrantMover>)],
                row.State == "waitlisted" ? row.Place : null, row.Open)),
        ];
        AwardRound[] rounds =
        [
            .. found.GroupBy(row => (row.Round, row.RoundCode, row.RoundTitle)).OrderBy(group => group.Key.RoundCode, StringComparer.Ordinal)
                .Select(group => new AwardRound(group.Key.Round, group.Key.RoundCode, group.Key.RoundTitle,
                    group.Count(row => row.State == "ranked"), group.Count(row => row.State == "recommended"),
                        group.Count(row => row.State == "waitlisted"))),
        ];
        var open = all ? await work.Db.Set<GrantObjection>().Where(row => row.BookId == work.Book
            && (row.State == ObjectionState.Queued || row.State == ObjectionState.Registered)).Select(row => row.State).ToListAsync(ct) : [];
        int overdue = rows.Count(row => row.State == GrantState.Awarded && row.DueOn < work.Today);
        return new AwardBoardView(rows, rounds, all ? await Calls(work, ct) : [], open.Count(state => state == ObjectionState.Queued),
            open.Count(state => state == ObjectionState.Registered), all,
            overdue > 0 && await SignedCommitment.IsRuleInForce(work, ct) ? 0 : overdue, OverdueAgreements.MayDecide(work));
    }

    /// <summary>Where an award ended before its agreement and somebody waits for the money.</summary>
    internal static async Task<IReadOnlyList<WaitlistCall>> Calls(Work work, CancellationToken ct) =>
    [
        .. (await work.Db.Database.SqlQuery<Call>(
            $"""
            select distinct on (c.grant_round_id) c.grant_round_id as "Round", r.code as "RoundCode", c.grant_id as "Grant", c.number as "Number",
                   c.title as "Title", d.place as "Place", d.units as "Wants",
                   coalesce(f.free, 0) as "Free", f.fits as "Fits"
              from grant_case c join grant_round r using (book_id, grant_round_id) join grant_decided d on d.book_id = c.book_id and
                d.grant_id = c.grant_id
              join lateral (
                select sum(p.units - t.units)::bigint as free, bool_and(p.units - t.units >= w.units) as fits
                  from grant_decision_fund w join grant_round_pool p on p.book_id = w.book_id and p.grant_round_id = c.grant_round_id
                    and p.fund_id = w.fund_id
                  cross join lateral (
                    select coalesce(sum(x.units), 0) as units from grant_decision_fund x join grant_decided y using (book_id, grant_id, version)
                      join grant_case o using (book_id, grant_id)
                     where o.book_id = c.book_id and o.grant_round_id = c.grant_round_id and x.fund_id = w.fund_id and y.kind <> 'refuse'
                       and (o.state in ('recommended', 'public-notice', 'objected') or has_award(o.state))) t
                 where w.book_id = d.book_id and w.grant_id = d.grant_id and w.version = d.version) f on true
             where c.book_id = {work.Book} and c.state = 'waitlisted'
               and exists (select 1 from grant_case o where o.book_id = c.book_id and o.grant_round_id = c.grant_round_id
                              and o.state in ('declined', 'lapsed', 'withdrawn', 'not-selected') and exists (select 1 from grant_log l
                                where l.book_id = o.book_id and l.grant_id = o.grant_id
                                  and l.move in ('decline-award', 'agreement-timeout', 'revoke-award', 'uphold-remove')
                                   or l.book_id = o.book_id and l.grant_id = o.grant_id and l.move = 'withdraw'
                                  and l.from_state in ('recommended', 'public-notice')))
             order by c.grant_round_id, d.place
            """).ToListAsync(ct)).Where(row => row.Fits == true)
            .Select(row => new WaitlistCall(row.Round, row.RoundCode, row.Grant, row.Number, row.Title, row.Place, Amount.Fen(row.Wants),
                Amount.Fen(row.Free))),
    ];

    private static IReadOnlyList<GrantMover> Waits(Work work, Found row) => row.State switch
    {
        "ranked" or "waitlisted" => [GrantMover.Steer],
        "recommended" => [GrantMover.Desk],
        "objected" => [GrantMover.Panel],
        "public-notice" => row.Open > 0 ? [GrantMover.Panel]
            : row.DueOn is { } ends && LocalDate.FromDateOnly(ends) >= work.Today ? []
            : Left(row, GrantMover.Steer, GrantMover.ApproverL2),
        _ => row.Signed.Length > 0 ? Left(row, GrantMover.Desk, GrantMover.ApproverL1) : [GrantMover.Desk, GrantMover.Lead],
    };

    private static IReadOnlyList<GrantMover> Left(Found row, params IReadOnlyList<GrantMover> movers) =>
        [.. movers.Where(mover => !row.Signed.Contains(Codes.Kebab(mover)))];

    private sealed record Found(
        long Grant, string Number, string Title, string Community, long Round, string RoundCode, string RoundTitle, string State, long Requested,
        DateOnly? DueOn, short? Rank, long? Given, short? Place, int Open, string[] Signed);

    private sealed record Call(long Round, string RoundCode, long Grant, string Number, string Title, short Place, long Wants, long Free, bool? Fits);
}

/// <summary>Whose turn it is in lines where money has become free.</summary>
public sealed record WaitlistCalls : Query<IReadOnlyList<WaitlistCall>>
{
    internal override Need Needs => Need.Any(AwardReaders.All);

    internal override Task<IReadOnlyList<WaitlistCall>> Answer(Work work, CancellationToken ct) => AwardBoard.Calls(work, ct);
}

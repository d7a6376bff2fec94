using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Rounds;

/// <summary>What a fund puts into a pool, beside what it has.</summary>
/// <param name="Available">What may still be promised out of the fund; null for those who do not see its money.</param>
/// <param name="Elsewhere">What it puts into other rounds that wait or are open; null as above.</param>
public sealed record PoolPart(int Fund, string Code, string Name, Amount Amount, Amount? Available, Amount? Elsewhere)
{
    /// <summary>What the pool would promise beyond what there is; null where it reaches, or is not seen.</summary>
    public Amount? Short => Available is { } available && Elsewhere is { } elsewhere && (available - elsewhere - Amount).IsNegative
        ? Amount + elsewhere - available : null;
}

/// <summary>A need of the survey.</summary>
public sealed record RoundNeedRow(int No, string What, int Voices);

/// <summary>Applications of a round in one state.</summary>
public sealed record StateCount(GrantState State, int Count);

/// <summary>A day of a round that everybody waits for.</summary>
/// <param name="What">Key of its words.</param>
public sealed record RoundDay(string What, LocalDate On, bool IsKnown);

/// <summary>A round with its guide, pool and days, and what the reader may do.</summary>
/// <param name="WhyClosed">Why nobody applies today; null if it is open.</param>
/// <param name="DecidedBy">Empty while it waits.</param>
public sealed record RoundView(
    RoundCard Card, string Survey, IReadOnlyList<RoundNeedRow> Needs, string Guide, AdvancePolicy Policy, RoundDays Days,
    IReadOnlyList<PoolPart> Pool, IReadOnlyList<RoundDay> Calendar, IReadOnlyList<StateCount> States, Refusal? WhyClosed, string ProposedBy,
    Instant ProposedAt, string DecidedBy, Instant? DecidedAt, bool IsOffice, bool MayAgree, bool MayDrop, bool MayApply);

/// <summary>One round.</summary>
public sealed record RoundPage(long Round) : Query<RoundView>
{
    internal override Need Needs => Need.Any(GrantRoles.Reading);

    internal override async Task<RoundView> Answer(Work work, CancellationToken ct)
    {
        bool office = work.Rights.Holds(GrantRoles.Office);
        GrantRound round = await Find(work, Round, ct);
        RoundCard card = (await RoundList.Cards(work, [round], ct))[0];
        IReadOnlyList<PoolPart> pool = await Pool(work, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [round.ProposedBy, round.DecidedBy], ct);
        bool waits = round.State == RegisterState.Waiting;
        return new RoundView(card, round.Survey,
            [
                .. (await work.Db.Set<GrantRoundNeed>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantRoundId == Round)
                    .OrderBy(row => row.No).ToListAsync(ct)).Select(row => new RoundNeedRow(row.No, row.What, row.Voices)),
            ],
            round.Guide, round.Policy, new RoundDays(round.ScreeningDays, round.CorrectionDays, round.NoticeDays, round.AgreementDays), pool,
            Calendar(round),
            office ? await States(work, ct) : [],
            Applications.RoundNeeds.WhyClosed(round, work.Today), names[round.ProposedBy], round.ProposedAt,
            round.DecidedBy is { } by ? names[by] : "", round.DecidedAt, office,
            waits && round.ProposedBy != work.Actor && pool.All(part => work.Rights.Reaches(GrantRoles.Opening, part.Fund)),
            waits && pool.All(part => work.Rights.Reaches([.. GrantRoles.Opening, .. GrantRoles.Calling], part.Fund)),
            work.Rights.Holds(Role.Lead, Role.Desk));
    }

    /// <summary>A round that the reader may see: those who only apply see none that waits or was dropped.</summary>
    internal static async Task<GrantRound> Find(Work work, long id, CancellationToken ct)
    {
        GrantRound? round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantRoundId == id, ct);
        return round is { } found && (found.State == RegisterState.Agreed || work.Rights.Holds(GrantRoles.Office))
            ? found : throw new RefusedException(GrantRound.Unknown, ("round", id));
    }

    /// <summary>The days after the last, each at its latest if everything before it took as long as the round gives it.</summary>
    private static IReadOnlyList<RoundDay> Calendar(GrantRound round)
    {
        LocalDate screened = WorkingDays.After(round.ClosesOn, round.ScreeningDays);
        return
        [
            Known("opens", round.OpensOn), Known("closes", round.ClosesOn), Known("screened", screened),
            Known("corrected", WorkingDays.After(screened, round.CorrectionDays)),
        ];

        static RoundDay Known(string what, LocalDate on) => new($"round.day-{what}", on, WorkingDays.IsKnown(on.Year));
    }

    private async Task<IReadOnlyList<StateCount>> States(Work work, CancellationToken ct)
    {
        var states = await work.Db.Set<GrantCase>()
            .Where(row => row.BookId == work.Book && row.GrantRoundId == Round && row.State != GrantState.Draft)
            .GroupBy(row => row.State).Select(state => new { state.Key, Count = state.Count() }).ToListAsync(ct);
        return [.. states.OrderBy(state => state.Key).Select(state => new StateCount(state.Key, state.Count))];
    }

    private async Task<IReadOnlyList<PoolPart>> Pool(Work work, CancellationToken ct)
    {
        DateOnly today = new(work.Today.Year, work.Today.Month, work.Today.Day);
        List<Part> parts = await work.Db.Database.SqlQuery<Part>(
            $"""
            select p.fund_id as "Fund", f.code as "Code", f.name as "Name", p.units as "Units", fund_available(p.book_id, p.fund_id) as "Available",
                   (select coalesce(sum(o.units), 0) from grant_round_pool o join grant_round r using (book_id, grant_round_id)
                     where o.book_id = p.book_id and o.fund_id = p.fund_id and o.grant_round_id <> p.grant_round_id
                       and r.state <> 'dropped' and r.closes_on >= {today})::bigint as "Elsewhere"
              from grant_round_pool p join fund f using (book_id, fund_id)
             where p.book_id = {work.Book} and p.grant_round_id = {Round} order by f.code
            """).ToListAsync(ct);
        return
        [
            .. parts.Select(part =>
            {
                bool seen = work.Rights.Reaches(GrantRoles.SeeingMoney, part.Fund);
                return new PoolPart(part.Fund, part.Code, part.Name, Amount.Fen(part.Units), seen ? Amount.Fen(part.Available) : null,
                    seen ? Amount.Fen(part.Elsewhere) : null);
            }),
        ];
    }

    private sealed record Part(int Fund, string Code, string Name, long Units, long Available, long Elsewhere);
}

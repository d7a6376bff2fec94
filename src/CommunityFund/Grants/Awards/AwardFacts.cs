using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>What a fund is to give, and what it could.</summary>
/// <param name="Pool">What it put into the round.</param>
/// <param name="Taken">What other cases of the round take of that.</param>
/// <param name="Spoken">What other cases of any round are recommended to get, and have no award yet.</param>
/// <param name="Available">What it has available.</param>
/// <param name="Payable">What of that may pay for this project: gifts bound to other ends left out.</param>
public sealed record FundingFact(int Fund, string Name, long Units, long Pool, long Taken, long Spoken, long Available, long Payable);

/// <summary>The account a grant is to be paid to.</summary>
/// <param name="CoolsUntil">Until when it is left alone because it took another's place; null if it did not, or long ago.</param>
public sealed record PayeeFact(long Account, bool IsCurrent, bool IsChecked, bool IsOrganisation,
    [property: JsonIgnore] Instant? CoolsUntil);

/// <summary>What the guards of decision, notice, award and agreement look at.</summary>
/// <param name="Decision">Version of the newest decision.</param>
/// <param name="DecidedNow">Whether it was made since the case came to where it stands.</param>
/// <param name="Head">The first place in the round's line.</param>
/// <param name="IsWritten">Whether a notice has this decision.</param>
/// <param name="WindowEnds">The last day of the notice's window.</param>
/// <param name="Queued">Objections that the panel has not registered yet.</param>
/// <param name="Unanswered">Objections that are registered and not answered.</param>
/// <param name="Removed">Whether an objection removed it, last of all.</param>
/// <param name="Appealed">Whether that was appealed before.</param>
/// <param name="AgreementDue">The last day for the agreement.</param>
/// <param name="Signed">Which papers each side has signed in the newest version.</param>
public sealed record AwardFacts(
    short? Decision = null, bool DecidedNow = false, long Units = 0, short? Place = null, short? Head = null, bool IsWritten = false,
    LocalDate? WindowEnds = null, int Queued = 0, int Unanswered = 0, bool Removed = false, bool Appealed = false,
    LocalDate? AgreementDue = null, long Award = 0, long Tranches = 0, int Baselines = 0, PayeeFact? Payee = null)
{
    public IReadOnlyList<FundingFact> Funds { get; init; } = [];

    public IReadOnlyList<string> Signed { get; init; } = [];

    internal bool Has(GrantPaper paper, GrantSide side) => Signed.Contains(Key(paper, side));

    internal static string Key(GrantPaper paper, GrantSide side) => $"{Codes.Kebab(paper)}/{Codes.Kebab(side)}";

    internal static async Task<AwardFacts> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        if (grant.State < GrantState.Ranked)
        {
            return new AwardFacts();
        }

        GrantDecision? decision = await GrantDecision.Newest(work, grant.GrantId, ct);
        AwardFacts facts = new(decision?.Version, decision?.StateVersion == grant.StateVersion, decision?.Units ?? 0, decision?.Place);
        return grant.State switch
        {
            GrantState.Ranked => facts with { Funds = await Money(work, grant, decision, ct) },
            GrantState.Waitlisted => facts with { Funds = await Money(work, grant, decision, ct), Head = await HeadOf(work, grant, ct) },
            GrantState.Recommended => facts with { IsWritten = await Written(work, grant, ct) },
            GrantState.NotSelected => await Ended(work, grant, facts, ct),
            GrantState.PublicNotice => await Told(work, grant, facts with { Funds = await Money(work, grant, decision, ct) }, ct),
            GrantState.Objected => await Told(work, grant, facts, ct),
            GrantState.Awarded => await Promised(work, grant, facts, ct),
            _ => facts,
        };
    }

    /// <summary>What each fund of a decision could give to it.</summary>
    internal static async Task<IReadOnlyList<FundingFact>> Money(Work work, GrantCase grant, GrantDecision? decision, CancellationToken ct) =>
        decision is null ? [] : await work.Db.Database.SqlQuery<FundingFact>(
            $"""
            select x.fund_id as "Fund", f.name as "Name", x.units as "Units", coalesce(p.units, 0) as "Pool",
                   coalesce(t.round, 0)::bigint as "Taken", coalesce(t.spoken, 0)::bigint as "Spoken",
                   fund_available(x.book_id, x.fund_id) as "Available",
                   grant_payable(x.book_id, x.fund_id, {work.Today.ToDateOnly()}, {decision.ProjectClass}, {grant.Community}) as "Payable"
              from grant_decision_fund x
              join fund f using (book_id, fund_id)
              left join grant_round_pool p on p.book_id = x.book_id and p.grant_round_id = {grant.GrantRoundId} and p.fund_id = x.fund_id
              left join lateral (
                select sum(o.units) filter (where c.grant_round_id = {grant.GrantRoundId}) as round,
                       sum(o.units) filter (where c.state in ('recommended', 'public-notice', 'objected')) as spoken
                  from grant_decision_fund o join grant_decided d using (book_id, grant_id, version) join grant_case c using (book_id, grant_id)
                 where o.book_id = x.book_id and o.fund_id = x.fund_id and o.grant_id <> x.grant_id and d.kind <> 'refuse'
                   and (c.state in ('recommended', 'public-notice', 'objected') or has_award(c.state))) t on true
             where x.book_id = {work.Book} and x.grant_id = {grant.GrantId} and x.version = {decision.Version}
             order by f.code
            """).ToListAsync(ct);

    private static async Task<short?> HeadOf(Work work, GrantCase grant, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<short?>(
            $"""
            select min(d.place) as "Value" from grant_decided d join grant_case c using (book_id, grant_id)
             where c.book_id = {work.Book} and c.grant_round_id = {grant.GrantRoundId} and c.state = 'waitlisted'
            """).SingleAsync(ct);

    private static Task<bool> Written(Work work, GrantCase grant, CancellationToken ct) => (
        from row in work.Db.Set<GrantNoticeCase>()
        join notice in work.Db.Set<GrantNotice>() on new { row.BookId, row.GrantNoticeId } equals new { notice.BookId, notice.GrantNoticeId }
        where row.BookId == work.Book && row.GrantId == grant.GrantId
            && (notice.State == NoticeState.Written || notice.State == NoticeState.Published)
            && row.DecisionVersion == work.Db.Set<GrantDecision>().Where(each => each.BookId == work.Book && each.GrantId == grant.GrantId)
                .Max(each => each.Version)
        select row).AnyAsync(ct);

    private static async Task<AwardFacts> Ended(Work work, GrantCase grant, AwardFacts facts, CancellationToken ct)
    {
        List<GrantMove> moves = await work.Db.Set<GrantLog>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderByDescending(row => row.StateVersion).Select(row => row.Move).ToListAsync(ct);
        return facts with
        {
            Removed = moves.FirstOrDefault() == GrantMove.UpholdRemove,
            Appealed = moves.Contains(GrantMove.AppealRemoval),
        };
    }

    private static async Task<AwardFacts> Told(Work work, GrantCase grant, AwardFacts facts, CancellationToken ct)
    {
        LocalDate? ends = await (
            from row in work.Db.Set<GrantNoticeCase>()
            join notice in work.Db.Set<GrantNotice>() on new { row.BookId, row.GrantNoticeId } equals new { notice.BookId, notice.GrantNoticeId }
            where row.BookId == work.Book && row.GrantId == grant.GrantId && notice.State == NoticeState.Published
            orderby row.GrantNoticeId descending
            select row.EndsOn).FirstOrDefaultAsync(ct);
        List<ObjectionState> open = await GrantObjection.Open(work, grant.GrantId).Select(row => row.State).ToListAsync(ct);
        return facts with
        {
            WindowEnds = ends,
            Queued = open.Count(state => state == ObjectionState.Queued),
            Unanswered = open.Count(state => state == ObjectionState.Registered),
        };
    }

    private static async Task<AwardFacts> Promised(Work work, GrantCase grant, AwardFacts facts, CancellationToken ct)
    {
        if (await work.Db.Set<GrantAward>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId && row.EndedAt == null, ct) is not { } award)
        {
            return facts;
        }

        facts = facts with { AgreementDue = award.AgreementDue, Award = award.Units, Payee = await PayeeOf(work, grant.GrantId, ct) };
        return await GrantAgreement.Newest(work, award, ct) is not { } paper ? facts : facts with
        {
            Tranches = await work.Db.Set<GrantTranche>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.AwardNo == award.AwardNo && row.Version == paper.Version).SumAsync(row => row.Units, ct),
            Baselines = await work.Db.Set<GrantBaseline>().CountAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.AwardNo == award.AwardNo && row.Version == paper.Version, ct),
            Signed = [.. (await work.Db.Set<GrantSigning>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                && row.AwardNo == award.AwardNo && row.Version == paper.Version).ToListAsync(ct)).Select(row => Key(row.Paper, row.Side)).Order(
                    StringComparer.Ordinal)],
        };
    }

    /// <summary>The account named last, as the register of payees has it now.</summary>
    internal static async Task<PayeeFact?> PayeeOf(Work work, long grant, CancellationToken ct)
    {
        var found = await work.Db.Database.SqlQuery<PayeeRow>(
            $"""
            select p.payee_account_id as "Account", a.ended_at is null as "IsCurrent", a.checked_by is not null as "IsChecked",
                   o.kind = 'organisation' and h.kind = 'organisation' as "IsOrganisation",
                   greatest(
                     (select a.added_at + interval '24 hours' where exists (select 1 from payee_account b
                        where b.book_id = a.book_id and b.payee_id = a.payee_id and b.payee_account_id < a.payee_account_id and b.number <>
                          a.number)),
                     (select p.named_at + interval '24 hours' where exists (select 1 from grant_payee b
                        where b.book_id = p.book_id and b.grant_id = p.grant_id and b.no < p.no and b.payee_account_id <>
                          p.payee_account_id))) as "Cools"
              from grant_payee p
              join payee_account a using (book_id, payee_account_id)
              join person o on o.person_id = a.payee_id
              join person h on h.person_id = a.holder_id
             where p.book_id = {work.Book} and p.grant_id = {grant}
             order by p.no desc limit 1
            """).SingleOrDefaultAsync(ct);
        return found is null ? null : new PayeeFact(found.Account, found.IsCurrent, found.IsChecked, found.IsOrganisation,
            found.Cools is { } at && Instant.FromDateTimeUtc(at) is var until && until > work.Now ? until : null);
    }

    /// <summary>A supplier's account, as the register of payees has it now.</summary>
    internal static async Task<PayeeFact?> SupplierOf(Work work, long? account, CancellationToken ct)
    {
        var found = await work.Db.Database.SqlQuery<PayeeRow>(
            $"""
            select a.payee_account_id as "Account", a.ended_at is null as "IsCurrent", a.checked_by is not null as "IsChecked",
                   o.kind = 'organisation' and h.kind = 'organisation' as "IsOrganisation",
                   case when exists (select 1 from payee_account b where b.book_id = a.book_id and b.payee_id = a.payee_id
                                        and b.payee_account_id < a.payee_account_id and b.number <> a.number)
                        then a.added_at + interval '24 hours' end as "Cools"
              from payee_account a join person o on o.person_id = a.payee_id join person h on h.person_id = a.holder_id
             where a.book_id = {work.Book} and a.payee_account_id = {account}
            """).SingleOrDefaultAsync(ct);
        return found is null ? null : new PayeeFact(found.Account, found.IsCurrent, found.IsChecked, found.IsOrganisation,
            found.Cools is { } at && Instant.FromDateTimeUtc(at) is var until && until > work.Now ? until : null);
    }

    /// <summary>Whose account it is, as long as it is used.</summary>
    internal static Task<long?> FindParty(Work work, long account, CancellationToken ct) => work.Db.Database.SqlQuery<long?>(
        $"""
        select payee_id as "Value" from payee_account where book_id = {work.Book} and payee_account_id = {account} and ended_at is null
        """).SingleOrDefaultAsync(ct);

    /// <summary>Whose account it is, or was.</summary>
    internal static Task<long> PartyOf(Work work, long account, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""select payee_id as "Value" from payee_account where book_id = {work.Book} and payee_account_id = {account}""").SingleAsync(ct);

    private sealed record PayeeRow(long Account, bool IsCurrent, bool IsChecked, bool IsOrganisation, DateTime? Cools);
}

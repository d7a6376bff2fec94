using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Grants.Bans;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>A ban that holds today.</summary>
/// <param name="Name">Of who is banned; shown, never logged.</param>
/// <param name="IsOrganisation">Whether it is an organisation's.</param>
public sealed record BanInForce(
    long Ban, long Person, string Clause, LocalDate Until, [property: JsonIgnore] string Name, bool IsOrganisation = false);

/// <summary>Money advanced for an earlier project that should have been accounted for.</summary>
/// <param name="Units">What of it is overdue, in fen.</param>
/// <param name="Name">Of who had it; shown, never logged.</param>
public sealed record OverdueAdvance(long Person, long Units, LocalDate Since, [property: JsonIgnore] string Name);

/// <summary>What the books and the resolutions hold against people who apply.</summary>
public sealed record BanFacts(IReadOnlyList<BanInForce> Bans, IReadOnlyList<OverdueAdvance> Overdue)
{
    /// <summary>Days after which money advanced is taken to be overdue. The advance's own day of settlement comes with the register of advances;
    /// until an advance has one, half a year is longer than any project here between payment and settlement.</summary>
    public const int AdvanceDays = 180;

    public static BanFacts None { get; } = new([], []);

    internal static async Task<BanFacts> Of(Work work, IReadOnlyCollection<long> people, CancellationToken ct)
    {
        long[] asked = [.. people.Distinct()];
        List<GrantBan> bans = await work.Db.Set<GrantBan>().AsNoTracking().Where(row => row.BookId == work.Book && asked.Contains(row.PersonId)
            && row.LiftedBy == null && row.FromDay <= work.Today && row.UntilDay >= work.Today).OrderBy(row => row.GrantBanId).ToListAsync(ct);
        List<Old> old = await OldAdvances(work, asked, ct);
        if (bans.Count == 0 && old.Count == 0)
        {
            return None;
        }

        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, bans.Select(ban => (long?)ban.PersonId).Concat(old.Select(advance => (long?)advance.Person)), ct);
        long[] banned = [.. bans.Select(ban => ban.PersonId)];
        HashSet<long> organisations = [.. banned.Length == 0 ? [] : await work.Db.People.Where(person => banned.Contains(person.PersonId)
            && person.Kind == PersonKind.Organisation).Select(person => person.PersonId).ToListAsync(ct)];
        return new BanFacts(
            [
                .. bans.Select(ban => new BanInForce(ban.GrantBanId, ban.PersonId, ban.Clause, ban.UntilDay, names[ban.PersonId],
                    organisations.Contains(ban.PersonId))),
            ],
            [
                .. old.Select(advance => new OverdueAdvance(
                    advance.Person, advance.Units, LocalDate.FromDateOnly(advance.Since), names[advance.Person])),
            ]);
    }

    /// <summary>What of a person's open balance is older than the days. Settlements go to the oldest money first, so it is the balance without
    /// what was advanced since.</summary>
    private static Task<List<Old>> OldAdvances(Work work, long[] people, CancellationToken ct)
    {
        DateOnly before = work.Today.PlusDays(-AdvanceDays).ToDateOnly();
        return work.Db.Database.SqlQuery<Old>(
            $"""
            select person as "Person", (sum(units) - sum(recent))::bigint as "Units", min(since) as "Since" from (
              select p.counterparty_id as person, case p.side when 'D' then p.units else -p.units end as units,
                     case when p.side = 'D' and p.units > 0 and p.occurred_on > {before} then p.units else 0 end as recent,
                     case when p.side = 'D' and p.units > 0 and p.occurred_on <= {before} then p.occurred_on end as since
                from account a join posting p on p.book_id = a.book_id and p.account_id = a.account_id
               where a.book_id = {work.Book} and (a.key = {Advances} or a.key like {Advances + ".%"}) and p.counterparty_id = any ({people})) x
             group by person having sum(units) - sum(recent) > 0 and min(since) is not null order by person
            """).ToListAsync(ct);
    }

    private const string Advances = "project-advances";

    private sealed record Old(long Person, long Units, DateOnly Since);
}

/// <summary>The guard against those who may not apply.</summary>
internal static class BanNeeds
{
    /// <summary>Somebody of the application is banned.</summary>
    public const string Banned = "application.banned";

    /// <summary>The organisation that carries the project out is banned.</summary>
    public const string OrganisationBanned = "application.organisation-banned";

    /// <summary>Somebody of the application has not accounted for earlier money.</summary>
    public const string AdvanceOverdue = "application.advance-overdue";

    public static Refusal? MayApply(GrantFacts facts) => Against(facts.Bans).FirstOrDefault();

    /// <summary>Everything that stands against applying.</summary>
    public static IEnumerable<Refusal> Against(BanFacts facts) =>
    [
        .. facts.Bans.Select(ban => Of(ban.IsOrganisation ? OrganisationBanned : Banned,
            ("name", ban.Name), ("clause", ban.Clause), ("until", ban.Until))),
        .. facts.Overdue.Select(advance => Of(AdvanceOverdue, ("name", advance.Name), ("amount", Amount.Fen(advance.Units)), ("since", advance.Since),
            ("days", BanFacts.AdvanceDays))),
    ];

    private static Refusal Of(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}

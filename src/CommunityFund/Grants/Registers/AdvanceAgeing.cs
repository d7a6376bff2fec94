using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Registers;

/// <summary>By what advances are put together.</summary>
public enum AgeingBy
{
    /// <summary>按人: lead and financial lead, each with all that is out in their projects.</summary>
    Person,

    /// <summary>按项目.</summary>
    Project,
}

/// <summary>What is out for one person or project, by age.</summary>
/// <param name="Id">The person's or the grant's.</param>
/// <param name="Oldest">Days by which the oldest is late; zero or less if none is.</param>
/// <param name="Grants">In how many projects.</param>
/// <param name="Held">Tranches of these projects, or of other projects of the person, that an overdue advance holds.</param>
public sealed record AgeingRow(long Id, string Number, string Name, AdvanceFigures Figures, int Oldest, int Grants, int Held);

/// <summary>Advances by age, those most late first.</summary>
/// <param name="Total">How many rows there are in all.</param>
/// <param name="Sums">Of every advance once: a person's row shows what another's shows too.</param>
public sealed record AdvanceAgeingView(RegisterHead Head, AgeingBy By, IReadOnlyList<AgeingRow> Rows, int Total, AdvanceFigures Sums);

/// <summary>预拨款账龄表, by person or by project.</summary>
public sealed record AdvanceAgeing(RegisterFilter Of, AgeingBy By) : Query<AdvanceAgeingView>
{
    internal override Need Needs => Need.Any(RegisterReaders.All);

    internal override async Task<AdvanceAgeingView> Answer(Work work, CancellationToken ct)
    {
        RegisterScope scope = await RegisterScope.Of(work, Of, ct);
        DateOnly day = scope.Day.ToDateOnly();
        string? state = Of.State is { } asked ? Codes.Kebab(asked) : null;
        bool byPerson = By == AgeingBy.Person;
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            with late as (
              select c.grant_id, c.lead_id, c.fin_lead_id, x.tranche_id, x.units, {day} - t.report_due_on as days
                from advances_open({work.Book}, {scope.Funds}, {scope.SumDay}) x
                join tranche t on t.book_id = {work.Book} and t.tranche_id = x.tranche_id
                join grant_case c on c.book_id = t.book_id and c.grant_id = t.grant_id
               where ({scope.Head.IsPast} or t.state not in ('settled', 'clawed-back')
                      and c.state in ('active', 'suspended', 'closing', 'terminated', 'recovering'))
                 and ({Of.Round}::bigint is null or c.grant_round_id = {Of.Round}) and ({state}::text is null or c.state = {state})
                 and ({Of.Person}::bigint is null or c.lead_id = {Of.Person} or c.fin_lead_id = {Of.Person})
                 and ({Of.Grant}::bigint is null or c.grant_id = {Of.Grant})),
            whole as (
              select count(distinct tranche_id)::int as rows, coalesce(sum(units) filter (where days <= 0), 0)::bigint as s0,
                     coalesce(sum(units) filter (where days between 1 and 30), 0)::bigint as s1,
                     coalesce(sum(units) filter (where days between 31 and 60), 0)::bigint as s2,
                     coalesce(sum(units) filter (where days between 61 and 90), 0)::bigint as s3,
                     coalesce(sum(units) filter (where days > 90), 0)::bigint as s4 from late),
            put as (
              select g.id, count(distinct l.tranche_id)::int as rows, count(distinct l.grant_id)::int as grants, max(l.days) as oldest,
                     coalesce(sum(l.units) filter (where l.days <= 0), 0)::bigint as s0,
                     coalesce(sum(l.units) filter (where l.days between 1 and 30), 0)::bigint as s1,
                     coalesce(sum(l.units) filter (where l.days between 31 and 60), 0)::bigint as s2,
                     coalesce(sum(l.units) filter (where l.days between 61 and 90), 0)::bigint as s3,
                     coalesce(sum(l.units) filter (where l.days > 90), 0)::bigint as s4
                from late l
                cross join lateral (values (case when {byPerson} then l.lead_id else l.grant_id end),
                                           (case when {byPerson} and l.fin_lead_id <> l.lead_id then l.fin_lead_id end)) g(id)
               where g.id is not null and (not {byPerson} or {Of.Person}::bigint is null or g.id = {Of.Person})
               group by g.id)
            select w.rows as "Rows", w.s0 as "S0", w.s1 as "S1", w.s2 as "S2", w.s3 as "S3", w.s4 as "S4", p.id as "Id", p.rows as "Count",
                   p.grants as "Grants", p.oldest as "Oldest", p.s0 as "NotDue", p.s1 as "To30", p.s2 as "To60", p.s3 as "To90",
                   p.s4 as "Over90", (count(*) over ())::int as "Total"
              from put p cross join whole w
             order by p.oldest desc, p.s0 + p.s1 + p.s2 + p.s3 + p.s4 desc, p.id offset {Of.Skipped} limit {Of.Size}
            """).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.Id)];
        Dictionary<long, (string Number, string Name)> named = byPerson
            ? (await PersonName.Of(work, ids.Select(id => (long?)id), ct)).ToDictionary(each => each.Key, each => ("", each.Value))
            : await work.Db.Set<GrantCase>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.GrantId))
                .ToDictionaryAsync(row => row.GrantId, row => (row.Number, row.Title), ct);
        Dictionary<long, int> held = (await work.Db.Database.SqlQuery<Held>(
            $"""
            select g.id as "Id", count(*)::int as "Count" from tranche t join grant_case c using (book_id, grant_id)
              cross join lateral (select distinct x.id from (values (case when {byPerson} then c.lead_id else c.grant_id end),
                                                                    (case when {byPerson} then c.fin_lead_id end)) x(id)) g
             where t.book_id = {work.Book} and t.state = 'held' and t.held_by = 'calendar' and g.id = any ({ids}) group by g.id
            """).ToListAsync(ct)).ToDictionary(row => row.Id, row => row.Count);
        Row? any = rows.FirstOrDefault();
        AdvanceFigures sums = new(any?.Rows ?? 0, Amount.Fen(any?.S0 ?? 0), Amount.Fen(any?.S1 ?? 0), Amount.Fen(any?.S2 ?? 0),
            Amount.Fen(any?.S3 ?? 0), Amount.Fen(any?.S4 ?? 0));
        return new AdvanceAgeingView(scope.Head, By,
            [
                .. rows.Select(row => new AgeingRow(row.Id, named[row.Id].Number, named[row.Id].Name, new AdvanceFigures(row.Count,
                    Amount.Fen(row.NotDue), Amount.Fen(row.To30), Amount.Fen(row.To60), Amount.Fen(row.To90), Amount.Fen(row.Over90)),
                    row.Oldest, row.Grants, held.GetValueOrDefault(row.Id))),
            ],
            any?.Total ?? 0, sums);
    }

    private sealed record Row(
        int Rows, long S0, long S1, long S2, long S3, long S4, long Id, int Count, int Grants, int Oldest,
        long NotDue, long To30, long To60, long To90, long Over90, int Total);

    private sealed record Held(long Id, int Count);
}

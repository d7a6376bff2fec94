using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>A grant that stopped, or whose report is late.</summary>
/// <param name="Reminders">Steps of the ladder that are due and not sent.</param>
public sealed record EndingRow(
    long Grant, string Number, string Title, GrantState State, LocalDate? DueOn, Amount Open, Amount Claimed, int? LateDays, int Reminders);

/// <summary>Grants that are suspended, ended or owe money back, and running ones whose report is late; of people of a project their own.</summary>
public sealed record EndingList : Query<IReadOnlyList<EndingRow>>
{
    /// <summary>At most so many are listed.</summary>
    public const int Shown = 200;

    internal override Need Needs => Need.Person;

    internal override async Task<IReadOnlyList<EndingRow>> Answer(Work work, CancellationToken ct)
    {
        bool all = work.Rights.IsOperator || work.Rights.Holds(AwardReaders.All);
        long me = work.Actor ?? 0;
        return [.. (await work.Db.Database.SqlQuery<Row>(
            $"""
            select c.grant_id as "Grant", c.number as "Number", c.title as "Title", c.state as "State", c.due_on as "DueOn",
                   coalesce(m.open, 0)::bigint as "Open", coalesce(m.claimed, 0)::bigint as "Claimed", t.late as "Late",
                   (select count(*) from grant_demand d cross join unnest(array[15, 30, 60]) step
                     where d.book_id = c.book_id and d.grant_id = c.grant_id and d.state = 'stands' and d.due_on + step <= {work.Today.ToDateOnly()}
                       and exists (select 1 from grant_instalment i where i.book_id = d.book_id and i.grant_demand_id = d.grant_demand_id
                                      and i.ended_at is null and i.paid_at is null)
                       and not exists (select 1 from grant_demand_reminder r where r.book_id = d.book_id and r.grant_demand_id = d.grant_demand_id
                                          and r.days = step))::int as "Reminders"
              from grant_case c
              left join lateral (select sum(f.paid - f.acquitted - f.returned - f.demanded) as open,
                                        sum(f.demanded - f.recovered - f.written_off) as claimed
                                   from grant_fund f where f.book_id = c.book_id and f.grant_id = c.grant_id) m on true
              left join lateral (select max({work.Today.ToDateOnly()} - t.report_due_on) as late from tranche t
                                  where t.book_id = c.book_id and t.grant_id = c.grant_id and t.report_due_on < {work.Today.ToDateOnly()}
                                    and t.state in ('paid', 'awaiting-acquittal', 'partly-acquitted')) t on true
             where c.book_id = {work.Book} and ({all} or {me} in (c.lead_id, c.fin_lead_id, c.signer_id, c.filled_by))
               and (c.state in ('suspended', 'terminated', 'recovering') or c.state = 'active' and t.late is not null
                    or c.state in ('active', 'closing') and m.claimed > 0)
             order by c.state = 'active', c.due_on nulls last, c.grant_id limit {Shown}
            """).ToListAsync(ct)).Select(row => new EndingRow(row.Grant, row.Number, row.Title, Codes.Parse<GrantState>(row.State),
                row.DueOn is { } due ? LocalDate.FromDateOnly(due) : null, Amount.Fen(row.Open), Amount.Fen(row.Claimed), row.Late, row.Reminders))];
    }

    private sealed record Row(
        long Grant, string Number, string Title, string State, DateOnly? DueOn, long Open, long Claimed, int? Late, int Reminders);
}

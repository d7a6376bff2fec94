using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Reports;

/// <summary>The figures of one time bank's month: registers on one side, balances of the ledger on the other, never one from the other.</summary>
internal sealed class MonthFigures(Work work, int programme, LocalDate first, LocalDate last)
{
    private readonly DateOnly _from = first.ToDateOnly(), _to = last.ToDateOnly();
    private readonly int _period = AccountingPeriod.Of(first);

    private DbContext Db => work.Db;

    /// <summary>By the registers of records, corrections and services, on the day of the entry that each of them names.</summary>
    public async Task<IReadOnlyList<EarnedRow>> Earned(CancellationToken ct)
    {
        List<EarnedSum> sums = await Db.Database.SqlQuery<EarnedSum>(
            $"""
            select p.name as "Project", coalesce(nullif(p.community, ''), m.community) as "Community", x.grade as "Grade",
                   sum(x.minutes)::bigint as "Minutes", count(distinct x.person_id)::integer as "People"
              from (select r.hours_entry_no as entry_no, r.person_id, r.project_id, r.grade, r.credited_minutes as minutes
                      from service_record r where r.book_id = {work.Book} and r.fund_id = {programme} and r.hours_entry_no is not null
                    union all
                    select c.hours_entry_no, r.person_id, r.project_id, r.grade, c.minutes - c.minutes_before
                      from record_correction c join service_record r using (book_id, service_record_id)
                     where c.book_id = {work.Book} and r.fund_id = {programme} and c.state = 'agreed'
                    union all
                    select s.earned_entry_no, s.provider_id, s.project_id, 'two-party', s.served_minutes
                      from service_request s where s.book_id = {work.Book} and s.fund_id = {programme} and s.earned_entry_no is not null
                    union all
                    select k.entry_no, s.provider_id, s.project_id, 'two-party', -s.served_minutes
                      from service_request s
                      join unit_paper u on u.book_id = s.book_id and u.of_entry_no = s.earned_entry_no and u.is_red
                      join journal_entry k on k.book_id = u.book_id and k.voucher_id = u.voucher_id
                     where s.book_id = {work.Book} and s.fund_id = {programme} and s.state = 'corrected') x
              join journal_entry j on j.book_id = {work.Book} and j.entry_no = x.entry_no
              join member m on m.book_id = j.book_id and m.person_id = x.person_id
              left join project p on p.book_id = j.book_id and p.project_id = x.project_id
             where j.occurred_on between {_from} and {_to}
             group by 1, 2, 3 order by 1 nulls last, 2, 3
            """).ToListAsync(ct);
        return
        [
            .. sums.Select(row => new EarnedRow(row.Project, row.Community, Codes.Parse<EvidenceGrade>(row.Grade), Hours(row.Minutes), row.People)),
        ];
    }

    public async Task<IReadOnlyList<KindRow>> Kinds(CancellationToken ct)
    {
        List<KindSum> sums = await Db.Database.SqlQuery<KindSum>(
            $"""
            select p.kind as "Kind", k.commodity as "Commodity", count(*)::integer as "Entries", sum(j.total)::bigint as "Net",
                   coalesce(-sum(j.total) filter (where p.is_red), 0)::bigint as "Red"
              from unit_paper p join unit_kind k on k.kind = p.kind join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
             where p.book_id = {work.Book} and p.fund_id = {programme} and j.occurred_on between {_from} and {_to} group by 1, 2
            """).ToListAsync(ct);
        return
        [
            .. sums.Select(row => new KindRow(Codes.Parse<UnitKind>(row.Kind), row.Entries, Amount.OfUnits(row.Net, Commodity.Of(row.Commodity)),
                Amount.OfUnits(row.Red, Commodity.Of(row.Commodity)))).OrderBy(row => row.Kind),
        ];
    }

    /// <param name="earned">Minutes by the registers.</param>
    public async Task<IReadOnlyList<CheckedFigure>> Checked(long earned, CancellationToken ct)
    {
        RegisterSums sums = await Registers(ct);
        Dictionary<string, LedgerSum> ledger = (await Db.Database.SqlQuery<LedgerSum>(
            $"""
            select a.key as "Account", coalesce(sum(b.debit - b.credit) filter (where b.period = {_period}), 0)::bigint as "Moved",
                   coalesce(sum(b.debit - b.credit), 0)::bigint as "Stands"
              from balance b join account a using (book_id, account_id)
             where b.book_id = {work.Book} and b.fund_id = {programme} and b.period <= {_period} and b.commodity in ('HOUR', 'POINT') group by a.key
            """).ToListAsync(ct)).ToDictionary(row => row.Account, StringComparer.Ordinal);
        long Moved(string account) => ledger.TryGetValue(account, out LedgerSum? sum) ? sum.Moved : 0;
        long Stands(string account) => ledger.TryGetValue(account, out LedgerSum? sum) ? sum.Stands : 0;
        return
        [
            new("hours-issued", "hours-issued", Hours(earned + sums.Started), Hours(-Moved("hours-issued"))),
            new("hours-used", "hours-used", Hours(sums.Used), Hours(Moved("hours-used"))),
            new("hours-pool", "hours-pool", Hours(sums.Pooled), Hours(Moved("hours-pool"))),
            new("hours-held", "hours-held", Hours(sums.Held), Hours(Stands("hours-held"))),
            new("points-issued", "points-issued", Points(sums.PointsIssued), Points(-Moved("points-issued"))),
            new("points-redeemed", "points-redeemed", Points(sums.PointsRedeemed), Points(Moved("points-redeemed"))),
            new("points-expired", "points-expired", Points(sums.PointsExpired), Points(Moved("points-expired"))),
            new("points-held", "points-held", Points(sums.PointsFree), Points(Stands("points-held"))),
            new("points-in-redemption", "points-in-redemption", Points(sums.PointsReserved), Points(Stands("points-in-redemption"))),
        ];
    }

    /// <summary>What stood in the pool when the month ended.</summary>
    public async Task<Amount> Pool(CancellationToken ct) => Hours(await Db.Database.SqlQuery<long>(
        $"""
        select coalesce(sum(b.debit - b.credit), 0)::bigint as "Value" from balance b join account a using (book_id, account_id)
         where b.book_id = {work.Book} and b.fund_id = {programme} and b.period <= {_period} and a.key = 'hours-pool'
        """).SingleAsync(ct));

    /// <summary>Who took part on the last day, and how many had hours or points then.</summary>
    public async Task<(int Members, int Holders)> People(CancellationToken ct)
    {
        PeopleSum sum = await Db.Database.SqlQuery<PeopleSum>(
            $"""
            select (select count(*) from member m where m.book_id = {work.Book} and m.fund_id = {programme}
                       and (m.added_at at time zone 'Asia/Shanghai')::date <= {_to}
                       and (m.left_on is null or m.left_on > {_to}))::integer as "Members",
                   (select count(distinct h.counterparty_id) from (
                      select l.counterparty_id from posting l join journal_entry j using (book_id, entry_no)
                       where l.book_id = {work.Book} and l.fund_id = {programme} and l.counterparty_id is not null and j.series in ('时', '分')
                         and j.occurred_on <= {_to}
                       group by l.counterparty_id, l.commodity having sum(signed(l.side, l.units)) <> 0) h)::integer as "Holders"
            """).SingleAsync(ct);
        return (sum.Members, sum.Holders);
    }

    /// <summary>
    /// By the books: what vouchers of hand-overs, and what took them back, put on 业务活动成本 in the month. By the register: what goods and merchants'
    /// pieces of those hand-overs are worth. A voucher belongs to its hand-over for good, whatever became of it later.
    /// </summary>
    /// <param name="minutes">Confirmed in the month.</param>
    public async Task<RedemptionCostRow> Redemption(long minutes, CancellationToken ct)
    {
        CostSum sum = await Db.Database.SqlQuery<CostSum>(
            $"""
            with handed as (
              select r.* from redemption r where r.book_id = {work.Book} and r.fund_id = {programme} and r.state = 'handed-over'),
            told as (
              select j.entry_no, j.occurred_on, coalesce((
                       select -sum(m.units) from stock_move m, jsonb_array_elements_text(v.undo_move -> 'Content' -> 'Moves') e
                        where m.book_id = v.book_id and m.stock_move_id = e::bigint), c.piece_units, 0) as units
                from handed h
                join catalogue_item c on c.book_id = h.book_id and c.catalogue_item_id = h.catalogue_item_id
                join voucher v on v.book_id = h.book_id and v.undo_move ->> 'Name' = 'redemption-undone'
                  and (v.undo_move -> 'Content' ->> 'Redemption')::bigint = h.redemption_id
                join journal_entry j on j.book_id = v.book_id and j.voucher_id = v.voucher_id),
            back as (
              select k.entry_no, k.occurred_on, -t.units as units from told t
                join journal_entry k on k.book_id = {work.Book} and k.corrects_entry_no = t.entry_no and k.kind = 'reversal'),
            moved as (
              select x.entry_no, x.units from (select * from told union all select * from back) x where x.occurred_on between {_from} and {_to})
            select (select count(*) from handed h where h.ended_on between {_from} and {_to})::integer as "Pieces",
                   (select coalesce(sum(h.points), 0) from handed h where h.ended_on between {_from} and {_to})::bigint as "Points",
                   (select coalesce(sum(m.units), 0) from moved m)::bigint as "Register",
                   (select coalesce(sum(signed(l.side, l.units)), 0) from posting l
                      join account a on a.book_id = l.book_id and a.account_id = l.account_id
                     where l.book_id = {work.Book} and l.entry_no in (select m.entry_no from moved m)
                       and (a.key = 'programme-cost' or a.key like 'programme-cost.%'))::bigint as "Cost",
                   (select count(*) from handed h where h.ended_on <= {_to} and h.cost in ('waiting', 'to-book'))::integer as "Open",
                   (select coalesce(sum(h.units), 0) from handed h
                     where h.ended_on <= {_to} and h.cost in ('waiting', 'to-book'))::bigint as "OpenUnits"
            """).SingleAsync(ct);
        return new RedemptionCostRow(sum.Pieces, Points(sum.Points), Amount.Fen(sum.Cost), Amount.Fen(sum.Register),
            minutes > 0 ? Amount.Fen(checked((sum.Cost * 60) + (minutes / 2)) / minutes) : null, sum.Open, Amount.Fen(sum.OpenUnits));
    }

    private Task<RegisterSums> Registers(CancellationToken ct) => Db.Database.SqlQuery<RegisterSums>(
        $"""
        with papers as (
          select p.kind, j.entry_no, j.occurred_on, j.total from unit_paper p
            join journal_entry j on j.book_id = p.book_id and j.voucher_id = p.voucher_id
           where p.book_id = {work.Book} and p.fund_id = {programme} and j.occurred_on <= {_to}),
        moves as (
          select m.step, m.units, j.occurred_on from point_move m join point_lot t using (book_id, point_lot_id)
            join journal_entry j on j.book_id = m.book_id and j.entry_no = m.entry_no
           where m.book_id = {work.Book} and t.fund_id = {programme} and j.occurred_on <= {_to}),
        lots as (
          select t.units, j.occurred_on from point_lot t join journal_entry j on j.book_id = t.book_id and j.entry_no = t.entry_no
           where t.book_id = {work.Book} and t.fund_id = {programme} and j.occurred_on <= {_to}),
        redeemed as (
          select coalesce(sum(units) filter (where occurred_on >= {_from}), 0) as month, coalesce(sum(units), 0) as ever
            from moves where step = 'redeemed')
        select coalesce((select sum(p.total) from papers p where p.kind = 'hours-started' and p.occurred_on >= {_from}), 0)::bigint as "Started",
               (select coalesce(sum(x.minutes), 0) from (
                  select s.used_entry_no as entry_no, s.served_minutes as minutes from service_request s where s.book_id = {work.Book}
                  union all
                  select k.entry_no, -s.served_minutes from service_request s
                    join unit_paper u on u.book_id = s.book_id and u.of_entry_no = s.used_entry_no and u.is_red
                    join journal_entry k on k.book_id = u.book_id and k.voucher_id = u.voucher_id
                   where s.book_id = {work.Book} and s.state = 'corrected') x
                  join papers p on p.entry_no = x.entry_no and p.occurred_on >= {_from})::bigint as "Used",
               (select coalesce(sum(signed(l.side, l.units)), 0) from papers p join posting l on l.book_id = {work.Book} and l.entry_no = p.entry_no
                  join account a on a.book_id = l.book_id and a.account_id = l.account_id
                 where p.occurred_on >= {_from} and a.key = 'hours-pool')::bigint as "Pooled",
               (select coalesce(sum(signed(l.side, l.units)), 0) from papers p join posting l on l.book_id = {work.Book} and l.entry_no = p.entry_no
                  join account a on a.book_id = l.book_id and a.account_id = l.account_id
                 where l.counterparty_id is not null and a.key = 'hours-held')::bigint as "Held",
               ((select coalesce(sum(units), 0) from lots where occurred_on >= {_from})
                - (select coalesce(sum(units), 0) from moves where step = 'taken-back' and occurred_on >= {_from}))::bigint as "PointsIssued",
               (select month from redeemed)::bigint as "PointsRedeemed",
               (select coalesce(sum(units), 0) from moves where step = 'expired' and occurred_on >= {_from})::bigint as "PointsExpired",
               ((select coalesce(sum(units), 0) from lots)
                - (select coalesce(sum(units), 0) from moves where step in ('taken-back', 'expired', 'reserved')))::bigint
                 as "PointsFree",
               ((select coalesce(sum(units), 0) from moves where step = 'reserved') - (select ever from redeemed))::bigint as "PointsReserved"
        """).SingleAsync(ct);

    private static Amount Hours(long minutes) => Amount.OfUnits(minutes, Commodity.Hour);

    private static Amount Points(long units) => Amount.OfUnits(units, Commodity.Point);

    private sealed record EarnedSum(string? Project, string Community, string Grade, long Minutes, int People);

    private sealed record KindSum(string Kind, string Commodity, int Entries, long Net, long Red);

    private sealed record LedgerSum(string Account, long Moved, long Stands);

    private sealed record PeopleSum(int Members, int Holders);

    private sealed record CostSum(int Pieces, long Points, long Register, long Cost, int Open, long OpenUnits);

    private sealed record RegisterSums(
        long Started, long Used, long Pooled, long Held, long PointsIssued, long PointsRedeemed, long PointsExpired, long PointsFree,
        long PointsReserved);
}

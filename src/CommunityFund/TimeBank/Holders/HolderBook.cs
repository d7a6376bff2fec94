using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>How soon points expire.</summary>
public enum LotWarning
{
    /// <summary>Not for a while.</summary>
    None,

    /// <summary>Within 60 days.</summary>
    Within60,

    /// <summary>Within 30 days.</summary>
    Within30,

    /// <summary>Within 7 days.</summary>
    Within7,

    /// <summary>The last day is over; nobody has booked it yet.</summary>
    Over,
}

/// <summary>A lot of points that has something left.</summary>
/// <param name="ExpiresOn">The last day they may be used.</param>
/// <param name="Days">Until then.</param>
public sealed record LotRow(LocalDate EarnedOn, LocalDate ExpiresOn, long Earned, long Free, long Reserved, int Days)
{
    public LotWarning Warning => Free == 0 ? LotWarning.None : Of(Days);

    /// <summary>What so many days mean.</summary>
    public static LotWarning Of(int days) => days switch
    {
        < 0 => LotWarning.Over,
        <= 7 => LotWarning.Within7,
        <= 30 => LotWarning.Within30,
        <= 60 => LotWarning.Within60,
        _ => LotWarning.None,
    };
}

/// <summary>What one entry did to a holder.</summary>
/// <param name="Hours">Minutes that came, or below zero went.</param>
/// <param name="Points">Points to use that came or went.</param>
/// <param name="Reserved">Points spoken for that came or went.</param>
/// <param name="What">Project or activity; empty if there is none.</param>
/// <param name="Reason">Why hours were given.</param>
/// <param name="Slip">The slip that was signed where a coordinator wrote the gift down; it is not shown to holders.</param>
public sealed record HolderMove(
    long EntryNo, LocalDate Day, UnitKind Kind, bool IsRed, Amount Hours, long Points, long Reserved, string What, HourReason? Reason, long? Slip);

/// <summary>What a holder has.</summary>
public sealed record HolderSums(Amount Hours, long Points, long Reserved);

/// <summary>Reads the account of one holder by its indexes alone, however long the books are.</summary>
internal sealed class HolderBook(Work work, int programme, long person)
{
    /// <summary>More than this in one reading is for the papers, in parts.</summary>
    public const int MostMoves = 2_000;

    public async Task<HolderSums> Sums(CancellationToken ct)
    {
        HolderBalance? held = await work.Db.Set<HolderBalance>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.FundId == programme && row.PersonId == person, ct);
        return new HolderSums(Amount.OfUnits(held?.Hours ?? 0, Commodity.Hour), held?.Points ?? 0, held?.InRedemption ?? 0);
    }

    /// <summary>Lots that have something left, the first to expire first.</summary>
    public async Task<IReadOnlyList<LotRow>> Lots(CancellationToken ct)
    {
        List<PointLot> lots = await work.Db.Set<PointLot>().AsNoTracking()
            .Where(lot => lot.BookId == work.Book && lot.PersonId == person && (lot.Free > 0 || lot.Reserved > 0))
            .OrderBy(lot => lot.ExpiresOn).ThenBy(lot => lot.PointLotId).ToListAsync(ct);
        return [.. lots.Select(lot => new LotRow(lot.EarnedOn, lot.ExpiresOn, lot.Units, lot.Free, lot.Reserved,
            Period.DaysBetween(work.Today, lot.ExpiresOn)))];
    }

    /// <summary>The months before and after in which something moved; null for none.</summary>
    public async Task<(int? Earlier, int? Later)> Around(int month, CancellationToken ct)
    {
        Months months = await work.Db.Database.SqlQuery<Months>(
            $"""
            select max(x.earlier) as "Earlier", min(x.later) as "Later" from (
              select (select max(l.period) from posting l where l.book_id = a.book_id and l.account_id = a.account_id
                         and l.counterparty_id = {person} and l.period < {month}) as earlier,
                     (select min(l.period) from posting l where l.book_id = a.book_id and l.account_id = a.account_id
                         and l.counterparty_id = {person} and l.period > {month}) as later
                from account a where a.book_id = {work.Book} and a.key in ('hours-held', 'points-held', 'points-in-redemption')) x
            """).SingleAsync(ct);
        return (months.Earlier, months.Later);
    }

    /// <summary>What moved in the months, the newest first.</summary>
    public async Task<IReadOnlyList<HolderMove>> Moves(int from, int until, CancellationToken ct)
    {
        Row[] rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select m.entry_no as "EntryNo", j.occurred_on as "Day", p.kind as "Kind", p.is_red as "IsRed", m.hours as "Hours", m.points as "Points",
                   m.reserved as "Reserved", coalesce(v.title, q.name, '') as "What", g.reason as "Reason",
                   g.filed_document_id as "Slip"
              from (select l.book_id, l.entry_no, max(l.project_id) as project_id,
                           coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'hours-held'), 0)::bigint as hours,
                           coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'points-held'), 0)::bigint as points,
                           coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'points-in-redemption'), 0)::bigint as reserved
                      from account a join posting l on l.book_id = a.book_id and l.account_id = a.account_id
                     where a.book_id = {work.Book} and a.key in ('hours-held', 'points-held', 'points-in-redemption')
                       and l.counterparty_id = {person} and l.period between {from} and {until}
                     group by 1, 2 order by 2 desc limit {MostMoves}) m
              join journal_entry j on j.book_id = m.book_id and j.entry_no = m.entry_no
              join unit_paper p on p.book_id = j.book_id and p.voucher_id = j.voucher_id
              left join journal_entry o on p.is_red and o.book_id = p.book_id and o.entry_no = p.of_entry_no
              left join earned_ground e on e.book_id = p.book_id and e.voucher_id = coalesce(o.voucher_id, p.voucher_id) and e.person_id = {person}
              left join record_correction c on e.source = 'correction' and c.book_id = e.book_id and c.record_correction_id = e.source_id
              left join service_record r on r.book_id = e.book_id
                and r.service_record_id = case e.source when 'record' then e.source_id when 'correction' then c.service_record_id end
              left join activity v on v.book_id = r.book_id and v.activity_id = r.activity_id
              left join project q on q.book_id = m.book_id and q.project_id = m.project_id
              left join hour_gift g on g.book_id = m.book_id and g.entry_no = coalesce(p.of_entry_no, m.entry_no)
             order by m.entry_no desc
            """).ToArrayAsync(ct);
        return [.. rows.Select(row => new HolderMove(row.EntryNo, LocalDate.FromDateOnly(row.Day), Codes.Parse<UnitKind>(row.Kind), row.IsRed,
            Amount.OfUnits(row.Hours, Commodity.Hour), row.Points, row.Reserved, row.What,
            row.Reason is null ? null : Codes.Parse<HourReason>(row.Reason), row.Slip))];
    }

    /// <summary>What there was before a month.</summary>
    public async Task<HolderSums> Before(int month, CancellationToken ct)
    {
        BeforeRow sums = await work.Db.Database.SqlQuery<BeforeRow>(
            $"""
            select coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'hours-held'), 0)::bigint as "Hours",
                   coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'points-held'), 0)::bigint as "Points",
                   coalesce(sum(signed(l.side, l.units)) filter (where a.key = 'points-in-redemption'), 0)::bigint as "Reserved"
              from account a join posting l on l.book_id = a.book_id and l.account_id = a.account_id
             where a.book_id = {work.Book} and a.key in ('hours-held', 'points-held', 'points-in-redemption')
               and l.counterparty_id = {person} and l.period < {month}
            """).SingleAsync(ct);
        return new HolderSums(Amount.OfUnits(sums.Hours, Commodity.Hour), sums.Points, sums.Reserved);
    }

    private sealed record Months(int? Earlier, int? Later);

    private sealed record BeforeRow(long Hours, long Points, long Reserved);

    private sealed record Row(
        long EntryNo, DateOnly Day, string Kind, bool IsRed, long Hours, long Points, long Reserved, string What, string? Reason, long? Slip);
}

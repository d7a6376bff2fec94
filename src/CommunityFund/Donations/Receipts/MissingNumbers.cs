using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>A range and how far it is used.</summary>
/// <param name="Used">Numbers registered, valid or not, red ones too.</param>
/// <param name="Highest">The highest number used; null if none is.</param>
/// <param name="Missing">Unused below the highest, without a reason.</param>
public sealed record RangeItem(
    long Id, string Code, string FirstNumber, string LastNumber, ReceiptMedium Medium, LocalDate ReceivedOn, long Numbers, long Used, string? Highest,
    long Missing, string AddedBy);

/// <summary>Numbers in a row that were never used and have no reason.</summary>
public sealed record MissingItem(string Code, string FirstNumber, string LastNumber, long Numbers);

/// <summary>Numbers in a row that were never used, with the reason.</summary>
public sealed record ExplainedItem(string Code, string FirstNumber, string LastNumber, long Numbers, string Reason, string GivenBy, Instant GivenAt);

/// <summary>Ranges, gaps, and what was said about gaps.</summary>
public sealed record RangesView(
    IReadOnlyList<RangeItem> Ranges, IReadOnlyList<MissingItem> Missing, IReadOnlyList<ExplainedItem> Explained, LocalDate Today, bool MayKeep);

/// <summary>The ranges that were handed out, and the numbers missing below the highest one used of each.</summary>
public sealed record MissingNumbers : Query<RangesView>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<RangesView> Answer(Work work, CancellationToken ct)
    {
        List<Gap> missing = await Missing(work, ct);
        List<ReceiptRange> ranges = await work.Db.Set<ReceiptRange>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.Code).ThenBy(row => row.FirstNumber).ToListAsync(ct);
        Dictionary<long, Use> uses = await work.Db.Database.SqlQuery<Use>(
            $"""
            select r.receipt_range_id as "Id", count(*) as "Used", max(n.number) as "Highest"
              from receipt_range r join official_receipt o on o.book_id = r.book_id and o.code = r.code
              cross join unnest(array[o.number, o.red_number]) n(number)
             where r.book_id = {work.Book} and n.number between r.first_number and r.last_number group by 1
            """).ToDictionaryAsync(row => row.Id, ct);
        List<Said> said = await work.Db.Database.SqlQuery<Said>(
            $"""
            select code as "Code", min(number) as "FirstNumber", max(number) as "LastNumber", count(*) as "Numbers", reason as "Reason",
                   given_by as "By", given_at as "At"
              from (select g.*, number::bigint - row_number() over (partition by code, reason, given_by, given_at order by number) as island
                      from receipt_gap g where book_id = {work.Book} and not exists (select 1 from official_receipt o
                           where o.book_id = g.book_id and o.code = g.code and g.number in (o.number, o.red_number))) g
             group by code, reason, given_by, given_at, island order by 1, 2
            """).ToListAsync(ct);
        var names = await PersonName.Of(work, ranges.Select(row => (long?)row.AddedBy).Concat(said.Select(row => (long?)row.By)), ct);
        return new RangesView(
            [
                .. ranges.Select(row => new RangeItem(row.ReceiptRangeId, row.Code, row.FirstNumber, row.LastNumber, row.Medium, row.ReceivedOn,
                    Size(row), uses.GetValueOrDefault(row.ReceiptRangeId)?.Used ?? 0, uses.GetValueOrDefault(row.ReceiptRangeId)?.Highest,
                    missing.Where(gap => gap.Range == row.ReceiptRangeId).Sum(gap => gap.Numbers), names[row.AddedBy])),
            ],
            [.. missing.Select(gap => new MissingItem(gap.Code, gap.FirstNumber, gap.LastNumber, gap.Numbers))],
            [
                .. said.Select(row => new ExplainedItem(row.Code, row.FirstNumber, row.LastNumber, row.Numbers, row.Reason, names[row.By],
                    Instant.FromDateTimeUtc(DateTime.SpecifyKind(row.At, DateTimeKind.Utc)))),
            ],
            work.Today, work.Rights.ReachesAll(ReceiptKeeping.Keeping));
    }

    internal static Task<long> Count(Work work, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""select coalesce(sum(numbers), 0)::bigint as "Value" from receipt_numbers_missing({work.Book})""").SingleAsync(ct);

    private static Task<List<Gap>> Missing(Work work, CancellationToken ct) => work.Db.Database.SqlQuery<Gap>(
        $"""
        select receipt_range_id as "Range", code as "Code", first_number as "FirstNumber", last_number as "LastNumber", numbers as "Numbers"
          from receipt_numbers_missing({work.Book}) order by code, first_number limit 500
        """).ToListAsync(ct);

    private static long Size(ReceiptRange range) =>
        long.Parse(range.LastNumber, System.Globalization.CultureInfo.InvariantCulture)
        - long.Parse(range.FirstNumber, System.Globalization.CultureInfo.InvariantCulture) + 1;

    private sealed record Gap(long Range, string Code, string FirstNumber, string LastNumber, long Numbers);

    private sealed record Use(long Id, long Used, string Highest);

    private sealed record Said(string Code, string FirstNumber, string LastNumber, long Numbers, string Reason, long By, DateTime At);
}

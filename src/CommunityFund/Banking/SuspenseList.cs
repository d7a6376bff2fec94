using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A suspense item that is not wholly cleared.</summary>
public sealed record SuspenseItem(
    long SuspenseId, SuspenseKind Kind, LocalDate ReceivedOn, int Days, Amount Amount, Amount Left, string Note, string Party,
        string Words,
    long VoucherId);

/// <summary>Suspense items that are owed still, the oldest first, and what a person needs to clear them.</summary>
public sealed record SuspenseItems(IReadOnlyList<SuspenseItem> Items, IReadOnlyList<FundChoice> Funds, Chart Chart);

/// <summary>What came in and is nobody's yet.</summary>
public sealed record SuspenseList : Query<SuspenseItems>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<SuspenseItems> Answer(Work work, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select s.suspense_id as "SuspenseId", s.kind as "Kind", s.received_on as "ReceivedOn", s.units as "Units",
                l.units as "Left", s.note as "Note",
                   s.voucher_id as "VoucherId", coalesce(b.counterparty_name, '') as "Party",
                       coalesce(b.remark || ' ' || b.summary, '') as "Words"
              from suspense s join suspense_left l using (book_id, suspense_id)
              left join lateral (select b.* from bank_match m join bank_line b using (book_id, bank_line_id)
                                  where m.book_id = s.book_id and m.voucher_id = s.voucher_id and m.undone_at is null
                                      order by b.bank_line_id limit 1) b on true
             where s.book_id = {work.Book} and l.units > 0 order by s.received_on, s.suspense_id limit 500
            """).ToListAsync(ct);
        return new SuspenseItems(
            [
                .. rows.Select(row => new SuspenseItem(
                    row.SuspenseId, Codes.Parse<SuspenseKind>(row.Kind), LocalDate.FromDateOnly(row.ReceivedOn),
                    Math.Max(0, Period.DaysBetween(LocalDate.FromDateOnly(row.ReceivedOn), work.Today)), Amount.Fen(row.Units),
                    Amount.Fen(row.Left), row.Note, row.Party, row.Words.Trim(), row.VoucherId)),
            ],
            await FundChoice.All(work, ct), await work.ChartOn(work.Today, ct));
    }

    private sealed record Row(
        long SuspenseId, string Kind, DateOnly ReceivedOn, long Units, long Left, string Note, long VoucherId, string Party,
            string Words);
}

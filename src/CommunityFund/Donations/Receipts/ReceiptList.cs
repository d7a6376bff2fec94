using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>A receipt in the register.</summary>
/// <param name="GiftGone">The gift's voucher was reversed since: take the receipt back, or give it to the gift booked anew.</param>
public sealed record ReceiptItem(
    long Id, string Code, string Number, LocalDate IssuedOn, Amount Amount, string Payer, ReceiptState State, string Reason, string? RedNumber,
    string Fund, bool GiftGone);

/// <summary>One page of the register.</summary>
public sealed record ReceiptItems(
    IReadOnlyList<ReceiptItem> Items, long Total, Amount Valid, int WithoutReceipt, long Missing, bool HasRanges, bool MayKeep);

/// <summary>The register of official receipts, newest number first.</summary>
/// <param name="Text">Part of a number or of the payer's name.</param>
public sealed record ReceiptList(ReceiptState? State, string Text, int Page, int PageSize = 50) : Query<ReceiptItems>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<ReceiptItems> Answer(Work work, CancellationToken ct)
    {
        string text = PlainText.Of(Text);
        var all = from row in work.Db.Set<OfficialReceipt>().AsNoTracking()
                  where row.BookId == work.Book && (State == null || row.State == State)
                      && (text == "" || row.Number.Contains(text)
                          || work.Db.People.Any(person => person.PersonId == row.PayerId && person.Name.Contains(text)))
                  select row;
        var totals = await all.GroupBy(_ => 1).Select(rows => new
        {
            Count = rows.Count(),
            Valid = rows.Where(row => row.State == ReceiptState.Registered).Sum(row => row.Units),
        }).SingleOrDefaultAsync(ct);
        var page = await (from row in all.OrderByDescending(row => row.Code).ThenByDescending(row => row.Number)
                              .Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize)
                          join gift in work.Db.Set<Donation>() on new { row.BookId, Id = row.DonationId } equals
                              new { gift.BookId, Id = (long?)gift.DonationId } into gifts
                          from gift in gifts.DefaultIfEmpty()
                          orderby row.Code descending, row.Number descending
                          select new { Row = row, FundId = (int?)gift.FundId, State = (DonationState?)gift.State }).ToListAsync(ct);
        var names = await PersonName.Of(work, page.Select(row => row.Row.PayerId), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        return new ReceiptItems(
            [
                .. page.Select(row => new ReceiptItem(row.Row.OfficialReceiptId, row.Row.Code, row.Row.Number, row.Row.IssuedOn,
                    Amount.Fen(row.Row.Units), row.Row.PayerId is { } payer ? names[payer] : "", row.Row.State, row.Row.Reason, row.Row.RedNumber,
                    row.FundId is { } fund ? funds[fund] : "", row.Row.State == ReceiptState.Registered && row.State == DonationState.Reversed)),
            ],
            totals?.Count ?? 0, Amount.Fen(totals?.Valid ?? 0),
            await (await GiftsWithoutReceipt.Waiting(work, ct)).CountAsync(row => row.DonorId != null, ct),
            await MissingNumbers.Count(work, ct), await work.Db.Set<ReceiptRange>().AnyAsync(row => row.BookId == work.Book, ct),
            work.Rights.ReachesAll(ReceiptKeeping.Keeping));
    }
}

using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Letters;

/// <summary>A gift that a letter may be printed for.</summary>
/// <param name="Number">Of its letter; null if none was printed yet.</param>
/// <param name="Receipt">Number of its valid official receipt; null if it has none.</param>
public sealed record LetterItem(
    long Donation, string Donor, string Fund, Amount Amount, LocalDate ReceivedOn, string? Number, string? Receipt);

/// <summary>Gifts in the books, newest first.</summary>
public sealed record LetterItems(IReadOnlyList<LetterItem> Items, int Total, IReadOnlyList<Fund> Funds, bool MayKeep);

/// <summary>Gifts to print letters for, by fund, days and donor.</summary>
/// <param name="OnlyNew">Only gifts that no letter was printed for.</param>
public sealed record LetterList(int? Fund, LocalDate? From, LocalDate? Until, string Donor, bool OnlyNew, int Page, int PageSize = 50)
    : Query<LetterItems>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<LetterItems> Answer(Work work, CancellationToken ct)
    {
        string donor = PlainText.Of(Donor);
        GivenBack back = await GivenBack.Of(work, ct);
        long[] gone = await back.Whole(work, ct);
        IQueryable<Donation> all = work.Db.Set<Donation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == DonationState.Accepted && !gone.Contains(row.DonationId)
                && (Fund == null || row.FundId == Fund)
                && (From == null || row.ReceivedOn >= From) && (Until == null || row.ReceivedOn <= Until)
                && (donor == "" || work.Db.People.Any(person => person.PersonId == row.DonorId && person.Name.Contains(donor)))
                && (!OnlyNew || !work.Db.Set<DonationCode>().Any(code => code.BookId == row.BookId && code.DonationId == row.DonationId)));
        var page = await all.OrderByDescending(row => row.ReceivedOn).ThenByDescending(row => row.DonationId)
            .Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize)
            .Select(row => new
            {
                Row = row,
                Number = work.Db.Set<DonationCode>().Where(code => code.BookId == row.BookId && code.DonationId == row.DonationId)
                    .Select(code => code.Number).SingleOrDefault(),
                Receipt = work.Db.Set<OfficialReceipt>().Where(receipt => receipt.BookId == row.BookId && receipt.DonationId == row.DonationId
                    && receipt.State == ReceiptState.Registered).Select(receipt => receipt.Number).SingleOrDefault(),
            }).ToListAsync(ct);
        var names = await PersonName.Of(work, page.Select(row => row.Row.DonorId), ct);
        IReadOnlyList<Fund> funds = await work.Funds(ct);
        Dictionary<int, string> called = funds.ToDictionary(fund => fund.FundId, fund => fund.Name);
        return new LetterItems(
            [
                .. page.Select(row => new LetterItem(row.Row.DonationId, row.Row.DonorId is { } id ? names[id] : "", called[row.Row.FundId],
                    Amount.Fen(back.LeftOf(row.Row)), row.Row.ReceivedOn, row.Number, row.Receipt)),
            ],
            await all.CountAsync(ct), [.. funds.Where(fund => fund.IsOwn)], work.Rights.ReachesAll(ReceiptKeeping.Keeping));
    }
}

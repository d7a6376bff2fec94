using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Letters;

/// <summary>What stands in one letter.</summary>
/// <param name="Donor">Empty for an anonymous gift.</param>
/// <param name="PublicName">What is said of the donor in public; null where nobody is named.</param>
/// <param name="Purpose">The words that bind it; empty if it is unrestricted.</param>
/// <param name="IsInKind">It came as goods, equipment, rights or services, and the amount is what they stand in the books with.</param>
/// <param name="Receipt">Code and number of the valid official receipt; null if there is none.</param>
public sealed record GiftLetter(
    string Body, string Number, string Code, string Donor, PersonKind DonorKind, string? PublicName, Amount Amount, string Fund,
    Restriction Restriction, string Purpose, LocalDate ReceivedOn, (string Code, string Number, LocalDate IssuedOn)? Receipt, LocalDate Today,
    bool IsInKind = false);

/// <summary>Letters of gifts that have their numbers, oldest gift first; whoever takes them away is logged.</summary>
public sealed record GiftLetters(IReadOnlyList<long> Donations) : Query<IReadOnlyList<GiftLetter>>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Keeping).ForWholeBook();

    internal override async Task<IReadOnlyList<GiftLetter>> Answer(Work work, CancellationToken ct)
    {
        long[] asked = [.. Donations.Distinct().Take(IssueLetters.Most)];
        var rows = await (from gift in work.Db.Set<Donation>().AsNoTracking()
                          join code in work.Db.Set<DonationCode>() on new { gift.BookId, gift.DonationId } equals new { code.BookId, code.DonationId }
                          where gift.BookId == work.Book && asked.Contains(gift.DonationId) && gift.State == DonationState.Accepted
                          orderby gift.ReceivedOn, gift.DonationId
                          select new { Gift = gift, Code = code }).ToListAsync(ct);
        long?[] donors = [.. rows.Select(row => row.Gift.DonorId)];
        Dictionary<long, Person> people = await work.Db.People.AsNoTracking().Where(person => donors.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, ct);
        Dictionary<long, Donor> known = (await work.Db.Set<Donor>().AsNoTracking()
            .Where(donor => donor.BookId == work.Book && donors.Contains(donor.DonorId)).ToListAsync(ct))
            .GroupBy(donor => donor.DonorId).ToDictionary(same => same.Key, same => same.MaxBy(donor => donor.Version)!);
        Dictionary<long, OfficialReceipt> receipts = await work.Db.Set<OfficialReceipt>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == ReceiptState.Registered
                && row.DonationId != null && asked.Contains(row.DonationId.Value))
            .ToDictionaryAsync(row => row.DonationId!.Value, ct);
        GivenBack back = await GivenBack.Of(work, ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return
        [
            .. rows.Where(row => back.LeftOf(row.Gift) > 0).Select(row =>
            {
                Person? donor = row.Gift.DonorId is { } id ? people[id] : null;
                OfficialReceipt? receipt = receipts.GetValueOrDefault(row.Gift.DonationId);
                return new GiftLetter(
                    body, row.Code.Number, row.Code.Code(work.Foundation), donor?.Name ?? "", donor?.Kind ?? PersonKind.Person,
                    DonorBook.PublicName(donor?.Name, row.Gift.Naming, donor is null ? null : known.GetValueOrDefault(donor.PersonId)),
                    Amount.Fen(back.LeftOf(row.Gift)), funds[row.Gift.FundId], row.Gift.Restriction, row.Gift.Clause, row.Gift.ReceivedOn,
                    receipt is null ? null : (receipt.Code, receipt.Number, receipt.IssuedOn), work.Today,
                    row.Gift.Channel == GiftChannel.InKind);
            }),
        ];
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A gift in the register.</summary>
/// <param name="Donor">Null for an anonymous gift.</param>
/// <param name="PublicName">What may be said in public of who gave; null if nothing may.</param>
/// <param name="Back">What of it went back to the donor, or is owed back.</param>
/// <param name="EntryNo">Where it stands in the books; its lot is the line <paramref name="LineNo"/> of that entry.</param>
public sealed record DonationItem(
    long Id, LocalDate ReceivedOn, long? DonorId, string? Donor, string? PublicName, int FundId, string Fund, Amount Amount, Restriction Restriction,
    string Clause, DonationState State, GiftChannel Channel, GiftNaming Naming, string? Agreement, long? AgreementId, string? Campaign,
    long? CampaignId, string OrderNumber, bool WantsReceipt, string Note, long? Voucher, long? EntryNo, short? LineNo, Amount Back)
{
    public Amount Left => Amount - Back;
}

/// <summary>Something that gifts are looked for by.</summary>
public sealed record GiftFilter(long Id, string Text);

/// <summary>Gifts that a filter lets through, a page of them with the sums of all.</summary>
/// <param name="Sum">What was given, less what went back.</param>
/// <param name="Restricted">What of it is restricted, less what went back.</param>
/// <param name="Gross">What was given.</param>
public sealed record DonationRegister(
    IReadOnlyList<DonationItem> Items, int Total, Amount Sum, Amount Restricted, int Donors, string Body, IReadOnlyList<GiftFilter> Funds,
    IReadOnlyList<GiftFilter> Campaigns, Amount Gross)
{
    public Amount Back => Gross - Sum;
}

/// <summary>The register of gifts, of the funds that the reader's roles reach.</summary>
/// <param name="Donor">Part of a donor's name.</param>
/// <param name="PageSize">Rows of one page.</param>
public sealed record DonationList(
    int? Fund = null, string? Donor = null, LocalDate? From = null, LocalDate? Until = null, DonationState? State = null, long? Campaign = null,
    long? Agreement = null, long? DonorId = null, int Page = 1, int PageSize = DonationList.Shown) : Query<DonationRegister>
{
    /// <summary>Rows of one page on the screen.</summary>
    public const int Shown = 50;

    /// <summary>Rows of a workbook.</summary>
    public const int MostInWorkbook = 20_000;

    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<DonationRegister> Answer(Work work, CancellationToken ct)
    {
        IQueryable<Donation> found = Filtered(work);
        var sums = await found.GroupBy(row => row.Restriction)
            .Select(group => new { group.Key, Count = group.Count(), Units = group.Sum(row => row.Units) }).ToListAsync(ct);
        GivenBack back = await GivenBack.Of(work, ct);
        IReadOnlyList<Donation> returned = await back.Among(found, ct);
        Amount gross = Amount.Fen(sums.Sum(group => group.Units));
        int size = Math.Clamp(PageSize, 1, MostInWorkbook);
        List<Donation> rows = await found.OrderByDescending(row => row.ReceivedOn).ThenByDescending(row => row.DonationId)
            .Skip((Math.Max(1, Page) - 1) * size).Take(size).ToListAsync(ct);
        return new DonationRegister(
            await Items(work, rows, back, ct), sums.Sum(group => group.Count),
            gross - Amount.Fen(returned.Sum(gift => back.UnitsOf(gift.DonationId))),
            Amount.Fen(sums.Where(group => group.Key == Restriction.Restricted).Sum(group => group.Units)
                - returned.Where(gift => gift.Restriction == Restriction.Restricted).Sum(gift => back.UnitsOf(gift.DonationId))),
            await found.Where(row => row.DonorId != null).Select(row => row.DonorId).Distinct().CountAsync(ct),
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            [.. (await work.Funds(ct)).Where(fund => fund.IsOwn && work.Rights.Reaches(ReadableVouchers.Readers, fund.FundId))
                .Select(fund => new GiftFilter(fund.FundId, $"{fund.Code} {fund.Name}"))],
            await Campaigns(work, ct), gross);
    }

    private static Task<List<GiftFilter>> Campaigns(Work work, CancellationToken ct)
    {
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        return work.Db.Set<Campaign>().Where(row => row.BookId == work.Book && row.State == PromiseState.Confirmed && funds.Contains(row.FundId))
            .OrderByDescending(row => row.FromDay).Select(row => new GiftFilter(row.CampaignId, row.Name)).Take(100).ToListAsync(ct);
    }

    private IQueryable<Donation> Filtered(Work work)
    {
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        IQueryable<Donation> rows = work.Db.Set<Donation>().AsNoTracking().Where(row => row.BookId == work.Book && funds.Contains(row.FundId));
        string donor = PlainText.Of(Donor ?? "");
        rows = Fund is { } fund ? rows.Where(row => row.FundId == fund) : rows;
        rows = From is { } from ? rows.Where(row => row.ReceivedOn >= from) : rows;
        rows = Until is { } until ? rows.Where(row => row.ReceivedOn <= until) : rows;
        rows = Campaign is { } campaign ? rows.Where(row => row.CampaignId == campaign) : rows;
        rows = Agreement is { } agreement ? rows.Where(row => row.GiftAgreementId == agreement) : rows;
        rows = DonorId is { } id ? rows.Where(row => row.DonorId == id) : rows;

        // What was dropped or undone is no gift any more; who looks for it says so.
        rows = State is { } state ? rows.Where(row => row.State == state)
            : rows.Where(row => row.State == DonationState.Waiting || row.State == DonationState.Accepted);
        return donor.Length == 0 ? rows
            : rows.Where(row => row.DonorId != null && work.Db.People.Any(person => person.PersonId == row.DonorId && person.Name.Contains(donor)));
    }

    private static async Task<IReadOnlyList<DonationItem>> Items(Work work, List<Donation> rows, GivenBack back, CancellationToken ct)
    {
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => row.DonorId), ct);
        long[] people = [.. names.Keys], vouchers = [.. rows.Select(row => row.VoucherId).OfType<long>().Distinct()];
        Dictionary<long, Donor> donors = await Donations.Donor.Current(work).Where(row => people.Contains(row.DonorId))
            .ToDictionaryAsync(row => row.DonorId, ct);
        Dictionary<long, long?> entries = await work.Db.Vouchers.Where(row => row.BookId == work.Book && vouchers.Contains(row.VoucherId))
            .ToDictionaryAsync(row => row.VoucherId, row => row.EntryNo, ct);
        long[] agreed = [.. rows.Select(row => row.GiftAgreementId).OfType<long>().Distinct()],
            appeals = [.. rows.Select(row => row.CampaignId).OfType<long>().Distinct()];
        Dictionary<long, string> agreements = await work.Db.Set<GiftAgreement>().Where(row => row.BookId == work.Book
            && agreed.Contains(row.GiftAgreementId))
            .ToDictionaryAsync(row => row.GiftAgreementId, row => row.Number, ct);
        Dictionary<long, string> campaigns = await work.Db.Set<Campaign>().Where(row => row.BookId == work.Book && appeals.Contains(row.CampaignId))
            .ToDictionaryAsync(row => row.CampaignId, row => row.Name, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.Select(row =>
            {
                string? name = row.DonorId is { } donor ? names[donor] : null;
                return new DonationItem(
                    row.DonationId, row.ReceivedOn, row.DonorId, name,
                    DonorBook.PublicName(name, row.Naming, row.DonorId is { } who ? donors.GetValueOrDefault(who) : null), row.FundId,
                    funds[row.FundId].Name, Amount.Fen(row.Units), row.Restriction, row.Clause, row.State, row.Channel, row.Naming,
                    row.GiftAgreementId is { } agreement ? agreements[agreement] : null, row.GiftAgreementId,
                    row.CampaignId is { } campaign ? campaigns[campaign] : null, row.CampaignId, row.OrderNumber, row.WantsReceipt, row.Note,
                    row.VoucherId, row.VoucherId is { } voucher ? entries.GetValueOrDefault(voucher) : null, row.LineNo,
                    Amount.Fen(back.UnitsOf(row.DonationId)));
            }),
        ];
    }
}

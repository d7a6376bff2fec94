using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>What a donor gave in a year, to one fund.</summary>
public sealed record DonorYear(int Year, string Fund, int Gifts, Amount Amount);

/// <summary>A donor whole.</summary>
/// <param name="Contact">Masked for who may not see it.</param>
/// <param name="Version">The version that is shown; 0 if the register says nothing beside the name.</param>
public sealed record DonorView(
    long Id, string Name, PersonKind Kind, DonorPlace Place, DonorNaming Naming, string Alias, bool IsRelated, bool IsMain, DonorContact Contact,
    bool SeesContact, int Version, ByWhom? Noted, Amount Given, IReadOnlyList<DonorYear> Years, IReadOnlyList<DonationItem> Gifts, int GiftCount,
    IReadOnlyList<AgreementItem> Agreements, bool MayNote);

/// <summary>A donor, as far as gifts went to funds that the reader's roles reach; how to reach one is for those who keep the register.</summary>
public sealed record DonorPage(long Donor) : Query<DonorView>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<DonorView> Answer(Work work, CancellationToken ct)
    {
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        Donor? noted = await Donations.Donor.Current(work).SingleOrDefaultAsync(row => row.DonorId == Donor, ct);
        DonationRegister gifts = await new DonationList(DonorId: Donor, PageSize: 100).Answer(work, ct);
        IReadOnlyList<AgreementItem> agreements = await new AgreementList(Donor).Answer(work, ct);
        bool all = work.Rights.ReachesAll(ReadableVouchers.Readers), keeps = work.Rights.ReachesAll(Donations.Donor.Keepers);
        if (gifts.Total == 0 && agreements.Count == 0 && (noted is null || !all)
            && !await work.Db.Set<Donation>().AnyAsync(row => row.BookId == work.Book && row.DonorId == Donor && funds.Contains(row.FundId), ct))
        {
            throw new RefusedException(DonorBook.Unknown, ("donor", Donor));
        }

        Person person = await work.Db.People.AsNoTracking().SingleAsync(row => row.PersonId == Donor, ct);
        var years = await work.Db.Set<Donation>().Where(row => row.BookId == work.Book && row.DonorId == Donor && funds.Contains(row.FundId)
                && row.State == DonationState.Accepted)
            .AsNoTracking().ToListAsync(ct);
        GivenBack back = await GivenBack.Of(work, ct);
        Dictionary<int, Fund> known = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        DonorContact contact = DonorContact.Open(work, Donor, noted?.Contact);
        return new DonorView(
            Donor, person.Name, person.Kind, noted?.Place ?? DonorPlace.Inside, noted?.Naming ?? DonorNaming.Named, noted?.Alias ?? "",
            noted?.IsRelated ?? false, noted?.IsMain ?? false, keeps ? contact : contact.Masked(), keeps, noted?.Version ?? 0,
            noted is null ? null : new ByWhom((await PersonName.Of(work, [noted.NotedBy], ct))[noted.NotedBy], noted.NotedAt),
            Amount.Fen(years.Sum(back.LeftOf)),
            [
                .. years.GroupBy(row => (row.ReceivedOn.Year, row.FundId)).OrderByDescending(group => group.Key.Year)
                    .ThenByDescending(group => group.Sum(back.LeftOf))
                    .Select(group => new DonorYear(group.Key.Year, known[group.Key.FundId].Name, group.Count(),
                        Amount.Fen(group.Sum(back.LeftOf)))),
            ], gifts.Items, gifts.Total, agreements, keeps);
    }
}

/// <summary>A donor as the form for putting right begins; null for a new one.</summary>
public sealed record DonorToNote(long? Donor) : Query<DonorView?>
{
    internal override Need Needs => Need.Any(Donations.Donor.Keepers).ForWholeBook();

    internal override async Task<DonorView?> Answer(Work work, CancellationToken ct) =>
        Donor is { } donor ? await new DonorPage(donor).Answer(work, ct) : null;
}

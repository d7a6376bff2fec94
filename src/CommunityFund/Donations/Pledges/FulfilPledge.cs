using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Pledges;

/// <summary>A gift of the donor fulfils the pledge, as far as both reach.</summary>
public sealed record FulfilPledge(Guid Key, long Pledge, long Donation) : Command<Amount>(Key)
{
    /// <summary>The gift is no gift of this donor to this fund that stands in the books.</summary>
    public const string OtherGift = "pledge.other-gift";

    /// <summary>Nothing of the pledge or of the gift is left.</summary>
    public const string NothingLeft = "pledge.nothing-left";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await Pledges.Pledge.MayKeep(work, Pledge, ct);

    /// <returns>The part of the gift that counts for the pledge.</returns>
    internal override async Task<Amount> Apply(Work work, CancellationToken ct)
    {
        Pledge pledge = await Pledges.Pledge.Lock(work, Pledge, ct);
        Donation gift = await work.Db.Set<Donation>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.DonationId == Donation && row.DonorId == pledge.DonorId && row.FundId == pledge.FundId
            && row.State == DonationState.Accepted, ct) ?? throw new RefusedException(OtherGift);
        GivenBack back = await GivenBack.Of(work, ct);
        long open = pledge.Units - await Met(work, Pledge, back, ct);
        long rest = back.LeftOf(gift) - await work.Db.Set<PledgeGift>()
            .Where(row => row.BookId == work.Book && row.DonationId == Donation).SumAsync(row => row.Units, ct);
        long units = Math.Min(open, rest);
        if (units <= 0)
        {
            throw new RefusedException(NothingLeft, ("pledge", Amount.Fen(Math.Max(0, open))), ("gift", Amount.Fen(Math.Max(0, rest))));
        }

        work.Db.Add(new PledgeGift
        {
            BookId = work.Book,
            PledgeId = Pledge,
            DonationId = Donation,
            Units = units,
            LinkedBy = work.ActorId,
            LinkedAt = work.Now,
        });
        return Amount.Fen(units);
    }

    /// <summary>What gifts in the books, or about to be, have met of a pledge, less what of them went back.</summary>
    internal static async Task<long> Met(Work work, long pledge, GivenBack back, CancellationToken ct) => (await (
        from link in work.Db.Set<PledgeGift>().AsNoTracking()
        join gift in work.Db.Set<Donation>() on new { link.BookId, link.DonationId } equals new { gift.BookId, gift.DonationId }
        where link.BookId == work.Book && link.PledgeId == pledge
            && (gift.State == DonationState.Accepted || gift.State == DonationState.Waiting)
        select new { link.Units, Gift = gift }).ToListAsync(ct)).Sum(link => Math.Min(link.Units, back.LeftOf(link.Gift)));
}

using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>What of gifts in the books went back to their donors or is owed back; few gifts of a book are here at all.</summary>
internal sealed class GivenBack
{
    private readonly Dictionary<long, Row> _rows;

    private GivenBack(List<Row> rows) => _rows = rows.ToDictionary(row => row.Donation);

    public static async Task<GivenBack> Of(Work work, CancellationToken ct) => new(await work.Db.Database.SqlQuery<Row>(
        $"""
        select donation_id as "Donation", units as "Units", waiting as "Waiting" from gifts_given_back({work.Book})
        """).ToListAsync(ct));

    /// <summary>What is left of a gift.</summary>
    public long LeftOf(Donation gift) => gift.Units - UnitsOf(gift.DonationId);

    /// <summary>What a receipt may be for: a refund that waits for its review is not counted on either.</summary>
    public long CertainOf(Donation gift) => LeftOf(gift) - (_rows.GetValueOrDefault(gift.DonationId)?.Waiting ?? 0);

    public long UnitsOf(long donation) => _rows.GetValueOrDefault(donation)?.Units ?? 0;

    /// <summary>Those of the gifts of which something went back; what of a sum over them all is to be taken off.</summary>
    public async Task<IReadOnlyList<Donation>> Among(IQueryable<Donation> gifts, CancellationToken ct)
    {
        long[] ids = [.. _rows.Keys];
        return ids.Length == 0 ? [] : await gifts.AsNoTracking().Where(row => ids.Contains(row.DonationId)).ToListAsync(ct);
    }

    public async Task<long> SumOf(IQueryable<Donation> gifts, CancellationToken ct) =>
        (await Among(gifts, ct)).Sum(gift => UnitsOf(gift.DonationId));

    /// <summary>Gifts of which nothing is left, or will be once what waits is reviewed.</summary>
    public async Task<long[]> Whole(Work work, CancellationToken ct) =>
        [.. (await Among(work.Db.Set<Donation>().Where(row => row.BookId == work.Book), ct)).Where(gift => CertainOf(gift) <= 0)
            .Select(gift => gift.DonationId)];

    private sealed record Row(long Donation, long Units, long Waiting);
}

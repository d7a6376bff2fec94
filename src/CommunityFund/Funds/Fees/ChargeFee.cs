using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>
/// The fee that was simulated is booked: once per gift, as a transfer to the general fund that another person reviews. What gifts had
/// bound is freed first, as their donors agreed (rulings 13).
/// </summary>
/// <param name="Lots">The gifts, as they stood on the page.</param>
/// <param name="Total">What they came to there.</param>
public sealed record ChargeFee(Guid Key, int Fund, IReadOnlyList<long> Lots, Amount Total) : Command<IReadOnlyList<long>>(Key)
{
    /// <summary>At most so many gifts at a time.</summary>
    public const int Most = 400;

    /// <summary>No gift is chosen, or too many are.</summary>
    public const string NoGifts = "fee.no-gifts";

    /// <summary>Nobody agreed to a fee on this gift.</summary>
    public const string NotAgreed = "fee.not-agreed";

    /// <summary>The gift is spent; what is left of it does not bear the fee.</summary>
    public const string NothingLeft = "fee.nothing-left";

    /// <summary>What was simulated is not what would be booked now.</summary>
    public const string Changed = "fee.changed";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant).For(Fund, (await General(work, ct)).FundId);

    /// <returns>The vouchers: one for restricted gifts, one for the rest.</returns>
    internal override async Task<IReadOnlyList<long>> Apply(Work work, CancellationToken ct)
    {
        long[] lots = [.. Lots.Distinct()];
        Fund fund = await work.FundById(Fund, ct);
        List<FeeGift> gifts = lots.Length is > 0 and <= Most ? await FeeGift.Of(work, Fund, lots, Most, ct)
            : throw new RefusedException(NoGifts, ("limit", Most));
        if (gifts.Count < lots.Length || gifts.Find(gift => gift.Due.IsZero) is not null)
        {
            FeeGift? free = gifts.Find(gift => gift.Due.IsZero);
            throw new RefusedException(NotAgreed, ("fund", fund.Name), ("day", free is null ? work.Today
                : LocalDate.FromDateOnly(free.Day)),
                ("gift", Amount.Fen(free?.Units ?? 0)));
        }

        if (gifts.Find(gift => gift.Fee > gift.Left && !gift.IsCharged) is { } spent)
        {
            throw new RefusedException(NothingLeft, ("day", LocalDate.FromDateOnly(spent.Day)), ("left",
                Amount.Fen(spent.Left)), ("fee", spent.Due));
        }

        Amount sum = Amount.Fen(gifts.Sum(gift => gift.Fee!.Value));
        if (sum != Total)
        {
            throw new RefusedException(Changed, ("was", Total), ("is", sum));
        }

        List<long> vouchers = [];
        foreach (IGrouping<string, FeeGift> like in gifts.GroupBy(gift => gift.Restriction).OrderBy(group => group.Key,
            StringComparer.Ordinal))
        {
            vouchers.Add(await FeeVoucher.Prepare(work, fund, await General(work, ct), [.. like], ct));
        }

        return vouchers;
    }

    private static async Task<Fund> General(Work work, CancellationToken ct) =>
        (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
}

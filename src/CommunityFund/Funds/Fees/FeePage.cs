using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>A rule about the fee, with who wrote and who confirmed it.</summary>
public sealed record FeeRuleView(
    long Id, string Agreement, decimal Percent, LocalDate FromDay, string Source, FeeRuleState State, Signature Proposed,
        Signature? Decided, bool IsOwn);

/// <summary>Why a gift is charged or not.</summary>
public enum FeeStanding
{
    /// <summary>It bears a fee that is not charged yet.</summary>
    Due,

    /// <summary>Nobody agreed to a fee, or the fee agreed is nothing.</summary>
    NotAgreed,

    /// <summary>It is spent; what is left of it does not bear the fee.</summary>
    Spent,
}

/// <summary>What the fee of one gift would be.</summary>
/// <param name="Donor">Null for an anonymous gift.</param>
public sealed record SimulatedFee(
    long Lot, LocalDate ReceivedOn, string? Donor, Restriction Restriction, Amount Gift, decimal? Percent, string Agreement,
        Amount Fee,
    FeeStanding Standing);

/// <summary>A charge with its voucher.</summary>
public sealed record FeeChargeView(long Id, Restriction Restriction, Amount Amount, int Gifts, FeeChargeState State,
    Signature Made, long? Voucher);

/// <summary>The fee of a fund: what was agreed, what it would come to, what was charged.</summary>
/// <param name="NotAgreed">How many gifts bear no fee because nobody agreed to one.</param>
public sealed record FeeView(
    int FundId, string Fund, IReadOnlyList<FeeRuleView> Rules, IReadOnlyList<SimulatedFee> Gifts, Amount Total, int NotAgreed,
    IReadOnlyList<FeeChargeView> Charges, bool MayDecide, bool MayCharge);

/// <summary>Simulates the fee on the gifts to a fund; nothing is booked by looking.</summary>
public sealed record FeePage(int Fund) : Query<FeeView>
{
    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<FeeView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        List<FeeRule> rules = await work.Db.Set<FeeRule>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == Fund)
            .OrderBy(row => row.State == FeeRuleState.Proposed ? 0
                : 1).ThenByDescending(row => row.FromDay).ThenByDescending(row => row.FeeRuleId)
            .ToListAsync(ct);
        List<FeeCharge> charges = await work.Db.Set<FeeCharge>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.FundId == Fund)
            .OrderByDescending(row => row.FeeChargeId).Take(50).ToListAsync(ct);
        long[] ids = [.. charges.Select(row => row.FeeChargeId)];
        Dictionary<long, int> counts = await work.Db.Set<FeeChargeGift>().Where(row => row.BookId == work.Book
            && ids.Contains(row.FeeChargeId))
            .GroupBy(row => row.FeeChargeId).ToDictionaryAsync(group => group.Key, group => group.Count(), ct);
        List<FeeGift> gifts = fund.Kind == FundKind.General || !fund.IsOwn ? [] : await FeeGift.Of(work, Fund, null,
            ChargeFee.Most, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [.. rules.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), .. charges.Select(row => (long?)row.MadeBy),
                .. gifts.Select(gift => gift.Party)], ct);
        SimulatedFee[] simulated = [.. gifts.Select(gift => new SimulatedFee(
            gift.Lot, LocalDate.FromDateOnly(gift.Day), gift.Party is { } party ? names[party] : null,
                Codes.RestrictionOf(gift.Restriction)!.Value,
            Amount.Fen(gift.Units), gift.Basis / 100m, gift.Agreement ?? "", gift.Due,
            gift.Due.IsZero ? FeeStanding.NotAgreed : gift.Fee > gift.Left ? FeeStanding.Spent : FeeStanding.Due))];
        bool isAlive = fund is { IsOwn: true, State: not FundState.Closed } && fund.Kind != FundKind.General;
        int general = (await work.Funds(ct)).Single(row => row.Kind == FundKind.General).FundId;
        return new FeeView(
            Fund, fund.Name,
            [.. rules.Select(row => new FeeRuleView(row.FeeRuleId, row.Agreement, row.Basis / 100m, row.FromDay, row.Source,
                row.State,
                new Signature(names[row.ProposedBy], row.ProposedAt),
                row.DecidedBy is { } by ? new Signature(names[by], row.DecidedAt!.Value) : null, row.ProposedBy == work.Actor))],
            simulated, Amount.Fen(simulated.Where(gift => gift.Standing == FeeStanding.Due).Sum(gift => gift.Fee.Units)),
            simulated.Count(gift => gift.Standing == FeeStanding.NotAgreed),
            [.. charges.Select(row => new FeeChargeView(row.FeeChargeId, row.Restriction, Amount.Fen(row.Units),
                counts.GetValueOrDefault(row.FeeChargeId),
                row.State, new Signature(names[row.MadeBy], row.MadeAt), row.VoucherId))],
            MayDecide: isAlive && work.Rights.Reaches(FundSigners.Deciding, Fund),
            MayCharge: isAlive && work.Rights.Reaches([Role.Accountant], Fund) && work.Rights.Reaches([Role.Accountant],
                general));
    }
}

using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>
/// The voucher of a fee. Restricted gifts are freed by what they bear, a gift of this month on its own income account, an earlier one in
/// net assets (rulings 16); then net assets and cash go to the general fund. It is no cost until the general fund spends it.
/// </summary>
internal static class FeeVoucher
{
    public static async Task<long> Prepare(Work work, Fund fund, Fund general, IReadOnlyList<FeeGift> gifts, CancellationToken ct)
    {
        Amount total = Amount.Fen(gifts.Sum(gift => gift.Fee!.Value));
        FeeCharge charge = new()
        {
            BookId = work.Book,
            FundId = fund.FundId,
            Restriction = gifts[0].IsRestricted ? Restriction.Restricted : Restriction.Unrestricted,
            Units = total.Units,
            State = FeeChargeState.Prepared,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(charge);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(gifts.Select(gift => new FeeChargeGift
        {
            BookId = work.Book,
            FeeChargeId = charge.FeeChargeId,
            LotId = gift.Lot,
            Basis = gift.Basis!.Value,
            Units = gift.Fee!.Value,
            Agreement = gift.Agreement!,
        }));
        await work.Db.SaveChangesAsync(ct);
        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account cash = await TransferVoucher.CashOf(work, chart, fund, total, ct);
        EntryDraft draft = JournalEntry.On(day, string.Create(CultureInfo.InvariantCulture,
            $"管理费 {fund.Code}：{gifts.Count} 笔捐赠，按约定比例提取"));
        if (charge.Restriction == Restriction.Restricted)
        {
            Free(draft, chart, fund, gifts, day);
        }

        Account netAssets = chart[Account.Keys.UnrestrictedNetAssets];
        Tags moved = new(Restriction.Unrestricted, Movement: MovementKind.Transfer),
            internally = new(CashFlow: CashFlow.Internal);
        JournalEntry entry = draft.Debit(netAssets, fund.Code, total, moved).Credit(cash, fund.Code, total, internally)
            .Debit(cash, general.Code, total, internally).Credit(netAssets, general.Code, total, moved).Balanced();
        charge.VoucherId = await work.Prepare(
            new Draft(entry, Then: new PostFee(charge.FeeChargeId), Otherwise: new LeaveFee(charge.FeeChargeId),
                Undo: new UndoFee(charge.FeeChargeId),
                Lots: [.. gifts.Select(gift => new LotDraw(gift.Lot, gift.Due, Spends: false))]), ct);
        await work.Db.SaveChangesAsync(ct);
        return charge.VoucherId.Value;
    }

    private static void Free(EntryDraft draft, Chart chart, Fund fund, IReadOnlyList<FeeGift> gifts, LocalDate day)
    {
        Account bound = chart[Account.Keys.RestrictedNetAssets];
        foreach (var from in gifts.GroupBy(gift => gift.Period == AccountingPeriod.Of(day)
            ? chart.ById(gift.AccountId).Account : bound))
        {
            bool isIncome = from.Key != bound;
            Amount part = Amount.Fen(from.Sum(gift => gift.Fee!.Value));
            Tags freed = new(Restriction.Restricted, Movement: isIncome ? MovementKind.Ordinary : MovementKind.Release);
            draft.Debit(from.Key, fund.Code, part, freed)
                .Credit(isIncome ? from.Key : chart[Account.Keys.UnrestrictedNetAssets], fund.Code, part,
                    freed with { Restriction = Restriction.Unrestricted });
        }
    }

    internal static async Task<FeeCharge> Lock(Work work, long charge, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fee_charge where book_id = {work.Book} and fee_charge_id = {charge} for no key update", ct);
        return await work.Db.Set<FeeCharge>().SingleAsync(row => row.BookId == work.Book && row.FeeChargeId == charge, ct);
    }
}

/// <summary>The fee's voucher was posted.</summary>
[Consequence("post-fee", 1)]
internal sealed record PostFee(long Charge) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await FeeVoucher.Lock(work, Charge, ct)).State = FeeChargeState.Posted;
}

/// <summary>The fee's voucher was rejected or withdrawn: its gifts may be charged again.</summary>
[Consequence("leave-fee", 1)]
internal sealed record LeaveFee(long Charge) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await FeeVoucher.Lock(work, Charge, ct)).State = FeeChargeState.Dropped;
}

/// <summary>The fee's voucher was reversed in red: its gifts may be charged again.</summary>
[Consequence("undo-fee", 1)]
internal sealed record UndoFee(long Charge) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await FeeVoucher.Lock(work, Charge, ct)).State = FeeChargeState.Reversed;
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A line of the entry to come.</summary>
public sealed record RefundLine(Side Side, string Code, string Name, Restriction? Restriction, Amount Amount);

/// <summary>A refund that was made or asked before.</summary>
public sealed record RefundMade(
    long Id, LocalDate DecidedOn, Amount Amount, GiftRefundCause Cause, string Basis, GiftRefundState State, long? Voucher);

/// <summary>A gift, what of it may go back, and the entry that would follow.</summary>
/// <param name="Lines">Null where nothing was asked, or a rule says no.</param>
/// <param name="WhyNot">The rule that says no.</param>
public sealed record RefundView(
    long Lot, string Fund, string Donor, LocalDate ReceivedOn, Restriction Restriction, string Clause, Amount Given, Amount Used, Amount Reserved,
    Amount Free, Amount Goods, IReadOnlyList<RefundMade> Before, IReadOnlyList<RefundLine>? Lines, Refusal? WhyNot, bool MayRefund,
    LocalDate Today);

/// <summary>What a refund would look like before it is asked for.</summary>
/// <param name="Amount">Null shows the gift alone.</param>
public sealed record RefundPreview(long Lot, Amount? Amount = null, GiftRefundCause Cause = GiftRefundCause.Outside, LocalDate? Day = null)
    : Query<RefundView>
{
    internal override Need Needs =>
        Need.Any(Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin);

    internal override async Task<RefundView> Answer(Work work, CancellationToken ct)
    {
        LocalDate day = Day ?? work.Today;
        RefundableGift gift = await RefundableGift.Find(work, Lot, day, ct);
        Rights(work, gift);
        Chart chart = await work.ChartOn(day, ct);
        List<GiftRefund> before = await work.Db.Set<GiftRefund>().AsNoTracking().Where(row => row.BookId == work.Book && row.LotId == Lot)
            .OrderByDescending(row => row.GiftRefundId).ToListAsync(ct);
        var names = await PersonName.Of(work, [gift.Lot.CounterpartyId], ct);
        (IReadOnlyList<RefundLine>? lines, Refusal? whyNot) = await Lines(work, chart, gift, day, ct);
        return new RefundView(
            Lot, $"{gift.Fund.Code} {gift.Fund.Name}", gift.Lot.CounterpartyId is { } donor ? names[donor] : "", gift.Lot.ReceivedOn,
            gift.Lot.Restriction, gift.Lot.Clause, Ledger.Amount.Fen(gift.Lot.Units), Ledger.Amount.Fen(gift.Lot.Used),
            Ledger.Amount.Fen(gift.Lot.Reserved), gift.Free, gift.Goods,
            [
                .. before.Select(row => new RefundMade(row.GiftRefundId, row.DecidedOn, Ledger.Amount.Fen(row.Units), row.Cause, row.Basis, row.State,
                    row.VoucherId)),
            ],
            lines, whyNot, work.Rights.Reaches([Role.Accountant], gift.Fund.FundId), work.Today);
    }

    private void Rights(Work work, RefundableGift gift)
    {
        if (!work.Rights.Reaches(Needs.AnyOf, gift.Fund.FundId))
        {
            throw new RefusedException(RefundableGift.NotAGift);
        }
    }

    private async Task<(IReadOnlyList<RefundLine>? Lines, Refusal? WhyNot)> Lines(
        Work work, Chart chart, RefundableGift gift, LocalDate day, CancellationToken ct)
    {
        if (Amount is null)
        {
            return (null, null);
        }

        try
        {
            JournalEntry entry = (await GiftRefundEntry.Of(work, gift, Amount, Cause, day, ct)).Entry;
            return ([
                .. entry.Lines.Select(line => new RefundLine(
                    line.Side, line.Account.Code, chart.PathOf(chart.Find(line.Account.Key)!), line.Tags.Restriction, line.Amount)),
            ], null);
        }
        catch (RefusedException no)
        {
            return (null, no.Refusal);
        }
    }
}

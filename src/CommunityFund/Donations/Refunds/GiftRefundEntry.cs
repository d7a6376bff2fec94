using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A gift as a refund sees it.</summary>
/// <param name="Free">What nobody has spent or promised; goods of it that are still there go back as goods.</param>
/// <param name="Goods">What of it lies on the shelf.</param>
internal sealed record RefundableGift(GiftLot Lot, Fund Fund, Account Source, int Period, Amount Free, Amount Goods)
{
    /// <summary>There is no such gift, or what came in was no gift and no subsidy.</summary>
    public const string NotAGift = "gift-refund.not-a-gift";

    /// <summary>Money of a government contract goes back by the contract, which counts what it gave back.</summary>
    public const string PublicMoney = "gift-refund.public-money";

    /// <summary>It came from another fund or was bound otherwise since: its income stands elsewhere.</summary>
    public const string ChangedSince = "gift-refund.changed-since";

    public static async Task<RefundableGift> Find(Work work, long lotId, LocalDate day, CancellationToken ct)
    {
        var found = await (
            from lot in work.Db.Set<GiftLot>().AsNoTracking()
            join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo } equals new { line.BookId, line.EntryNo, line.LineNo }
            where lot.BookId == work.Book && lot.LotId == lotId
                && !work.Db.Vouchers.Any(row => row.BookId == lot.BookId && row.EntryNo == lot.EntryNo && row.ReversedBy != null)
            select new { Lot = lot, line.AccountId, line.Period, line.Movement }).SingleOrDefaultAsync(ct) ?? throw new RefusedException(NotAGift);
        Chart chart = await work.ChartOn(day, ct);
        Account source = chart.ById(found.AccountId).Account;
        if (source.Class != AccountClass.Income && found.Lot.Restriction != Restriction.Restricted)
        {
            throw new RefusedException(NotAGift);
        }

        if (source.Class == AccountClass.Income && !source.Key.StartsWith(Account.Keys.DonationIncome, StringComparison.Ordinal)
            && !source.Key.StartsWith("government-grant-income", StringComparison.Ordinal))
        {
            throw new RefusedException(NotAGift);
        }

        if (source.Class != AccountClass.Income && found.Movement is MovementKind.Transfer or MovementKind.ReRestrict)
        {
            throw new RefusedException(ChangedSince);
        }

        if (await OfContract(work, lotId, ct) is [var contract, ..])
        {
            throw new RefusedException(PublicMoney, ("number", contract));
        }

        Amount free = Amount.Fen(found.Lot.Units - found.Lot.Used - found.Lot.Reserved), goods = Amount.Fen(await OnShelf(work, found.Lot, ct));
        return new RefundableGift(found.Lot, await work.FundById(found.Lot.FundId, ct),
            source.Class == AccountClass.Income ? source : chart[Account.Keys.DonationIncome], found.Period, free,
            Least(free, goods));
    }

    private static Amount Least(Amount one, Amount other) => one < other ? one : other;

    /// <summary>Numbers of the government contracts whose vouchers brought it.</summary>
    private static Task<List<string>> OfContract(Work work, long lot, CancellationToken ct) => work.Db.Database.SqlQuery<string>(
        $"""
        select c.number as "Value" from gift_vouchers({work.Book}, {lot}) g
          join public_voucher p on p.book_id = {work.Book} and p.voucher_id = g.voucher_id
          join public_contract c on c.book_id = p.book_id and c.public_contract_id = p.public_contract_id
         order by c.public_contract_id
        """).ToListAsync(ct);

    private static async Task<long> OnShelf(Work work, GiftLot lot, CancellationToken ct) => await (
        from voucher in work.Db.Vouchers
        join move in work.Db.Set<StockMove>() on new { voucher.BookId, Id = (long?)voucher.VoucherId } equals new { move.BookId, Id = move.VoucherId }
        join goods in work.Db.Set<StockLot>() on new { move.BookId, move.StockLotId, move.StockPaperId }
            equals new { goods.BookId, goods.StockLotId, goods.StockPaperId }
        where voucher.BookId == work.Book && voucher.EntryNo == lot.EntryNo && goods.FundId == lot.FundId && goods.Restriction == lot.Restriction
            && move.UndoesMoveId == null
        select goods.Value - goods.HeldValue).SumAsync(ct);
}

/// <summary>The entry of a refund (rulings 19): what preview and command share.</summary>
internal static class GiftRefundEntry
{
    /// <summary>More than is left of the gift.</summary>
    public const string AboveUnspent = "gift-refund.above-unspent";

    /// <summary>What is left of the gift lies on the shelf.</summary>
    public const string IsGoods = "gift-refund.is-goods";

    public const string Narrative = "退还捐赠";

    public static Account Payable(Chart chart) => chart.Part("other-payables", "退", "捐赠").Account;

    public static async Task<(JournalEntry Entry, IReadOnlyList<LotDraw> Lots)> Of(
        Work work, RefundableGift gift, Amount amount, GiftRefundCause cause, LocalDate day, CancellationToken ct)
    {
        if (amount > gift.Free)
        {
            throw new RefusedException(AboveUnspent, ("asked", amount), ("free", gift.Free), ("used", Amount.Fen(gift.Lot.Used)),
                ("reserved", Amount.Fen(gift.Lot.Reserved)));
        }

        if (amount > gift.Free - gift.Goods)
        {
            throw new RefusedException(IsGoods, ("asked", amount), ("goods", gift.Goods), ("free", gift.Free - gift.Goods));
        }

        Chart chart = await work.ChartOn(day, ct);
        Account expense = chart.Part(Account.Keys.ManagementExpense).Account;
        bool lowersIncome = cause == GiftRefundCause.Outside && expense.NeedsRestriction;
        Account debit = lowersIncome ? gift.Source : expense;
        EntryDraft draft = JournalEntry.On(day, Narrative)
            .Debit(debit, gift.Fund.Code, amount, new Tags(
                debit.NeedsRestriction ? gift.Lot.Restriction : null, Counterparty: lowersIncome ? gift.Lot.CounterpartyId : null))
            .Credit(Payable(chart), gift.Fund.Code, amount, new Tags(Counterparty: gift.Lot.CounterpartyId));
        LotDraw named = new(gift.Lot.LotId, amount, Spends: false);
        if (gift.Lot.Restriction == Restriction.Restricted && !debit.NeedsRestriction)
        {
            await NamedLots.Release(work, chart, draft, gift.Fund, [named], amount, day, ct);
        }

        return (draft.Balanced(), [named]);
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>
/// 长款 or 短款: the difference of a watched count is booked in the general fund, as owed or owing until it is cleared up, or as other
/// income or expense; the voucher's review is the approval.
/// </summary>
/// <param name="IsClearedUp">Nobody will ask for it or give it back.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record SettleCashCount(Guid Key, long Count, bool IsClearedUp, LocalDate? BookedOn = null) : Command<long>(Key)
{
    /// <summary>The cash box was counted again since.</summary>
    public const string NotLatest = "cash-count.not-latest";

    /// <summary>Nobody has watched the count, or there is no difference.</summary>
    public const string NothingToSettle = "cash-count.nothing-to-settle";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        CashCount count = await CashCount.Lock(work, Count, ct);
        if (count.VoucherId is not null)
        {
            throw new RefusedException(CashCount.Gone);
        }

        if (await work.Db.Set<CashCount>().AnyAsync(
            row => row.BookId == work.Book && row.AccountId == count.AccountId && row.CashCountId > Count, ct))
        {
            throw new RefusedException(NotLatest);
        }

        Amount difference = await Left(work, count, ct);
        if (count.WatchedBy is null || difference.IsZero)
        {
            throw new RefusedException(NothingToSettle);
        }

        LocalDate day = await work.BookedDay(count.CountedOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account cash = chart.ById(count.AccountId).Account;
        Fund general = (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
        bool isMore = difference.IsPositive;
        Account other = chart.Part((isMore, IsClearedUp) switch
        {
            (true, true) => "other-income",
            (true, false) => "other-payables",
            (false, true) => Account.Keys.ManagementExpense,
            _ => "other-receivables",
        }, "现金", "盘", "暂收").Account;
        Tags tags = new(other.NeedsRestriction ? Restriction.Unrestricted : null);
        EntryDraft draft = JournalEntry.On(day, isMore ? "现金盘点长款" : "现金盘点短款");
        JournalEntry entry = isMore
            ? draft.Debit(cash, general.Code, difference, new Tags(CashFlow: CashFlow.OtherReceived))
                .Credit(other, general.Code, difference, tags).Balanced()
            : draft.Debit(other, general.Code, -difference, tags)
                .Credit(cash, general.Code, -difference, new Tags(CashFlow: CashFlow.OtherPaid)).Balanced();
        long voucher = await work.Prepare(new Draft(entry, Otherwise: new CashCountOpen(Count), Undo: new CashCountOpen(Count)), ct);
        count.VoucherId = voucher;
        return voucher;
    }

    /// <summary>The difference that was counted, less what an earlier count's voucher, not yet in the books at that moment, takes of it:
    /// of two counts that found the same ten missing, ten are booked.</summary>
    private static async Task<Amount> Left(Work work, CashCount count, CancellationToken ct)
    {
        long since = await (
            from earlier in work.Db.Set<CashCount>()
            join voucher in work.Db.Vouchers on new { earlier.BookId, Id = earlier.VoucherId }
                equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
            join line in work.Db.VoucherLines on new { voucher.BookId, voucher.VoucherId }
                equals new { line.BookId, line.VoucherId }
            where earlier.BookId == work.Book && earlier.AccountId == count.AccountId && earlier.CashCountId < count.CashCountId
                && line.AccountId == count.AccountId && voucher.ReversedBy == null
                && (voucher.State == VoucherState.Prepared || (voucher.State == VoucherState.Posted && voucher.DecidedAt >= count.CountedAt))
            select line.Side == Side.Debit ? line.Units : -line.Units).SumAsync(ct);
        return Amount.Fen(count.Units - count.BookedUnits - since);
    }
}

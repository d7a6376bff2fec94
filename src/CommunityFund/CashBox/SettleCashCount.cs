using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.CashBox;

/// <summary>
/// 长款 or 短款: the difference of a watched count is booked in the general fund, as owed or owing until it is cleared up, or as other
/// income or expense; the voucher's review is the approval.
/// </summary>
/// <param name="IsClearedUp">Nobody will ask for it or give it back.</param>
public sealed record SettleCashCount(Guid Key, long Count, bool IsClearedUp) : Command<long>(Key)
{
    /// <summary>Nobody has watched the count, or there is no difference.</summary>
    public const string NothingToSettle = "cash-count.nothing-to-settle";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        CashCount count = await CashCount.Lock(work, Count, ct);
        Amount difference = Amount.Fen(count.Units - count.BookedUnits);
        if (count.VoucherId is not null)
        {
            throw new RefusedException(CashCount.Gone);
        }

        if (count.WatchedBy is null || difference.IsZero)
        {
            throw new RefusedException(NothingToSettle);
        }

        Chart chart = await work.ChartOn(count.CountedOn, ct);
        Account cash = chart.ById(count.AccountId).Account;
        Fund general = (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
        bool isMore = difference.IsPositive;
        Account other = chart[(isMore, IsClearedUp) switch
        {
            (true, true) => "other-income",
            (true, false) => "other-payables",
            (false, true) => Account.Keys.ManagementExpense,
            _ => "other-receivables",
        }];
        Tags tags = new(other.NeedsRestriction ? Restriction.Unrestricted : null);
        EntryDraft draft = JournalEntry.On(count.CountedOn, isMore ? "现金盘点长款" : "现金盘点短款");
        JournalEntry entry = isMore
            ? draft.Debit(cash, general.Code, difference, new Tags(CashFlow: CashFlow.OtherReceived))
                .Credit(other, general.Code, difference, tags).Balanced()
            : draft.Debit(other, general.Code, -difference, tags)
                .Credit(cash, general.Code, -difference, new Tags(CashFlow: CashFlow.OtherPaid)).Balanced();
        long voucher = await work.Prepare(new Draft(entry, Otherwise: new CashCountOpen(Count), Undo: new CashCountOpen(Count)), ct);
        count.VoucherId = voucher;
        return voucher;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Money came in that nobody can name. It is a debt of the general fund (2209 暂收款), never income, until it is cleared.
/// </summary>
public sealed record RecordSuspense(
    Guid Key, BankRest Rest, SuspenseKind Kind, [property: Personal] string Note, [property: Personal] string Narrative,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    internal const string Payables = "other-payables";

    private const int LongestNote = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, isIn: true, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund general = (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
        ChartAccount payables = SuspenseAccount.Of(chart);
        string note = PlainText.Of(Note);
        Suspense item = new()
        {
            BookId = work.Book,
            Kind = Kind,
            Units = taken.Amount.Units,
            FundId = general.FundId,
            AccountId = payables.AccountId,
            Note = note.Length <= LongestNote ? note : note[..LongestNote],
            ReceivedOn = taken.Day,
        };
        work.Db.Add(item);
        await work.Db.SaveChangesAsync(ct);
        JournalEntry entry = JournalEntry.On(day, Narrative)
            .Debit(chart.ById(taken.Account.AccountId).Account, general.Code, taken.Amount,
                new Tags(CashFlow: CashFlow.OtherReceived))
            .Credit(payables.Account, general.Code, taken.Amount).Balanced();
        item.VoucherId = await work.Prepare(
            new Draft(entry, Bank: taken.Parts, Documents: Documents, Undo: new UndoSuspense(item.SuspenseId)), ct);
        return item.VoucherId.Value;
    }
}

/// <summary>Where suspense items stand: 2209, or the sub-account of it that the foundation calls 暂收款.</summary>
internal static class SuspenseAccount
{
    public static ChartAccount Of(Chart chart) =>
        chart.Part(RecordSuspense.Payables, "暂收");
}

/// <summary>The voucher of a suspense item was reversed: not while something was cleared out of it. A blue voucher that still
/// owes it keeps the item.</summary>
[Consequence("undo-suspense", 1)]
internal sealed record UndoSuspense(long Item) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from suspense where book_id = {work.Book} and suspense_id = {Item} for no key update", ct);
        if (await (from row in work.Db.Set<SuspenseClearing>()
                   join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId }
                       equals new { voucher.BookId, voucher.VoucherId }
                   where row.BookId == work.Book && row.SuspenseId == Item && voucher.ReversedBy == null
                       && (voucher.State == VoucherState.Prepared || voucher.State == VoucherState.Posted)
                   select row).AnyAsync(ct))
        {
            throw new RefusedException(Suspense.Cleared);
        }
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        Suspense was = await work.Db.Set<Suspense>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.SuspenseId == Item, ct);
        Chart chart = await work.ChartOn(blue.Entry.OccurredOn, ct);
        Posting? owed = blue.Entry.Lines.FirstOrDefault(line =>
            line.Side == Side.Credit && line.Amount.IsPositive && chart.Find(line.Account.Key)!.AccountId == was.AccountId);
        if (owed is null)
        {
            return (blue, _ => { });
        }

        Suspense anew = new()
        {
            BookId = work.Book,
            Kind = was.Kind,
            Units = owed.Amount.Units,
            FundId = (await work.Funds(ct)).Single(fund => fund.Code == owed.Fund).FundId,
            AccountId = was.AccountId,
            Note = was.Note,
            ReceivedOn = was.ReceivedOn,
        };
        work.Db.Add(anew);
        await work.Db.SaveChangesAsync(ct);
        return (blue with { Undo = new UndoSuspense(anew.SuspenseId) }, voucher => anew.VoucherId = voucher);
    }
}

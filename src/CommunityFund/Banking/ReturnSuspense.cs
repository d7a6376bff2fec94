using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A suspense item went back to who had paid it: the bank line out settles the debt.</summary>
public sealed record ReturnSuspense(
    Guid Key, BankRest Rest, long Suspense, [property: Personal] string Narrative, LocalDate? BookedOn = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        var (item, _) = await Books.Suspense.Find(work, Suspense, ct);
        TakenLines taken = await TakenLines.Lock(work, Rest, isIn: false, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund fund = await work.FundById(item.FundId, ct);
        JournalEntry entry = JournalEntry.On(day, Narrative)
            .Debit(chart.ById(item.AccountId).Account, fund.Code, taken.Size)
            .Credit(chart.ById(taken.Account.AccountId).Account, fund.Code, taken.Size, new Tags(CashFlow: CashFlow.OtherPaid))
                .Balanced();
        long voucher = await work.Prepare(new Draft(entry, Bank: taken.Parts, Documents: Documents), ct);
        await Books.Suspense.Take(work, Suspense, voucher, taken.Size, ct);
        return voucher;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>The bank took a fee, or gave one back. The fee of a fund's own account or platform may be borne by that fund; any
/// other by the host's general fund.</summary>
public sealed record RecordFee(
    Guid Key, BankRest Rest, int Fund, [property: Personal] string Narrative, LocalDate? BookedOn = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).ForWholeBook().For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        TakenLines taken = await TakenLines.Lock(work, Rest, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account bank = chart.ById(taken.Account.AccountId).Account, expense = chart.Part(Account.Keys.FundraisingExpense, "手续费").Account;
        Tags cost = new(expense.NeedsRestriction ? Restriction.Unrestricted : null), paid = new(CashFlow: CashFlow.OtherPaid);
        EntryDraft draft = JournalEntry.On(day, Narrative);
        JournalEntry entry = (taken.Amount.IsNegative
            ? draft.Debit(expense, fund.Code, taken.Size, cost).Credit(bank, fund.Code, taken.Size, paid)
            : draft.Debit(bank, fund.Code, taken.Size, paid).RedDebit(expense, fund.Code, taken.Size, cost)).Balanced();
        return await work.Prepare(new Draft(entry, Bank: taken.Parts, Documents: Documents), ct);
    }
}

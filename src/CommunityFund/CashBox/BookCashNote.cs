using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>
/// An accountant books what the cashier noted. Cash taken to the bank or drawn from it needs no choice: nothing is earned or spent, and
/// the bank's line is found again later.
/// </summary>
/// <param name="Account">Key of the account against the cash box, for a receipt or payment.</param>
/// <param name="CashFlow">Key of the item of the cash-flow statement, for a receipt or payment.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late.</param>
public sealed record BookCashNote(
    Guid Key, long Note, int Fund, string Account, Restriction? Restriction, string CashFlow, LocalDate? BookedOn = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The account cannot stand against the cash box here.</summary>
    public const string BadAccount = "cash-note.bad-account";

    /// <summary>The item does not fit the way the money went.</summary>
    public const string BadItem = "cash-note.bad-item";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook().For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        CashNote note = await CashNote.Waiting(work, Note, ct);
        JournalEntry entry = await Entry(work, note, ct);
        note.VoucherId = await work.Prepare(
            new Draft(
                entry, Documents: Documents, Then: new CashNoteBooked(Note), Otherwise: new CashNoteWaits(Note), Undo: new CashNoteWaits(Note)),
            ct);
        return note.VoucherId.Value;
    }

    private async Task<JournalEntry> Entry(Work work, CashNote note, CancellationToken ct)
    {
        LocalDate day = await work.BookedDay(note.OccurredOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account cash = chart.ById(note.AccountId).Account;
        Amount amount = Amount.Fen(note.Units);
        EntryDraft draft = JournalEntry.On(day, note.Narrative);
        if (await NoteCash.OfBank(work, note.BankAccountId, ct) is { } bank)
        {
            Fund general = (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
            Tags within = new(CashFlow: Ledger.CashFlow.Internal);
            (Account from, Account to) = note.Kind == CashKind.Deposit
                ? (cash, chart.ById(bank).Account) : (chart.ById(bank).Account, cash);
            return draft.Debit(to, general.Code, amount, within).Credit(from, general.Code, amount, within).Balanced();
        }

        Fund fund = await work.FundById(Fund, ct);
        Account other = chart.Find(Account) is { TakesLines: true, Account: { IsCash: false, Role: not AccountRole.Agency } found }
            && found.Class is not (AccountClass.Memorandum or AccountClass.NetAssets)
            ? found : throw new RefusedException(BadAccount, ("account", chart.Find(Account)?.Name ?? Account));
        CashFlow item = Ledger.CashFlow.Find(CashFlow) is { IsInflow: { } isIn } fits && isIn == (note.Kind == CashKind.Receipt)
            ? fits : throw new RefusedException(BadItem, ("typed", CashFlow));
        Tags tags = new(other.NeedsRestriction ? Restriction ?? fund.DefaultRestriction : null, Counterparty: note.CounterpartyId),
            moved = new(CashFlow: item);
        if (note.Kind == CashKind.Receipt)
        {
            // What comes back of an expense stands in red beside it.
            draft.Debit(cash, fund.Code, amount, moved);
            return (other.Class == AccountClass.Expense ? draft.RedDebit(other, fund.Code, amount, tags)
                : draft.Credit(other, fund.Code, amount, tags)).Balanced();
        }

        draft.Debit(other, fund.Code, amount, tags).Credit(cash, fund.Code, amount, moved);
        if (other.Class == AccountClass.Expense && !other.NeedsRestriction && Restriction == Ledger.Restriction.Restricted)
        {
            await ReleaseAsUsed.Write(work, chart, draft, fund, amount, day, ct);
        }

        return draft.Balanced();
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>The cashier notes what went into or out of the cash box; an accountant books it.</summary>
/// <param name="CashAccount">Key of the cash box.</param>
/// <param name="Bank">The bank account that cash was taken to or drawn from.</param>
/// <param name="Party">Who paid or was paid; empty if nobody is to be recorded.</param>
public sealed record NoteCash(
    Guid Key, CashKind Kind, LocalDate OccurredOn, Amount Amount, string CashAccount, int? Bank,
    [property: Personal] string Party, PersonKind PartyKind, [property: Personal] string Narrative) : Command<long>(Key)
{
    /// <summary>Which bank account is missing, or there is no such one.</summary>
    public const string BankMissing = "cash-note.bank-missing";

    /// <summary>The words name the other side, who is a natural person.</summary>
    public const string PartyInWords = "cash-note.party-in-words";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(CashNote.Keepers).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        if (OccurredOn > work.Today || OccurredOn < opening)
        {
            throw new RefusedException(CashNote.BadDay, ("day", OccurredOn), ("opening", opening));
        }

        string words = PlainText.Of(Narrative);
        if (words.Length is 0 or > CashNote.Longest)
        {
            throw new RefusedException(CashNote.BadWords, ("limit", CashNote.Longest));
        }

        Chart chart = await work.ChartOn(OccurredOn, ct);
        Account cash = CashNote.CashOf(chart, CashAccount);
        bool isBank = Kind is CashKind.Deposit or CashKind.Withdrawal;
        if (isBank && await OfBank(work, Bank, ct) is null)
        {
            throw new RefusedException(BankMissing);
        }

        Counterparty.KeepOut(PartyInWords, PartyKind, Party, Narrative);
        CashNote note = new()
        {
            BookId = work.Book,
            Kind = Kind,
            OccurredOn = OccurredOn,
            Units = Amount.IsPositive ? Amount.Units : throw new RefusedException(AmountText.NotPositive, ("typed", Amount.ToString())),
            AccountId = chart.Find(cash.Key)!.AccountId,
            BankAccountId = isBank ? Bank : null,
            CounterpartyId = isBank ? null : await Counterparty.FindOrAdd(work, PartyKind, Party, ct),
            Narrative = words,
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(note);
        await work.Db.SaveChangesAsync(ct);
        return note.CashNoteId;
    }

    /// <summary>The ledger account of one of our bank accounts; null if there is none such.</summary>
    internal static async Task<int?> OfBank(Work work, int? bank, CancellationToken ct) => bank is null ? null
        : await work.Db.Database.SqlQuery<int?>(
            $"""select account_id as "Value" from bank_account where book_id = {work.Book} and bank_account_id = {bank}""")
            .SingleOrDefaultAsync(ct);
}

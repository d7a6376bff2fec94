using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Banking;

/// <summary>
/// Money was paid out of a fund for an expense. It waits until another person has reviewed its voucher. Where the bank has
/// paid already and the fund cannot bear it, the refusal says the way on: the host's general fund, which has no floor
/// (rulings 10), or holding the line.
/// </summary>
/// <param name="ExpenseAccount">Key of an account of class expense.</param>
/// <param name="CashAccount">Key of the cash or bank account it was paid from.</param>
/// <param name="CashFlow">Key of an item of money out.</param>
/// <param name="Payee">Who was paid; empty if nobody is to be recorded.</param>
/// <param name="BankLine">The bank line it rests on, if it was paid by the bank.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late: the month it was paid in is closed.</param>
/// <param name="IsPart">The amount is meant as a part of the bank line; else it is all that is left of it.</param>
/// <param name="MoreLines">Other lines of the same bank account that paid the same expense.</param>
/// <param name="ProjectClass">Key of the class of projects it is for; gifts under a purpose are used only for theirs.</param>
/// <param name="Project">The project it is for.</param>
public sealed record RecordExpense(
    Guid Key, int Fund, string ExpenseAccount, Amount Amount, LocalDate PaidOn, string CashAccount, Restriction Restriction,
        string CashFlow,
    [property: Personal] string Payee, PersonKind PayeeKind, [property: Personal] string Narrative, long? BankLine,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null, bool IsPart = false,
        IReadOnlyList<long>? MoreLines = null, string? ProjectClass = null, long? Project = null)
        : Command<long>(Key)
{
    /// <summary>The account is no expense.</summary>
    public const string NotExpense = "expense.not-expense";

    /// <summary>The item of the cash-flow statement is not one of money out.</summary>
    public const string NotPaid = "expense.not-paid";

    /// <summary>Expenses are paid from cash or bank accounts.</summary>
    public const string NotCash = "expense.not-cash";

    /// <summary>The bank has paid, and the fund has not that much available.</summary>
    public const string FundCannotBear = "expense.fund-cannot-bear";

    /// <summary>The bank has paid, and the fund's restricted gifts do not reach.</summary>
    public const string LotsCannotBear = "expense.lots-cannot-bear";

    /// <summary>The narrative names the payee, who is a natural person.</summary>
    public const string PayeeInNarrative = "expense.payee-in-narrative";

    /// <summary>A line of the bank belongs to no fund, so whoever books from one answers for them all.</summary>
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        BankLine is null && MoreLines is not { Count: > 0 } ? Need.Any(Role.Accountant).For(Fund)
            : Need.Any(Role.Accountant).ForWholeBook().For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        Counterparty.KeepOut(PayeeInNarrative, PayeeKind, Payee, Narrative);
        long? payee = await Counterparty.FindOrAdd(work, PayeeKind, Payee, ct);
        if (BankLine is { } line)
        {
            await UndecidedLine.Lock(work, line, mayBePartly: true, ct);
        }

        JournalEntry entry = await Entry(work, fund, payee, ct);
        try
        {
            return await work.Prepare(
                new Draft(entry, Bank: BankPart.Of(BankLine, MoreLines, -Amount, IsPart), Documents: Documents), ct);
        }
        catch (PostgresException no) when (BankLine is not null && WayOn(ConstraintRefusal.Of(no)) is { } refusal)
        {
            throw new RefusedException(refusal);
        }
    }

    private static Refusal? WayOn(Refusal no) => no.Code switch
    {
        ConstraintRefusal.HoldAboveAvailable => no with { Code = FundCannotBear },
        ConstraintRefusal.LotsNotEnough or ConstraintRefusal.LotsOutsidePeriod => no with { Code = LotsCannotBear },
        _ => null,
    };

    private async Task<JournalEntry> Entry(Work work, Fund fund, long? payee, CancellationToken ct)
    {
        LocalDate day = await work.BookedDay(PaidOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account expense = chart.Find(ExpenseAccount) is { Account: { Class: AccountClass.Expense } account, TakesLines: true }
            ? account
            : throw new RefusedException(NotExpense, ("account", ExpenseAccount));
        Account cash = chart.Find(CashAccount) is { Account: { Role: AccountRole.OwnCash } own, TakesLines: true }
            ? own
            : throw new RefusedException(NotCash, ("account", CashAccount));
        CashFlow item = Ledger.CashFlow.Find(CashFlow) is { IsInflow: false } paid ? paid
            : throw new RefusedException(NotPaid, ("typed", CashFlow));
        Tags what = await Books.Project.Tagged(work, ProjectClass, Project, ct);
        EntryDraft draft = JournalEntry.On(day, Narrative)
            .Debit(expense, fund.Code, Amount,
                what with { Restriction = expense.NeedsRestriction ? Restriction : null, Counterparty = payee })
            .Credit(cash, fund.Code, Amount, new Tags(CashFlow: item));
        if (Restriction == Restriction.Restricted && !expense.NeedsRestriction)
        {
            await ReleaseAsUsed.Write(work, chart, draft, fund, Amount, day, ct, what);
        }

        return draft.Balanced();
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>What is looked at before a period closes.</summary>
public enum ClosingMatter
{
    /// <summary>Earlier months are closed, and this one is not.</summary>
    Order,

    /// <summary>Its days have passed.</summary>
    Over,

    /// <summary>Opening balances, which close with the first month.</summary>
    Opening,

    /// <summary>A rule that two people approved reviews the closing vouchers.</summary>
    Rule,

    /// <summary>No voucher waits.</summary>
    Waiting,

    /// <summary>Every bank line of the month is decided about.</summary>
    BankLines,

    /// <summary>Bank accounts that moved are reconciled to its end.</summary>
    Reconciled,

    /// <summary>Money of nobody yet.</summary>
    Suspense,

    /// <summary>The cash box was counted if it was used.</summary>
    Cash,

    /// <summary>Money between own accounts has arrived.</summary>
    Transit,

    /// <summary>Approved debts have their vouchers.</summary>
    Debts,

    /// <summary>No number of official receipts is missing without a reason.</summary>
    Receipts,

    /// <summary>Money is held for nothing but waiting vouchers.</summary>
    Holds,

    /// <summary>Awards not yet paid do not go beyond what funds have available.</summary>
    Commitments,

    /// <summary>No fund is below its floor.</summary>
    Floors,

    /// <summary>Restricted gifts: what was used is what the books say.</summary>
    Restricted,

    /// <summary>The books were read again lately.</summary>
    Books,

    /// <summary>The annual report was approved, by which the adjusting period closes.</summary>
    AnnualReport,
}

/// <summary>How a matter stands.</summary>
public enum ClosingMark
{
    /// <summary>Nothing to do.</summary>
    Fine,

    /// <summary>To be looked at; it does not block.</summary>
    Look,

    /// <summary>It blocks until it is cured or, where that may be, until a reason is written.</summary>
    Stop,
}

/// <summary>One thing that is open: what it is, and whose.</summary>
/// <param name="Id">Voucher, bank line, bank account, suspense item, debt, transfer or fund, by the matter.</param>
/// <param name="Says">Words of its own; null where text, day and amount say all.</param>
/// <param name="IsOwn">The reader made it.</param>
public sealed record OpenItem(
    long Id, string Text, LocalDate? Day = null, Amount? Amount = null, string? Person = null, Sentence? Says = null, bool IsOwn = false);

/// <summary>A line of the checklist.</summary>
/// <param name="Says">What was found, in words with its figures.</param>
/// <param name="Items">The first of what is open.</param>
/// <param name="Reason">Key of the written reason that lets the period close all the same; empty if none does.</param>
public sealed record ClosingCheck(
    ClosingMatter Matter, ClosingMark Mark, Sentence Says, IReadOnlyList<OpenItem> Items, string Reason = "")
{
    public bool Blocks => Mark == ClosingMark.Stop;

    internal static ClosingCheck Of(ClosingMatter matter, ClosingMark mark, params (string Name, object? Value)[] facts) =>
        Of(matter, mark, "", facts);

    /// <param name="how">Tells apart what has the same mark for different reasons.</param>
    internal static ClosingCheck Of(ClosingMatter matter, ClosingMark mark, string how, params (string Name, object? Value)[] facts) => new(
        matter, mark, Sentence.Of($"closing.{Codes.Kebab(matter)}.{Codes.Kebab(mark)}{(how.Length > 0 ? "-" : "")}{how}", facts), []);
}

using System.Globalization;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>One page of 明细账 or of a day book: what stood before it, its lines with their totals, and where the account
/// ends.</summary>
/// <param name="Tag">Counterparty or project whose lines these are; null for all.</param>
/// <param name="Daily">True for a day book, which adds up every day.</param>
/// <param name="Opening">Debits minus credits before the first day.</param>
/// <param name="Debit">Of all pages.</param>
/// <param name="Before">Where the page before ends; null on the first.</param>
/// <param name="After">Where the next page begins; null on the last.</param>
public sealed record AccountLedgerView(
    LedgerHead Head, string AccountKey, AccountCode Account, LedgerTagName? Tag, bool Daily, Amount Opening, Amount Debit,
    Amount Credit, IReadOnlyList<AccountRow> Rows, LinePlace? Before, LinePlace? After)
{
    public Amount Closing => Opening + Debit - Credit;

    public IEnumerable<AccountLine> Lines => Rows.Select(row => row.Line).OfType<AccountLine>();
}

/// <summary>A counterparty or project in words.</summary>
public sealed record LedgerTagName(string? Counterparty, long? Project);

/// <summary>What a row of an account says.</summary>
public enum AccountRowKind
{
    /// <summary>期初余额.</summary>
    Opening,

    /// <summary>上年结转.</summary>
    FromLastYear,

    /// <summary>承前页.</summary>
    BroughtForward,

    /// <summary>A posted line.</summary>
    Line,

    /// <summary>本日合计.</summary>
    DayTotal,

    /// <summary>本月合计.</summary>
    MonthTotal,

    /// <summary>What a change-over moved, in the opening of a year (新旧制度衔接).</summary>
    ConversionTotal,

    /// <summary>本年累计.</summary>
    YearToDate,

    /// <summary>结转下年.</summary>
    ToNextYear,
}

/// <summary>A row of an account: a line, or what lines add up to.</summary>
/// <param name="Balance">Debits minus credits up to here.</param>
public sealed record AccountRow(
    AccountRowKind Kind, int Period, LocalDate? Day, Amount? Debit, Amount? Credit, Amount Balance, AccountLine? Line = null);

/// <summary>A posted line and the balance after it.</summary>
/// <param name="Counters">Accounts on the other side of the entry in the same fund.</param>
/// <param name="Balance">Debits minus credits up to this line.</param>
public sealed record AccountLine(
    LinePlace Place, string Series, int Number, long VoucherId, string Narrative, AccountCode Account, StatementFund Fund,
    IReadOnlyList<AccountCode> Counters, Side Side, Amount Amount, Amount Balance)
{
    public LocalDate Day => Place.Day;
}

/// <summary>An account by code and name.</summary>
public sealed record AccountCode(string Code, string NameZh, string NameEn)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;

    public override string ToString() => $"{Code} {Name}";
}

using System.Globalization;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>One page of 明细账: what stood before it, its lines, and where the account ends.</summary>
/// <param name="Opening">Debits minus credits before the first period.</param>
/// <param name="Before">Debits minus credits before the first line of this page.</param>
/// <param name="Debit">Of all pages.</param>
/// <param name="Credit">Of all pages.</param>
/// <param name="Page">From 1; the last page if a later one was asked for.</param>
public sealed record AccountLinesView(
    string Body, string AccountKey, string Code, string NameZh, string NameEn, int FromPeriod, int ToPeriod, StatementFunds Funds,
    Instant GeneratedAt, long KnownAt, Amount Opening, Amount Before, IReadOnlyList<AccountLine> Lines, Amount Debit,
        Amount Credit,
    int Page, int PageSize, long Total)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;

    public Amount Closing => Opening + Debit - Credit;

    public bool IsLast => (long)Page * PageSize >= Total;

    public Amount PageDebit => Sum(Side.Debit);

    public Amount PageCredit => Sum(Side.Credit);

    private Amount Sum(Side side) =>
        Lines.Where(line => line.Side == side).Aggregate(Amount.Fen(0), (sum, line) => sum + line.Amount);
}

/// <summary>A posted line and the balance after it.</summary>
/// <param name="Counters">Accounts on the other side of the entry in the same fund.</param>
/// <param name="Balance">Debits minus credits up to this line.</param>
public sealed record AccountLine(
    LocalDate Day, int Period, string Series, int Number, long VoucherId, string Narrative, AccountCode Account,
        StatementFund Fund,
    IReadOnlyList<AccountCode> Counters, Side Side, Amount Amount, Amount Balance);

/// <summary>An account by code and name.</summary>
public sealed record AccountCode(string Code, string NameZh, string NameEn)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;
}

using System.Globalization;
using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>The trial balance as one plain record; page, workbook and text only draw it.</summary>
/// <param name="Body">Name of the legal entity.</param>
/// <param name="Standard">Key of the standard in force at the end of the last period, whose codes and names are shown.</param>
/// <param name="KnownAt">Position of the last entry that was in the books; the same position gives the same figures.</param>
/// <param name="Totals">Over the accounts of the standard.</param>
public sealed record TrialBalanceView(
    string Body, string Standard, int FromPeriod, int ToPeriod, StatementFunds Funds, int Level, bool ByFund, bool ShowZero,
    Instant GeneratedAt, long KnownAt, IReadOnlyList<TrialBalanceRow> Rows, TrialFigures Totals)
{
    /// <summary>Control: debits are credits in opening, periods, year and closing.</summary>
    public bool IsBalanced => Totals.IsBalanced;

    public string StandardName => Standards.Find(Standard) is { } known
        ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? known.NameEn : $"{known.NameZh} {known.Source}"
        : Standard;
}

/// <summary>An account, or what one fund has of it.</summary>
/// <param name="Level">1 for an account of the standard, 2 and more below it.</param>
/// <param name="Fund">Null on the row of the account itself.</param>
public sealed record TrialBalanceRow(
    string AccountKey, string Code, string NameZh, string NameEn, int Level, StatementFund? Fund, TrialFigures Figures)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;

    /// <summary>Whether the totals count this row.</summary>
    public bool IsTop => Level == 1 && Fund is null;
}

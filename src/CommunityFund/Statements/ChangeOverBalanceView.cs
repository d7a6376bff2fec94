using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>新旧科目余额对照表 as one plain record.</summary>
/// <param name="Day">First day of the new standard.</param>
/// <param name="IsDone">False while the change-over is still to come.</param>
/// <param name="Totals">Over the accounts of the chart.</param>
public sealed record ChangeOverBalanceView(
    string Body, LocalDate Day, string Old, string New, bool IsDone, StatementFunds Funds, Instant GeneratedAt, long KnownAt,
    IReadOnlyList<ChangeOverRow> Rows, ChangeOverFigures Totals, IReadOnlyList<ChangeOverFund> Proofs)
{
    /// <summary>Control: debits are credits before, in what was moved and after, in every fund.</summary>
    public bool IsProved => Totals.IsBalanced && Proofs.All(proof => proof.IsProved);

    public string OldName => NameOf(Old);

    public string NewName => NameOf(New);

    private static string NameOf(string key) => Standards.Find(key) is { } known
        ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? known.NameEn : $"{known.NameZh} {known.Source}"
        : key;
}

/// <summary>An account by its old and its new code.</summary>
/// <param name="OldCode">Empty for one that the old chart did not have.</param>
/// <param name="Level">1 for an account of the chart, 2 and more below it.</param>
public sealed record ChangeOverRow(
    string AccountKey, string OldCode, string OldName, string NewCode, string NewName, int Level, ChangeOverFigures Figures);

/// <summary>The proof of a fund.</summary>
/// <param name="NetAssets">Net assets at the end of the old year.</param>
/// <param name="Recognised">What first recognitions added to them.</param>
/// <param name="Before">Debits less credits of all accounts: zero.</param>
/// <param name="Moved">Debits less credits of all that was moved: zero.</param>
public sealed record ChangeOverFund(StatementFund Fund, Amount NetAssets, Amount Recognised, Amount Before, Amount Moved)
{
    public Amount After => NetAssets + Recognised;

    public Amount Difference => Before + Moved;

    public bool IsProved => Before.IsZero && Moved.IsZero;
}

/// <summary>The six figures of a line: balances stand on the side of their sign.</summary>
public sealed record ChangeOverFigures(
    Amount BeforeDebit, Amount BeforeCredit, Amount Debit, Amount Credit, Amount AfterDebit, Amount AfterCredit)
{
    /// <summary>In the order of the columns.</summary>
    public IReadOnlyList<Amount> Columns => [BeforeDebit, BeforeCredit, Debit, Credit, AfterDebit, AfterCredit];

    public bool IsNothing => Columns.All(amount => amount.IsZero);

    public bool IsBalanced => BeforeDebit == BeforeCredit && Debit == Credit && AfterDebit == AfterCredit;

    internal static ChangeOverFigures Of(IReadOnlyList<(long Before, long Debit, long Credit)> parts)
    {
        long before = parts.Sum(part => part.Before), debit = parts.Sum(part => part.Debit), credit = parts.Sum(part => part.Credit);
        long after = checked(before + debit - credit);
        return new ChangeOverFigures(
            Amount.Fen(Math.Max(0, before)), Amount.Fen(Math.Max(0, -before)), Amount.Fen(debit), Amount.Fen(credit),
            Amount.Fen(Math.Max(0, after)), Amount.Fen(Math.Max(0, -after)));
    }

    internal static ChangeOverFigures SumOf(IReadOnlyList<ChangeOverFigures> lines)
    {
        Amount[] sums = [.. Enumerable.Range(0, 6)
            .Select(column => lines.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Columns[column]))];
        return new ChangeOverFigures(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]);
    }
}

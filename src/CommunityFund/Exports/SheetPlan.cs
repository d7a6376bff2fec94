using System.Globalization;
using ClosedXML.Excel;

namespace CommunityFund.Exports;

/// <summary>Where on other sheets a formatted sheet finds what its formulas and links need.</summary>
/// <param name="Lives">Whether sums are live formulas over the journal.</param>
/// <param name="JournalName">Name of the journal's sheet.</param>
/// <param name="Lines">How many lines are on it.</param>
/// <param name="Ledger">Name of the general ledger's sheet.</param>
/// <param name="Trial">Name of the trial balance's sheet; null if there is none.</param>
/// <param name="Cover">Name of the cover.</param>
internal sealed record SheetPlan(bool Lives, string JournalName, long Lines, string Ledger, string? Trial, string Cover)
{
    /// <summary>The rows of the cover that hold the control totals, debit and credit.</summary>
    public (int Debit, int Credit) Controls { get; init; }

    /// <summary>A column of the journal's lines.</summary>
    /// <param name="column">From 0.</param>
    public string Journal(int column)
    {
        string letter = XLHelper.GetColumnLetterFromNumber(column + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{Quoted(JournalName)}!${letter}$2:${letter}${Lines + 1}");
    }

    /// <summary>A control total of the cover.</summary>
    /// <param name="side">0 for debits, 1 for credits.</param>
    public string Control(int side) =>
        string.Create(CultureInfo.InvariantCulture, $"{Quoted(Cover)}!$B${(side == 0 ? Controls.Debit : Controls.Credit)}");

    private static string Quoted(string sheet) => $"'{sheet.Replace("'", "''", StringComparison.Ordinal)}'";
}

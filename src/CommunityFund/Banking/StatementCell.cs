using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>One cell's text to what it says. Text stays as the payer wrote it; only what cannot be seen is taken out.</summary>
internal static partial class StatementCell
{
    /// <summary>At most <paramref name="limit"/> characters, the last of them an ellipsis if something was cut.</summary>
    public static string Shorten(string text, int limit)
    {
        if (text.Length <= limit)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[limit - 2]) ? limit - 2 : limit - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>A number or code without the ="..." that keeps a spreadsheet from rounding it.</summary>
    public static string Bare(string cell) =>
        cell.Length >= 3 && cell.StartsWith("=\"", StringComparison.Ordinal) && cell.EndsWith('"') ? cell[2..^1].Trim() : cell;

    /// <summary>True if the bank wrote nothing there, or a dash for nothing.</summary>
    public static bool SaysNothing(string cell) => BankVocabulary.Nothing.Contains(Bare(cell));

    /// <summary>Reads an amount in yuan, perhaps with ¥, thousands commas and 元; null if the cell says nothing.</summary>
    /// <exception cref="RefusedException">bank.bad-amount, with the line and the text as typed.</exception>
    public static Amount? ReadAmount(string cell, int lineNo)
    {
        if (SaysNothing(cell))
        {
            return null;
        }

        Match match = Money().Match(Bare(cell));
        try
        {
            string sign = match.Groups["sign"].Value is "-" or "−" ? "-" : "";
            return AmountText.Read(match.Success ? sign + match.Groups["digits"].Value : cell);
        }
        catch (RefusedException refused)
        {
            throw new RefusedException(
                StatementRefusal.BadAmount, ("line", lineNo), ("typed", Shorten(cell, 60)), ("reason", refused.Refusal.Code));
        }
    }

    /// <summary>Reads a date, a time or both; null if the cell is neither. The years are 2000 to 2100.</summary>
    public static (LocalDate? Date, LocalTime? Time)? ReadMoment(string cell)
    {
        Match match = Moment().Match(Bare(cell));
        if (!match.Success)
        {
            return null;
        }

        (int year, int month, int day) = (Number(match, "year"), Number(match, "month"), Number(match, "day"));
        (int hour, int minute, int second) = (Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        bool dated = match.Groups["year"].Success, timed = match.Groups["hour"].Success;
        bool goodDate = !dated || (year is >= 2000 and <= 2100 && month is >= 1 and <= 12
            && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month));
        return goodDate && hour < 24 && minute < 60 && second < 60
            ? (dated ? new LocalDate(year, month, day) : null, timed ? new LocalTime(hour, minute, second) : null)
            : null;
    }

    private static int Number(Match match, string group) =>
        int.Parse($"0{match.Groups[group].Value}", NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\A(?<sign>[-+−])?\s*([¥￥]|RMB|CNY)?\s*(?<sign>[-+−])?(?<digits>[0-9][0-9,.]{0,60})\s*元?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Money();

    [GeneratedRegex(
        """
        \A
        ((?<year>[0-9]{4}) (?<month>[0-9]{2}) (?<day>[0-9]{2})
          | (?<year>[0-9]{4}) [-/.年] (?<month>[0-9]{1,2}) [-/.月] (?<day>[0-9]{1,2}) 日? )?
        [\ T]*
        ((?<hour>[0-9]{1,2}) : (?<minute>[0-9]{2}) (: (?<second>[0-9]{2}) (\.[0-9]{1,9})?)?
          | (?<hour>[0-9]{2}) (?<minute>[0-9]{2}) (?<second>[0-9]{2}) )?
        (?<=[0-9日])\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Moment();
}

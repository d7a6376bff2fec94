using System.Globalization;
using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>One cell's text to what it says. Text stays as the payer wrote it; only what cannot be seen is taken out.</summary>
internal static partial class StatementCell
{
    /// <summary>Excel's day numbers of 2000 to 2100, counted from 1900.</summary>
    private const int FirstSerial = 36_526, LastSerial = 73_415;

    private const string MonthNames = "JanFebMarAprMayJunJulAugSepOctNovDec";

    private static readonly LocalDate SerialZero = new(1899, 12, 30);

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

    /// <summary>A number or code without the ="..." or the apostrophe that keeps a spreadsheet from rounding it.</summary>
    public static string Bare(string cell) =>
        cell.Length >= 3 && cell.StartsWith("=\"", StringComparison.Ordinal) && cell.EndsWith('"') ? cell[2..^1].Trim()
        : cell.Length > 1 && cell[0] == '\'' ? cell[1..].Trim() : cell;

    /// <summary>True if the bank wrote nothing there, or a dash for nothing.</summary>
    public static bool SaysNothing(string cell) => cell.Length <= 6 && BankVocabulary.Nothing.Contains(Bare(cell));

    /// <summary>Reads an amount in yuan, perhaps with ¥, thousands commas and 元; null if the cell says nothing.</summary>
    /// <exception cref="RefusedException">bank.bad-amount, with the line and the text as typed.</exception>
    public static Amount? ReadAmount(string cell, int lineNo)
    {
        if (SaysNothing(cell))
        {
            return null;
        }

        if (Fen(cell) is { } fen)
        {
            return Amount.Fen(fen);
        }

        try
        {
            Match match = MoneyIn(cell);
            return AmountText.Read(match.Success ? match.Groups["digits"].Value : cell);
        }
        catch (RefusedException refused)
        {
            throw new RefusedException(
                StatementRefusal.BadAmount, ("line", lineNo), ("typed", Shorten(cell, 60)), ("reason", refused.Refusal.Code));
        }
    }

    /// <summary>The amount in fen; null if the cell is none.</summary>
    public static long? Fen(string cell)
    {
        if (PlainFen(cell) is { } plain)
        {
            return plain;
        }

        Match match = MoneyIn(cell);
        int minus = match.Groups["sign"].Captures.Count(sign => sign.Value != "+") + match.Groups["paren"].Captures.Count
            + match.Groups["owed"].Captures.Count;
        string written = match.Groups["digits"].Value.Replace('，', ',');
        if (!match.Success || minus > 1 || match.Groups["sign"].Captures.Count > 1 || !Strict().IsMatch(written))
        {
            return null;
        }

        string digits = written.Replace(",", "", StringComparison.Ordinal);
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        string whole = (point < 0 ? digits : digits[..point]).TrimStart('0');
        if (whole.Length > 14)
        {
            return null;
        }

        string part = point < 0 ? "00" : digits[(point + 1)..].PadRight(2, '0')[..2];
        long fen = long.Parse($"0{whole}{part}", NumberStyles.None, CultureInfo.InvariantCulture);
        return minus == 1 ? -fen : fen;
    }

    /// <summary>A number of more than two decimals, rounded to the fen; null if the cell is none.</summary>
    public static long? Rounded(string cell) =>
        cell.Length <= 20 && decimal.TryParse(Bare(cell), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal number)
            ? (long)decimal.Round(number * 100, MidpointRounding.AwayFromZero) : null;

    private static Match MoneyIn(string cell)
    {
        string bare = Bare(cell);
        return Money().Match(bare.Contains(' ', StringComparison.Ordinal) && Spaced().IsMatch(bare)
            ? bare.Replace(" ", "", StringComparison.Ordinal) : bare);
    }

    // How nearly all amounts are written; whatever else there is, the patterns below look at.
    private static long? PlainFen(ReadOnlySpan<char> cell)
    {
        int at = cell.Length > 0 && cell[0] == '-' ? 1 : 0, digits = 0, group = -1;
        long fen = 0;
        for (; at < cell.Length && cell[at] != '.'; at++)
        {
            if (char.IsAsciiDigit(cell[at]) && ++digits <= 14)
            {
                fen = (fen * 10) + cell[at] - '0';
                group += group < 0 ? 0 : 1;
            }
            else if (cell[at] == ',' && (group < 0 ? digits is > 0 and <= 3 : group == 3))
            {
                group = 0;
            }
            else
            {
                return null;
            }
        }

        int decimals = cell.Length - at - 1;
        if (digits == 0 || group is >= 0 and not 3 || decimals is 0 or > 2)
        {
            return null;
        }

        fen *= 100;
        for (int worth = 10; ++at < cell.Length; worth /= 10)
        {
            if (!char.IsAsciiDigit(cell[at]))
            {
                return null;
            }

            fen += worth * (cell[at] - '0');
        }

        return cell[0] == '-' ? -fen : fen;
    }

    // 20260301 or 2026-03-01, perhaps with 22:21:05.
    private static (LocalDate? Date, LocalTime? Time)? PlainMoment(ReadOnlySpan<char> cell)
    {
        bool parted = cell.Length >= 10 && cell[4] is '-' or '/' && cell[7] == cell[4];
        int end = parted ? 10 : 8;
        if (cell.Length != end && !(cell.Length == end + 9 && cell[end] is ' ' or 'T' && cell[end + 3] == ':' && cell[end + 6] == ':'))
        {
            return null;
        }

        int year = Digits(cell[..4]), month = Digits(cell.Slice(parted ? 5 : 4, 2)), on = Digits(cell.Slice(parted ? 8 : 6, 2));
        if (year is < 2000 or > 2100 || month is < 1 or > 12 || on < 1 || on > CalendarSystem.Iso.GetDaysInMonth(year, month))
        {
            return null;
        }

        LocalDate date = new(year, month, on);
        if (cell.Length == end)
        {
            return (date, null);
        }

        int hour = Digits(cell.Slice(end + 1, 2)), minute = Digits(cell.Slice(end + 4, 2)), second = Digits(cell.Slice(end + 7, 2));
        return hour is >= 0 and < 24 && minute is >= 0 and < 60 && second is >= 0 and < 60
            ? (date, new LocalTime(hour, minute, second)) : null;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int number = 0;
        foreach (char c in text)
        {
            number = char.IsAsciiDigit(c) && number >= 0 ? (number * 10) + c - '0' : -1;
        }

        return number;
    }

    /// <summary>Reads a date, a time or both; null if the cell is neither. The years are 2000 to 2100.</summary>
    public static (LocalDate? Date, LocalTime? Time)? ReadMoment(string cell, DateRule rule)
    {
        string bare = Bare(cell);
        if (rule.IsSerial && SerialDay(bare) is { } day)
        {
            return (day, null);
        }

        if (PlainMoment(bare) is { } plain)
        {
            return plain;
        }

        Match match = Moment().Match(bare);
        if (!match.Success)
        {
            return null;
        }

        (int year, int month, int on) = (Number(match, "year"), Number(match, "month"), Number(match, "day"));
        (int hour, int minute, int second) = (Number(match, "hour"), Number(match, "minute"), Number(match, "second"));
        if (match.Groups["a"].Success)
        {
            (month, on) = rule.Order == DateOrder.DayFirst ? (Number(match, "b"), Number(match, "a"))
                : (Number(match, "a"), Number(match, "b"));
        }

        hour += match.Groups["half"].Value.ToUpperInvariant() switch
        {
            "PM" or "下午" or "晚上" when hour < 12 => 12,
            "中午" when hour < 11 => 12,
            "AM" or "上午" or "凌晨" when hour == 12 => -12,
            _ => 0,
        };
        if (match.Groups["name"] is { Success: true } name)
        {
            month = (MonthNames.IndexOf(name.Value, StringComparison.OrdinalIgnoreCase) / 3) + 1;
        }

        bool dated = match.Groups["year"].Success, timed = match.Groups["hour"].Success;
        bool goodDate = !dated || (year is >= 2000 and <= 2100 && month is >= 1 and <= 12
            && on >= 1 && on <= CalendarSystem.Iso.GetDaysInMonth(year, month));
        return goodDate && hour < 24 && minute < 60 && second < 60
            ? (dated ? new LocalDate(year, month, on) : null, timed ? new LocalTime(hour, minute, second) : null)
            : null;
    }

    /// <summary>The two numbers before the year of a date such as 03/04/2026; null if the cell is no such date.</summary>
    public static (int First, int Second)? Unordered(string cell) => Moment().Match(Bare(cell)) is { Success: true } match
        && match.Groups["a"].Success ? (Number(match, "a"), Number(match, "b")) : null;

    /// <summary>The day that a spreadsheet's number stands for; null if it is out of range.</summary>
    public static LocalDate? SerialDay(string cell)
    {
        int end = cell.IndexOf('.', StringComparison.Ordinal);
        return cell.Length is >= 5 and <= 16
            && int.TryParse(end < 0 ? cell : cell[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is >= FirstSerial and <= LastSerial ? SerialZero.PlusDays(number) : null;
    }

    private static int Number(Match match, string group) => match.Groups[group] is { Success: true } found
        ? int.Parse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    // What is owed may stand in brackets, before a minus at the end, or as 借 and DR.
    [GeneratedRegex(
        """
        \A (?<paren>[(（])? ((?<owed>借|DR)|贷|CR)? \s* (?<sign>[-+−])? \s* ([¥￥]|RMB|CNY|人民币)? \s* (?<sign>[-+−])?
        (?<digits>[0-9.][0-9,.，]{0,60})
        \s* (元|[¥￥])? \s* (?<sign>-)? \s* ((?<owed>借|DR)|贷|CR)? (?(paren)[)）]) \z
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 20_000)]
    private static partial Regex Money();

    [GeneratedRegex(@"\A[-+]?[0-9]{1,3}( [0-9]{3})+(\.[0-9]{1,2})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Spaced();

    [GeneratedRegex(@"\A([0-9]+|[0-9]{1,3}(,[0-9]{3})+|(?=\.))(\.[0-9]{1,2}0{0,8})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Strict();

    [GeneratedRegex(
        """
        \A
        ((?<year>[0-9]{4}) (?<month>[0-9]{2}) (?<day>[0-9]{2})
          | (?<year>[0-9]{4}) [-/.年] (?<month>[0-9]{1,2}) [-/.月] (?<day>[0-9]{1,2}) 日?
          | (?<a>[0-9]{1,2}) [-/.] (?<b>[0-9]{1,2}) [-/.] (?<year>[0-9]{4})
          | (?<day>[0-9]{1,2}) [-/\ ] (?<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)
            [-/\ ,]{1,2} (?<year>[0-9]{4}) )?
        [\ T\-]* (星期[一二三四五六日天] \ ?)? ((?<half>上午|下午|凌晨|早上|中午|晚上) \ ?)?
        ((?<hour>[0-9]{1,2}) [:时] (?<minute>[0-9]{2}) ([:分] (?<second>[0-9]{2}) (\.[0-9]{1,9})? 秒?)? (\ ?(?<half>[AaPp][Mm]))?
          | (?<hour>[0-9]{1,2}) \. (?<minute>[0-9]{2}) \. (?<second>[0-9]{2}) (\.[0-9]{1,9})?
          | (?<hour>[0-9]{2}) (?<minute>[0-9]{2}) (?<second>[0-9]{2}) ([0-9]{3})? )?
        (\+08:?00)? (?<=[0-9一二三四五六日天秒分Mm])\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 20_000)]
    private static partial Regex Moment();
}

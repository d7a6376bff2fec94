using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Banking;

/// <summary>What the text above the header tells: whose account, in what currency, how many lines there should be.</summary>
internal sealed partial record StatementPreamble(string? Account, string? Currency, int? StatedLines)
{
    public static StatementPreamble Of(IReadOnlyList<StatementRow> rows) => new(
        Labelled(rows, BankVocabulary.AccountLabels, Number),
        Labelled(rows, BankVocabulary.CurrencyLabels, Word),
        rows.SelectMany(row => row.Cells)
            .Select(cell => StatedCount().Match(cell))
            .Where(match => match.Success)
            .Select(match => (int?)int.Parse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            .FirstOrDefault());

    private static string? Labelled(IReadOnlyList<StatementRow> rows, string[] labels, Func<string, string?> valueOf)
    {
        foreach (StatementRow row in rows)
        {
            for (int i = 0; i < row.Cells.Length; i++)
            {
                string cell = SpacedLabel().Replace(English().Replace(row.Cells[i], ""), "");
                string[] parts = cell.Split([' ', '　', '(', '（', ')', '）', ',', '，'], StringSplitOptions.RemoveEmptyEntries);
                for (int j = 0; j < parts.Length; j++)
                {
                    string[] pair = parts[j].Split([':', '：', '['], 2);
                    if (!labels.Contains(Plain(pair[0]), StringComparer.Ordinal))
                    {
                        continue;
                    }

                    string[] behind = [.. pair.Skip(1), .. parts.Skip(j + 1)];
                    string told = behind.Any(part => part.Length > 0) ? string.Join(' ', behind)
                        : row.Cells.Skip(i + 1).FirstOrDefault(next => next.Length > 0, "");
                    if (valueOf(told) is { } value)
                    {
                        return value;
                    }
                }
            }
        }

        return null;
    }

    // 1202 0211 0990 in groups, 人民币活期 before it or （人民币） behind: the first run of what numbers are made of.
    private static string? Number(string told)
    {
        string number = Run().Match(Bare(told)).Value.Replace(" ", "", StringComparison.Ordinal);
        return number.Length >= 4 && number.Any(c => char.IsAsciiDigit(c) || c == '@') ? number : null;
    }

    private static string? Word(string told) => Bare(told).Split(' ', 2)[0] is { Length: > 0 } word ? word : null;

    private static string Bare(string told) => StatementCell.Bare(told.Trim()).Trim('[', ']', '【', '】', ' ');

    private static string Plain(string label) => label.TrimStart('#').Replace('帐', '账').ToLowerInvariant();

    [GeneratedRegex(@"\[\s*[A-Za-z][^\]]*\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex English();

    [GeneratedRegex("(?<=[账帐卡])[ 　]+(?=[号户])", RegexOptions.CultureInvariant, 20_000)]
    private static partial Regex SpacedLabel();

    [GeneratedRegex(@"[0-9*xX]{3,8}( [0-9*xX]{1,8}){1,7}(?![0-9A-Za-z*@.])|[0-9A-Za-z*@][0-9A-Za-z*@._\-]{3,}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Run();

    [GeneratedRegex("共\\s*(?<count>[0-9]{1,7})\\s*笔", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex StatedCount();
}

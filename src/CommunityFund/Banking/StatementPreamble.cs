using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Banking;

/// <summary>What the text above the header tells: whose account, in what currency, how many lines there should be.</summary>
internal sealed partial record StatementPreamble(string? Account, string? Currency, int? StatedLines)
{
    public static StatementPreamble Of(IReadOnlyList<StatementRow> rows) => new(
        Labelled(rows, BankVocabulary.AccountLabels),
        Labelled(rows, BankVocabulary.CurrencyLabels),
        rows.SelectMany(row => row.Cells)
            .Select(cell => StatedCount().Match(cell))
            .Where(match => match.Success)
            .Select(match => (int?)int.Parse(match.Groups["count"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            .FirstOrDefault());

    private static string? Labelled(IReadOnlyList<StatementRow> rows, string[] labels)
    {
        foreach (StatementRow row in rows)
        {
            for (int i = 0; i < row.Cells.Length; i++)
            {
                string[] parts = English().Replace(row.Cells[i], "").Split([' ', '　'], StringSplitOptions.RemoveEmptyEntries);
                for (int j = 0; j < parts.Length; j++)
                {
                    string[] pair = parts[j].Split([':', '：'], 2);
                    if (!labels.Contains(Plain(pair[0]), StringComparer.Ordinal))
                    {
                        continue;
                    }

                    string next = parts.ElementAtOrDefault(j + 1) ?? row.Cell(i + 1);
                    string value = pair is [_, { Length: > 0 } beside] ? beside : next;
                    if (value.Length > 0)
                    {
                        return StatementCell.Bare(value).Trim('[', ']', '【', '】');
                    }
                }
            }
        }

        return null;
    }

    private static string Plain(string label) => label.TrimStart('#').Replace('帐', '账').ToLowerInvariant();

    [GeneratedRegex(@"\[\s*[A-Za-z][^\]]*\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex English();

    [GeneratedRegex("共\\s*(?<count>[0-9]{1,7})\\s*笔", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex StatedCount();
}

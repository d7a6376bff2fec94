using System.Text.RegularExpressions;
using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>What the figures of a file count. Yuan alone are read: dollars, and ten thousands of yuan, would be so many yuan too
/// many or too few.</summary>
internal static partial class MoneyUnit
{
    private static readonly StatementColumn[] Money = [MoneyIn, MoneyOut, EitherWay, Balance, Sale, Repaid, Fee];

    /// <exception cref="RefusedException">bank.other-currency or bank.other-unit: the header or the text above names another.</exception>
    public static void Refuse(StatementHeader header, IReadOnlyList<StatementRow> above)
    {
        foreach (HeaderName name in Money.SelectMany(header.Places).Where(place => place < header.Names.Count).Select(place => header.Names[place]))
        {
            if (Array.Find(BankVocabulary.OtherCurrencies, name.Whole.Contains) is { } currency)
            {
                throw new RefusedException(StatementRefusal.OtherCurrency, ("line", header.Row.LineNo), ("currency", currency));
            }

            if (InHeader().Match(name.Whole) is { Success: true } unit)
            {
                throw Other(header.Row.LineNo, unit.Value);
            }
        }

        foreach ((int lineNo, string cell) in above.SelectMany(row => row.Cells.Select((cell, i) =>
            (row.LineNo, cell.EndsWith('：') || cell.EndsWith(':') ? cell + row.Cell(i + 1) : cell))))
        {
            if (Above().Match(cell) is { Success: true } unit)
            {
                throw Other(lineNo, unit.Groups["unit"].Value);
            }
        }
    }

    /// <exception cref="RefusedException">bank.other-currency.</exception>
    public static void RefuseOther(string currency, int lineNo)
    {
        string bare = StatementCell.Bare(currency);
        if (!StatementCell.SaysNothing(bare) && !IsRenminbi(bare))
        {
            throw new RefusedException(StatementRefusal.OtherCurrency, ("line", lineNo),
                ("currency", StatementCell.Shorten(bare, 30)));
        }
    }

    private static bool IsRenminbi(string word)
    {
        string lower = word.ToLowerInvariant();
        return BankVocabulary.Renminbi.Contains(word)
            || (RenminbiPart().IsMatch(lower) && !BankVocabulary.OtherCurrencies.Any(lower.Contains));
    }

    private static RefusedException Other(int lineNo, string unit) =>
        new(StatementRefusal.OtherUnit, ("line", lineNo), ("unit", StatementCell.Shorten(unit.Trim('(', ')', ':', '/'), 30)));

    [GeneratedRegex(@"[(:/](人民币)?(万元?|千元?|百元|亿元?|分|角)\)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex InHeader();

    [GeneratedRegex(@"单位\s*[:：]\s*(人民币)?\s*(?<unit>万元|千元|百元|百万元|亿元|分|角|美元|港币|港元|欧元|日元)\s*(\z|[\s,，;；)）])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Above();

    [GeneratedRegex("人民币|cny|rmb", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex RenminbiPart();
}

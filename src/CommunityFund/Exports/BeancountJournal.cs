using System.Text;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>
/// The journal for beancount. Accounts stand under its five roots as <c>Assets:1002-银行存款:100201-建行基本户</c>; of a name
/// letters and digits are kept and everything else is a hyphen, so the code tells two of them apart. The fund of a line and all
/// else it carries is metadata.
/// </summary>
internal sealed class BeancountJournal(ExportSource source, ExportTarget target) : PlainJournal(source, target)
{
    protected override ExportFormat Format => ExportFormat.Beancount;

    protected override void WriteChart(TextWriter text)
    {
        text.WriteLine($"option \"title\" {Quoted(Source.Facts.Body)}");
        text.WriteLine("option \"operating_currency\" \"CNY\"");
        string first = Day(new DateOnly(1970, 1, 1));
        foreach (var (symbol, _) in Symbols)
        {
            text.WriteLine($"{first} commodity {symbol}");
        }

        foreach (ExportAccount account in Source.Accounts.Values.OrderBy(account => account.Code, StringComparer.Ordinal))
        {
            text.WriteLine($"{first} open {Path(account)}");
            text.WriteLine($"  name: {Quoted($"{account.Code} {account.Name}")}");
        }
    }

    protected override void WriteHead(TextWriter text, JournalLine line)
    {
        text.WriteLine($"{Day(line.Day)} * {Quoted(Said(line))}");
        text.WriteLine($"  number: {Quoted(line.VoucherNumber)}");
        Meta(text, "  ", Facts(line));
    }

    protected override void WriteLine(TextWriter text, JournalLine line, ExportAccount account, string amount)
    {
        text.WriteLine($"  {Path(account)}  {amount}");
        Meta(text, "    ", Dimensions(line).Prepend(("fund", FundOf(line))));
    }

    private static void Meta(TextWriter text, string indent, IEnumerable<(string Key, string Value)> values)
    {
        foreach (var (key, value) in values)
        {
            text.WriteLine($"{indent}{key}: {Quoted(value)}");
        }
    }

    private string Path(ExportAccount account)
    {
        string root = account.Class switch
        {
            AccountClass.Asset => "Assets",
            AccountClass.Liability => "Liabilities",
            AccountClass.NetAssets => "Equity",
            AccountClass.Income => "Income",
            AccountClass.Expense => "Expenses",
            _ => "Equity:Memorandum",
        };
        return $"{root}:{string.Join(':', Source.PathOf(account).Select(each => $"{Part(each.Code)}-{Part(each.Name)}"))}";
    }

    private static string Part(string name)
    {
        StringBuilder part = new();
        foreach (Rune rune in Plain(name).EnumerateRunes())
        {
            part.Append(Rune.IsLetterOrDigit(rune) ? rune.ToString() : "-");
        }

        return part.ToString();
    }

    private static string Quoted(string? text) =>
        $"\"{Plain(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

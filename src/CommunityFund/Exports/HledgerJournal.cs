using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>
/// The journal for hledger. An account is <c>1002 银行存款:100201 建行基本户</c>, the fund of a line is its tag, so balances by
/// account are plain and those of one fund are asked for by <c>tag:fund='^C01 '</c>. What hledger would read as a mark of its
/// own is written full-width: <c>: ; , |</c> and brackets.
/// </summary>
internal sealed class HledgerJournal(ExportSource source, ExportTarget target) : PlainJournal(source, target)
{
    protected override ExportFormat Format => ExportFormat.Hledger;

    protected override void WriteChart(TextWriter text)
    {
        foreach (var (symbol, decimals) in Symbols)
        {
            text.WriteLine($"commodity 1000.{new string('0', decimals)} {symbol}");
        }

        foreach (ExportAccount account in Source.Accounts.Values.OrderBy(account => account.Code, StringComparer.Ordinal))
        {
            string type = account.Class switch
            {
                AccountClass.Asset => "  ; type:A",
                AccountClass.Liability => "  ; type:L",
                AccountClass.NetAssets => "  ; type:E",
                AccountClass.Income => "  ; type:R",
                AccountClass.Expense => "  ; type:X",
                _ => "",
            };
            text.WriteLine($"account {Path(account)}{type}");
        }
    }

    protected override void WriteHead(TextWriter text, JournalLine line)
    {
        text.WriteLine($"{Day(line.Day)} * ({line.VoucherNumber}) {Safe(Said(line))}");
        text.WriteLine($"    ; {string.Join(", ", Facts(line).Select(fact => $"{fact.Key}:{Safe(fact.Value)}"))}");
    }

    protected override void WriteLine(TextWriter text, JournalLine line, ExportAccount account, string amount)
    {
        string tags = string.Join(", ",
            Dimensions(line).Prepend(("fund", FundOf(line))).Select(tag => $"{tag.Item1}:{Safe(tag.Item2)}"));
        text.WriteLine($"    {Path(account)}  {amount}  ; {tags}");
    }

    private string Path(ExportAccount account) =>
        string.Join(':', Source.PathOf(account).Select(each => Safe($"{each.Code} {each.Name}")));

    private static string Safe(string? text) => new([.. Plain(text).Select(c => c switch
    {
        ':' => '：',
        ';' => '；',
        ',' => '，',
        '|' => '｜',
        '(' => '（',
        ')' => '）',
        '[' => '［',
        ']' => '］',
        _ => c,
    })]);
}

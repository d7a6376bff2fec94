using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ClosedXML.Excel;
using CommunityFund.Banking;
using CommunityFund.Ledger;
using ICSharpCode.SharpZipLib.Zip;

namespace CommunityFund.Tests.Banking;

/// <summary>Statement files in a few words for the tests.</summary>
internal static partial class StatementNotation
{
    public const string Header = "交易日期,收入,支出,余额,对方户名,摘要";

    public static byte[] Sample(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Banking", "samples", name));

    public static string CcbText() =>
        CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetString(Sample("ccb-corporate-2026.csv"));

    public static StatementFile Read(string text) => StatementFile.Read(Encoding.UTF8.GetBytes(text), "statement.csv");

    public static StatementFile Rows(params string[] rows) => Read(string.Join('\n', [Header, .. rows]));

    public static Refusal RefusalOf(string text) => RefusalOf(Encoding.UTF8.GetBytes(text), "statement.csv");

    public static Refusal RefusalOf(byte[] content, string fileName) =>
        Should.Throw<RefusedException>(() => StatementFile.Read(content, fileName)).Refusal;

    public static Refusal RefusalOfRow(string row) => RefusalOf($"{Header}\n{row}");

    /// <summary>What a person would compare between two exports of one statement.</summary>
    public static string[] Told(this StatementFile file) =>
    [
        .. file.Lines.Select(line => string.Join(
            '|', line.OccurredOn, line.OccurredAt, line.Amount, line.BalanceAfter, line.CounterpartyName,
            line.CounterpartyAccount, line.Summary, line.Remark, line.BankSerial)),
    ];

    public static string[][] CcbCells() =>
    [
        .. CcbText().TrimEnd().Split("\r\n").Select(line =>
            CsvCell().Matches(line).Select(match => match.Groups["cell"].Value.Trim('"')).ToArray()),
    ];

    /// <summary>A workbook as Excel would have it: days are dates, money is numbers.</summary>
    public static byte[] Workbook(params (string Name, string[][] Rows)[] sheets)
    {
        using XLWorkbook book = new();
        foreach ((string name, string[][] rows) in sheets)
        {
            IXLWorksheet sheet = book.AddWorksheet(name);
            foreach ((string cell, int row, int column) in rows.SelectMany((cells, r) => cells.Select((cell, c) => (cell, r + 1, c + 1))))
            {
                if (DateTime.TryParseExact(cell, ["yyyyMMdd HH:mm:ss", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day))
                {
                    sheet.Cell(row, column).SetValue(day);
                }
                else if (cell.Contains('.') && decimal.TryParse(cell, CultureInfo.InvariantCulture, out decimal money))
                {
                    sheet.Cell(row, column).SetValue(money);
                }
                else
                {
                    sheet.Cell(row, column).SetValue(cell);
                }
            }
        }

        using MemoryStream written = new();
        book.SaveAs(written);
        return written.ToArray();
    }

    public static byte[] Page(string[][] rows) => Encoding.UTF8.GetBytes(
        $"<html><head><meta charset=\"utf-8\"></head><body><table>{string.Concat(rows.Select(row =>
            $"<tr>{string.Concat(row.Select(cell => $"<td align=left>{WebUtility.HtmlEncode(cell)}&nbsp;</td>"))}</tr>\n"))}</table></body></html>");

    /// <summary>An archive as a Chinese program packs it: names in GBK.</summary>
    public static byte[] Archive(string? password, params (string Name, byte[] Content)[] files)
    {
        using MemoryStream packed = new();
        using (ZipOutputStream zip = new(packed, StringCodec.FromEncoding(CodePagesEncodingProvider.Instance.GetEncoding(936)!)) { IsStreamOwner = false, Password = password })
        {
            foreach ((string name, byte[] content) in files)
            {
                zip.PutNextEntry(new ZipEntry(name) { IsUnicodeText = false, AESKeySize = password is null ? 0 : 256 });
                zip.Write(content);
                zip.CloseEntry();
            }
        }

        return packed.ToArray();
    }

    [GeneratedRegex("(?<=^|,)(?<cell>\"[^\"]*\"|[^,]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CsvCell();
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// A table of a web page, or of Excel's XML of 2003: what some banks call .xls. Tags are only looked for; nothing in the file is
/// a document to us, so no entity, script or reference in it does anything.
/// </summary>
internal sealed partial class MarkupSheet(string name, StatementBytes content, StatementText text) : StatementSheet(name, text.Name)
{
    private const int LongestMarkup = 64 * 1024;

    public static bool IsMarkup(StatementBytes content, StatementText text)
    {
        char[] head = new char[2048];
        using TextReader reader = text.Open(content);
        string begins = new string(head, 0, reader.ReadBlock(head, 0, head.Length)).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return begins.StartsWith('<') && Begins().IsMatch(begins);
    }

    public override IEnumerable<StatementRow> Rows(char delimiter, int width, int until = int.MaxValue)
    {
        using TextReader reader = text.Open(content);
        int lineNo = 0;
        List<string> cells = [];
        StringBuilder? cell = null;
        foreach ((string tag, string words) in Tags(reader))
        {
            Match match = Tag().Match(tag);
            string kind = match.Groups["name"].Value.ToLowerInvariant();
            bool ends = match.Groups["end"].Success;
            cell?.Append(words).Append(kind is "br" or "p" or "div" ? " " : "");
            if (kind is "td" or "th" or "cell" or "ss:cell" or "tr" or "row" or "ss:row" && cell is not null)
            {
                cells.Add(TextSheet.Cleaned(WebUtility.HtmlDecode(cell.ToString())));
                cell = null;
            }

            if (!ends && kind is "td" or "th" or "cell" or "ss:cell")
            {
                Skip(cells, match.Groups["index"].Value);
                cell = match.Groups["empty"].Success ? null : new StringBuilder();
            }
            else if (ends && kind is "tr" or "row" or "ss:row" && ++lineNo <= until)
            {
                if (lineNo > MostRows)
                {
                    throw TooManyLines;
                }

                if (cells.Any(each => each.Length > 0))
                {
                    yield return Checked(new StatementRow(lineNo, [.. cells]), until);
                }

                cells.Clear();
            }

            if (lineNo >= until)
            {
                yield break;
            }
        }
    }

    // Excel's XML leaves out empty cells and numbers the next one.
    private static void Skip(List<string> cells, string index)
    {
        for (int to = int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int at) ? at - 1 : 0;
            cells.Count < Math.Min(to, MostColumns);)
        {
            cells.Add("");
        }
    }

    /// <summary>Each tag with the words before it.</summary>
    private static IEnumerable<(string Tag, string Words)> Tags(TextReader reader)
    {
        StringBuilder words = new(), tag = new();
        bool inside = false;
        char[] buffer = new char[8 * 1024];
        for (int read = reader.Read(buffer); read > 0; read = reader.Read(buffer))
        {
            for (int i = 0; i < read; i++)
            {
                if (buffer[i] == '<')
                {
                    inside = true;
                }
                else if (buffer[i] == '>' && inside)
                {
                    yield return (tag.ToString(), words.ToString());
                    tag.Clear();
                    words.Clear();
                    inside = false;
                }
                else if ((inside ? tag : words).Length < LongestMarkup)
                {
                    (inside ? tag : words).Append(buffer[i]);
                }
            }
        }
    }

    [GeneratedRegex(@"<(!doctype\s+html|html|head|meta|table|body|\?xml|workbook|ss:workbook|style|div)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 20_000)]
    private static partial Regex Begins();

    [GeneratedRegex(@"\A(?<end>/)?(?<name>[A-Za-z:]{1,12})\b([^>]{0,2000}?\bss:Index=""(?<index>[0-9]{1,4})"")?[^>]{0,2000}?(?<empty>/)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Tag();
}

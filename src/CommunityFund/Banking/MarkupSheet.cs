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

    public override bool HasHalves => text.HasHalves;

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
        Dictionary<int, int> below = [];
        StringBuilder? cell = null;
        int wide = 1;
        foreach ((string tag, string words) in Tags(reader).Append(("/table", "")))
        {
            Match match = Tag().Match(tag);
            string kind = match.Groups["name"].Value.ToLowerInvariant();
            bool ends = match.Groups["end"].Success, isRow = kind is "tr" or "row" or "ss:row";
            cell?.Append(words).Append(kind is "br" or "p" or "div" ? " " : "");
            if (cell is not null && (isRow || kind is "td" or "th" or "cell" or "ss:cell" or "table"))
            {
                cells.Add(TextSheet.Cleaned(WebUtility.HtmlDecode(cell.ToString())));
                cells.AddRange(Enumerable.Repeat("", wide - 1));
                cell = null;
            }

            if (!ends && kind is "td" or "th" or "cell" or "ss:cell")
            {
                Skip(cells, match.Groups["index"].Value);
                SkipWhatReachesDown(cells, below);
                wide = Math.Clamp(Span(Across().Match(tag)) + Span(Merged().Match(tag)), 1, MostColumns);
                if (Span(Down().Match(tag)) is > 1 and int deep)
                {
                    Enumerable.Range(cells.Count, wide).ToList().ForEach(place => below[place] = deep);
                }

                cell = match.Groups["empty"].Success ? null : new StringBuilder();
            }
            else if ((ends && isRow) || (cells.Count > 0 && (isRow || kind == "table")))
            {
                if (++lineNo > MostRows)
                {
                    throw TooManyLines;
                }

                if (lineNo <= until && cells.Any(each => each.Length > 0))
                {
                    yield return Checked(new StatementRow(lineNo, [.. cells]), until);
                }

                cells.Clear();
                foreach (int place in below.Keys.ToArray())
                {
                    below[place]--;
                }
            }

            if (lineNo >= until)
            {
                yield break;
            }
        }
    }

    // A cell of the row above that is so deep stands here too, and says nothing a second time.
    private static void SkipWhatReachesDown(List<string> cells, Dictionary<int, int> below)
    {
        while (cells.Count < MostColumns && below.GetValueOrDefault(cells.Count) > 0)
        {
            cells.Add("");
        }
    }

    private static int Span(Match match) =>
        match.Success && int.TryParse(match.Groups["count"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

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

    [GeneratedRegex(@"\bcolspan\s*=\s*[""']?(?<count>[0-9]{1,3})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 20_000)]
    private static partial Regex Across();

    [GeneratedRegex(@"\browspan\s*=\s*[""']?(?<count>[0-9]{1,4})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 20_000)]
    private static partial Regex Down();

    [GeneratedRegex(@"\bss:MergeAcross\s*=\s*""(?<count>[0-9]{1,3})", RegexOptions.CultureInvariant, 20_000)]
    private static partial Regex Merged();

    [GeneratedRegex(@"\A(?<end>/)?(?<name>[A-Za-z:]{1,12})\b([^>]{0,2000}?\bss:Index=""(?<index>[0-9]{1,4})"")?[^>]{0,2000}?(?<empty>/)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 20_000)]
    private static partial Regex Tag();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace CommunityFund.Books;

/// <summary>Reads the text of an element of a sheet: what a cell shows, without what is said of its pronunciation.</summary>
internal sealed partial class SheetTexts
{
    // Longer than any cell may show, even where every letter is written as its number.
    private const int Longest = 32_767 * 7;

    private readonly StringBuilder _text = new();
    private readonly char[] _chunk = new char[4096];

    /// <summary>The text of an element with texts as they are or in runs (t, r/t); the reader is left on its end.</summary>
    public string Read(XmlReader xml)
    {
        _text.Clear();
        if (!xml.IsEmptyElement)
        {
            int depth = xml.Depth;
            bool isRun = false, isText = false;
            while (xml.Read() && xml.Depth > depth)
            {
                switch (xml.NodeType)
                {
                    case XmlNodeType.Element when xml.Depth == depth + 1:
                        (isRun, isText) = (xml.LocalName == "r" && !xml.IsEmptyElement, xml.LocalName == "t" && !xml.IsEmptyElement);
                        break;
                    case XmlNodeType.Element when xml.Depth == depth + 2:
                        isText = isRun && xml.LocalName == "t" && !xml.IsEmptyElement;
                        break;
                    case XmlNodeType.Element or XmlNodeType.EndElement:
                        isText = false;
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when isText:
                        Take(xml);
                        break;
                }
            }
        }

        return Plain(_text.ToString());
    }

    /// <summary>The text right within an element; the reader is left on its end.</summary>
    public string Own(XmlReader xml)
    {
        _text.Clear();
        if (!xml.IsEmptyElement)
        {
            int depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.Depth == depth + 1 && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace
                    or XmlNodeType.SignificantWhitespace)
                {
                    Take(xml);
                }
            }
        }

        return _text.ToString();
    }

    /// <summary>What escapes such as _x000A_ stand for.</summary>
    public static string Plain(string text) => !text.Contains("_x", StringComparison.Ordinal) ? text : Escape().Replace(text, match =>
        ((char)ushort.Parse(match.ValueSpan[2..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());

    // Piece by piece: asked for its value, the reader would make one string of whatever is there.
    private void Take(XmlReader xml)
    {
        for (int count; (count = xml.ReadValueChunk(_chunk, 0, _chunk.Length)) > 0;)
        {
            WorkbookFile.Must(_text.Length + count <= Longest);
            _text.Append(_chunk, 0, count);
        }
    }

    [GeneratedRegex("_x[0-9A-F]{4}_", RegexOptions.None, 1000)]
    private static partial Regex Escape();
}

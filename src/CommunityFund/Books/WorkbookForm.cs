using System.Globalization;
using System.Text;

namespace CommunityFund.Books;

/// <summary>Names in the sheet that seals a workbook, form cw1 (reports/workbook-cw1): the same in every language.</summary>
internal static class WorkbookForm
{
    public const string Name = "communityfund workbook cw1";

    /// <summary>First row: the name of the form.</summary>
    public const string Form = "form";

    /// <summary>The language that the sheets are in.</summary>
    public const string Language = "language";

    /// <summary>Code and name of the body.</summary>
    public const string Book = "book";

    /// <summary>The last day whose entries are in.</summary>
    public const string Until = "until";

    /// <summary>A fund whose lines alone are in, by code and name; none in a workbook of the whole book.</summary>
    public const string Fund = "fund";

    /// <summary>A sheet, its last row and its digest.</summary>
    public const string Sheet = "sheet";

    /// <summary>A formatted sheet, likewise: its rows do not carry their digests, the sealed sheet has them.</summary>
    public const string Drawn = "drawn";

    /// <summary>What a sheet is, whatever its name.</summary>
    public const string Key = "key";

    /// <summary>The digest of a row that does not carry it.</summary>
    public const string Row = "row";

    /// <summary>The digest of the formulas of a row of a formatted sheet.</summary>
    public const string Formula = "formula";

    /// <summary>What a statement was drawn from: standard, layouts, days and fund.</summary>
    public const string Statement = "statement";

    /// <summary>Size and root of the log.</summary>
    public const string Root = "root";

    /// <summary>A line of the newest seal of the log.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>The key that signed, in base 64.</summary>
    public const string PublicKey = "public-key";

    /// <summary>The signature over all rows before it.</summary>
    public const string Signature = "signature";

    /// <summary>What is signed: every row, its cells with tabs between them and a line feed at its end.</summary>
    public static byte[] Signed(IEnumerable<(string Kind, string Name, long Row, string Value)> rows)
    {
        StringBuilder text = new();
        foreach (var (kind, name, row, value) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{kind}\t{name}\t{row}\t{value}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

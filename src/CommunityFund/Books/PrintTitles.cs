using System.Text.RegularExpressions;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CommunityFund.Books;

/// <summary>
/// The rows and columns that every printed page repeats. ClosedXML names them without the dollar signs, and then a reader that takes
/// the rule at its word repeats nothing.
/// </summary>
internal static partial class PrintTitles
{
    public static void MakeAbsolute(Stream workbook)
    {
        using SpreadsheetDocument document = SpreadsheetDocument.Open(workbook, isEditable: true);
        foreach (DefinedName name in document.WorkbookPart!.Workbook.Descendants<DefinedName>()
            .Where(name => name.Name == "_xlnm.Print_Titles"))
        {
            name.Text = Columns().Replace(Rows().Replace(name.Text, "!$$${first}:$$${last}"), "!$$${first}:$$${last},");
        }
    }

    [GeneratedRegex(@"!(?<first>\d+):(?<last>\d+)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex(@"!(?<first>[A-Z]+):(?<last>[A-Z]+),", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Columns();
}

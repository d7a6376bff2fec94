using ClosedXML.Excel;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>Writes a formatted sheet row by row.</summary>
/// <param name="last">Its last column.</param>
internal sealed class SheetPen(IXLWorksheet sheet, Words words, int last)
{
    /// <summary>The row written last, from 1.</summary>
    public int Row { get; private set; }

    public void Skip() => Row++;

    public void Title(string key, params object[] arguments)
    {
        IXLStyle style = Line(words[key, arguments], bold: true);
        style.Font.SetFontSize(16).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
        sheet.Row(Row).Height = 26;
    }

    public IXLStyle Line(string text, bool bold = false)
    {
        Row++;
        IXLRange range = sheet.Range(Row, 1, Row, last).Merge();
        range.Style.Font.SetBold(bold).Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center);
        sheet.Cell(Row, 1).Write(text);
        return range.Style;
    }

    /// <summary>The heads of columns, by their words; null stays empty.</summary>
    public void Heads(params string?[] keys)
    {
        Row++;
        for (int i = 0; i < keys.Length; i++)
        {
            Cell(i + 1).Write(keys[i] is { } key ? words[key].Value : "");
        }

        sheet.Range(Row, 1, Row, last).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"))
            .Alignment.SetWrapText().Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center)
            .Alignment.SetVertical(XLAlignmentVerticalValues.Center);
    }

    /// <summary>Begins a row and writes its texts from the left; null stays empty.</summary>
    public void Texts(params string?[] texts)
    {
        Row++;
        for (int i = 0; i < texts.Length; i++)
        {
            if (texts[i] is { Length: > 0 } text)
            {
                Cell(i + 1).Write(text).Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Center);
            }
        }
    }

    /// <summary>A cell of the row written last.</summary>
    public IXLCell Cell(int column) => sheet.Cell(Row, column);

    public void Merge(int from, int to) => sheet.Range(Row, from, Row, to).Merge();

    public void Frame(int first) => sheet.Range(first, 1, Row, last).Style
        .Border.SetInsideBorder(XLBorderStyleValues.Thin).Border.SetOutsideBorder(XLBorderStyleValues.Thin);

    /// <summary>A4, with a print area, heads on every page and frozen.</summary>
    public void SetUpPage(int headRows, bool isWide, params int[] widths)
    {
        for (int i = 0; i < widths.Length; i++)
        {
            sheet.Column(i + 1).Width = widths[i];
        }

        IXLPageSetup page = sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = isWide ? XLPageOrientation.Landscape : XLPageOrientation.Portrait;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, headRows);
        page.CenterHorizontally = true;
        page.Margins.SetLeft(0.4).SetRight(0.4).SetTop(0.5).SetBottom(0.7).SetHeader(0.3).SetFooter(0.3);
        page.Footer.Center.AddText(words["statement.page-of", "&P", "&N"]);
        sheet.SheetView.FreezeRows(headRows);
        sheet.Cell(1, 1).SetActive();
    }
}

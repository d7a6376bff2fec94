using ClosedXML.Excel;
using CommunityFund.Books;

namespace CommunityFund.Donations;

/// <summary>The register of gifts as a sheet: what the page shows, with a sum that is a live formula.</summary>
public static class DonationWorkbook
{
    private const string Money = "#,##0.00;[Red]-#,##0.00";
    private const int HeadRow = 4, AmountColumn = 6, LeftColumn = 8;

    private static readonly string[] Heads =
    [
        "gifts.day", "gifts.donor", "gifts.public-name", "gifts.fund", "gifts.restriction", "gifts.amount", "gifts.back", "gifts.left",
        "gifts.clause", "gifts.channel", "gifts.agreement", "gifts.campaign", "gifts.order", "gifts.receipt", "gifts.state", "gifts.note",
    ];

    private static readonly int[] Widths = [11, 22, 18, 20, 10, 15, 13, 15, 30, 10, 16, 18, 20, 10, 10, 24];

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(DonationRegister register, Words words)
    {
        KnownValues known = new();
        XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        IXLWorksheet sheet = book.AddWorksheet(string.Concat(words["gifts.register"].Value.Take(31)));
        book.Properties.Title = words["gifts.register"];
        book.Properties.Author = SheetText.Clean(register.Body);
        IXLRange title = sheet.Range(1, 1, 1, Heads.Length).Merge();
        title.Style.Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center).Font.SetBold().Font.SetFontSize(16);
        sheet.Cell(1, 1).Write(words["gifts.register"]);
        sheet.Range(2, 1, 2, Heads.Length).Merge();
        sheet.Cell(2, 1).Write(words["gifts.register-of", register.Body, register.Total]);
        for (int at = 0; at < Heads.Length; at++)
        {
            sheet.Cell(HeadRow, at + 1).Write(words[Heads[at]]).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromArgb(0xE3, 0xEE, 0xF0))
                .Alignment.SetHorizontal(at + 1 is >= AmountColumn and <= LeftColumn
                    ? XLAlignmentHorizontalValues.Right : XLAlignmentHorizontalValues.Left)
                .Border.SetBottomBorder(XLBorderStyleValues.Thin);
            sheet.Column(at + 1).Width = Widths[at];
        }

        int row = HeadRow;
        foreach (DonationItem gift in register.Items)
        {
            row++;
            string[] texts =
            [
                words.Show(gift.ReceivedOn), gift.Donor ?? words["gifts.anonymous"], gift.PublicName ?? words["gifts.anonymous"], gift.Fund,
                words.Show(gift.Restriction), "", "", "", gift.Clause, words.Show(gift.Channel), gift.Agreement ?? "", gift.Campaign ?? "",
                gift.OrderNumber, gift.WantsReceipt ? words["gifts.yes"] : "", words.Show(gift.State), gift.Note,
            ];
            for (int at = 0; at < texts.Length; at++)
            {
                if (at + 1 is < AmountColumn or > LeftColumn)
                {
                    sheet.Cell(row, at + 1).Write(texts[at]);
                }
            }

            foreach ((Ledger.Amount amount, int at) in new[] { gift.Amount, gift.Back, gift.Left }.Select((amount, at) => (amount, at)))
            {
                sheet.Cell(row, AmountColumn + at).SetValue(amount.Units / 100m).Style.NumberFormat.SetFormat(Money);
            }
        }

        row++;
        sheet.Cell(row, 1).Write(words["gifts.sum"]).Style.Font.SetBold();
        if (register.Items.Count > 0)
        {
            foreach ((char column, long units) in new[]
            {
                ('F', register.Items.Sum(gift => gift.Amount.Units)), ('G', register.Items.Sum(gift => gift.Back.Units)),
                ('H', register.Items.Sum(gift => gift.Left.Units)),
            })
            {
                IXLCell sum = sheet.Cell($"{column}{row}");
                sum.FormulaA1 = $"SUM({column}{HeadRow + 1}:{column}{row - 1})";
                sum.Style.NumberFormat.SetFormat(Money).Font.SetBold();
                known.Add($"{column}{row}", Ledger.Amount.Fen(units));
            }
        }

        sheet.Row(row).Cells(1, Heads.Length).Style.Border.SetTopBorder(XLBorderStyleValues.Thin);
        sheet.SheetView.FreezeRows(HeadRow);
        IXLPageSetup page = sheet.PageSetup;
        page.PaperSize = XLPaperSize.A4Paper;
        page.PageOrientation = XLPageOrientation.Landscape;
        page.FitToPages(1, 0);
        page.SetRowsToRepeatAtTop(1, HeadRow);
        return known.Save(book);
    }

    /// <summary>捐赠登记簿-清河慈善会.xlsx, without what a file name cannot hold.</summary>
    public static string FileName(DonationRegister register, Words words) =>
        string.Concat(SheetText.Clean($"{words["gifts.register"]}-{register.Body}").Where(sign =>
            !@"\/:*?""<>| ".Contains(sign, StringComparison.Ordinal)))
            + ".xlsx";
}

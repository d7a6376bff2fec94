using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>What the empty workbook offers to choose from.</summary>
public sealed record OpeningOffer(
    string Body, LocalDate Day, IReadOnlyList<string> Funds, IReadOnlyList<string> Accounts, IReadOnlyList<string> Banks,
    IReadOnlyList<string> AgencyAssets);

/// <summary>Opening balances as a workbook to fill in, with the body's own funds and accounts to choose from.</summary>
public sealed record OpeningTemplate : Query<OpeningOffer>
{
    private const int Rows = 300;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<OpeningOffer> Answer(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        Chart chart = await work.ChartOn(book.OpeningDay, ct);
        ChartAccount[] taking = [.. chart.Accounts.Where(account => account.TakesLines
            && account.Account.Class is AccountClass.Asset or AccountClass.Liability or AccountClass.NetAssets)];
        return new OpeningOffer(
            book.Name, book.OpeningDay,
            [
                .. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed)
                    .Select(fund => $"{fund.Code} {fund.Name}"),
            ],
            [.. taking.Where(account => !IsAgency(account)).Select(Named)],
            [.. taking.Where(IsBank).Select(Named)],
            [.. taking.Where(account => IsAgency(account) && account.Account.Class == AccountClass.Asset).Select(Named)]);
    }

    private static bool IsAgency(ChartAccount account) => account.Account.Role is AccountRole.Agency or AccountRole.AgencyCash;

    internal static bool IsBank(ChartAccount account) => account.Account is { Role: AccountRole.OwnCash } own
        && own.Key.StartsWith(Account.Keys.Bank, StringComparison.Ordinal);

    internal static string Named(ChartAccount account) => $"{account.Code} {account.Name}";

    /// <summary>The workbook's bytes.</summary>
    public static byte[] Draw(OpeningOffer offer, Words words)
    {
        using XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = words["opening-book.title"];
        book.Properties.Author = SheetText.Clean(offer.Body);
        Guide(book, offer, words);
        IXLWorksheet lists = book.AddWorksheet(words["opening-book.lists"]);
        Dictionary<OpeningColumn, IXLRange?> choices = new()
        {
            [OpeningColumn.Fund] = List(lists, 1, words["opening-book.column.fund"], offer.Funds),
            [OpeningColumn.Account] = List(lists, 2, words["opening-book.column.account"], offer.Accounts),
            [OpeningColumn.PartyKind] = List(lists, 5, words["opening-book.column.party-kind"],
                [words["opening-book.organisation"], words["opening-book.person"]]),
        };
        IXLRange? banks = List(lists, 3, words["opening-book.banks"], offer.Banks),
            agency = List(lists, 4, words["opening-book.agency-assets"], offer.AgencyAssets);
        foreach (OpeningSheet sheet in OpeningSheets.All)
        {
            IXLRange? accounts = sheet == OpeningSheets.Banks || sheet == OpeningSheets.Statements ? banks
                : sheet == OpeningSheets.Agency ? agency : choices[OpeningColumn.Account];
            Form(book, sheet, words, column => column == OpeningColumn.Account ? accounts : choices.GetValueOrDefault(column));
        }

        for (int i = 0; i < offer.Banks.Count; i++)
        {
            book.Worksheet(OpeningSheets.Statements.Name(words)).Cell(OpeningSheet.FirstRow + i, 1).Write(offer.Banks[i]);
        }

        lists.Position = book.Worksheets.Count;
        book.Worksheet(1).SetTabActive();
        using MemoryStream stream = new();
        book.SaveAs(stream);
        return stream.ToArray();
    }

    private static void Guide(XLWorkbook book, OpeningOffer offer, Words words)
    {
        IXLWorksheet guide = book.AddWorksheet(words["opening-book.guide"]);
        guide.Column(1).Width = 96;
        guide.Cell(1, 1).Write(words["opening-book.title"]);
        guide.Cell(1, 1).Style.Font.SetBold().Font.SetFontSize(16);
        guide.Cell(2, 1).Write(words["opening-book.of", offer.Body, offer.Day]);
        for (int step = 1; step <= 7; step++)
        {
            guide.Cell(3 + step, 1).Write(words[$"opening-book.step.{step}"]);
            guide.Cell(3 + step, 1).Style.Alignment.SetWrapText();
            guide.Row(3 + step).Height = 30;
        }
    }

    private static IXLRange? List(IXLWorksheet lists, int column, string head, IReadOnlyList<string> values)
    {
        lists.Cell(1, column).Write(head);
        lists.Cell(1, column).Style.Font.SetBold();
        lists.Column(column).Width = 36;
        for (int i = 0; i < values.Count; i++)
        {
            lists.Cell(2 + i, column).Write(values[i]);
        }

        return values.Count == 0 ? null : lists.Range(2, column, 1 + values.Count, column);
    }

    private static void Form(XLWorkbook book, OpeningSheet sheet, Words words, Func<OpeningColumn, IXLRange?> choices)
    {
        IXLWorksheet form = book.AddWorksheet(sheet.Name(words));
        int last = sheet.Columns.Count, head = OpeningSheet.FirstRow - 1;
        form.Range(1, 1, 1, last).Merge().Style.Font.SetBold().Font.SetFontSize(13);
        form.Cell(1, 1).Write(sheet.Name(words));
        form.Range(2, 1, 2, last).Merge().Style.Alignment.SetWrapText().Alignment.SetVertical(XLAlignmentVerticalValues.Top);
        form.Cell(2, 1).Write(words[$"opening-book.hint.{sheet.Key}"]);
        form.Row(2).Height = 44;
        for (int at = 0; at < last; at++)
        {
            OpeningColumn column = sheet.Columns[at];
            bool isMoney = column is OpeningColumn.Debit or OpeningColumn.Credit or OpeningColumn.Amount;
            form.Cell(head, at + 1).Write(words[$"opening-book.column.{Codes.Kebab(column)}"]);
            form.Cell(head, at + 1).Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#EEF3F4"));
            form.Column(at + 1).Width = isMoney ? 16 : column == OpeningColumn.PartyKind ? 12 : 32;
            IXLRange cells = form.Range(OpeningSheet.FirstRow, at + 1, OpeningSheet.FirstRow + Rows - 1, at + 1);
            cells.Style.NumberFormat.SetFormat(isMoney ? "#,##0.00" : "@");
            if (choices(column) is { } list)
            {
                IXLDataValidation choice = cells.SetDataValidation();
                choice.List(list);
                choice.ShowErrorMessage = false; // what is typed otherwise is judged by the check, with words that help
            }
        }

        form.SheetView.FreezeRows(head);
        form.PageSetup.PaperSize = XLPaperSize.A4Paper;
        form.PageSetup.FitToPages(1, 0);
    }
}

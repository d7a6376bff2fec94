using System.Globalization;
using System.IO.Compression;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Vouchers;

/// <summary>Opening balances by a workbook: drawn, filled in, checked cell by cell, and entered.</summary>
public sealed class OpeningBookTests
{
    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    [Theory]
    [InlineData("zh-CN", "单位")]
    [InlineData("en", "Organisation")]
    public async Task A_workbook_that_is_filled_in_becomes_the_opening_voucher(string language, string organisation)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await TestBody.New();
        byte[] filled = Fill(await Template(body), book =>
        {
            Write(book, 3, 4, "C01", "1001", "80.5", "");
            Write(book, 3, 5, "C01", "3101", "", "300.50");
            Write(book, 4, 4, "C01 幸福里社区基金", "100201", "200");
            Write(book, 4, 5, "儿童基金", "100201", "1,000.00");
            Write(book, 5, 4, "100201", "1200");
            Write(book, 6, 4, "C01", "1122", "和顺物业", organisation, "20", "");
            Write(book, 7, 4, "C02", "夏令营", "王梅", "", "600");
            Write(book, 7, 5, "C02", "", "", "", "400");
            Write(book, 8, 4, "李奶奶", "", "100299", "50");
        });
        OpeningChecked found = await body.Accountant.Ask(new CheckOpening(filled));
        found.Findings.Select(finding => Spoken.Of(finding.Says)).ShouldBeEmpty();
        found.Banks.Single().ShouldSatisfyAllConditions(bank => bank.Booked.ShouldBe(Amount.Yuan(1200)), bank => bank.Statement.ShouldBe(Amount.Yuan(1200)));
        await body.Review(await body.Accountant.Run(new EnterOpening(TestBody.Key, found.Rows)));
        await using FundDb db = body.Db();
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => new { lot.Units, lot.Clause }).ToListAsync())
            .Select(lot => (lot.Units, lot.Clause)).ShouldBe([(60000, "夏令营"), (40000, "仅用于社区儿童活动")], ignoreOrder: true);
        using XLWorkbook check = new(new MemoryStream(OpeningCheckWorkbook.Draw(found, Spoken)));
        check.Worksheet(1).CellsUsed(cell => cell.HasFormula).Count().ShouldBe((3 * found.Funds.Count) + 1);
    }

    [Fact]
    public async Task Every_fault_is_named_with_its_cell_and_nothing_is_entered()
    {
        await using TestBody body = await TestBody.New();
        byte[] filled = Fill(await Template(body), book =>
        {
            Write(book, 3, 4, "没有的基金", "1001", "80", "");
            Write(book, 3, 5, "C01", "4101", "80", "");
            Write(book, 3, 6, "C01", "1001", "80", "80");
            Write(book, 3, 7, "C01", "1001", "8.123", "");
            Write(book, 3, 8, "C01", "1001", "7", "");
            Write(book, 4, 4, "C01", "1001", "5");
            Write(book, 6, 4, "C01", "1122", "", "", "20", "");
        });
        OpeningChecked found = await body.Accountant.Ask(new CheckOpening(filled));
        found.MayPrepare.ShouldBeFalse();
        found.Findings.Select(finding => (finding.Cell, finding.Says.Code)).ShouldBe([
            ("A4", Work.UnknownFund), ("B5", EnterOpening.NotBalanceSheet), ("C6", CheckOpening.OneSide), ("C7", AmountText.TooManyDecimals),
            ("C7", CheckOpening.OneSide), ("B4", CheckOpening.NotBank), ("C4", CheckOpening.NameMissing), ("", CheckOpening.FundUnequal),
        ]);
        foreach (OpeningFinding finding in found.Findings)
        {
            Spoken.Of(finding.Says, CultureInfo.GetCultureInfo("en")).ShouldNotContain("refusal.");
        }
    }

    [Fact]
    public async Task What_is_no_workbook_or_unpacks_to_far_too_much_is_refused()
    {
        await using TestBody body = await TestBody.New();
        using MemoryStream bomb = new();
        using (ZipArchive zip = new(bomb, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream part = zip.CreateEntry("xl/workbook.xml", CompressionLevel.SmallestSize).Open();
            part.Write(new byte[50 * 1024 * 1024]);
        }

        bomb.Length.ShouldBeLessThan(OpeningBook.LargestBytes);
        foreach ((byte[] content, string code) in new[]
        {
            (bomb.ToArray(), OpeningBook.NoWorkbook), ("科目,余额"u8.ToArray(), OpeningBook.NoWorkbook), (new byte[OpeningBook.LargestBytes + 1], OpeningBook.TooLarge),
            (Fill(null, book => book.AddWorksheet("别的")), OpeningBook.OtherWorkbook),
        })
        {
            (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new CheckOpening(content)))).Refusal.Code.ShouldBe(code);
        }
    }

    private static async Task<byte[]> Template(TestBody body) =>
        OpeningTemplate.Draw(await body.Accountant.Ask(new OpeningTemplate()), Spoken);

    private static byte[] Fill(byte[]? template, Action<XLWorkbook> fill)
    {
        using XLWorkbook book = template is null ? new() : new(new MemoryStream(template));
        fill(book);
        using MemoryStream stream = new();
        book.SaveAs(stream);
        return stream.ToArray();
    }

    /// <summary>Sheets stand as in the template: the guide, the lists at the end, the forms between.</summary>
    private static void Write(XLWorkbook book, int sheet, int row, params string[] cells)
    {
        for (int at = 0; at < cells.Length; at++)
        {
            book.Worksheet(sheet - 1).Cell(row, at + 1).SetValue(cells[at]);
        }
    }
}

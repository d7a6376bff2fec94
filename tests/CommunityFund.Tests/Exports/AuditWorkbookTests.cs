using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using ClosedXML.Excel;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Receipts;
using CommunityFund.Exports;
using CommunityFund.Grants.Registers;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Statements;
using CommunityFund.Verification;
using CommunityFund.Vouchers;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using NodaTime;

namespace CommunityFund.Tests.Exports;

/// <summary>The audit workbook of the demo foundation: every sheet the auditor asks for, each with rows, and figures that agree.</summary>
public sealed class AuditWorkbookTests : IDisposable
{
    private static readonly string? Sheets = Environment.GetEnvironmentVariable("AUDIT_SHEETS");

    private readonly string _directory = Directory.CreateTempSubdirectory("fund-audit-").FullName;

    public AuditWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_sheet_is_there_with_rows_and_its_figures_are_those_of_the_pages()
    {
        FundSession accountant = await Demo(1);
        using XLWorkbook book = new(await Written(accountant, "demo-zh"));
        book.Worksheets.Select(sheet => sheet.Name).ShouldBe(
        [
            "封面", "资产负债表", "业务活动表", "现金流量表", "科目余额表", "各基金收支总表", "F00 本级基金", "F01 幸福里社区基金", "F02 翠苑社区基金",
            "F03 儿童友好基金", "F04 助老基金", "F05 楼道微更新基金", "F06 华联邻里冠名基金", "不相容岗位", "序时账",
            "备查登记", "总账", "明细账（分基金）", "凭证登记", "冲销和更正", "凭证号连续性", "捐赠登记", "捐赠票据登记", "捐赠票据缺号",
            "社会企业约定", "社会企业申报", "资助项目", "拨付期", "预拨款账龄", "资助承诺", "时间和积分", "时间和积分月度合计", "银行对账",
            "未达账项", "岗位及变更", "科目", "基金", "姓名", "日志", "账目核查", "校验",
        ]);
        book.Worksheets.Where(sheet => sheet.LastRowUsed().RowNumber() < 2).Select(sheet => sheet.Name)
            .ShouldBe(["冲销和更正", "未达账项"],
                "the demo took nothing back, and its bank and books agree line by line");

        DonationRegister gifts = await accountant.Ask(new DonationList(State: DonationState.Accepted));
        Sum(book, "捐赠登记", "金额", row => row("状态") == "已记账").ShouldBe(gifts.Gross.Units / 100m);
        Sum(book, "捐赠登记", "净额", row => row("状态") == "已记账").ShouldBe(gifts.Sum.Units / 100m);
        ReceiptItems receipts = await accountant.Ask(new ReceiptList(null, "", 1));
        Rows(book, "捐赠票据登记").Count().ShouldBe((int)receipts.Total);
        Rows(book, "捐赠票据缺号").Where(row => row("结论") == "缺号，没有说明")
            .Sum(row => long.Parse(row("个数"), CultureInfo.InvariantCulture)).ShouldBe(receipts.Missing);
        CommitmentRegisterView promises = await accountant.Ask(new CommitmentRegister(new RegisterFilter()));
        promises.Agrees.ShouldBeTrue();
        Sum(book, "资助承诺", "未付承诺").ShouldBe(promises.Sums.Open.Units / 100m);
        Sum(book, "资助项目", "未付承诺").ShouldBe(promises.Sums.Open.Units / 100m);
        AdvanceRegisterView advances = await accountant.Ask(new AdvanceRegister(new RegisterFilter()));
        Sum(book, "预拨款账龄", "未核销预拨").ShouldBe(advances.Sums.All.Units / 100m);
        Sum(book, "预拨款账龄", "未到期").ShouldBe(advances.Sums.NotDue.Units / 100m);
        Sum(book, "拨付期", "未核销预拨").ShouldBeGreaterThanOrEqualTo(advances.Sums.All.Units / 100m);
        Rows(book, "凭证号连续性").ShouldAllBe(row => row("结论") == "连续");
        Rows(book, "岗位及变更").First()("止").ShouldBe("", "a role for good");
        Rows(book, "银行对账").ShouldAllBe(row => row("差额") == "0");
        Rows(book, "账目核查").Where(row => row("问题数").Length > 0).ShouldAllBe(row => row("结果") == "通过");
        foreach (string ledger in new[] { "总账", "明细账（分基金）" })
        {
            Sum(book, ledger, "借方").ShouldBe(Sum(book, "序时账", "借方"), ledger);
            Sum(book, ledger, "贷方").ShouldBe(Sum(book, "序时账", "借方"), ledger);
        }
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Excel_opens_it_without_repair_and_fund_verify_proves_it(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        string file = await Written(await Demo(1), $"demo-{language}");
        string[] repeated;
        using (SpreadsheetDocument document = SpreadsheetDocument.Open(file, isEditable: false))
        {
            repeated = [.. document.WorkbookPart!.Workbook.Descendants<DefinedName>().Where(name => name.Name == "_xlnm.Print_Titles")
                .Select(name => $"{name.LocalSheetId}:{name.Text}")];
            new OpenXmlValidator().Validate(document, TestContext.Current.CancellationToken)
                .Select(error => $"{error.Part?.Uri} {error.Path?.XPath}: {error.Description}").Take(20).ShouldBeEmpty();
        }

        VerifyReport report = VerifyWorkbook.Run(() => File.OpenRead(file), StatementBooks.Words);
        report.Findings.Select(finding => $"{finding.Says.Code} {finding.Sheet} {finding.Row} {string.Join(", ", finding.Says.Facts)}").Take(20).ShouldBeEmpty();
        using XLWorkbook book = new(file);
        foreach (IXLWorksheet sheet in book.Worksheets)
        {
            sheet.PageSetup.PaperSize.ShouldBe(XLPaperSize.A4Paper, sheet.Name);
            repeated.ShouldContain(name => name.StartsWith($"{sheet.Position - 1}:", StringComparison.Ordinal)
                && name.Contains("!$1:$", StringComparison.Ordinal), sheet.Name);
            sheet.SheetView.SplitRow.ShouldBeGreaterThan(0, sheet.Name);
            sheet.PageSetup.PrintAreas.Count().ShouldBe(sheet == book.Worksheets.Last() ? 0 : 1, sheet.Name);
        }
    }

    [Fact]
    public async Task The_trial_balance_is_computed_from_the_lines_and_leads_to_them()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        string trial = Part(file, "xl/worksheets/sheet5.xml");
        Regex.Matches(trial, "SUMIFS").Count.ShouldBeGreaterThan(20);
        Regex.Matches(trial, "<(x:)?hyperlink ").Count.ShouldBeGreaterThan(20);
        trial.ShouldNotContain("r:id");
        using XLWorkbook book = new(file);
        IXLWorksheet sheet = book.Worksheet("科目余额表"), ledger = book.Worksheet("总账");
        foreach (IXLCell cell in sheet.Range(6, 6, 100, 6).Cells(cell => cell.HasHyperlink))
        {
            int row = int.Parse(cell.Hyperlink.InternalAddress.Split('A')[^1], CultureInfo.InvariantCulture);
            ledger.Cell(row, 1).GetString().ShouldStartWith(sheet.Cell(cell.Address.RowNumber, 1).GetString());
            (row == 2 || ledger.Cell(row - 1, 1).GetString() != ledger.Cell(row, 1).GetString()).ShouldBeTrue();
        }

        // A figure of a form leads to the row of its account, one of several to the first of them.
        IXLWorksheet activities = book.Worksheet("业务活动表");
        IXLCell[] linked = [.. activities.CellsUsed(cell => cell.HasHyperlink)];
        IXLCell gifts = linked.First(cell => activities.Cell(cell.Address.RowNumber, 1).GetString().Contains("捐赠收入", StringComparison.Ordinal));
        int gift = int.Parse(gifts.Hyperlink.InternalAddress.Split('A')[^1], CultureInfo.InvariantCulture);
        sheet.Cell(gift, 2).GetString().ShouldContain("捐赠收入");
        linked.Select(cell => cell.Hyperlink.InternalAddress).Distinct().Count().ShouldBeGreaterThan(1);
        trial.ShouldContain(">发生额加上以前年度和期初，与封面的序时账控制数相符<");
    }

    [Fact]
    public async Task What_was_taken_back_what_the_bank_has_not_yet_and_a_role_that_ended_have_their_rows()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 500, Restriction.Unrestricted, new LocalDate(2026, 3, 3));
        await body.Gift(TestBody.Community, 85, Restriction.Unrestricted, new LocalDate(2026, 3, 4));
        await body.Accountant.Run(new TickVouchers(TestBody.Key, 1, [gift], new LocalDate(2026, 3, 10)));
        await body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, new LocalDate(2026, 3, 10), Amount.Yuan(500), FromPaper: true));
        await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, gift, new LocalDate(2026, 3, 12), "记错了基金")));
        long role = await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Panel, TestBody.Community, new LocalDate(2026, 1, 1), null));
        await body.Operator.Run(new EndRole(TestBody.Key, role));

        using XLWorkbook book = new(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        Func<string, string> red = Rows(book, "冲销和更正").Single();
        (red("类别"), red("原凭证号"), red("原分录金额"), red("制单人"), red("审核人")).ShouldBe(("红字冲销", "2026-03 记-1", "500", "1", "2"));
        Rows(book, "未达账项").Select(row => (row("类别"), row("金额"), row("凭证号"))).ShouldBe([("账上已记、银行未记", "85", "2026-03 记-2")]);
        Func<string, string> sheet = Rows(book, "银行对账").Single();
        (sheet("对账单余额"), sheet("账上已记、银行未记"), sheet("调节后账面"), sheet("差额"), sheet("状态")).ShouldBe(("500", "85", "585", "0", "待确认"));
        Func<string, string> ended = Rows(book, "岗位及变更").Last();
        (ended("岗位"), ended("基金编号"), ended("授权方式")).ShouldBe(("项目监审组", "C01", "建账或系统操作员"));
        ended("提前结束时间").ShouldStartWith("2026-03-20");
        Rows(book, "捐赠登记").Select(row => (row("金额"), row("状态"), row("公示名称"))).ShouldBe(
            [("500", "已冲销", "匿名"), ("85", "已记账", "匿名")]);
        Rows(book, "凭证号连续性").Select(row => (row("凭证字"), row("个数"), row("首号"), row("末号"), row("缺号数")))
            .ShouldBe([("记", "3", "1", "3", "0")]);
    }

    [Fact]
    public async Task Books_of_the_standard_of_2004_have_their_own_forms()
    {
        await using TestBody body = await TestBody.New2004();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted, new LocalDate(2025, 3, 3));
        using XLWorkbook book = new(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        book.Worksheet("资产负债表").CellsUsed(cell => !cell.HasFormula).Select(cell => cell.GetString()).ShouldContain("会民非01表");
        book.Worksheet("封面").CellsUsed(cell => !cell.HasFormula).Select(cell => cell.GetString()).ShouldContain("2025-01-01 至 2025-03-20");
    }

    [Fact]
    public async Task Later_entries_change_no_figure_and_no_fingerprint_of_an_earlier_day()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        LocalDate day = new(2026, 2, 10);
        IReadOnlyList<string> before = await Read(body, day);
        body.Clock.Now += Duration.FromHours(3);
        await body.Gift(TestBody.Community, 7, Restriction.Unrestricted, new LocalDate(2026, 2, 11));
        await body.Review(await body.PrepareExpense(TestBody.Children, 10, on: new LocalDate(2026, 3, 19)));
        IReadOnlyList<string> after = await Read(body, day);
        after.ShouldBe(before);
        before.ShouldContain(sheet => sheet.Contains("650.5"));
        before.ShouldNotContain(sheet => sheet.Contains("199.99"));
    }

    [Fact]
    public async Task A_day_before_the_books_has_no_statements_and_all_registers()
    {
        await using TestBody body = await TestBody.New();
        using XLWorkbook book = new(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory, new LocalDate(2024, 6, 30)));
        book.Worksheets.Select(sheet => sheet.Name).Take(3).ShouldBe(["封面", "不相容岗位", "序时账"]);
    }

    /// <summary>All sheets but those that say when they were made or change for their own reasons: the cover, checks, vouchers, people and log.</summary>
    private async Task<IReadOnlyList<string>> Read(TestBody body, LocalDate day)
    {
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory, day);
        string[] names = [.. new XLWorkbook(file).Worksheets.Select(sheet => sheet.Name)];
        string[] fingerprints = [.. Regex.Matches(Part(file, "xl/sharedStrings.xml"), ">[0-9a-f]{64}<").Select(match => match.Value)];
        fingerprints.Length.ShouldBe(16);
        string[] changing = ["封面", "账目核查", "凭证登记", "姓名", "日志", "校验"];
        IReadOnlyList<string> sheets = await ExportNotation.AsLibreOfficeReads(file, _directory, names.Except(changing));
        return [.. fingerprints, .. sheets.Select(sheet => Regex.Replace(sheet, @"(生成时间|截至第|账目截至|known)[^\n]*", ""))];
    }

    private async Task<string> Written(FundSession session, string name)
    {
        string file = await session.Export(ExportFormat.Workbook, _directory);
        if (Sheets is not null)
        {
            File.Copy(file, Path.Combine(Sheets, $"{name}.xlsx"), overwrite: true);
        }

        return file;
    }

    private static async Task<FundSession> Demo(int book) =>
        new Foundation((await TestCluster.CloneDemo()).Connections.Books, SystemClock.Instance, TestBody.LogKey).Operator(book);

    private static IEnumerable<Func<string, string>> Rows(XLWorkbook book, string sheet, int head = 1)
    {
        IXLWorksheet read = book.Worksheet(sheet);
        Dictionary<string, int> columns = [];
        foreach (IXLCell cell in read.Row(head).CellsUsed())
        {
            columns[cell.GetString()] = cell.Address.ColumnNumber;
        }

        return Enumerable.Range(head + 1, read.LastRowUsed().RowNumber() - head)
            .Select(row => (Func<string, string>)(column => Convert.ToString(read.Cell(row, columns[column]).Value, CultureInfo.InvariantCulture) ?? ""));
    }

    private static decimal Sum(XLWorkbook book, string sheet, string column, Func<Func<string, string>, bool>? where = null) =>
        Rows(book, sheet).Where(where ?? (_ => true)).Select(row => row(column)).Where(text => text.Length > 0)
            .Sum(text => decimal.Round((decimal)double.Parse(text, CultureInfo.InvariantCulture), 2));

    private static string Part(string file, string part)
    {
        using ZipArchive zip = ZipFile.OpenRead(file);
        using StreamReader text = new(zip.GetEntry(part)!.Open());
        return text.ReadToEnd();
    }
}

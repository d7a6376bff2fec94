using ClosedXML.Excel;
using CommunityFund.Tests;
using CommunityFund.Tests.Documents;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// The main job, as three people do it in their browsers: an accountant imports the bank's file and disposes of lines, a
/// reviewer posts, a finance officer reads the trial balance and takes it home.
/// </summary>
public sealed class FirstVoucherJourney
{
    private static readonly string Statement = Path.Combine(AppContext.BaseDirectory, "samples", "ccb-corporate-2026.csv");

    [Theory]
    [InlineData(1280, 900)]
    [InlineData(390, 844)]
    public async Task From_the_banks_file_to_a_trial_balance_that_two_people_made(int width, int height)
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", width, height);
        await Import(accountant, "导入 30 笔新流水");
        if (width > 1000)
        {
            await AcceptByEnter(accountant, line: 1, what: "幸福里社区基金");
        }
        else
        {
            await Donate(accountant, line: 1, fund: "F03 儿童友好基金", donor: "和顺物业服务有限公司");
        }

        await Donate(accountant, line: 9, fund: "F04 助老基金", donor: "");
        await Spend(accountant, line: 4, fund: "F00 本级基金", account: "5401 筹资费用");
        await Ignore(accountant, line: 16, "与第 15 笔同一笔付款退回");
        await Hold(accountant, line: 5, "政府补助，等协议");
        if (width > 1000)
        {
            await HoldThreeByKeyboard(accountant, line: 10, "等平台对账单");
        }

        await Import(accountant, null);
        await WriteByHand(accountant);
        await accountant.SignOut();

        Browsing reviewer = await Browsing.SignIn(site, "liwen", width, height);
        await ReviewAll(reviewer, expected: 5);

        Browsing officer = await Browsing.SignIn(site, "wangjian", width, height);
        await ReadBalance(officer);
        await accountant.Close();
        await reviewer.Close();
        await officer.Close();
    }

    private static async Task Import(Browsing person, string? confirm)
    {
        await person.Go("/Banking/Import");
        await person.Page.SetInputFilesAsync("input[type=file]", Statement);
        await person.Press("上传并预览");
        await person.Sees("GB18030");
        if (confirm is null)
        {
            await person.Sees("新的 0 笔");
            return;
        }

        await person.Sees("436,250.00");
        await person.Press(confirm);
        await person.Sees("30");
    }

    private static async Task Donate(Browsing person, int line, string fund, string donor)
    {
        await person.Go($"/Banking/Line?id={line}");
        await Choose(person, "Form.Fund", fund);
        await person.Page.FillAsync("[name='Form.Party']", donor);
        await person.Press("制单，送审核");
        await person.NoRefusal();
    }

    private static async Task Spend(Browsing person, int line, string fund, string account)
    {
        await person.Go($"/Banking/Line?id={line}&as=Expense");
        await Choose(person, "Form.Fund", fund);
        await Choose(person, "Form.Account", account);
        await person.Page.SetInputFilesAsync("#enclosed-files",
        [
            new FilePayload { Name = "发票.pdf", MimeType = "application/pdf", Buffer = "<html>发票</html>"u8.ToArray() },
            new FilePayload { Name = "发票.ofd", MimeType = "text/html", Buffer = Samples.Ofd() },
        ]);
        await person.Press("制单，送审核");
        await person.Sees("“发票.pdf”是网页或会运行的图形");
        await person.Sees($"发票号码 {Samples.InvoiceNumber}");
        await person.Press("制单，送审核");
        await person.NoRefusal();
    }

    private static async Task Ignore(Browsing person, int line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Page.FillAsync("[name='Form.Reason']", reason);
        await person.Press("不用做账");
        await person.NoRefusal();
    }

    private static async Task Hold(Browsing person, int line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Page.FillAsync("[name='Form.Reason']", reason);
        await person.Press("挂起");
        await person.NoRefusal();
    }

    /// <summary>The first suggestion is taken as it stands.</summary>
    private static async Task AcceptByEnter(Browsing person, int line, string what)
    {
        await person.Go($"/Banking/Line?id={line}");
        await Assertions.Expect(person.Page.Locator("[data-candidate].chosen")).ToContainTextAsync(what);
        await person.Page.Keyboard.PressAsync("Enter");
        await person.Sees("凭证已送审核");
    }

    /// <summary>Three lines at once: J goes down the list, space marks, what is marked stays so when the page is turned, M takes all,
    /// H asks why.</summary>
    private static async Task HoldThreeByKeyboard(Browsing person, int line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        foreach (string key in new[] { "j", " " })
        {
            await person.Page.Keyboard.PressAsync(key);
        }

        await person.Press("下一页");
        await person.Sees("另有 1 笔已勾选");
        foreach (string key in new[] { "j", " ", "m" })
        {
            await person.Page.Keyboard.PressAsync(key);
        }

        await person.Sees("一起处理 3 笔");
        await person.Page.Keyboard.PressAsync("h");
        await person.Page.Keyboard.InsertTextAsync(reason);
        await person.Page.Keyboard.PressAsync("Enter");
        await person.Page.WaitForURLAsync(url => !url.Contains("With=", StringComparison.Ordinal));
        await person.Sees("办好 3 笔");
    }

    /// <summary>The grid by keyboard: account by initials, the last amount by the equals sign.</summary>
    private static async Task WriteByHand(Browsing person)
    {
        await person.Go("/Vouchers/Prepare");
        await person.Page.FillAsync("[name='OccurredOn']", "2026-03-20");
        await person.Page.FillAsync("[name='Narrative']", "<b>计提折旧</b> =cmd 三月");
        ILocator cells = person.Page.Locator("[data-choose=account]");
        await cells.Nth(0).FillAsync("glfy");
        await cells.Nth(1).FillAsync("ljzj");
        ILocator funds = person.Page.Locator("[data-choose=fund]");
        await funds.Nth(0).FillAsync("F00");
        await funds.Nth(1).FillAsync("F00");
        await person.Page.Locator("[data-amount=debit]").Nth(0).FillAsync("200.005");
        await person.Page.Locator("[data-amount=credit]").Nth(1).FillAsync("200");
        await person.Page.Locator(".enclose summary").ClickAsync();
        await person.Page.FillAsync("[name='Enclosed.Sheets']", "2");
        await person.Page.FillAsync("[name='Enclosed.KeptAt']", "2026 凭证盒 3");
        await person.Page.Locator("[data-send]").ClickAsync();
        await person.Sees("两位小数");
        await person.Sees("纸质原件 · 2 张");
        (await person.Page.Locator("[data-amount=debit]").Nth(0).InputValueAsync()).ShouldBe("200.005");
        await person.Page.Locator("[data-amount=debit]").Nth(0).FillAsync("200.00");
        await person.Page.Locator("[data-send]").ClickAsync();
        await person.NoRefusal();
        await person.Sees("<b>计提折旧</b> =cmd 三月");
    }

    private static async Task ReviewAll(Browsing person, int expected)
    {
        await person.Go("/");
        for (int i = 0; i < expected; i++)
        {
            await person.Go("/Vouchers?state=prepared");
            await person.Page.Locator("main a[href*='/Vouchers/Show']").First.ClickAsync();
            await person.Press("审核通过并记账");
            await person.NoRefusal();
        }

        await person.Go("/Vouchers?state=prepared");
        (await person.Page.Locator("main a[href*='/Vouchers/Show']").CountAsync()).ShouldBe(0);
    }

    private static async Task ReadBalance(Browsing person)
    {
        await person.Go("/Statements/TrialBalance?from=202601&to=202603");
        await person.Sees("银行存款");
        await person.Sees("436,326.00");
        IDownload download = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.Locator("a[href*='handler=Workbook']").ClickAsync());
        download.SuggestedFilename.ShouldBe("科目余额表-清河慈善会-2026-01-2026-03.xlsx");
        using MemoryStream bytes = new();
        await (await download.CreateReadStreamAsync()).CopyToAsync(bytes);
        using XLWorkbook book = new(bytes);
        book.Worksheet(1).CellsUsed(cell => !cell.HasFormula && cell.DataType == XLDataType.Number).Select(cell => cell.GetDouble())
            .ShouldContain(436326.00);
        await person.Page.Locator("a[href*='/Ledgers/Account'][href*='account=bank']").First.ClickAsync();
        await person.Page.Locator("a[href*='/Vouchers/Show']").First.ClickAsync();
        (await person.Page.GetByText("审核通过并记账").CountAsync()).ShouldBe(0);
    }

    private static async Task Choose(Browsing person, string field, string text)
    {
        ILocator option = person.Page.Locator($"[name='{field}'] option").Filter(new LocatorFilterOptions { HasText = text }).First;
        await person.Page.SelectOptionAsync($"[name='{field}']", (await option.GetAttributeAsync("value"))!);
    }
}

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
    /// <summary>On a phone; at a desk the whole month is done in <see cref="MarchJourney"/>.</summary>
    [Fact]
    public async Task From_the_banks_file_to_a_trial_balance_that_two_people_made()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 390, 844);
        await accountant.Import("导入 30 笔新流水");
        long before = await accountant.FirstLine() - 1;
        await Donate(accountant, before + 1, fund: "F03 儿童友好基金", donor: "和顺物业服务有限公司");
        await Spend(accountant, before + 4, fund: "F00 本级基金", account: "5401 筹资费用");
        await Ignore(accountant, before + 16, "与第 15 笔同一笔付款退回");
        await Hold(accountant, before + 5, "政府补助，等协议");
        await accountant.Page.SetViewportSizeAsync(1280, 900);
        await HoldThreeByKeyboard(accountant, before + 10, "等平台对账单");
        await accountant.Page.SetViewportSizeAsync(390, 844);
        await accountant.Import(null);
        await WriteByHand(accountant);
        await accountant.SignOut();

        Browsing reviewer = await Browsing.SignIn(site, "liwen", 390, 844);
        await ReviewAll(reviewer, expected: 5);

        Browsing officer = await Browsing.SignIn(site, "wangjian", 390, 844);
        await ReadBalance(officer);
        await accountant.Close();
        await reviewer.Close();
        await officer.Close();
    }

    private static async Task Donate(Browsing person, long line, string fund, string donor)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Choose("Form.Fund", fund);
        await person.Page.FillAsync("[name='Form.Party']", donor);
        await person.Press("制单，送审核");
        await person.NoRefusal();
    }

    private static async Task Spend(Browsing person, long line, string fund, string account)
    {
        await person.Go($"/Banking/Line?id={line}&as=Expense");
        await person.Choose("Form.Fund", fund);
        await person.Choose("Form.Account", account);
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

    private static async Task Ignore(Browsing person, long line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Page.FillAsync("[name='Form.Reason']", reason);
        await person.Press("不用做账");
        await person.NoRefusal();
    }

    private static async Task Hold(Browsing person, long line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Page.FillAsync("[name='Form.Reason']", reason);
        await person.Press("挂起");
        await person.NoRefusal();
    }

    /// <summary>Three lines at once: J goes down the list, space marks, what is marked stays so when the page is turned, M takes all,
    /// H asks why.</summary>
    private static async Task HoldThreeByKeyboard(Browsing person, long line, string reason)
    {
        await person.Go($"/Banking/Line?id={line}");
        await person.Keys("j", " ");
        await person.Press("下一页");
        await person.Sees("另有 1 笔已勾选");
        await person.Turn(() => person.Keys("j", " ", "m"));
        await person.Sees("一起处理 3 笔");
        await person.WriteAt("h", person.Page.Locator("#aside [name='Form.Reason']"), reason);
        await person.Turn(() => person.Keys("Enter"));
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
        await person.Click(person.Page.Locator("[data-send]"));
        await person.Sees("两位小数");
        await person.Sees("纸质原件 · 2 张");
        (await person.Page.Locator("[data-amount=debit]").Nth(0).InputValueAsync()).ShouldBe("200.005");
        await person.Page.Locator("[data-amount=debit]").Nth(0).FillAsync("200.00");
        await person.Click(person.Page.Locator("[data-send]"));
        await person.NoRefusal();
        await person.Sees("<b>计提折旧</b> =cmd 三月");
    }

    private static async Task ReviewAll(Browsing person, int expected)
    {
        await person.Go("/");
        for (int i = 0; i < expected; i++)
        {
            await person.Go("/Vouchers?state=prepared");
            await person.Click(person.Page.Locator("main a[href*='/Vouchers/Show']").First);
            await person.Press("审核通过并记账");
            await person.NoRefusal();
        }

        await person.Go("/Vouchers?state=prepared");
        await Assertions.Expect(person.Page.Locator("main a[href*='/Vouchers/Show']")).ToHaveCountAsync(0);
    }

    private static async Task ReadBalance(Browsing person)
    {
        await person.Go("/Statements/TrialBalance?from=202601&to=202603");
        await person.Sees("银行存款");
        await person.Sees("436,238.00");
        IDownload download = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.Locator("a[href*='handler=Workbook']").ClickAsync());
        download.SuggestedFilename.ShouldBe("科目余额表-清河慈善会-2026-01-2026-03.xlsx");
        using MemoryStream bytes = new();
        await (await download.CreateReadStreamAsync()).CopyToAsync(bytes);
        using XLWorkbook book = new(bytes);
        book.Worksheet(1).CellsUsed(cell => !cell.HasFormula && cell.DataType == XLDataType.Number).Select(cell => cell.GetDouble())
            .ShouldContain(436238.00);
        await person.Click(person.Page.Locator("a[href*='/Ledgers/Account'][href*='account=bank']").First);
        await person.Click(person.Page.Locator("a[href*='/Vouchers/Show']").First);
        person.Page.Url.ShouldContain("/Vouchers/Show");
        await Assertions.Expect(person.Page.GetByText("审核通过并记账")).ToHaveCountAsync(0);
    }
}

using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Demo;
using CommunityFund.Tests;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// The treasurer's month: an accountant brings the bank's statement in, disposes of every line, and signs 余额调节表 with a colleague who
/// has posted the vouchers; then the month closes. Every figure is the statement's or follows from it.
/// </summary>
public sealed class MarchJourney
{
    private long _first;
    private int _papers;

    [Fact]
    public async Task March_goes_from_the_banks_file_to_a_reconciliation_that_two_signed_and_a_closed_month()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await accountant.Sees("2026-02 已过完，还没有结账");
        await Import(accountant);
        await WriteByHand(accountant, "街道办专项资金", "100201", "4401", "120000");
        await WriteByHand(accountant, "平台收到的捐款", "1009", "4101", "3854.60");
        await DisposeOfWhatIsPlain(accountant);

        Browsing reviewer = await Browsing.SignIn(site, "liwen", 1280, 900);
        await PostAll(reviewer, 29);
        await DisposeOfWhatCameBack(accountant);
        await PostAll(reviewer, 2);

        await Prepare(accountant);
        await Confirm(reviewer);
        await Print(accountant);
        await Close(reviewer, "2026-02");
        await Close(reviewer, "2026-03");
        await ReadMarch(accountant);
        await accountant.Close();
        await reviewer.Close();
    }

    private async Task Import(Browsing person)
    {
        await person.Import("导入 30 笔新流水");
        _first = await person.FirstLine();
    }

    private async Task WriteByHand(Browsing person, string words, string debit, string credit, string yuan)
    {
        await person.Go("/Vouchers/Prepare");
        await person.Page.FillAsync("[name=OccurredOn]", "2026-03-04");
        await person.Page.FillAsync("[name=Narrative]", words);
        foreach ((int row, string account, string side) in new[] { (0, debit, "debit"), (1, credit, "credit") })
        {
            await person.Page.Locator("[data-choose=account]").Nth(row).FillAsync(account);
            await person.Page.Locator("[data-choose=fund]").Nth(row).FillAsync("F00");
            await person.Page.Locator($"[data-amount={side}]").Nth(row).FillAsync(yuan);
        }

        await Enclose(person, words);
        await person.Click(person.Page.Locator("[data-send]"));
        await person.Stands(address => address.Contains("/Vouchers/Show", StringComparison.Ordinal));
    }

    /// <summary>Everything but what came back of payments that are not posted yet, and the line that the hand-written voucher books.</summary>
    private async Task DisposeOfWhatIsPlain(Browsing person)
    {
        await Book(person, 1, "Gift", ("Fund", "F03"));
        await Book(person, 2, "Gift", ("Fund", "F00"));
        await Accept(person, 3);
        await Together(person, 4, [25], "Fee", atOnce: true, ("Fund", "F00"));
        await Book(person, 6, "Expense", ("Fund", "F03"));
        await Together(person, 7, [26], "Suspense", atOnce: false);
        await Together(person, 8, [12], "Transfer", atOnce: true, ("Other", "1009"));
        await MarkByKeyboard(person, 9, "Gift", ("Fund", "F04"));
        await Book(person, 10, "Expense", ("Fund", "F01"));
        await Book(person, 13, "Expense", ("Fund", "F04"));
        await Book(person, 14, "Gift", ("Fund", "F00"));
        await Book(person, 15, "Expense", ("Fund", "F03"));
        await Book(person, 17, "Expense", ("Fund", "F00"), ("Account", "管理费用"));
        await Book(person, 18, "Gift", ("Fund", "F06"));
        await Book(person, 19, "Gift", ("Fund", "F00"));
        await Book(person, 20, "Expense", ("Fund", "F00"), ("Account", "管理费用"));
        await ShareInterest(person, 21);
        await Book(person, 23, "Gift", ("Fund", "F02"));
        await Book(person, 24, "Expense", ("Fund", "F04"));
        await Agency(person, 27);
        await Agency(person, 28);
        await Book(person, 29, "Expense", ("Fund", "F00"), ("Account", "管理费用"));
        await Accept(person, 30);
    }

    /// <summary>The second instalment that bounced, and what was left of the first.</summary>
    private async Task DisposeOfWhatCameBack(Browsing person)
    {
        await At(person, 16, "Returned");
        (await person.Page.Locator("[name='Form.Payment'] option:checked").InnerTextAsync()).ShouldContain("第二期拨款");
        await Send(person);
        await At(person, 22, "Refund");
        string first = (await person.Page.Locator("[name='Form.Original'] option").AllInnerTextsAsync())
            .Single(option => option.Contains("第一期拨款", StringComparison.Ordinal) && option.Contains("7,200.00", StringComparison.Ordinal));
        await person.Page.SelectOptionAsync("[name='Form.Original']", new SelectOptionValue { Label = first });
        await Send(person);
    }

    private async Task Book(Browsing person, int line, string kind, params (string Field, string Says)[] chosen)
    {
        await At(person, line, kind);
        await Fill(person, chosen);
        if (kind == "Expense")
        {
            await Enclose(person, $"发票 {line}");
        }

        await Send(person);
    }

    /// <summary>What the words on the line propose is taken as it stands, by Enter.</summary>
    private async Task Accept(Browsing person, int line)
    {
        await At(person, line, null);
        await person.Turn(() => person.Keys("Enter"));
        person.Page.Url.ShouldNotContain($"Id={Id(line)}", Case.Insensitive);
        await person.NoRefusal();
    }

    private async Task Together(
        Browsing person, int line, int[] others, string kind, bool atOnce, params (string Field, string Says)[] chosen)
    {
        await person.Go($"/Banking/Line?Id={Id(line)}&As={kind}" + string.Concat(others.Select(other => $"&With={Id(other)}")));
        await Fill(person, chosen);
        if (kind == "Fee")
        {
            await Enclose(person, $"回单 {line}");
        }

        await person.Page.CheckAsync($"[name='Form.Together'][value={(atOnce ? "true" : "false")}]");
        await Send(person);
    }

    /// <summary>The same amount of the same donor twice: J goes down the list to the second, space marks it, M takes both.</summary>
    private async Task MarkByKeyboard(Browsing person, int line, string kind, params (string Field, string Says)[] chosen)
    {
        await At(person, line, kind);
        await person.Turn(() => person.Keys("j", "j", " ", "m"));
        person.Page.Url.ShouldContain($"With={Id(line + 2)}");
        await Fill(person, chosen);
        await Send(person);
        await person.Sees("办好 2 笔");
    }

    private async Task ShareInterest(Browsing person, int line)
    {
        await At(person, line, "Interest");
        await person.Page.FillAsync("[name='Form.From']", "2026-01-01");
        await person.Page.FillAsync("[name='Form.Until']", "2026-03-11");
        await Send(person);
    }

    private async Task Agency(Browsing person, int line)
    {
        await At(person, line, "Agency");
        await person.Page.FillAsync("[name='Form.Party']", "赵小明");
        await person.Page.FillAsync("[name='Form.Narrative']", "定向助学款");
        await Enclose(person, $"委托书 {line}");
        await Send(person);
    }

    /// <summary>The page that a line's form stands on; the last form often leads there by itself.</summary>
    private async Task At(Browsing person, int line, string? kind)
    {
        ILocator chosen = person.Page.Locator("#book input[name='Form.Kind']"), here = person.Page.Locator("[data-line].here a");
        if (await here.CountAsync() == 0 || !(await here.GetAttributeAsync("href"))!.Contains($"Id={Id(line)}", StringComparison.OrdinalIgnoreCase)
            || (kind is not null && await chosen.InputValueAsync() != kind))
        {
            await person.Go($"/Banking/Line?Id={Id(line)}{(kind is null ? "" : $"&As={kind}")}");
        }
    }

    private static async Task Fill(Browsing person, (string Field, string Says)[] chosen)
    {
        foreach ((string field, string says) in chosen)
        {
            await person.Choose($"Form.{field}", says);
        }
    }

    private async Task Enclose(Browsing person, string what)
    {
        byte[] paper = DemoPaper.Pdf(what, string.Create(CultureInfo.InvariantCulture, $"第 {++_papers} 份"));
        await person.Page.SetInputFilesAsync(
            "#enclosed-files", new FilePayload { Name = $"{what}.pdf", MimeType = "application/pdf", Buffer = paper });
    }

    private static async Task Send(Browsing person)
    {
        await person.Press("制单，送审核");
        await person.NoRefusal();
    }

    /// <summary>One after the other, the one that has waited longest first; February's and April's are among them.</summary>
    private static async Task PostAll(Browsing person, int count)
    {
        await person.Go("/Vouchers?state=prepared");
        await person.Click(person.Page.Locator("main a[href*='/Vouchers/Show']").First);
        ILocator next = person.Page.GetByText("下一张待审核");
        for (int left = count; left > 0; left--)
        {
            await person.Press("审核通过并记账");
            await person.NoRefusal();
            await Assertions.Expect(next).ToHaveCountAsync(left > 1 ? 1 : 0);
            if (left > 1)
            {
                await person.Click(next);
            }
        }
    }

    /// <summary>One line is left beside the one voucher of its amount; ticked together, both sides come to the same.</summary>
    private static async Task Prepare(Browsing person)
    {
        await person.Go("/Reconciliation/Sheet?account=1&day=2026-03-31");
        await person.Sees("银行有、账簿没有（1）");
        await person.Sees("715,117.38");
        await person.Press("金额唯一相符的一起勾对（1 笔）");
        await person.Sees("已勾对（30）");
        await person.Sees("调节后双方余额相符");
        await person.Press("编制余额调节表");
        await person.Sees("595,117.38");
    }

    private static async Task Confirm(Browsing person)
    {
        await person.Go("/Periods");
        await person.Go("/Reconciliation");
        await person.Click(person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "查看待确认的调节表" }));
        await person.Press("确认并锁定");
        await person.Sees("已确认并锁定");
    }

    private static async Task Print(Browsing person)
    {
        await person.Turn(() => person.Page.ReloadAsync());
        IDownload download = await person.Page.RunAndWaitForDownloadAsync(
            () => person.Page.Locator("a[href*='handler=Workbook']").ClickAsync());
        using MemoryStream bytes = new();
        await (await download.CreateReadStreamAsync()).CopyToAsync(bytes);
        using XLWorkbook book = new(bytes);
        book.Worksheet(1).CellsUsed(cell => cell.DataType == XLDataType.Number && cell.GetDouble() == 595117.38).Count().ShouldBeGreaterThan(1);
        IDownload paper = await person.Page.RunAndWaitForDownloadAsync(
            () => person.Page.Locator("a[href*='handler=Pdf']").ClickAsync());
        paper.SuggestedFilename.ShouldEndWith("2026-03-31.pdf");
        string text = await Pdf.Text(await File.ReadAllBytesAsync(await paper.PathAsync()));
        foreach (string says in new[] { "清河慈善会", "33050161xxxx00001234", "2026-03-31", "595,117.38", "陈静", "李文", "调节后双方余额相符" })
        {
            text.ShouldContain(says);
        }
    }

    private static async Task Close(Browsing person, string month)
    {
        await person.Go("/Periods");
        await person.Click(person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = $"试结账 {month}" }));
        await person.Sees("结账将生成的凭证");
        await person.Page.Locator(".confirm summary").ClickAsync();
        await person.Press($"确认结账 {month}");
        await person.NoRefusal();
        await person.Sees($"{month} 已结账");
    }

    /// <summary>What the lines of March come to, account by account; red stands on the side of what it undoes.</summary>
    private static async Task ReadMarch(Browsing person)
    {
        await person.Go("/Statements/TrialBalance?from=202603&to=202603");
        IReadOnlyList<string> rows = await person.Page.Locator("main table tbody tr").AllInnerTextsAsync();
        foreach ((string account, string amount) in new[]
        {
            ("银行存款", "595,117.38"), ("捐赠收入", "100,797.26"), ("政府补助收入", "120,000.00"), ("业务活动成本", "30,910.00"),
            ("管理费用", "5,270.35"), ("筹资费用", "62.00"), ("其他应付款", "24,000.00"), ("其他收入", "312.47"),
        })
        {
            rows.ShouldContain(row => row.Contains(account, StringComparison.Ordinal) && row.Contains(amount, StringComparison.Ordinal), account);
        }
    }

    private long Id(int line) => _first + line - 1;
}

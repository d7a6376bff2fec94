using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// Closing February of the demo: a waiting voucher stands in the way until another than its maker has reviewed it; what comes late is
/// offered the first open day by a button, by hand and from a bank line.
/// </summary>
public sealed class ClosingJourney
{
    /// <summary>On a phone; at a desk March closes in <see cref="MarchJourney"/>.</summary>
    [Fact]
    public async Task A_month_closes_once_nothing_waits_and_late_items_go_to_the_open_month()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 390, 844);
        await accountant.Sees("2026-02 已过完，还没有结账");
        await accountant.Go("/Periods");
        await accountant.Sees("1 张凭证待审核");
        await accountant.Go("/Periods/Close?period=202602");
        await accountant.Sees("您制的单");
        await accountant.Sees("还不能结账");
        await Assertions.Expect(accountant.Page.Locator(".confirm")).ToHaveCountAsync(0);

        Browsing reviewer = await Browsing.SignIn(site, "liwen", 390, 844);
        await reviewer.Go("/Periods");
        await reviewer.Click(reviewer.Page.Locator(".checks a[href*='/Vouchers/Show']"));
        await reviewer.Press("审核通过并记账");
        await Close(reviewer, "2026-02");
        await reviewer.Sees("李文");
        await reviewer.Go("/Periods/Close?period=202602");
        await reviewer.Click(reviewer.Page.Locator(".closing-lines a").First);
        await reviewer.Sees("期末结转自动审核");

        await WriteLate(accountant);
        await DonateLate(accountant);
        await accountant.Close();
        await reviewer.Close();
    }

    private static async Task Close(Browsing person, string month)
    {
        await person.Go("/Periods");
        await person.Click(person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = $"试结账 {month}" }));
        await person.Sees("结账将生成的凭证");
        await person.Page.Locator(".confirm summary").ClickAsync();
        await person.Sees("永远不能重新打开");
        await person.Press($"确认结账 {month}");
        await person.NoRefusal();
        await person.Sees($"{month} 已结账");
    }

    /// <summary>Enter in a field goes on to the next; only the button moves the day.</summary>
    private static async Task WriteLate(Browsing person)
    {
        await person.Go("/Vouchers/Prepare");
        await person.Page.FillAsync("[name=OccurredOn]", "2026-02-20");
        await person.Page.FillAsync("[name=Narrative]", "迟到的折旧");
        foreach ((int row, string account, string side) in new[] { (0, "glfy", "debit"), (1, "ljzj", "credit") })
        {
            await person.Page.Locator("[data-choose=account]").Nth(row).FillAsync(account);
            await person.Page.Locator("[data-choose=fund]").Nth(row).FillAsync("F00");
            await person.Page.Locator($"[data-amount={side}]").Nth(row).FillAsync("10");
        }

        await person.Click(person.Page.Locator("[data-send]"));
        ILocator offered = person.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "改记到 2026-03-01" });
        await Assertions.Expect(offered).ToBeVisibleAsync();
        ILocator narrative = person.Page.Locator("[name=Narrative]");
        await narrative.PressAsync("Enter");
        await Assertions.Expect(narrative).Not.ToBeFocusedAsync();
        await Assertions.Expect(person.Page.Locator("[name=OccurredOn]")).ToHaveValueAsync("2026-02-20");
        await Assertions.Expect(person.Page.Locator("[data-amount=credit]").Nth(1)).ToHaveValueAsync("10");
        await person.Click(offered);
        await person.Stands(address => address.Contains("/Vouchers/Show", StringComparison.Ordinal));
        await person.Sees("2026-03-01");
    }

    /// <summary>A line of February that the bank tells of in another file.</summary>
    private static async Task DonateLate(Browsing person)
    {
        await person.Go("/Banking/Import");
        await person.Page.SetInputFilesAsync("input[type=file]", new FilePayload
        {
            Name = "补发 2026-02.csv",
            MimeType = "text/csv",
            Buffer = System.Text.Encoding.UTF8.GetBytes(
                "账号：33050161xxxx00001234\n交易日期,收入金额,支出金额,余额,对方户名,摘要\n2026-02-20,520.00,,,和顺物业服务有限公司,捐款"),
        });
        await person.Press("上传并预览");
        await person.Press("导入 1 笔新流水");
        await person.Imported(1);
        long line = await person.FirstLine();
        await person.Go($"/Banking/Line?id={line}");
        await person.Choose("Form.Fund", "F03 儿童友好基金");
        await person.Page.FillAsync("[name='Form.Party']", "和顺物业服务有限公司");
        await person.Press("制单，送审核");
        await person.Sees("会计期间 2026-02 已结账");
        (await person.Page.InputValueAsync("[name='Form.Party']")).ShouldBe("和顺物业服务有限公司");
        await person.Press("改记到 2026-03-01");
        await person.NoRefusal();
        await person.Go($"/Banking/Line?id={line}");
        await person.Sees("2026-02-20");
        await person.Click(person.Page.Locator("main a[href*='/Vouchers/Show']"));
        await person.Sees("2026-03-01");
    }
}

using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// Two errors put right by two people in their browsers: an accountant reverses one voucher and writes another anew, a
/// reviewer decides each with one press, and the originals say what became of them.
/// </summary>
public sealed class CorrectionJourney
{
    [Theory]
    [InlineData(1280, 900)]
    [InlineData(390, 844)]
    public async Task An_error_is_undone_in_red_and_another_is_written_anew_in_blue(int width, int height)
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", width, height);
        string printed = await Find(accountant, "公示海报印刷"), lanterns = await Find(accountant, "元宵灯会");
        await Reverse(accountant, printed);
        await WriteAnew(accountant, lanterns);

        Browsing reviewer = await Browsing.SignIn(site, "liwen", width, height);
        await Approve(reviewer, "冲销 记-19（2026-02-26）", "审核通过并记账");
        await Approve(reviewer, "订正 记-7（2026-02-07）", "一起审核通过并记账");

        await accountant.Go(printed);
        await accountant.Sees("已冲销");
        await accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("^已被 记-1（.*）冲销$") }).ClickAsync();
        await accountant.Sees("注销2月26日记-19号凭证：重复入账");
        await accountant.Go(lanterns);
        await accountant.Sees("已被 记-2（");
        await accountant.Sees("已由 记-3（");
        await accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("^已由 ") }).ClickAsync();
        await accountant.Sees("订正2月7日记-7号凭证：金额看错");
        await accountant.Sees("3,230.00");
        await accountant.Sees("-3,320.00");
        await accountant.Close();
        await reviewer.Close();
    }

    /// <summary>The address of a voucher's page, from the list.</summary>
    private static async Task<string> Find(Browsing person, string narrative)
    {
        await person.Go("/Vouchers?state=posted&period=202602");
        return (await person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = narrative, Exact = true }).GetAttributeAsync("href"))!;
    }

    private static async Task Choose(Browsing person, string voucher, string way)
    {
        await person.Go(voucher);
        await person.Page.Locator("details.voucher-correct > summary").ClickAsync();
        await person.Sees("请会计用“冲销”或“红字冲销并重记”");
        await person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = way, Exact = true }).ClickAsync();
        await person.Page.WaitForLoadStateAsync();
    }

    private static async Task Reverse(Browsing person, string voucher)
    {
        await Choose(person, voucher, "红字冲销");
        await person.Sees("-1,100.00");
        await person.Press("提交审核");
        await person.Sees("请写明更正原因");
        await person.Page.FillAsync("[name=Reason]", "重复入账");
        await person.Press("提交审核");
        await person.NoRefusal();
        await person.Go(voucher);
        await person.Sees("红字冲销待审核");
    }

    private static async Task WriteAnew(Browsing person, string voucher)
    {
        await Choose(person, voucher, "红字冲销并重记");
        await person.Page.FillAsync("[name=Reason]", "金额看错");
        await person.Press("提交审核");
        await person.Sees("重记的内容和原凭证一样");
        (await person.Page.InputValueAsync("[name=Reason]")).ShouldBe("金额看错");
        await person.Page.Locator("[data-amount=debit]").Nth(0).FillAsync("3230");
        await person.Page.Locator("[data-amount=credit]").Nth(1).FillAsync("3230");
        await person.Press("提交审核");
        await person.NoRefusal();
        await person.Sees("这 2 张凭证是同一笔更正");
    }

    private static async Task Approve(Browsing person, string correction, string button)
    {
        await person.Go("/Vouchers?state=prepared");
        await person.Page.Locator("tr").Filter(new LocatorFilterOptions { HasText = correction }).Locator("a").First.ClickAsync();
        await person.Page.WaitForLoadStateAsync();
        await person.Press(button);
        await person.NoRefusal();
    }
}

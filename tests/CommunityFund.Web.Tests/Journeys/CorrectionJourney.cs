using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using NodaTime;

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
        await Approve(reviewer, "订正 记-6（2026-02-07）", "一起审核通过并记账");

        await accountant.Go(printed);
        await accountant.Sees("已冲销");
        await accountant.Click(accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("^已被 记-1（") }));
        await accountant.Sees("注销2月26日记-19号凭证：重复入账");
        await accountant.Go(lanterns);
        await accountant.Sees("已被 记-2（");
        await accountant.Sees("已由 记-3（");
        await accountant.Click(accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { NameRegex = new("^已由 ") }));
        await accountant.Sees("订正2月7日记-6号凭证：金额看错");
        await accountant.Sees("3,230.00");
        await accountant.Sees("-3,320.00");
        await accountant.Close();
        await reviewer.Close();
    }

    [Theory]
    [InlineData(1280, 900)]
    [InlineData(390, 844)]
    public async Task An_error_of_an_earlier_year_takes_one_blue_voucher_beside_the_original(int width, int height)
    {
        await using Site site = new();
        await site.InitializeAsync();
        long gift = await GiftOf2024(site);
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "feng", width, height);
        await accountant.Go($"/Vouchers/Show?id={gift}");
        await accountant.Page.Locator("details.voucher-correct > summary").ClickAsync();
        await accountant.Click(accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "更正以前年度差错", Exact = true }));
        await accountant.Sees("记 3101 非限定性净资产或 3102 限定性净资产");
        await accountant.Sees("500.00");
        await accountant.Page.FillAsync("[name=Reason]", "多记五十元");
        await Row(accountant, 0, "3101", "debit");
        await Row(accountant, 1, "1001", "credit");
        await accountant.Page.SelectOptionAsync("[name='Rows[1].Item']", "other-paid");
        await accountant.Press("提交审核");
        await accountant.Sees("本账套执行的会计制度到 2025-12-31 为止");
        (await accountant.Page.Locator("[data-amount=credit]").Nth(1).InputValueAsync()).ShouldBe("50.00");
        await accountant.Page.FillAsync("[name=On]", "2025-02-03");
        await accountant.Press("提交审核");
        await accountant.NoRefusal();
        await accountant.Sees("订正2024年5月6日记-1号凭证：多记五十元");
        await accountant.Sees("以前年度调整");
        await accountant.Close();
    }

    private static async Task Row(Browsing person, int place, string account, string side)
    {
        await person.Page.Locator("[data-choose=account]").Nth(place).FillAsync(account);
        await person.Page.Locator("[data-choose=fund]").Nth(place).FillAsync("F00");
        await person.Page.Locator($"[data-amount={side}]").Nth(place).FillAsync("50.00");
    }

    /// <summary>Another body in the same database, under the standard of 2004, with a gift of 500 in its second year's past.</summary>
    private static async Task<long> GiftOf2024(Site site)
    {
        Foundation foundation = new(site.Connections.Books, new TestClock(Instant.FromUtc(2025, 3, 1, 2, 0)), TestBody.LogKey);
        int book = await foundation.Operator().Run(new SetUpBook(Guid.NewGuid(), "old", "老制度慈善会", "cn-npo-2004",
            new LocalDate(2024, 1, 1), new NewLogin("冯会计", "feng", Site.Password), new NewLogin("卫审核", "wei", Site.Password), SecondFactor: false));
        await using FundDb db = foundation.Open();
        long[] people = [.. await db.Set<RoleGrant>().Where(grant => grant.BookId == book).Select(grant => grant.PersonId).Distinct()
            .Order().ToListAsync()];
        Enclosure slip = new(await foundation.SessionOf(people[0], book).Run(new RegisterPaper(Guid.NewGuid(), Guid.NewGuid(), 1, "2024 凭证盒")));
        long gift = await foundation.SessionOf(people[0], book).Run(new PrepareVoucher(Guid.NewGuid(), new LocalDate(2024, 5, 6), "收捐赠",
        [
            new(Account.Keys.Cash, 1, Side.Debit, Amount.Yuan(500)), new(Account.Keys.DonationIncome, 1, Side.Credit, Amount.Yuan(500)),
        ], [slip]));
        await foundation.SessionOf(people[1], book).Run(new ReviewVoucher(Guid.NewGuid(), gift));
        return gift;
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
        await person.Sees("请会计用“红字冲销”或“红字冲销并重记”");
        await person.Click(person.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = way, Exact = true }));
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
        await person.Click(person.Page.Locator("tr").Filter(new LocatorFilterOptions { HasText = correction }).Locator("a").First);
        await person.Press(button);
        await person.NoRefusal();
    }
}

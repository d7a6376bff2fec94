using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Tests;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// What comes in, from the hand that gives to what it paid for: a gift with its entry seen before, the official receipt, the letter's page that
/// its donor opens without signing in; an enterprise's declaration, verified by another, booked and followed.
/// </summary>
public sealed class IncomeJourney
{
    private int _papers;

    [Fact]
    public async Task A_gift_gets_its_receipt_and_its_donor_sees_what_became_of_it_and_an_enterprises_income_is_followed()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        Browsing reviewer = await Browsing.SignIn(site, "liwen", 1280, 900);
        long voucher = await Give(accountant);
        await Post(reviewer, voucher);
        long donation = await DonationOf(site, voucher);
        await Receipt(accountant, donation);
        await DonorLooks(site, accountant, donation);
        await KeeperLooks(accountant, donation);
        await Declare(accountant, reviewer);
        await accountant.Close();
        await reviewer.Close();
    }

    private async Task<long> Give(Browsing person)
    {
        await person.Go("/Donations/Gift");
        await person.Page.FillAsync("[name='Form.Donor']", "赵大爷");
        await person.Page.FillAsync("[name='Form.Amount']", "200");
        await person.Page.FillAsync("[name='Form.ReceivedOn']", "2026-04-20");
        await person.Choose("Form.Fund", "F01");
        await person.Page.FillAsync("[name='Form.Narrative']", "捐给社区画室");
        await SessionIsLost(person);
        await Enclose(person, "捐款收款回单");
        await person.Press("预览分录");
        await person.NoRefusal();
        await person.Sees("捐赠收入");
        await person.Press("确认登记");
        return await Voucher(person);
    }

    /// <summary>The session ends while a form is filled in: after signing in again, what was typed stands there and can be sent.</summary>
    private static async Task SessionIsLost(Browsing person)
    {
        await person.Page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = "session" });
        await person.Press("预览分录");
        await person.Page.FillAsync("[name=UserName]", "chenjing");
        await person.Page.FillAsync("[name=Password]", Site.Password);
        await person.Press("登录");
        await person.Sees("填好的内容已放回下面");
        await Assertions.Expect(person.Page.Locator("[name='Form.Donor']")).ToHaveValueAsync("赵大爷");
        await Assertions.Expect(person.Page.Locator("[name='Form.ReceivedOn']")).ToHaveValueAsync("2026-04-20");
    }

    private static async Task Post(Browsing person, long voucher)
    {
        await person.Go(string.Create(CultureInfo.InvariantCulture, $"/Vouchers/Show?id={voucher}"));
        await person.Press("审核通过并记账");
        await person.NoRefusal();
    }

    private static async Task Receipt(Browsing person, long donation)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/Donations/Receipts/Register?donation={donation}");
        await person.Go(path);
        await person.Page.FillAsync("[name=Number]", "0000126407");
        await person.Page.FillAsync("[name=IssuedOn]", "2026-04-21");
        await person.Press("保存");
        await person.NoRefusal();
        await person.Sees("0000126407");
    }

    /// <summary>The letter is printed; its donor types number and code with no account here, and a wrong code opens nothing.</summary>
    private static async Task DonorLooks(Site site, Browsing accountant, long donation)
    {
        await accountant.Go(string.Create(CultureInfo.InvariantCulture, $"/Donations/Letters?Gifts={donation}"));
        await accountant.Page.RunAndWaitForDownloadAsync(
            () => accountant.Page.Locator("form[action*='handler=Print'] button.btn-primary").ClickAsync(), new PageRunAndWaitForDownloadOptions { Timeout = 60_000 });
        Foundation foundation = new(site.Connections.Books, SystemClock.Instance, TestBody.LogKey);
        await using FundDb db = foundation.Open();
        DonationCode letter = await db.Set<DonationCode>().SingleAsync(row => row.BookId == 1 && row.DonationId == donation);

        Browsing donor = new(await site.Open(390, 844));
        await donor.Go("/Donations/Trace");
        await donor.Page.FillAsync("[name=number]", letter.Number);
        await donor.Page.FillAsync("[name=code]", "AAAAAAAA");
        await donor.Press("查询");
        await Assertions.Expect(donor.Page.GetByText("编号和查询码对不上").First).ToBeVisibleAsync();
        await donor.Page.FillAsync("[name=code]", letter.Code(foundation));
        await donor.Press("查询");
        await Assertions.Expect(donor.Page.GetByText("幸福里社区基金").First).ToBeVisibleAsync();
        await Assertions.Expect(donor.Page.GetByText("0000126407").First).ToBeVisibleAsync();
        await Assertions.Expect(donor.Page.Locator(".trace-unspent dd")).ToHaveTextAsync("200.00");
        await donor.Close();
    }

    /// <summary>From the list of gifts to what became of one, and from there to giving back what is left.</summary>
    private static async Task KeeperLooks(Browsing person, long donation)
    {
        await person.Go("/Donations");
        await person.Click(person.Page.Locator(string.Create(CultureInfo.InvariantCulture, $"a[href='/Lots/Trace?donation={donation}']")));
        await person.Sees("尚未使用");
        await person.Click(person.Page.Locator("a[href*='/Donations/Refunds?lot=']"));
        await person.NoRefusal();
        await person.Sees("最多");
    }

    /// <summary>Rooms let to the enterprise: declared with its accounts, verified by another, booked, and followed from profit to fund.</summary>
    private async Task Declare(Browsing accountant, Browsing reviewer)
    {
        await accountant.Go("/Enterprises/Declare?id=1");
        await accountant.Page.FillAsync("[name='Form.From']", "2026-04-01");
        await accountant.Page.FillAsync("[name='Form.Turnover']", "30000");
        await accountant.Page.FillAsync("[name='Form.Profit']", "5000");
        await accountant.Page.CheckAsync("[name='Form.GivenFor'][value=Services]");
        await accountant.Page.FillAsync("[name='Form.Stated']", "1200");
        await Enclose(accountant, "便民小店二季度利润表");
        await accountant.Press("看看会怎么记");
        await accountant.NoRefusal();
        await accountant.Sees("提供服务收入");
        await accountant.Press("申报，交另一个人核实");
        await accountant.Stands(address => address.Contains("/Enterprises/Declaration", StringComparison.Ordinal));
        string declaration = new Uri(accountant.Page.Url).PathAndQuery;
        await reviewer.Go(declaration);
        await reviewer.Press("已对照报表，核实");
        await reviewer.NoRefusal();
        await accountant.Go(declaration);
        await accountant.Page.FillAsync("[name=BookedOn]", "2026-07-05");
        await accountant.Press("制单，交审核");
        await accountant.NoRefusal();
        await accountant.Click(accountant.Page.Locator("main a[href*='/Vouchers/Show']").First);
        await Post(reviewer, await Voucher(accountant));
        await accountant.Go("/Lots/Trace?enterprise=1");
        await accountant.NoRefusal();
        await accountant.Sees("尚未使用");
        await accountant.Sees("幸福里社区基金");
    }

    private async Task Enclose(Browsing person, string what) => await person.Page.SetInputFilesAsync("#enclosed-files", new FilePayload
    {
        Name = $"{what}.pdf",
        MimeType = "application/pdf",
        Buffer = DemoPaper.Pdf(what, string.Create(CultureInfo.InvariantCulture, $"第 {++_papers} 份")),
    });

    private static async Task<long> DonationOf(Site site, long voucher)
    {
        await using FundDb db = new Foundation(site.Connections.Books, SystemClock.Instance, TestBody.LogKey).Open();
        return await db.Database.SqlQuery<long>($"select donation_id as \"Value\" from donation where book_id = 1 and voucher_id = {voucher}").SingleAsync();
    }

    /// <summary>The voucher whose page one is sent to.</summary>
    private static async Task<long> Voucher(Browsing person)
    {
        await person.Stands(address => address.Contains("/Vouchers/Show", StringComparison.Ordinal));
        return long.Parse(
            System.Text.RegularExpressions.Regex.Match(person.Page.Url, "[?&]id=([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}

using System.Text;
using CommunityFund.Demo;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// Money out on purpose: somebody hands in a claim by phone, an approver agrees, two make and release a batch with a bill that is owed
/// already, the bank's answer sends one of both back, and the bank's line books the other.
/// </summary>
public sealed class PaymentJourney
{
    private const string Card = "6217001540098765432", Bill = "HK3";

    [Fact]
    public async Task A_claim_goes_from_a_phone_to_the_bank_and_comes_back_and_a_bill_is_paid()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing claimant = await Browsing.SignIn(site, "wangjian", 390, 844);
        string claim = await Claim(claimant);
        Browsing approver = await Browsing.SignIn(site, "liwen", 390, 844);
        await Approve(approver, claim);
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await accountant.Go(claim);
        await accountant.Press("制单");
        await accountant.Sees("凭证已填制");
        await approver.PostNewest();

        string code = (await accountant.Page.Locator("h1").First.InnerTextAsync()).Trim();
        string batch = await MakeBatch(accountant, code);
        await approver.Go(batch);
        await approver.Press("放行");
        await approver.Sees("已放行");
        await TakeFile(accountant, batch);
        await ReadAnswer(accountant, batch);
        await accountant.Go("/Payments");
        await accountant.Sees("户名不符");

        await PayByTheBanksLine(accountant);
        await approver.PostNewest();
        await accountant.Go(batch);
        await accountant.Sees("已入账");
        await accountant.Sees("付款失败");
        await claimant.Close();
        await approver.Close();
        await accountant.Close();
    }

    private static async Task<string> Claim(Browsing person)
    {
        await person.Go("/Payments/Claim");
        await person.Page.FillAsync("[name=Heading]", "志愿者饮用水");
        await person.Page.FillAsync("[name='Lines[0].Day']", "2026-04-11");
        await person.Page.FillAsync("[name='Lines[0].What']", "矿泉水 12 箱");
        await person.Page.FillAsync("[name='Lines[0].Amount']", "168");
        await person.Choose("Lines[0].Fund", "F02");
        await person.Page.FillAsync("[name=Number]", Card);
        await person.Page.FillAsync("[name=BankName]", "中国建设银行清河支行");
        await Enclose(person, "小票 矿泉水");
        await person.Press("提交审批");
        await person.NoRefusal();
        await person.Sees("已提交，等审批");
        return person.Page.Url;
    }

    private static async Task Approve(Browsing person, string claim)
    {
        await person.Go(claim);
        await person.Press("批准");
        await person.Sees("已批准，等会计制单");
        await person.Go("/Payments/Payees");
        await person.Click(person.Page.Locator("tr").Filter(new LocatorFilterOptions { HasText = Card }).Locator("button"));
        await person.Sees("账户已核对");
    }

    private static async Task<string> MakeBatch(Browsing person, string code)
    {
        await person.Go("/Payments");
        string claim = code.Split(' ')[0];
        await person.Page.CheckAsync($"#tick-{claim}");
        await person.Page.CheckAsync($"#tick-{Bill}");
        await person.Choose("From", "工商银行");
        await person.Page.FillAsync("[name=Count]", "2");
        await person.Page.FillAsync("[name=Total]", "1148.00");
        await person.Press("编成一批");
        await person.NoRefusal();
        await person.Sees("1,148.00");
        return person.Page.Url;
    }

    private static async Task TakeFile(Browsing person, string batch)
    {
        await person.Go(batch);
        await person.Page.SelectOptionAsync("[name=Format]", "csv");
        IDownload download = await person.Page.RunAndWaitForDownloadAsync(
            () => person.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "下载付款文件" }).ClickAsync());
        using StreamReader reader = new(await download.CreateReadStreamAsync(), Encoding.UTF8);
        string file = await reader.ReadToEndAsync();
        file.ShouldContain(Card);
        file.ShouldContain("168.00");
        file.ShouldContain("980.00");
    }

    private static async Task ReadAnswer(Browsing person, string batch)
    {
        byte[] answer = Encoding.UTF8.GetBytes(
            $"收款账号,金额,处理状态,失败原因\n{Card},168.00,失败,户名不符\n3301040160009876543,980.00,成功,\n");
        await person.Go(batch);
        await person.Page.SetInputFilesAsync(
            "[name=Answer]", new FilePayload { Name = "处理结果.csv", MimeType = "text/csv", Buffer = answer });
        await person.Press("读取结果");
        await person.Sees("读了 2 行：成功 1，失败 1，对不上 0");
    }

    private static async Task PayByTheBanksLine(Browsing person)
    {
        await person.Go($"/Banking/Line?Filter.Text={Bill}");
        await person.Press("接受");
        await person.NoRefusal();
        await person.Go("/Vouchers?state=prepared");
        await person.Click(person.Page.Locator("main tr").Filter(new LocatorFilterOptions { HasText = "代理记账费 四月" }).Locator("a").First);
        await Enclose(person, "回单 代理记账费");
        await person.Press("附到这张凭证");
        await person.NoRefusal();
    }

    private static Task Enclose(Browsing person, string what) => person.Page.SetInputFilesAsync(
        "#enclosed-files",
        new FilePayload { Name = $"{what}.pdf", MimeType = "application/pdf", Buffer = DemoPaper.Pdf(what, "（浏览器测试）") });
}

using System.Text;
using System.Text.RegularExpressions;
using CommunityFund.Demo;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>The finance officer draws a sample and finds a fault with one of its vouchers; the accountant answers on a phone with a paper, and
/// the officer settles it.</summary>
public sealed class AuditJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AUDIT_SHOTS");

    [Fact]
    public async Task A_sample_is_drawn_and_a_finding_is_raised_answered_and_settled()
    {
        await using Site site = new();
        await site.InitializeAsync();
        site.Listen();
        Browsing officer = await Browsing.SignIn(site, "wangjian", 1280, 900);
        string remark = await Find(officer, await Draw(officer));

        Browsing accountant = await Browsing.SignIn(site, "chenjing", 390, 844);
        await Answer(accountant, remark);
        await Settle(officer, remark);

        // What is settled stays so, and the voucher tells of it.
        await accountant.Go(remark);
        await accountant.Sees("已销号");
        await Assertions.Expect(accountant.Page.Locator("main form textarea")).ToHaveCountAsync(0);
        await accountant.Click(accountant.Page.Locator("main dl a[href*='/Vouchers/Show']"));
        await accountant.Sees("没有看到验收单，请补上。");
        await accountant.Close();
        await officer.Close();
    }

    private static async Task<string> Draw(Browsing officer)
    {
        await officer.Go("/Audits/Samples");
        await officer.Sees("一月已结账，抽查付款凭证");
        await officer.Click(officer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "抽样", Exact = true }).First);
        await officer.Page.FillAsync("[name=From]", "2026-02-01");
        await officer.Page.FillAsync("[name=To]", "2026-02-28");
        await officer.Page.FillAsync("[name=Size]", "5");
        await officer.Page.FillAsync("[name=Reason]", "二月付款抽查");
        await officer.Press("抽样");
        await officer.Sees("请填写种子");
        (await officer.Page.InputValueAsync("[name=Reason]")).ShouldBe("二月付款抽查");
        await officer.Shot(Shots, "draw-refused");
        await officer.Page.FillAsync("[name=Seed]", "掷骰 6 2 5");
        await officer.Press("抽样");
        await officer.NoRefusal();
        await officer.Sees("掷骰 6 2 5");
        string sheet = officer.Page.Url;
        await officer.Click(officer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "重抽核对" }));
        await officer.Sees("与留存的完全一致");
        await officer.Shot(Shots, "worksheet");
        (await Bytes(officer, $"{sheet}&handler=Workbook"))[..2].ShouldBe(Encoding.ASCII.GetBytes("PK"));
        (await Bytes(officer, $"{sheet}&handler=Pdf"))[..4].ShouldBe(Encoding.ASCII.GetBytes("%PDF"));
        return sheet;
    }

    private static async Task<string> Find(Browsing officer, string sheet)
    {
        await officer.Go(sheet);
        await officer.Click(officer.Page.Locator("main a[href*='/Audits/Raise']").First);
        await officer.Page.SelectOptionAsync("[name=Kind]", "Finding");
        await officer.Page.SelectOptionAsync("[name=Severity]", "Serious");
        await officer.Page.FillAsync("[name=Words]", "没有看到验收单，请补上。");
        await officer.Page.FillAsync("[name=Days]", "");
        await officer.Press("提出");
        await officer.Sees("整改意见必须有期限");
        (await officer.Page.InputValueAsync("[name=Words]")).ShouldBe("没有看到验收单，请补上。");
        await officer.Shot(Shots, "raise-refused");
        await officer.Page.FillAsync("[name=Days]", "5");
        await officer.Press("提出");
        await officer.Sees("已提出");
        await officer.Sees("严重");
        string remark = Regex.Replace(officer.Page.Url, "^https?://[^/]+", "");
        await officer.Go(sheet);
        await officer.Sees("1 条，1 条未销号");
        return remark;
    }

    private static async Task Answer(Browsing accountant, string remark)
    {
        await accountant.Sees("2 条监督意见等您答复");
        await accountant.Go("/Audits");
        await accountant.Shot(Shots, "remarks-phone");
        await accountant.Click(accountant.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "没有看到验收单，请补上。" }));
        accountant.Page.Url.ShouldEndWith(remark);
        await accountant.Page.FillAsync("[name=Words]", "验收单补上，两人签字。");
        await accountant.Page.SetInputFilesAsync("#enclosed-files", new FilePayload
        {
            Name = "验收单.pdf",
            MimeType = "application/pdf",
            Buffer = DemoPaper.Pdf("验收单", "二月"),
        });
        await accountant.Press("答复");
        await accountant.Sees("已答复，等监督人员销号");
        await accountant.Sees("验收单.pdf");
        await Assertions.Expect(accountant.Page.Locator("[formaction*='handler=Close']")).ToHaveCountAsync(0);
        await accountant.Shot(Shots, "answered-phone");
    }

    private static async Task Settle(Browsing officer, string remark)
    {
        await officer.Go("/");
        await officer.Sees("1 条监督意见已答复，等您销号");
        await officer.Go(remark);
        (await Bytes(officer, (await officer.Page.Locator("main a[href*='/Audits/Paper']").GetAttributeAsync("href"))!))[..4]
            .ShouldBe(Encoding.ASCII.GetBytes("%PDF"));
        await officer.Press("退回重答");
        await officer.Sees("请写明内容");
        await officer.Page.FillAsync("[name=Words]", "看过原件，齐了。");
        await officer.Press("销号");
        await officer.NoRefusal();
        await officer.Sees("看过原件，齐了。");
        await officer.Shot(Shots, "settled");
    }

    private static async Task<byte[]> Bytes(Browsing person, string path)
    {
        IAPIResponse answer = await person.Page.APIRequest.GetAsync(path);
        answer.Status.ShouldBe(200, path);
        return await answer.BodyAsync();
    }
}

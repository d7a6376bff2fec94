using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// A running grant to its certificate: the lead asks for changes on a phone, those who decide compare before and after, the report is written,
/// sent back and written on, the panel assesses it, and two close the grant.
/// </summary>
public sealed class GrantClosingJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("CLOSING_SHOTS");

    [Fact]
    public async Task A_running_grant_is_amended_reported_assessed_and_closed()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        (AwardNotation grants, long grant) = await Running(body);
        site.Listen();
        Browsing lead = await Browsing.SignIn(site, "award-lead", 390, 844), desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await Amend(site, lead, desk, grant);
        await Report(site, lead, desk, grant);
        await Close(site, lead, desk, grant);
        (await grants.State(grant)).ShouldBe(GrantState.Closed);
        await lead.Close();
        await desk.Close();
    }

    private static async Task<(AwardNotation Grants, long Grant)> Running(TestBody body)
    {
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(20);
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        FundNumber[] rich = [.. funds.Where(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted } && fund.Available.Units > 300_000)];
        AwardNotation grants = await AwardNotation.On(body, rich[0].FundId, funds.First(fund => fund.IsOwn && fund.FundId != rich[0].FundId).FundId);
        long grant = await grants.Awarded(1, 0, 900, "老人助餐点");
        LocalDate today = now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        AgreementTerms terms = new(today.PlusDays(-15), today.PlusDays(60),
            [new TrancheTerm(Amount.Yuan(600), today.PlusDays(-10), "协议签订", today.PlusDays(30)),
                new TrancheTerm(Amount.Yuan(300), today.PlusDays(35), "前一期核销满九成", today.PlusDays(70))],
            [new BudgetTerm("餐费", Amount.Yuan(700), Amount.Yuan(100)), new BudgetTerm("餐具", Amount.Yuan(200), Amount.Fen(0))],
            [new IndicatorTerm("每周用餐老人", "0 人", "40 人")], "不得用于吃请", "结束后十五日内退回");
        int version = await grants.Version(grant), paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, terms));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await grants.L1.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await grants.FinLead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, await grants.Account(), PayeeKind.Committee));
        body.Clock.Now = now;
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        return (grants, grant);
    }

    private static async Task Amend(Site site, Browsing lead, Browsing desk, long grant)
    {
        await lead.Go("/Amendments");
        await lead.Go($"/Amendments/Show?id={grant}");
        await Shot(lead, "amend-lead");
        await lead.Go($"/Amendments/Request?id={grant}&kind=Shift");
        await lead.Page.FillAsync("[name='Lines[0].Amount']", "600");
        await lead.Page.FillAsync("[name=Reason]", "餐具涨价");
        await lead.Press("提交申请");
        await lead.Sees("调剂后的合计");
        (await lead.Page.InputValueAsync("[name=Reason]")).ShouldBe("餐具涨价");
        await Shot(lead, "amend-refused");
        await lead.Page.FillAsync("[name='Lines[1].Amount']", "300");
        await lead.Press("提交申请");
        await lead.Sees("十个工作日内答复");
        foreach (string kind in new[] { "Extend", "Team", "AmountUp", "AmountDown", "Purpose" })
        {
            await lead.Go($"/Amendments/Request?id={grant}&kind={kind}");
        }

        await desk.Go("/Amendments");
        await Shot(desk, "amend-list");
        await desk.Go($"/Amendments/Show?id={grant}");
        await Shot(desk, "amend-compare");
        await desk.Press("同意并签字");
        await desk.Sees("等另一位签字后生效");
        Browsing approver = await Browsing.SignIn(site, "award-l1", 390, 844);
        await approver.Go($"/Amendments/Show?id={grant}");
        await Shot(approver, "amend-phone");
        await approver.Press("同意并签字");
        await approver.Sees("已生效");
        await approver.Close();
        await lead.Go($"/Amendments/Request?id={grant}&kind=AmountUp");
        await Shot(lead, "amend-up");
        await lead.Go($"/Amendments/Request?id={grant}&kind=Extend");
        await Shot(lead, "amend-extend");
        await desk.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = desk.Page.Url }]);
        await desk.Go($"/Amendments/Show?id={grant}");
        await desk.Sees("In force");
        await Shot(desk, "amend-en");
        await desk.Page.Context.ClearCookiesAsync(new BrowserContextClearCookiesOptions { Name = "lang" });
    }

    private static async Task Report(Site site, Browsing lead, Browsing desk, long grant)
    {
        await lead.Go($"/Closings/Show?id={grant}");
        await Shot(lead, "closing-lead");
        await lead.Press("申请结项");
        await lead.Sees("请在期限内交齐材料");
        await lead.Go($"/Closings/Report?id={grant}");
        await lead.Press("提交");
        await lead.Sees("不能提交");
        await Shot(lead, "report-missing");
        await lead.Page.FillAsync("[name='Reached[0].Reached']", "43 人");
        await lead.Page.FillAsync("[name=People]", "120");
        await lead.Page.FillAsync("[name=Activities]", "每周五天助餐，共一百二十次。");
        await lead.Page.FillAsync("[name=Problems]", "雨天送餐困难，已添推车。");
        await lead.Page.FillAsync("[name=Self]", "比预期多三位老人。");
        await lead.Page.FillAsync("[name=Asked]", "60");
        await lead.Page.FillAsync("[name=Satisfied]", "57");
        await lead.Page.CheckAsync("[name=NoGoods]");
        await lead.Press("保存");
        await lead.Sees("已保存");
        await Shot(lead, "report");
        await lead.Go($"/Closings/Show?id={grant}");
        await lead.Page.SetInputFilesAsync("#papers input[type=file] >> nth=0", new FilePayload { Name = "助餐.png", MimeType = "image/png", Buffer = Samples.Png() });
        await lead.Page.Locator("#papers form[enctype] button[type=submit]").ClickAsync();
        await lead.Sees("要有照片里的人");
        await lead.Page.CheckAsync("[name=Consent]");
        await lead.Page.Locator("#papers form[enctype] button[type=submit]").ClickAsync();
        await lead.Sees("已上传");
        await Shot(lead, "closing-papers");
        await lead.Go($"/Closings/Report?id={grant}");
        await lead.Press("提交");
        await lead.Sees("二十个工作日内答复");
        await desk.Go($"/Closings/Show?id={grant}");
        await desk.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "退回报告" }).ClickAsync();
        await desk.Page.FillAsync("[name='Remarks[1].Words']", "请说明怎样统计");
        await Shot(desk, "closing-desk");
        await desk.Page.Locator("button[formaction*='handler=Return']").ClickAsync();
        await desk.Sees("报告已退回");
        await lead.Go($"/Closings/Report?id={grant}");
        await lead.Sees("请说明怎样统计");
        await Shot(lead, "report-returned");
        await lead.Press("提交");
        await lead.Sees("二十个工作日内答复");
        await desk.Go($"/Closings/Show?id={grant}");
        await desk.Press("报告通过");
        await desk.Sees("报告已通过");
    }

    private static async Task Close(Site site, Browsing lead, Browsing desk, long grant)
    {
        Browsing panel = await Browsing.SignIn(site, "award-panel", 1280, 900);
        await panel.Go($"/Closings/Show?id={grant}");
        await panel.Page.FillAsync("[name=Words]", "指标达成，账目清楚。");
        await panel.Press("写评估");
        await panel.Sees("评估已保存");
        await panel.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "提出问题" }).ClickAsync();
        await panel.Page.FillAsync("[name=Found]", "两张签到表缺日期。");
        await panel.Page.CheckAsync("[name=Blocks]");
        await panel.Press("提出问题");
        await panel.Sees("问题已提出");
        await Shot(panel, "closing-panel");
        await desk.Go($"/Closings/Show?id={grant}");
        await desk.Sees("1 个阻断的监审问题");
        await lead.Go($"/Closings/Show?id={grant}");
        await lead.Page.FillAsync("[name=Answer]", "已补上日期。");
        await lead.Press("提交答复");
        await lead.Sees("答复已提交");
        await panel.Go($"/Closings/Show?id={grant}");
        await panel.Page.FillAsync("[name=Answer]", "核对无误。");
        await panel.Press("了结");
        await panel.Sees("问题已了结");
        await desk.Go($"/Closings/Show?id={grant}");
        await desk.Press("准予结项");
        await desk.Sees("等另一位签字");
        await panel.Go($"/Closings/Show?id={grant}");
        await panel.Press("准予结项");
        await panel.Sees("证书已签发");
        await Shot(panel, "closed");
        await panel.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = panel.Page.Url }]);
        await panel.Go($"/Closings/Show?id={grant}");
        await Shot(panel, "closed-en");
        await panel.Close();
        await lead.Go($"/Closings/Show?id={grant}");
        await Shot(lead, "closed-lead");
        foreach (string what in new[] { "Report", "Audit", "Assessment", "Certificate" })
        {
            IAPIResponse answer = await lead.Page.APIRequest.GetAsync(new Uri(new Uri(lead.Page.Url), $"/Closings/Show?id={grant}&handler=Print&what={what}").ToString());
            answer.Headers["content-type"].ShouldBe("application/pdf", what);
            if (Shots is { Length: > 0 })
            {
                await File.WriteAllBytesAsync(Path.Combine(Shots, $"{what}.pdf"), await answer.BodyAsync());
            }
        }
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is { Length: > 0 })
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Endings;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Endings;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>A running grant is suspended, its lead heard, the grant ended, what is open claimed, and the lead sees on a phone what to pay where.
/// </summary>
public sealed class EndingJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("ENDING_SHOTS");

    [Fact]
    public async Task A_grant_is_suspended_ended_and_its_money_claimed_and_the_lead_sees_what_to_pay_where()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        EndingNotation made = await Prepared(body, now);
        string page = $"/Endings/Show?id={made.Grant}";
        site.Listen();

        Browsing desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await desk.Go("/Endings");
        await desk.Sees("报告逾期");
        await Shot(desk, "list");
        await desk.Go(page);
        await Opened(desk, "暂停执行");
        await desk.Press("暂停执行");
        await desk.Sees("要写明理由");
        await Opened(desk, "暂停执行");
        await desk.Page.Locator("form:has(button[formaction$='handler=Suspend']) [name=Reason]").FillAsync("报告逾期，活动停办");
        await desk.Press("暂停执行");
        await desk.Sees("已办理");
        await desk.Sees("还不能恢复");
        LocalDate today = now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        await Opened(desk, "登记听取负责人意见");
        await desk.Page.FillAsync("[name=ToldOn]", today.PlusDays(-6).ToString("uuuu-MM-dd", null));
        await desk.Page.FillAsync("[name=HeardOn]", today.PlusDays(-1).ToString("uuuu-MM-dd", null));
        await desk.Page.FillAsync("[name=Summary]", "负责人说明场地收回，活动不再办");
        await desk.Press("登记听取负责人意见");
        await desk.Sees("已登记");
        await Opened(desk, "提议终止");
        await desk.Page.Locator("form:has(button[formaction$='handler=Propose']) [name=Reason]").FillAsync("场地收回，活动停办");
        await desk.Press("提议终止");
        await desk.Sees("自愿终止");
        await Shot(desk, "suspended");
        await desk.Close();

        foreach (string who in new[] { "award-steer", "award-l2" })
        {
            Browsing signer = await Browsing.SignIn(site, who, 1280, 900);
            await signer.Go(page);
            await Opened(signer, "终止资助");
            await signer.Page.Locator("form:has(button[formaction$='handler=Terminate']) [name=Reason]").FillAsync("活动停办");
            await signer.Page.Locator("form:has(button[formaction$='handler=Terminate']) [name=Resolution]").FillAsync("决议〔2026〕15号");
            await signer.Press("终止资助");
            await signer.Sees(who == "award-l2" ? "已办理" : "等其他人签");
            await Shot(signer, who);
            await signer.Close();
        }

        // The days for the final account go by.
        await made.Grants.Sql($"alter table grant_log disable trigger user; update grant_log set at = at - interval '32 days' where grant_id = {made.Grant} and move = 'terminate'; alter table grant_log enable trigger user");
        await Claimed(site, body, made, page);
        await Seen(site, made, page);
    }

    private static async Task<EndingNotation> Prepared(TestBody body, Instant now)
    {
        // Papers of vouchers are not what this is about.
        await body.Reviewer.Run(new CommunityFund.Documents.SetDocumentRule(
            AwardNotation.Key, VoucherKind.Ordinary, CommunityFund.Documents.Evidence.None, new LocalDate(2026, 11, 1)));
        FundNumber rich = (await body.Accountant.Ask(new FundNumbers())).Where(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted })
            .OrderByDescending(fund => fund.Available.Units).First();
        body.Clock.Now = now - Duration.FromDays(9);
        AwardNotation grants = await AwardNotation.On(body, rich.FundId, rich.FundId == 3 ? 4 : 3);
        long grant = await grants.Ranked(1, "银发合唱团", 500);
        await grants.Steer.Run(await grants.Decision(grant, children: 0, community: 500, reason: "按审议意见"));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        body.Clock.Now = now;
        await grants.Award(grant);
        int version = await grants.Version(grant);
        int paper = await grants.Desk.Run(new DraftAgreement(AwardNotation.Key, grant, version, AwardNotation.Terms(500) with
        {
            Budget = [new BudgetTerm("乐谱和场地", Amount.Yuan(500), Amount.Fen(0))],
        }));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Lead));
        await grants.L1.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Agreement, GrantSide.Body));
        await grants.Lead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.Lead));
        await grants.FinLead.Run(new SignGrantPaper(AwardNotation.Key, grant, version, paper, GrantPaper.Duty, GrantSide.FinLead));
        await grants.Desk.Run(new NamePayee(AwardNotation.Key, grant, version, await grants.Account(), PayeeKind.Committee));
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, version));
        string bank = (string)(await grants.Sql($"select a.key from fund_position p join account a using (book_id, account_id) where p.fund_id = {rich.FundId} and a.role = 'own-cash' order by p.net desc limit 1"))!;
        EndingNotation made = EndingNotation.On(grants, grant, rich.FundId, bank);
        await made.Pay(300);
        await made.Acquit(100);
        return made;
    }

    private static async Task Claimed(Site site, TestBody body, EndingNotation made, string page)
    {
        LocalDate today = body.Clock.Now.InUtc().Date;
        await body.Accountant.Run(new DraftDemand(EndingNotation.Key, made.Grant, await made.Version(), today.PlusDays(20), "终止后未核销的资金"));
        Browsing approver = await Browsing.SignIn(site, "award-l2", 1280, 900);
        await approver.Go(page);
        await approver.Press("签发");
        await approver.Sees("已登记");
        await approver.Close();
        long demand = (long)(await made.Grants.Sql("select max(grant_demand_id) from grant_demand"))!;
        await body.Review(await body.Accountant.Run(new PrepareDemand(EndingNotation.Key, demand)));
        (await made.State()).ShouldBe(GrantState.Recovering);
        Browsing desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await desk.Go(page);
        await Opened(desk, "提出分期缴还");
        await desk.Page.FillAsync("[name=Plan]", $"{today.PlusDays(20):uuuu-MM-dd} 150\n{today.PlusDays(50):uuuu-MM-dd} 60");
        await desk.Page.Locator("form:has(button[formaction$='handler=Plan']) [name=Reason]").FillAsync("分两次退回");
        await desk.Press("提出分期缴还");
        await desk.Sees("合计要等于未缴的");
        (await desk.Page.InputValueAsync("[name=Plan]")).ShouldContain("150");
        await Opened(desk, "提出分期缴还");
        await desk.Page.FillAsync("[name=Plan]", $"{today.PlusDays(20):uuuu-MM-dd} 150\n{today.PlusDays(50):uuuu-MM-dd} 50");
        await desk.Press("提出分期缴还");
        await desk.Sees("已登记");
        await Shot(desk, "plan");
        await desk.Close();
        approver = await Browsing.SignIn(site, "award-l2", 1280, 900);
        await approver.Go(page);
        await approver.Press("同意分期");
        await approver.Sees("已登记");
        await Shot(approver, "agreed");
        await approver.Close();
        Browsing accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await accountant.Go(page);
        await accountant.Sees("拟写核销");
        await Shot(accountant, "accountant");
        await accountant.Close();
        await body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, made.Fund, "无力缴还", "损失由社区基金承担"));
        Browsing steer = await Browsing.SignIn(site, "award-steer", 1280, 900);
        await steer.Go(page);
        await steer.Press("决议核销");
        await steer.Sees("没有决议编号");
        await Shot(steer, "write-off");
        await steer.Close();
    }

    private static async Task Seen(Site site, EndingNotation made, string page)
    {
        Browsing lead = await Browsing.SignIn(site, "award-lead", 390, 844);
        await lead.Go(page);
        await lead.Sees("汇款附言");
        await lead.Sees("缴入账户");
        await lead.Sees("150.00");
        await Shot(lead, "lead");
        await lead.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = site.Address }]);
        await lead.Go(page);
        await lead.Sees("Still to pay");
        await Shot(lead, "lead-en");
        IAPIResponse letter = await lead.Page.Context.APIRequest.GetAsync(
            $"{site.Address}{page}&handler=Letter&demand={await made.Grants.Sql("select max(grant_demand_id) from grant_demand")}");
        letter.Headers["content-type"].ShouldBe("application/pdf");
        if (Shots is { Length: > 0 })
        {
            await File.WriteAllBytesAsync(Path.Combine(Shots, "letter.pdf"), await letter.BodyAsync());
        }

        await lead.Close();
    }

    private static async Task Opened(Browsing person, string summary)
    {
        ILocator part = person.Page.Locator("details").Filter(new LocatorFilterOptions { Has = person.Page.Locator($"summary:text-is('{summary}')") }).First;
        if (await part.GetAttributeAsync("open") is null)
        {
            await part.Locator("summary").ClickAsync();
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

using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Grants;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// From the ranking to the signed agreement: the steering group decides, the desk tells the public, a neighbour objects and is answered, two sign
/// the award, both sides sign the papers, and the project begins.
/// </summary>
public sealed class AwardJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AWARD_SHOTS");

    [Fact]
    public async Task A_ranked_project_is_decided_noticed_awarded_signed_and_begins()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(9);
        AwardNotation grants = await Prepared(body);
        long garden = await grants.Ranked(1, "弄堂花园", 600, "幸福里"), canteen = await grants.Ranked(2, "老人助餐点", 900, "石桥");
        long choir = await grants.Ranked(3, "银发合唱团", 500, "幸福里");
        body.Clock.Now = now;
        site.Listen();
        Browsing steer = await Browsing.SignIn(site, "award-steer", 1280, 900), desk = await Browsing.SignIn(site, "award-desk", 1280, 900);

        await Decide(grants, steer, garden, canteen);
        await Notice(grants, desk);
        await Object(site, grants, desk);
        await steer.Close();

        // The days of the notice go by for another project, which was noticed nine days ago.
        body.Clock.Now = now - Duration.FromDays(9);
        await grants.Steer.Run(await grants.Decision(choir, children: 0, community: 500, reason: "款项足够"));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        body.Clock.Now = now;
        await Award(site, choir);
        await Papers(site, grants, desk, choir);
        (await grants.State(choir)).ShouldBe(GrantState.Active);
        await desk.Close();
    }

    private static async Task<AwardNotation> Prepared(TestBody body)
    {
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        FundNumber[] rich = [.. funds.Where(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted } && fund.Available.Units > 300_000)];
        rich = rich.Length > 1 ? rich : [rich[0], funds.First(fund => fund.IsOwn && fund.FundId != rich[0].FundId)];
        AwardNotation grants = await AwardNotation.On(body, rich[0].FundId, rich[1].FundId);
        await body.Accountant.Run(new SetPayeeAccount(AwardNotation.Key, "幸福里居民委员会", PersonKind.Organisation, "33050161000000007777", "中国建设银行幸福里支行"));
        await body.Reviewer.Run(new CheckPayeeAccount(AwardNotation.Key, (long)(await grants.Sql("select max(payee_account_id) from payee_account"))!));
        return grants;
    }

    private static async Task Decide(AwardNotation grants, Browsing steer, long garden, long canteen)
    {
        await steer.Go("/Awards");
        await Shot(steer, "board");
        await steer.Go($"/Awards/Decide?round={grants.Round}&line=1000");
        await steer.Sees("试算可得");
        await Shot(steer, "decide");
        await steer.Go($"/Awards/Award?id={garden}");
        await steer.Page.FillAsync($"[name='Shares[{grants.Community}]']", "");
        await steer.Page.FillAsync($"[name='Shares[{grants.Children}]']", "");
        await steer.Page.FillAsync($"[name='Shares[{grants.Community}]']", "400");
        await steer.Page.FillAsync("[name=Minutes]", "领导小组纪要〔2026〕3号");
        await steer.Press("写下决定");
        await steer.Sees("理由要公示");
        (await steer.Page.InputValueAsync($"[name='Shares[{grants.Community}]']")).ShouldBe("400");
        await Shot(steer, "refused");
        await steer.Page.FillAsync("[name=Reason]", "工具由街道提供");
        await steer.Press("写下决定");
        await steer.Sees("决定已写下");
        await Shot(steer, "decided");
        await steer.Go($"/Awards/Award?id={canteen}");
        await steer.Choose("Kind", "列为候补");
        await steer.Page.FillAsync("[name=Minutes]", "领导小组纪要〔2026〕3号");
        await steer.Page.FillAsync("[name=Reason]", "场地没有落实");
        await steer.Press("写下决定");
        await steer.Sees("决定已写下");
    }

    private static async Task Notice(AwardNotation grants, Browsing desk)
    {
        await desk.Go($"/Awards/Notice?round={grants.Round}");
        await desk.Page.FillAsync("[name=Minutes]", "领导小组纪要〔2026〕3号");
        await desk.Page.FillAsync("[name=Address]", "幸福里 1 号项目监审组，电话 0571-8000000");
        await desk.Page.FillAsync("[name=Poster]", "居委会公告栏");
        await desk.Press("生成公示稿");
        await desk.Sees("公示稿已生成");
        await desk.Press("看过了，发布");
        await desk.Sees("已发布，明天起计公示期");
        await Shot(desk, "notice");
    }

    /// <summary>A neighbour without an account, on a phone.</summary>
    private static async Task Object(Site site, AwardNotation grants, Browsing desk)
    {
        string address = (await desk.Page.GetByText("公示页面（不用登录）").GetAttributeAsync("href"))!;
        Browsing neighbour = new(await site.Open(390, 844));
        await neighbour.Go(address);
        await Shot(neighbour, "public");
        await neighbour.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "我有异议" }).ClickAsync();
        await neighbour.Press("提交异议");
        await neighbour.Sees("匿名的异议没法核实和答复");
        await neighbour.Page.FillAsync("[name=Name]", "马大姐");
        await neighbour.Page.FillAsync("[name=Contact]", "13800000000");
        await neighbour.Page.FillAsync("[name=Words]", "花园占了消防通道");
        await neighbour.Press("提交异议");
        await neighbour.Sees("已收到");
        await neighbour.Close();
        Browsing panel = await Browsing.SignIn(site, "award-panel", 390, 844);
        await panel.Go("/Awards/Objections");
        await panel.Press("核实了，登记异议");
        await panel.Sees("异议已登记");
        await Shot(panel, "objections");
        await panel.Page.FillAsync("[name=Answer]", "现场核实，没有占用");
        await panel.Press("答复");
        await panel.Sees("已答复");
        await panel.Close();
    }

    private static async Task Award(Site site, long grant)
    {
        foreach (string who in new[] { "award-steer", "award-l2" })
        {
            Browsing signer = await Browsing.SignIn(site, who, 1280, 900);
            await signer.Go($"/Awards/Award?id={grant}");
            await signer.Page.FillAsync("[name=Resolution]", "决议〔2026〕8号");
            await signer.Press("批准资助");
            await signer.Sees(who == "award-l2" ? "已批准，承诺已记入备查账" : "还要另一位签才生效");
            await Shot(signer, who == "award-l2" ? "awarded" : "signed");
            await signer.Close();
        }
    }

    private static async Task Papers(Site site, AwardNotation grants, Browsing desk, long grant)
    {
        await desk.Go($"/Awards/Agreement?id={grant}");
        await desk.Page.FillAsync("[name='Indicators[0].A']", "每周排练人数");
        await desk.Page.FillAsync("[name='Indicators[0].B']", "0 人");
        await desk.Page.FillAsync("[name='Indicators[0].C']", "30 人");
        await Shot(desk, "draft");
        await desk.Press("保存这一版");
        await desk.Sees("这一版已保存");
        await desk.Go($"/Awards/Payee?id={grant}");
        await desk.Choose("Account", "幸福里居民委员会");
        await desk.Press("指定收款账户");
        await desk.Sees("收款账户已指定");
        foreach (var (who, papers) in new[] { ("award-lead", 2), ("award-fin", 1), ("award-l1", 1) })
        {
            Browsing signer = await Browsing.SignIn(site, who, 390, 844);
            await signer.Go($"/Awards/Agreement?id={grant}");
            for (int i = 0; i < papers; i++)
            {
                await signer.Click(signer.Page.Locator("button[formaction*='handler=Sign']").First);
                await signer.Sees("已签。");
                await signer.Go($"/Awards/Agreement?id={grant}");
            }

            await Shot(signer, who);
            await signer.Close();
        }

        await desk.Go($"/Awards/Agreement?id={grant}");
        await desk.Press("开始执行");
        await desk.Sees("还要另一位签才生效");
        await Shot(desk, "agreement");
        Browsing approver = await Browsing.SignIn(site, "award-l1", 1280, 900);
        await approver.Go($"/Awards/Agreement?id={grant}");
        await approver.Press("开始执行");
        await approver.Sees("项目开始执行");
        await approver.Close();
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is { Length: > 0 })
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Demo;
using CommunityFund.Funds;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>From "may be asked for" to the payment desk: the lead asks on a phone, the desk checks, an approver approves, a hold says what ends
/// it, and the batch takes it.</summary>
public sealed class TrancheJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("TRANCHE_SHOTS");

    [Fact]
    public async Task A_lead_asks_on_a_phone_and_desk_and_approver_bring_it_to_the_payment_desk()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        (AwardNotation grants, long grant) = await Running(body);
        site.Listen();
        Tranche first = await Tranche(body, grant);

        Browsing lead = await Browsing.SignIn(site, "award-lead", 390, 844);
        await lead.Go("/Tranches");
        await lead.Sees("可申请");
        await Shot(lead, "cards");
        await lead.Go($"/Tranches/Ask?id={first.TrancheId}");
        await Shot(lead, "ask");
        await lead.Page.FillAsync("#line-1", "360");
        await lead.Page.FillAsync("[name=Total]", "350");
        await lead.Page.FillAsync("[name=Purpose]", "三个月的餐费");
        await Enclose(lead);
        await lead.Press("提交用款申请");
        await lead.Sees("两者要相等");
        (await lead.Page.InputValueAsync("#line-1")).ShouldBe("360");
        await Shot(lead, "refused");
        await lead.Page.FillAsync("[name=Total]", "360");
        await lead.Press("提交用款申请");
        await lead.Sees("已提交用款申请");
        await Shot(lead, "asked");

        Browsing desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await desk.Go("/Tranches/Waiting");
        await desk.Sees("弄堂花园");
        await Shot(desk, "waiting");
        await desk.Go($"/Tranches/Show?id={first.TrancheId}");
        await Shot(desk, "desk");
        await desk.Page.Locator("[name=UseOk]").CheckAsync();
        await desk.Press("核对通过");
        await desk.Sees("核对表没有全部勾完");
        await desk.Page.Locator("[name=PapersOk]").CheckAsync();
        await desk.Page.Locator("[name=ProgressOk]").CheckAsync();
        await desk.Press("核对通过");
        await desk.Sees("已核对，等审批");

        Browsing approver = await Browsing.SignIn(site, "award-l1", 390, 844);
        await approver.Go($"/Tranches/Show?id={first.TrancheId}");
        await Shot(approver, "approver");
        await approver.Press("审批通过");
        await approver.Sees("待付款");
        await approver.Go("/Tranches/Tiers");
        await Shot(approver, "tiers");
        await approver.Close();

        Browsing accountant = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await accountant.Go("/Payments");
        await accountant.Sees("弄堂花园");
        await Shot(accountant, "payments");

        first = await Tranche(body, grant);
        await desk.Go($"/Tranches/Show?id={first.TrancheId}");
        await desk.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "暂缓拨付" }).First.ClickAsync();
        await desk.Page.Locator("details[open] [name=Reason]").First.FillAsync("居民反映花园占了消防通道");
        await desk.Page.Locator("details[open] [name=Cure]").First.FillAsync("消防通道清出来，拍照给项目协调组");
        await desk.Press("暂缓拨付");
        await desk.Sees("已暂缓");
        await Shot(desk, "held");
        await lead.Go("/Tranches");
        await lead.Sees("消防通道清出来");
        await Shot(lead, "held-card");
        await lead.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = lead.Page.Url }]);
        await lead.Go("/Tranches");
        await Shot(lead, "cards-en");
        await lead.Go($"/Tranches/Show?id={first.TrancheId}");
        await Shot(lead, "show-en");
        foreach (Browsing person in new[] { lead, desk, accountant })
        {
            await person.Close();
        }
    }

    /// <summary>A grant of 600 yuan that runs, by the commands that bring it there.</summary>
    private static async Task<(AwardNotation Grants, long Grant)> Running(TestBody body)
    {
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(9);
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        FundNumber[] rich = [.. funds.Where(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted } && fund.Available.Units > 300_000)];
        rich = rich.Length > 1 ? rich : [rich[0], funds.First(fund => fund.IsOwn && fund.FundId != rich[0].FundId)];
        AwardNotation grants = await AwardNotation.On(body, rich[0].FundId, rich[1].FundId);
        long grant = await grants.Ranked(1, "弄堂花园", 600, "幸福里");
        await grants.Steer.Run(await grants.Decision(grant, children: 0, community: 600, reason: "款项足够"));
        await grants.Desk.Run(new PublishNotice(AwardNotation.Key, await grants.Written()));
        body.Clock.Now = now;
        await grants.Award(grant);
        LocalDate today = now.InUtc().Date;
        await grants.Papers(grant, terms: new AgreementTerms(today, today.PlusMonths(6),
            [
                new TrancheTerm(Amount.Yuan(360), today, "协议签订", today.PlusMonths(3)),
                new TrancheTerm(Amount.Yuan(240), today.PlusMonths(3), "前一期核销满八成", today.PlusMonths(6)),
            ],
            [new BudgetTerm("餐费", Amount.Yuan(400), Amount.Yuan(0)), new BudgetTerm("餐具", Amount.Yuan(200), Amount.Yuan(50))],
            [new IndicatorTerm("每周用餐老人", "0 人", "40 人")], "不得用于吃请", "结束后十五日内退回"));
        await grants.Desk.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        await grants.L1.Run(new ActivateGrant(AwardNotation.Key, grant, await grants.Version(grant)));
        return (grants, grant);
    }

    private static async Task<Tranche> Tranche(TestBody body, long grant)
    {
        await using FundDb db = body.Db();
        return await db.Set<Tranche>().SingleAsync(row => row.GrantId == grant && row.No == 1);
    }

    private static Task Enclose(Browsing person) => person.Page.SetInputFilesAsync("#enclosed-files", new FilePayload
    {
        Name = "报价单.png",
        MimeType = "image/png",
        Buffer = DemoPaper.Picture(31),
    });

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is { Length: > 0 })
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

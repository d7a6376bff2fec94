using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>The lead asks on a phone for a budget that is shifted; those who decide compare before and after, and two sign.</summary>
public sealed class AmendmentJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("AMENDMENT_SHOTS");

    [Fact]
    public async Task A_running_grant_is_amended_by_two_who_compare_before_and_after()
    {
        await using Site site = new();
        await site.InitializeAsync();
        LocalDate today = RunningGrant.Today;
        RunningGrant grant = await RunningGrant.Begin(site, "老人助餐点", new AgreementTerms(today.PlusDays(-15), today.PlusDays(60),
            [
                new TrancheTerm(Amount.Yuan(600), today.PlusDays(-10), "协议签订", today.PlusDays(30)),
                new TrancheTerm(Amount.Yuan(300), today.PlusDays(35), "前一期核销满九成", today.PlusDays(70)),
            ],
            [new BudgetTerm("餐费", Amount.Yuan(700), Amount.Yuan(100)), new BudgetTerm("餐具", Amount.Yuan(200), Amount.Fen(0))],
            [new IndicatorTerm("每周用餐老人", "0 人", "40 人")], "不得用于吃请", "结束后十五日内退回"));
        site.Listen();
        Browsing lead = await Browsing.SignIn(site, "award-lead", 390, 844), desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await Amend(site, lead, desk, grant.Id);
        await lead.Close();
        await desk.Close();
    }

    private static async Task Amend(Site site, Browsing lead, Browsing desk, long grant)
    {
        await lead.Go("/Amendments");
        await lead.Go($"/Amendments/Show?id={grant}");
        await lead.Shot(Shots, "amend-lead");
        await lead.Go($"/Amendments/Request?id={grant}&kind=Shift");
        await lead.Page.FillAsync("[name='Lines[0].Amount']", "600");
        await lead.Page.FillAsync("[name=Reason]", "餐具涨价");
        await lead.Press("提交申请");
        await lead.Sees("调剂后的合计");
        (await lead.Page.InputValueAsync("[name=Reason]")).ShouldBe("餐具涨价");
        await lead.Shot(Shots, "amend-refused");
        await lead.Page.FillAsync("[name='Lines[1].Amount']", "300");
        await lead.Press("提交申请");
        await lead.Sees("十个工作日内答复");
        foreach (string kind in new[] { "Extend", "Team", "AmountUp", "AmountDown", "Purpose" })
        {
            await lead.Go($"/Amendments/Request?id={grant}&kind={kind}");
        }

        await desk.Go("/Amendments");
        await desk.Shot(Shots, "amend-list");
        await desk.Go($"/Amendments/Show?id={grant}");
        await desk.Shot(Shots, "amend-compare");
        await desk.Press("同意并签字");
        await desk.Sees("等另一位签字后生效");
        Browsing approver = await Browsing.SignIn(site, "award-l1", 390, 844);
        await approver.Go($"/Amendments/Show?id={grant}");
        await approver.Shot(Shots, "amend-phone");
        await approver.Press("同意并签字");
        await approver.Sees("已生效");
        await approver.Close();
        await lead.Go($"/Amendments/Request?id={grant}&kind=AmountUp");
        await lead.Shot(Shots, "amend-up");
        await lead.Go($"/Amendments/Request?id={grant}&kind=Extend");
        await lead.Shot(Shots, "amend-extend");
        await desk.Speak("en");
        await desk.Go($"/Amendments/Show?id={grant}");
        await desk.Sees("In force");
        await desk.Shot(Shots, "amend-en");
    }
}

using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Tests;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>The desk draws up a round, the steering group opens it, a lead asks on a phone whether to apply, and somebody is banned and told.
/// </summary>
public sealed class RoundJourney
{
    [Fact]
    public async Task A_round_is_drawn_up_opened_read_on_a_phone_and_closed_to_whoever_is_banned()
    {
        await using Site site = new();
        await site.InitializeAsync();
        await Add(site, "round-desk", "何协调", Role.Desk);
        await Add(site, "round-steer", "谢组长", Role.Steer);
        await Add(site, "round-panel", "白监审", Role.Panel);
        await Add(site, "round-lead", "石小磊", Role.Lead);
        site.Listen();
        LocalDate today = SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

        Browsing desk = await Browsing.SignIn(site, "round-desk", 1280, 900);
        await desk.Go("/Grants/RoundCreate");
        await desk.Page.FillAsync("[name='Form.Title']", "邻里微项目征集");
        await desk.Page.FillAsync("[name='Form.Code']", "J-1");
        await desk.Page.FillAsync("[name='Form.Closes']", NodaTime.Text.LocalDatePattern.Iso.Format(today.PlusDays(-1)));
        await desk.Page.FillAsync("[name='Form.Survey']", "九月入户问卷 320 份，居民议事会两场");
        await desk.Page.FillAsync("[name='Form.Needs[0].What']", "楼道照明坏了没人修");
        await desk.Page.FillAsync("[name='Form.Needs[0].Voices']", "87");
        await desk.Press("再加几条");
        await Assertions.Expect(desk.Page.Locator("[name='Form.Needs[9].What']")).ToHaveCountAsync(1);
        (await desk.Page.InputValueAsync("[name='Form.Needs[0].What']")).ShouldBe("楼道照明坏了没人修");
        await desk.Page.FillAsync("[name='Form.Needs[6].What']", "老人中午没有热饭吃");
        await desk.Page.FillAsync("[name='Form.Needs[6].Voices']", "64");
        await desk.Page.FillAsync("[name='Form.WhoMay']", "幸福里社区的社会组织和居民自组织\n至少五个人");
        await desk.Page.FillAsync("[name='Form.Forbidden']", "餐费、烟酒、礼品、个人补贴");
        await desk.Page.FillAsync("[name='Form.Cap']", "5000");
        await desk.Page.SelectOptionAsync("[name='Form.Pool[0].Fund']", new SelectOptionValue { Index = 1 });
        await desk.Page.FillAsync("[name='Form.Pool[0].Amount']", "20000");
        await desk.Press("提交，交另一个人同意");

        // Refused with its dates, and everything typed is still there.
        await desk.Sees("也不能早于今天");
        (await desk.Page.InputValueAsync("[name='Form.WhoMay']")).ShouldContain("至少五个人");
        (await desk.Page.InputValueAsync("[name='Form.Needs[6].Voices']")).ShouldBe("64");
        await desk.Page.FillAsync("[name='Form.Closes']", NodaTime.Text.LocalDatePattern.Iso.Format(today.PlusDays(20)));
        await desk.Press("提交，交另一个人同意");
        await desk.NoRefusal();
        await desk.Sees("待另一人同意");
        string round = desk.Page.Url;
        await Shot(desk, "round-waiting");
        await desk.Close();

        Browsing steer = await Browsing.SignIn(site, "round-steer", 1280, 900);
        await steer.Go(round);
        await steer.Press("同意并发布");
        await steer.NoRefusal();
        await steer.Sees("正在征集");
        await steer.Go("/Grants/Bans");
        await steer.Page.FillAsync("[name='Form.Name']", "石小磊");
        await steer.Page.FillAsync("[name='Form.Until']", NodaTime.Text.LocalDatePattern.Iso.Format(today.PlusDays(90)));
        await steer.Page.FillAsync("[name='Form.Clause']", "指南第九条：弄虚作假");
        await steer.Page.FillAsync("[name='Form.Evidence']", "发票与实物不符，见监审组核查记录");
        await steer.Page.FillAsync("[name='Form.Resolution']", "领导小组决议 2026-7");
        await steer.Press("限制申请");
        await steer.NoRefusal();
        await steer.Sees("限制中");
        await Shot(steer, "bans");
        await steer.Close();

        Browsing lead = await Browsing.SignIn(site, "round-lead", 390, 844);
        await lead.Go("/Grants");
        await lead.Sees("邻里微项目征集");
        await Shot(lead, "cards-phone");
        await lead.Click(lead.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "我能申请吗" }).First);
        await lead.Sees("指南第九条");
        await Shot(lead, "may-banned-phone");
        await lead.Close();

        Browsing panel = await Browsing.SignIn(site, "round-panel", 390, 844);
        await panel.Go("/Grants/Bans");
        await panel.Page.Locator("details.confirm summary").First.ClickAsync();
        await panel.Page.Locator("details.confirm[open] [name=Reason]").FillAsync("申诉成立，见监审组决定");
        await panel.Click(panel.Page.Locator("details.confirm[open] button"));
        await panel.Sees("已解除");
        await Shot(panel, "bans-phone");
        await panel.Close();

        Browsing again = await Browsing.SignIn(site, "round-lead", 390, 844);
        await again.Go(round.Replace("/Grants/Round", "/Grants/May", StringComparison.Ordinal));
        foreach ((string name, string value) in new[] { ("InCommunity", "Yes"), ("KindFits", "Yes"), ("InTime", "Yes"), ("BuysForbidden", "No"), ("BringsOwn", "Unsure") })
        {
            await again.Page.CheckAsync($"[name={name}][value={value}]");
        }

        await again.Press("看结果");
        await again.Sees("先问一问");
        await again.Sees("何协调");
        await Shot(again, "may-ask-phone");
        await again.Page.CheckAsync("[name=BringsOwn][value=Yes]");
        await again.Press("看结果");
        await again.Sees("可以申请");
        foreach (string path in new[] { round, "/Grants/Life", "/Grants/WorkingDays", "/Grants/Applications" })
        {
            await again.Go(path);
            await again.NoRefusal();
            await Shot(again, $"{path.Split('/')[^1].Split('?')[0]}-phone");
        }

        await again.Close();

        // In English nothing of the pages is Chinese but what people typed.
        Browsing english = await Browsing.SignIn(site, "round-steer", 1280, 900);
        await english.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = site.Address }]);
        foreach (string path in new[] { "/Grants", round, "/Grants/Bans", "/Grants/Life", "/Grants/WorkingDays", "/Grants/Applications" })
        {
            await english.Go(path);
            await english.NoRefusal();
            await Shot(english, $"{path.Split('/')[^1].Split('?')[0]}-en");
        }

        await english.Close();
    }

    private static async Task Add(Site site, string userName, string name, Role role)
    {
        FundSession set = new Foundation(site.Connections.Books, SystemClock.Instance, TestBody.LogKey).Operator(1);
        long person = await set.Run(new AddLogin(Guid.NewGuid(), new NewLogin(name, userName, Site.Password), MustChange: false));
        await set.Run(new GrantRole(Guid.NewGuid(), person, role, null, new LocalDate(2026, 1, 1), null));
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Environment.GetEnvironmentVariable("SHOTS") is { } place)
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(place, $"{name}.png"), FullPage = true });
        }
    }
}

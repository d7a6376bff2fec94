using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Registers;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>The auditor reads the registers of running grants and takes one away; the lead reads the story of a grant on a phone and is reminded at
/// home.</summary>
public sealed class RegisterJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("REGISTER_SHOTS");

    private static readonly string[] Registers =
    [
        "/GrantRegisters", "/GrantRegisters/Tranches", "/GrantRegisters/Advances", "/GrantRegisters/Ageing", "/GrantRegisters/Ageing?by=Project",
        "/GrantRegisters/Commitments", "/GrantRegisters/Exceptions",
    ];

    [Fact]
    public async Task The_auditor_reads_the_registers_and_the_lead_the_story_of_a_grant()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        int[] own = [.. funds.Where(fund => fund.IsOwn).Select(fund => fund.FundId)];
        AwardNotation grants = await AwardNotation.On(body, own[0], own[1]);
        LocalDate today = body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        await grants.Aged(today, -10, 12, 45, 75, 130);
        await grants.Handled("预拨45");
        long grant = await grants.Storied(today, 20);
        long stopped = await grants.Storied(today, 40, "suspended");
        site.Listen();

        foreach ((int width, string language) in new[] { (1280, "zh"), (390, "zh"), (1280, "en"), (390, "en") })
        {
            Browsing panel = await Browsing.SignIn(site, "award-panel", width, 900);
            await Speak(panel, language);
            foreach (string path in Registers)
            {
                await panel.Go(path);
                await Shot(panel, $"{path.Replace('/', '-').Replace('?', '-').Trim('-')}-{width}-{language}");
                await Assertions.Expect(panel.Page.Locator(".refusal:visible")).ToHaveCountAsync(0);
            }

            await panel.Go($"/Grants/Show?id={grant}");
            await Shot(panel, $"Show-{width}-{language}");
            await panel.Go("/Grants/Life");
            await Shot(panel, $"Life-{width}-{language}");
            await panel.Close();
        }

        Browsing auditor = await Browsing.SignIn(site, "award-panel", 1280, 900);
        await auditor.Go("/GrantRegisters/Advances?age=Over90");
        await auditor.Sees("预拨130");
        ILocator rows = auditor.Page.Locator("table.reg-register tbody tr");
        await Assertions.Expect(rows.Filter(new LocatorFilterOptions { HasText = "预拨130" })).ToHaveCountAsync(1);
        await Assertions.Expect(rows.Filter(new LocatorFilterOptions { HasText = "预拨75" })).ToHaveCountAsync(0);
        await auditor.Click(auditor.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "张蓉" }).First);
        await auditor.Sees("责任人：张蓉");
        await auditor.Go("/GrantRegisters/Advances?asof=2026-13-01");
        await auditor.Sees("2026-13-01");
        await auditor.Go("/GrantRegisters/Exceptions?kind=SameHands");
        foreach (string told in new[] { "先“申请变更”，又“变更自行生效”", "先“暂停项目”，又“恢复项目”", "石磊", "高敏" })
        {
            await auditor.Sees(told);
        }

        await auditor.Go("/GrantRegisters/Exceptions?kind=OverLine");
        await auditor.Sees("超出预算行，已通过");
        await auditor.Sees("100.00");
        await auditor.Close();

        Browsing lead = await Browsing.SignIn(site, "award-lead", 390, 844);
        await lead.Go("/");
        await lead.Sees("核销已逾期");
        await Shot(lead, "home-lead");
        await lead.Go($"/Grants/Show?id={stopped}");
        await lead.Sees("已暂停");
        await Shot(lead, "show-lead");
        await lead.Close();
        Browsing desk = await Browsing.SignIn(site, "award-desk", 1280, 900);
        await desk.Go("/");
        await desk.Sees("项目核销和报告");
        await Shot(desk, "home-desk");
        await desk.Go("/Grants/Applications");
        await Shot(desk, "applications-desk");
        await desk.Close();
    }

    private static async Task Speak(Browsing person, string language)
    {
        if (language == "en")
        {
            await person.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = new Uri(person.Page.Url).GetLeftPart(UriPartial.Authority) }]);
        }
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is { } place)
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(place, $"{name}.png"), FullPage = true });
        }
    }
}

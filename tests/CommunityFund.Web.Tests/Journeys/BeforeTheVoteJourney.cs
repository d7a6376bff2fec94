using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Grants;
using CommunityFund.Ledger;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Meetings;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>What stands around the vote: the desk orders the agenda and prints ballots, and the steering group decides what is left by the line.
/// </summary>
public sealed class BeforeTheVoteJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("DESK_SHOTS");

    [Fact]
    public async Task The_desk_orders_the_agenda_and_prints_numbered_ballots()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(5);
        VotingRoom room = await VotingRoom.New(body, now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date);
        await room.Announce();
        await room.PutAll();
        await room.Roll();
        site.Listen();
        Browsing desk = await Browsing.SignIn(site, "vote-0", 1280, 900), phone = await Browsing.SignIn(site, "vote-1", 390, 844);
        string page = $"/Meetings/Show?id={room.Meeting}";
        await phone.Go(page);
        await desk.Go(page);
        await Shot(desk, "agenda");
        await desk.Press("下移：花园");
        await desk.Sees("顺序已改");
        await InOrder(desk, "食堂", "花园", "课堂", "合唱");

        // The other has the old page open.
        await phone.Press("上移：课堂");
        await phone.Sees("您看到的顺序旧了");
        await Shot(phone, "agenda-stale");
        await phone.Press("上移：课堂");
        await InOrder(phone, "食堂", "课堂", "花园", "合唱");

        await desk.Go($"/Meetings/Ballots?id={room.Meeting}");
        (await desk.Page.InputValueAsync("[name=Count]")).ShouldBe("8");
        await Shot(desk, "ballots");
        await desk.Page.FillAsync("[name=Count]", "900");
        await desk.Press("生成选票（PDF）");
        await desk.Sees("一次印 1 到 500 张");
        (await desk.Page.InputValueAsync("[name=Count]")).ShouldBe("900");
        await desk.Page.FillAsync("[name=Count]", "10");
        IDownload ballots = await desk.Page.RunAndWaitForDownloadAsync(
            () => desk.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "生成选票（PDF）" }).ClickAsync());
        ballots.SuggestedFilename.ShouldBe("评审选票-2026-年春季评审会-1-10.pdf");
        await phone.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = site.Address }]);
        await phone.Go($"/Meetings/Ballots?id={room.Meeting}");
        await phone.Sees("Print blank ballots");
        await Shot(phone, "ballots-en");
        await phone.Go(page);
        await Shot(phone, "agenda-en");
        await desk.Close();
        await phone.Close();
    }

    [Fact]
    public async Task The_steering_group_decides_what_is_left_by_the_line()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        IReadOnlyList<FundNumber> funds = await body.Accountant.Ask(new FundNumbers());
        FundNumber rich = funds.First(fund => fund is { IsOwn: true, DefaultRestriction: Restriction.Unrestricted }
            && fund.Available.Units > 300_000);
        AwardNotation grants = await AwardNotation.On(body, rich.FundId, funds.First(fund => fund.IsOwn && fund.FundId != rich.FundId).FundId);
        long garden = await grants.Ranked(1, "弄堂花园", 600, "幸福里"), canteen = await grants.Ranked(2, "老人助餐点", 900, "石桥");
        long choir = await grants.Ranked(3, "银发合唱团", 500, "幸福里");
        site.Listen();
        Browsing steer = await Browsing.SignIn(site, "award-steer", 1280, 900);
        await steer.Go($"/Awards/Decide?round={grants.Round}&line=1000");
        await steer.Sees("“老人助餐点”正在线上，得 400.00 元");
        await Shot(steer, "line");
        await steer.Page.FillAsync("[name=Minutes]", "领导小组纪要〔2026〕3号");
        await steer.Press("写下这 3 个决定");
        await steer.Sees("少给要说明原因");
        (await steer.Page.InputValueAsync("[name=Minutes]")).ShouldBe("领导小组纪要〔2026〕3号");
        await Shot(steer, "line-refused");
        Browsing phone = await Browsing.SignIn(site, "award-steer2", 390, 844);
        await phone.Go($"/Awards/Decide?round={grants.Round}&line=1000");
        await Shot(phone, "line-phone");
        await phone.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = site.Address }]);
        await phone.Go($"/Awards/Decide?round={grants.Round}&line=1000");
        await Shot(phone, "line-phone-en");
        await steer.Page.FillAsync("[name=Reason]", "总额所限");
        await steer.Press("写下这 3 个决定");
        await steer.Sees("已写下决定：拟资助 2 个，线下 1 个");
        await Shot(steer, "line-decided");
        (await grants.State(garden), await grants.State(canteen), await grants.State(choir)).ShouldBe(
            (GrantState.Recommended, GrantState.Recommended, GrantState.Waitlisted));

        // The other still has the page of before.
        await phone.Page.FillAsync("[name=Minutes]", "minutes 3");
        await phone.Page.FillAsync("[name=Reason]", "as the line says");
        await phone.Press("Write these 3 decision(s)");
        await phone.Sees("Somebody has just moved");
        await phone.Close();
        await steer.Close();
    }

    private static Task InOrder(Browsing person, params string[] titles) =>
        Assertions.Expect(person.Page.Locator("#agenda tbody td.wrap:nth-child(2) bdi")).ToHaveTextAsync(titles);

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is { Length: > 0 })
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

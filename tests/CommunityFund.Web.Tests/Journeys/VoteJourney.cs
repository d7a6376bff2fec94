using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using CommunityFund.Tests;
using CommunityFund.Tests.Grants.Meetings;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// The vote in the room: the clerk at the door, a voter on a phone without an account, the chair who decides on recusals, opens and closes, two
/// clerks who key a ballot, and the count with a lot and three signatures.
/// </summary>
public sealed class VoteJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("VOTE_SHOTS");

    [Fact]
    public async Task Voters_clerks_and_chair_come_from_the_door_to_a_signed_ranking()
    {
        await using Site site = new();
        await site.InitializeAsync();
        VotingRoom room = await Prepared(site);
        site.Listen();
        Browsing chair = await Browsing.SignIn(site, "vote-2", 1280, 900), clerk = await Browsing.SignIn(site, "vote-3", 1280, 900),
            second = await Browsing.SignIn(site, "vote-4", 390, 844);
        await AtTheDoor(room, clerk);
        await AtTheDesk(site, room);
        Browsing voter = await OnThePhone(site, room);
        await Decide(room, chair, second);
        await Vote(room, voter);
        await room.Vote("居民五", "花园 12", "食堂 1");
        await chair.Go($"/Meetings/Projector?id={room.Meeting}&grant={room.Projects["花园"]}");
        await Shot(chair, "projector");
        await chair.Go($"/Meetings/Show?id={room.Meeting}");
        await Shot(chair, "chair");
        await chair.Press("全部结束投票");
        await KeyBallot(room, clerk, second);
        await Count(room, chair, clerk, second);
        foreach (Browsing person in new[] { chair, clerk, second, voter })
        {
            await person.Close();
        }
    }

    [Fact]
    public async Task Codes_are_not_guessed_and_strangers_see_nothing()
    {
        await using Site site = new();
        await site.InitializeAsync();
        VotingRoom room = await Prepared(site);
        site.Listen();
        VoterPass pass = await room.Pass("居民三");
        Browsing stranger = new(await site.Open(390, 844));
        for (int i = 0; i <= 10; i++)
        {
            await Enter(stranger, pass with { Code = $"AAAA{i:D2}AA" });
        }

        await stranger.Sees("试错太多次");

        // Not even the right code opens it now.
        await Enter(stranger, pass);
        await stranger.Sees("试错太多次");
        await stranger.Go($"/Meetings/Sheet?id={room.Meeting}");
        stranger.Page.Url.ShouldContain("SignIn");

        // Who is signed in and on the roll needs no slip; who is not on it is told so.
        Browsing lead = await Browsing.SignIn(site, "vote-6", 390, 844), chair = await Browsing.SignIn(site, "vote-2", 390, 844);
        await lead.Go($"/Vote?meeting={room.Meeting}");
        await lead.Sees("回避：项目总负责人");
        await chair.Go($"/Vote?meeting={room.Meeting}");
        await chair.Sees("不在这次评审会的评审人名单里");
    }

    /// <summary>Everything up to the day: rules locked and noticed, projects on the agenda, voters on the roll.</summary>
    private static async Task<VotingRoom> Prepared(Site site)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(5);
        VotingRoom room = await VotingRoom.New(body, now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date);
        await room.Announce();
        await room.PutAll();
        await room.Roll();
        body.Clock.Now = now;
        return room;
    }

    private static async Task AtTheDoor(VotingRoom room, Browsing clerk)
    {
        await clerk.Go($"/Meetings/Roll?id={room.Meeting}");
        await clerk.Sees("未达法定人数");
        for (int i = 0; i < room.Voters.Count - 1; i++)
        {
            await clerk.Press("签到");
            await clerk.NoRefusal();
        }

        await clerk.Sees("已达法定人数");
        await clerk.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "发纸票" }).ClickAsync();
        await clerk.Choose("Person", "居民四");
        await clerk.Page.FillAsync("[name=Serial]", "101");
        await clerk.Press("发纸票");
        await clerk.Sees("已发纸票");
        await Shot(clerk, "roll");
    }

    /// <summary>The last voter checks in with the slip and steps back from a project.</summary>
    private static async Task<Browsing> OnThePhone(Site site, VotingRoom room)
    {
        Browsing voter = new(await site.Open(390, 844));
        await voter.Go("/Vote");
        await Shot(voter, "slip");
        string last = (await room.Clerk.Ask(new VoterRoll(room.Meeting))).Voters.Single(row => !row.IsHere).Name;
        await Enter(voter, await room.Pass(last));
        await voter.Press("签到");
        await voter.Sees("已签到");
        await voter.Page.Locator("summary").ClickAsync();
        await voter.Choose("Recuse", "合唱");
        await voter.Press("申报回避");
        await voter.Sees("等主持人确认");
        return voter;
    }

    private static async Task Enter(Browsing voter, VoterPass pass)
    {
        await voter.Go("/Vote");
        await voter.Page.FillAsync("[name=Ticket]", pass.Ticket);
        await voter.Page.FillAsync("[name=Code]", pass.Code);
        await voter.Press("进入");
    }

    private static async Task Decide(VotingRoom room, Browsing chair, Browsing second)
    {
        await chair.Go($"/Meetings/Show?id={room.Meeting}");
        await Shot(chair, "recusals");
        await chair.Press("确认回避");
        await chair.Sees("回避已有结论");
        await chair.Press("全部开始投票");
        await chair.Sees("投票开始");
        await second.Go($"/Meetings/Show?id={room.Meeting}");
        await Shot(second, "show-phone");
    }

    private static async Task Vote(VotingRoom room, Browsing voter)
    {
        await voter.Press("刷新");
        foreach (int criterion in new[] { 1, 2, 3 })
        {
            await voter.Page.CheckAsync($"[name=Ticks][value='{room.Projects["花园"]} {criterion}']");
        }

        await voter.Page.CheckAsync($"[name=Ticks][value='{room.Projects["食堂"]} 1']");
        await Shot(voter, "ticks");
        await Assertions.Expect(voter.Page.Locator($"[name=Ticks][value='{room.Projects["合唱"]} 1']")).ToHaveCountAsync(0);
        await voter.Press("提交投票");
        await voter.Sees("密封保存");
        await voter.Page.CheckAsync($"[name=Ticks][value='{room.Projects["食堂"]} 2']");
        await voter.Press("提交投票");
        await voter.Sees("密封保存");
        await Assertions.Expect(voter.Page.Locator("[name=Ticks]:checked")).ToHaveCountAsync(5);
        await English(voter);
    }

    /// <summary>The second clerk reads one tick differently; both read the ballot again.</summary>
    private static async Task KeyBallot(VotingRoom room, Browsing clerk, Browsing second)
    {
        await Key(room, clerk, 1);
        await clerk.Sees("第一遍已录入");
        await Key(room, second, 2);
        await second.Sees("两遍不一致");
        await Key(room, second, 1);
        await Key(room, clerk, 1, "ballot");
        await clerk.Sees("两遍一致");
        await Shot(second, "ballots");
    }

    private static async Task Key(VotingRoom room, Browsing clerk, int criterion, string? shot = null)
    {
        await clerk.Go($"/Meetings/Paper?id={room.Meeting}");
        await clerk.Page.FillAsync("[name=serial]", "101");
        await clerk.Press("录入");
        await clerk.Page.CheckAsync($"[name=Ticks][value='{room.Projects["食堂"]} {criterion}']");
        if (shot is not null)
        {
            await Shot(clerk, shot);
        }

        await clerk.Press("保存这张票");
        await clerk.NoRefusal();
    }

    private static async Task Count(VotingRoom room, Browsing chair, Browsing clerk, Browsing second)
    {
        await chair.Go($"/Meetings/Show?id={room.Meeting}");
        await chair.Press("开票");
        await chair.Sees("已开票");
        await chair.Go($"/Meetings/Sheet?id={room.Meeting}");
        await chair.Page.FillAsync($"[name='lot-{room.Projects["课堂"]}']", "1");
        await chair.Page.FillAsync($"[name='lot-{room.Projects["合唱"]}']", "2");
        await Shot(chair, "lots");
        await chair.Press("录入抽签结果");
        await chair.Sees("抽签第 1");
        foreach (Browsing signer in new[] { chair, clerk, second })
        {
            await signer.Go($"/Meetings/Sheet?id={room.Meeting}");
            await signer.Press("核对无误，签字");
            await signer.NoRefusal();
        }

        await second.Sees("名次生效");
        await Shot(second, "sheet-phone");
        await chair.Go($"/Meetings/Sheet?id={room.Meeting}");
        await chair.Sees("已签字生效");
        await Shot(chair, "sheet");
        await chair.Go($"/Meetings/Projector?id={room.Meeting}&ranking=true");
        await Assertions.Expect(chair.Page.Locator(".wall-ranking .wall-title bdi:first-child").First).ToHaveTextAsync("花园");
        await Shot(chair, "ranking");
        foreach (string paper in new[] { "Sheet", "Notice" })
        {
            IAPIResponse pdf = await chair.Page.APIRequest.GetAsync($"/Meetings/{paper}?id={room.Meeting}&handler=Pdf");
            pdf.Headers["content-type"].ShouldBe("application/pdf");
            if (Shots is not null)
            {
                await File.WriteAllBytesAsync(Path.Combine(Shots, $"{paper}.pdf"), await pdf.BodyAsync());
            }
        }

        await English(chair);
        foreach (string page in new[] { "Show", "Notice", "Sheet", "Roll" })
        {
            await chair.Go($"/Meetings/{page}?id={room.Meeting}");
            await Shot(chair, $"{page}-en");
        }

        await chair.Page.SetViewportSizeAsync(1920, 1080);
        await chair.Go($"/Meetings/Projector?id={room.Meeting}");
        await chair.Sees("Ranking");
        await Shot(chair, "ranking-en-1920");
        await chair.Go($"/Meetings/Projector?id={room.Meeting}&grant={room.Projects["食堂"]}");
        await Shot(chair, "projector-en-1920");
        await second.Go("/Meetings");
        await second.Go($"/Meetings/Notice?id={room.Meeting}");
        await Shot(second, "notice-phone");
    }

    private static async Task English(Browsing person) =>
        await person.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = person.Page.Url }]);

    /// <summary>The desk's pages, each opened once.</summary>
    private static async Task AtTheDesk(Site site, VotingRoom room)
    {
        Browsing desk = await Browsing.SignIn(site, "vote-0", 390, 844);
        await desk.Go("/Meetings/Create");
        await Shot(desk, "create-phone");
        await desk.Page.FillAsync("[name='Form.Title']", "秋季评审会");
        await desk.Page.FillAsync("[name='Form.Criteria[0].Weight']", "41");
        await desk.Press("提交，请另一人锁定");
        (await desk.Page.InputValueAsync("[name='Form.Title']")).ShouldBe("秋季评审会");
        await desk.Go($"/Meetings/Slips?id={room.Meeting}");
        await desk.Sees("投票码");
        await Shot(desk, "slips-phone");
        await desk.Page.SetViewportSizeAsync(1280, 900);
        await English(desk);
        await desk.Go("/Meetings/Create");
        await Shot(desk, "create-en");
        await desk.Close();
    }

    /// <summary>Pictures for people to look at, in both languages, where VOTE_SHOTS names a folder.</summary>
    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is not null)
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

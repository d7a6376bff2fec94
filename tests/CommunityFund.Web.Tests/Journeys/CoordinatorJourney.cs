using CommunityFund.Books;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.Playwright;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// Two coordinators run a time bank: rules by two, members with cards, an activity with its list and its code, hours that the other confirms,
/// closing, a correction. Every page is opened wide and on a phone.
/// </summary>
public sealed class CoordinatorJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("HOURS_SHOTS");

    [Fact]
    public async Task From_the_first_card_to_hours_in_the_books()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TimeBankBody bank = await Prepared(site);
        site.Listen();
        Browsing first = await Browsing.SignIn(site, "hemin", 1280, 900), second = await Browsing.SignIn(site, "dengjie", 390, 844);
        await Register(first);
        string[] cards = await Cards(bank);
        await Print(first, bank);
        long yesterday = await Publish(first, "敬老服务", Today(bank).PlusDays(-1), "09:00", "12:00");
        await Keep(first, yesterday, cards);
        await Confirm(second, yesterday);
        await Close(first, bank, yesterday);
        await Careful(first, second, bank, cards);
        await Correct(first, second, bank, yesterday);
        await Volunteer(site, bank, cards, await Venue(first, bank, cards));
        await NewRules(first, second, bank);
        if (Shots is not null)
        {
            await Look(first, second, bank, yesterday);
        }

        foreach (Browsing person in new[] { first, second })
        {
            await person.Close();
        }
    }

    /// <summary>The time bank of the demo, with its two coordinators.</summary>
    private static async Task<TimeBankBody> Prepared(Site site)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        await using FundDb db = body.Db();
        long[] people = [.. new[] { "何敏", "邓洁" }.Select(name => db.People.Single(person => person.Name == name).PersonId)];
        int programme = (await body.Of(people[0]).Ask(new ProgrammeList())).Items.ShouldHaveSingleItem().Fund;
        return new TimeBankBody(body, programme, people[0], people[1]);
    }

    private static async Task Register(Browsing first)
    {
        await first.Go("/Members/Add");
        await first.Page.FillAsync("[name=Name]", "王小妹");
        await first.Page.FillAsync("[name='Facts.Community']", "幸福里");
        await first.Page.FillAsync("[name='Facts.Household']", "3 号楼 201");
        await first.Page.FillAsync("[name='Facts.GuardianNumber']", "12345678");
        await first.Press("保存");
        await first.Sees("没有卡号是“12345678”的参加人");
        await first.Page.FillAsync("[name='Facts.GuardianNumber']", "");
        await first.Press("保存");
        await first.Sees("已登记。请打印存折卡");
        await first.Go("/Members/Add");
        await first.Unfold("按名单登记多人");
        await first.Page.FillAsync("[name=List]", "李大伯，幸福里\n赵大姐，桃园，2 号楼 101\n");
        await first.Press("按名单登记多人");
        await first.Sees("已登记 2 人");
        await first.Page.FillAsync("[name=Text]", "大姐");
        await first.Press("查找");
        await first.Click(first.Page.Locator("main table a").First);
        await first.Unfold("修改社区、家庭和监护人");
        await first.Page.FillAsync("[name='Facts.Community']", "桃园二区");
        await first.Press("保存");
        await first.Sees("已修改");
        await first.Sees("桃园二区");
    }

    /// <summary>Numbers of 王小妹, 李大伯 and 赵大姐.</summary>
    private static async Task<string[]> Cards(TimeBankBody bank)
    {
        List<string> numbers = [];
        foreach (string name in new[] { "王小妹", "李大伯", "赵大姐" })
        {
            numbers.Add((await bank.First.Ask(new MemberList(name))).Items.ShouldHaveSingleItem().Number);
        }

        return [.. numbers];
    }

    /// <summary>Codes leave on paper only, to whoever proved to be the person.</summary>
    private static async Task Print(Browsing first, TimeBankBody bank)
    {
        await first.Go("/Members/Cards");
        IAPIResponse file = await first.Page.Context.APIRequest.GetAsync($"/Members/Cards?handler=Pdf&programme={bank.Programme}");
        file.Headers["content-type"].ShouldBe("application/pdf");
    }

    private static async Task<long> Publish(Browsing first, string title, LocalDate day, string starts, string ends)
    {
        await first.Go("/Activities/Publish");
        await first.Page.FillAsync("[name=Name]", title);
        await first.Page.FillAsync("[name=Place]", "幸福里活动室");
        await first.Page.FillAsync("[name=Day]", LocalDatePattern.Iso.Format(day));
        await first.Page.FillAsync("[name=Starts]", starts);
        await first.Page.FillAsync("[name=Ends]", ends);
        await first.Page.FillAsync("[name='Roles[0].Seats']", "10");
        await first.Press("发布，开始报名");
        await first.Sees("请先为志愿者买好保险");
        await first.Page.CheckAsync("[name=Insured]");
        await first.Press("发布，开始报名");
        await first.Sees("活动已发布");
        return long.Parse(System.Text.RegularExpressions.Regex.Match(first.Page.Url, "[?&]id=([0-9]+)").Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The list of yesterday: everybody is signed up, and came and left at times that somebody wrote.</summary>
    private static async Task Keep(Browsing first, long activity, string[] cards)
    {
        await first.Go($"/Activities/Show?id={activity}");
        foreach (string card in cards)
        {
            await first.Unfold("替人报名");
            await first.Page.FillAsync("[name=Card]", card);
            await first.Press("替人报名");
            await first.Sees("报名。");
        }

        for (int i = 0; i < 2; i++)
        {
            await first.Page.FillAsync($"[name='Times[{i}].In']", "09:05");
            await first.Page.FillAsync($"[name='Times[{i}].Out']", "11:20");
        }

        await first.Press("保存签到签退时间");
        await first.Sees("已登记 2 人的时间");
        await first.Sees("没有签到");
        await first.Sees("您登记的，要由另一个人确认");
        await Shot(first, "activity-list");
        IAPIResponse sheet = await first.Page.Context.APIRequest.GetAsync($"/Activities/Show?id={activity}&handler=Sheet");
        sheet.Headers["content-type"].ShouldBe("application/pdf");
    }

    private static async Task Confirm(Browsing second, long activity)
    {
        await second.Go($"/Activities/Show?id={activity}&show=Waiting");
        await Shot(second, "confirm-phone");
        await second.Press("确认全部 2 条");
        await second.Sees("已确认 2 条");
    }

    /// <summary>Somebody of the list has withdrawn, and times are written below: none of them is lost, whichever button is pressed.</summary>
    private static async Task Careful(Browsing first, Browsing second, TimeBankBody bank, string[] cards)
    {
        long activity = await Publish(first, "清洁河道", Today(bank).PlusDays(-1), "14:00", "17:00");
        await first.Unfold("替人报名");
        await first.Press("替人报名");
        await first.Sees("请填卡号");
        foreach (string card in cards)
        {
            await first.Unfold("替人报名");
            await first.Page.FillAsync("[name=Card]", $"{card[..4]}-{card[4..]}");
            await first.Press("替人报名");
            await first.Sees("报名。");
        }

        await Time(first, 1, "14:05", "15:20");
        await first.Press("取消报名");
        await first.Sees("已取消报名。 已登记 1 人的时间");
        await Time(first, 2, "14:05", "25:20");
        await first.Press("保存签到签退时间");
        await first.Sees("“25:20”不是时间");
        await Time(first, 2, "14:05", "15:30");
        await first.Turn(() => first.Page.Locator("[name='Times[2].Out']").PressAsync("Enter"));
        await first.Sees("已登记 1 人的时间");
        await first.Press("保存签到签退时间");
        await first.Sees("没有改过的时间");
        (await bank.First.Ask(new ActivityPage(activity))).People.Select(person => person.Record?.Reckoning.Raw.Units).ShouldBe([null, 75, 85]);
        await second.Go($"/Activities/Show?id={activity}&show=Waiting");
        await second.Page.FillAsync("[name='Times[0].Out']", "16:00");
        await second.Press("确认全部 2 条");
        await second.Sees("改了还没有保存");
        (await second.Page.InputValueAsync("[name='Times[0].Out']")).ShouldBe("16:00");
        (await bank.First.Ask(new ActivityPage(activity))).Counts.Confirmed.ShouldBe(0);
        await second.Go($"/Activities/Publish?id={activity}");
        await second.Sees("已经有人签到");
        (await second.Page.Locator("[name=Starts]").CountAsync()).ShouldBe(0);
    }

    private static async Task Time(Browsing first, int row, string came, string left)
    {
        await Set(first, $"Times[{row}].In", came);
        await Set(first, $"Times[{row}].Out", left);
    }

    /// <summary>A time that no clock shows is refused by the field too, so that the form has it as text.</summary>
    private static async Task Set(Browsing first, string field, string typed)
    {
        ILocator into = first.Page.Locator($"[name='{field}']");
        if (typed.StartsWith("25", StringComparison.Ordinal))
        {
            await into.EvaluateAsync("field => { field.type = 'text'; }");
        }

        await into.FillAsync(typed);
    }

    private static async Task Close(Browsing first, TimeBankBody bank, long activity)
    {
        await first.Go($"/Activities/Show?id={activity}");
        await first.Press("结项入账");
        await first.Sees("已结项：2 条记录入账");
        await first.Go("/Members");
        await first.Sees("2:10");
        (await bank.First.Ask(new ActivityPage(activity))).Counts.Posted.ShouldBe(2);
    }

    /// <summary>One coordinator says that it was less; the other agrees.</summary>
    private static async Task Correct(Browsing first, Browsing second, TimeBankBody bank, long activity)
    {
        await first.Go($"/Activities/Show?id={activity}");
        await first.Click(first.Page.Locator("a[href*='/Activities/Correct']").First);
        await first.Page.FillAsync("[name=Minutes]", "两小时");
        await first.Page.FillAsync("[name=Reason]", "提前离开");
        await first.Press("请另一人同意");
        await first.Sees("“两小时”不是时间");
        await first.Page.FillAsync("[name=Minutes]", "1:30");
        await first.Press("请另一人同意");
        await first.Sees("等另一位协调员同意");
        await second.Go("/Activities/Disputes");
        await Shot(second, "corrections-phone");
        await second.Press("同意更正");
        await second.Sees("已更正");
        (await bank.First.Ask(new MemberList("李大伯"))).Items[0].Hours.Units.ShouldBe(90);
    }

    /// <summary>Today's activity shows its code; whoever keeps the list presses one button for somebody without a phone.</summary>
    private static async Task<long> Venue(Browsing first, TimeBankBody bank, string[] cards)
    {
        long activity = await Publish(first, "社区食堂帮厨", Today(bank), "00:00", "23:59");
        await first.Unfold("替人报名");
        await first.Page.FillAsync("[name=Card]", cards[2]);
        await first.Press("替人报名");
        await first.Unfold("替人报名");
        await first.Page.FillAsync("[name=Card]", cards[1]);
        await first.Press("替人报名");

        // What was written for one is saved with the other's button.
        await first.Page.FillAsync("[name='Times[0].In']", "00:00");
        await first.Click(first.Page.Locator("tr").Filter(new LocatorFilterOptions { HasText = "赵大姐" })
            .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "现在签到", Exact = true }));
        await first.Sees("已签到。 已登记 1 人的时间");
        await first.Go($"/Activities/Venue?id={activity}");
        string shown = (await first.Page.Locator(".venue-code output").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        shown.Length.ShouldBe(6);
        await first.Sees("已签到 2 人");
        await Shot(first, "venue");
        await first.Speak("en");
        await first.Go($"/Activities/Venue?id={activity}");
        await Shot(first, "venue-en");
        await first.Page.SetViewportSizeAsync(390, 844);
        await first.Go($"/Activities/Venue?id={activity}");
        await Shot(first, "venue-phone");
        await first.Page.SetViewportSizeAsync(1280, 900);
        await first.Speak("zh-CN");
        return activity;
    }

    /// <summary>A phone reads the picture at the place, asks for the card once, signs up and in; the passbook has the hours of yesterday.</summary>
    private static async Task Volunteer(Site site, TimeBankBody bank, string[] cards, long activity)
    {
        CardSlip card = (await bank.First.Ask(new MemberCards(bank.Programme))).Cards.Single(each => each.Number == cards[0]);
        Browsing phone = new(await site.Open(390, 844));
        await phone.Go($"/Passbook/CheckIn?activity={activity}&code=000000");
        await phone.Page.FillAsync("[name=Number]", card.Number);
        await phone.Page.FillAsync("[name=Code]", card.Code.ToLowerInvariant());
        await phone.Press("打开存折");
        await phone.Press("报名");
        await phone.Sees("已报名");
        await phone.Page.FillAsync("[name=Code]", "000000");
        await phone.Press("签到");
        await phone.Sees("签到码不对");
        await phone.Page.FillAsync("[name=Code]", (await bank.First.Ask(new VenueCode(activity))).Code);
        await phone.Press("签到");
        await phone.Sees("已签到。");
        await Shot(phone, "volunteer-in");
        await phone.Go("/Passbook");
        await phone.Sees("2:10");
        await Shot(phone, "volunteer-passbook");
        await phone.Close();
        (await bank.First.Ask(new ActivityPage(activity))).Counts.SignedIn.ShouldBe(3);
    }

    private static async Task NewRules(Browsing first, Browsing second, TimeBankBody bank)
    {
        await first.Go($"/Programmes/Propose?id={bank.Programme}");
        await first.Page.SelectOptionAsync("[name='Terms.Rounding']", "30");
        await first.Page.FillAsync("[name='Terms.StoredCap']", "1500");
        await first.Page.FillAsync("[name='Terms.ActivityCap']", "三");
        await first.Page.FillAsync("[name='Rates[0].TwoParty']", "20");
        await first.Press("先看影响");
        await first.Sees("“三”不是时间");
        await first.Page.FillAsync("[name='Terms.ActivityCap']", "3");
        await first.Press("先看影响");
        await first.Sees("如果上个月就用这版规则");
        await Shot(first, "rules-effect");
        await first.Page.FillAsync("[name=Reason]", "理事会第三次会议");
        await first.Press("请另一人同意");
        await first.Sees("等另一人同意");
        await Shot(first, "rules-waiting");
        await second.Go($"/Programmes/Show?id={bank.Programme}");
        await Shot(second, "rules-phone");
        await second.Press("同意这版规则");
        await second.Sees("已同意");
    }

    /// <summary>Each page in both languages, wide and on a phone.</summary>
    private static async Task Look(Browsing wide, Browsing phone, TimeBankBody bank, long activity)
    {
        long person = (await bank.First.Ask(new MemberList("李大伯"))).Items[0].Person;
        (string Name, string Path)[] pages =
        [
            ("programmes", "/Programmes"), ("programme", $"/Programmes/Show?id={bank.Programme}"), ("propose", $"/Programmes/Propose?id={bank.Programme}"),
            ("members", "/Members"), ("member", $"/Members/Show?id={person}"), ("member-add", "/Members/Add"), ("cards", "/Members/Cards"),
            ("activities", "/Activities"), ("activity", $"/Activities/Show?id={activity}"), ("publish", "/Activities/Publish"),
            ("paper", $"/Activities/Paper?id={activity}"), ("disputes", "/Activities/Disputes?all=true"), ("legacy", "/Activities/Legacy"),
        ];
        foreach (string language in new[] { "zh-CN", "en" })
        {
            await wide.Speak(language);
            await phone.Speak(language);
            foreach ((string name, string path) in pages)
            {
                foreach ((Browsing screen, string size) in new[] { (wide, "wide"), (phone, "phone") })
                {
                    await screen.Go(path);
                    await screen.NoRefusal();
                    await Shot(screen, $"{name}-{size}-{language}");
                }
            }
        }
    }

    private static LocalDate Today(TimeBankBody bank) => bank.Body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;

    private static Task Shot(Browsing person, string name) => person.Shot(Shots, name);
}

using CommunityFund.Books;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// A daughter asks for her mother with her own card, a neighbour offers and says when it was done, the coordinator matches, the daughter confirms; what
/// the mother used is what the neighbour earned.
/// </summary>
public sealed class FamilyJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("FAMILY_SHOTS");

    [Fact]
    public async Task A_daughter_books_for_her_mother_and_a_neighbour_earns_what_she_used()
    {
        await using Site site = new();
        await site.InitializeAsync();
        Family family = await Prepared(site);
        site.Listen();
        Browsing daughter = await WithCard(site, family, family.Daughter), neighbour = await WithCard(site, family, family.Neighbour),
            coordinator = await Browsing.SignIn(site, "sun", 1280, 900);
        await Asks(daughter);
        await neighbour.Go("/Passbook/Offers");
        await neighbour.Sees("幸福里");
        (await neighbour.Page.Locator("main").InnerTextAsync()).ShouldNotContain("赵");
        await Shot(neighbour, "offers");
        await neighbour.Press("我来帮忙");
        await neighbour.Sees("已报名");
        await Matches(coordinator, Board(family));
        await Reports(neighbour);
        await Confirms(daughter);
        (await family.Bank.Holds(family.Mother)).Hours.ShouldBe(510);
        (await family.Bank.Holds(family.Neighbour)).ShouldBe((90, 15, 0));
        await neighbour.Go("/Passbook/Requests");
        await neighbour.Sees("可用 1:30");
        await Disputes(coordinator, Board(family), daughter);
        await Looks(coordinator, Board(family), daughter, neighbour);
        await coordinator.Close();
    }

    /// <summary>A time bank that is open, an elder with ten hours, her daughter and a neighbour with their cards.</summary>
    private static async Task<Family> Prepared(Site site)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        LocalDate today = SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        TimeBankBody bank = await body.OpenTimeBank(start: today.PlusDays(-7));
        long mother = await Exchange.Add(bank, MemberKind.Elder, "赵奶奶", "2-301");
        await bank.Post(UnitKind.HoursEarned, 600, mother, null, today);
        return new Family(site, bank, mother, await Exchange.Add(bank, MemberKind.Family, "赵女儿", "2-301"),
            await Exchange.Add(bank, MemberKind.Volunteer, "王小妹"), today);
    }

    private static async Task<Browsing> WithCard(Site site, Family family, long person)
    {
        await using FundDb db = family.Bank.Body.Db();
        Member member = await db.Set<Member>().SingleAsync(row => row.PersonId == person);
        Browsing holder = new(await site.Open(390, 844));
        await holder.Go("/Passbook/Requests");
        await holder.Page.FillAsync("[name=Number]", member.Number);
        await holder.Page.FillAsync("[name=Code]", member.Code(site.Services.GetRequiredService<Foundation>()));
        await holder.Press("打开存折");
        await holder.Sees("互助服务");
        return holder;
    }

    /// <summary>Too much first: what was typed stays, and the refusal says what can be done.</summary>
    private static async Task Asks(Browsing daughter)
    {
        await daughter.Go("/Passbook/Ask");
        await daughter.Choose("ForWhom", "赵奶奶");
        await daughter.Page.FillAsync("[name='Wish.What']", "陪同买菜");
        await daughter.Page.FillAsync("[name='Wish.From']", "09:00");
        await daughter.Page.FillAsync("[name='Wish.Until']", "18:00");
        await daughter.Page.CheckAsync("[name='Wish.IsUrgent']");
        await daughter.Page.FillAsync("[name='Wish.UrgentReason']", "家里没人");
        await daughter.Press("提交需求");
        await daughter.Sees("不超过一次服务上限");
        (await daughter.Page.InputValueAsync("[name='Wish.What']")).ShouldBe("陪同买菜");
        await Shot(daughter, "ask-refused");
        await daughter.Page.FillAsync("[name='Wish.Hours']", "2:00");
        await daughter.Press("提交需求");
        await daughter.Sees("需求已提交");
        await daughter.Sees("可用 8:00");
        await Shot(daughter, "requests-open");
    }

    /// <summary>The board of the family's own time bank, beside the demo's.</summary>
    private static string Board(Family family) => $"/Exchange?programme={family.Bank.Programme}";

    private static async Task Matches(Browsing coordinator, string board)
    {
        await coordinator.Go(board);
        await coordinator.Sees("紧急需求（1）");
        await Shot(coordinator, "board");
        await coordinator.Click(coordinator.Page.Locator(".swap-urgent .swap-head a").First);
        await coordinator.Sees("家属代填");
        await Shot(coordinator, "show-open");
        await coordinator.Press("就请这位");
        await coordinator.Sees("已匹配");
        await Shot(coordinator, "show-matched");
    }

    private static async Task Reports(Browsing neighbour)
    {
        await neighbour.Go("/Passbook/Requests");
        await neighbour.Sees("受助人：赵奶奶");
        await neighbour.Page.FillAsync("[name=from]", "00:10");
        await neighbour.Page.FillAsync("[name=until]", "00:12");
        await neighbour.Press("已完成，提交");
        await neighbour.Sees("至少 10 分钟");
        (await neighbour.Page.InputValueAsync("[name=from]")).ShouldBe("00:10");
        await neighbour.Page.FillAsync("[name=on]", NodaTime.Text.LocalDatePattern.Iso.Format(Yesterday));
        await neighbour.Page.FillAsync("[name=from]", "09:00");
        await neighbour.Page.FillAsync("[name=until]", "10:37");
        await Shot(neighbour, "report");
        await neighbour.Press("已完成，提交");
        await neighbour.Sees("等对方确认");
    }

    private static LocalDate Yesterday =>
        SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date.PlusDays(-1);

    private static async Task Confirms(Browsing daughter)
    {
        await daughter.Go("/Passbook/Requests");
        await daughter.Sees("计 1:30");
        await Shot(daughter, "confirm");
        await daughter.Press("确认服务");
        await daughter.Sees("时间已记账");
        await daughter.Sees("可用 8:30");
        await Shot(daughter, "confirmed");
    }

    private static async Task Disputes(Browsing coordinator, string board, Browsing daughter)
    {
        await coordinator.Go(board);
        await coordinator.Click(coordinator.Page.Locator("td a").First);
        await coordinator.Page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "有异议" }).ClickAsync();
        await coordinator.Page.FillAsync("[name=reason]", "家属说没有来");
        await coordinator.Press("提出更正");
        await coordinator.Sees("等另一位协调员同意");
        await Shot(coordinator, "dispute");
        await coordinator.Press("不更正");
        await coordinator.Sees("保持原样");
        await daughter.Go("/Passbook/Requests");
        await daughter.Sees("已确认");
    }

    /// <summary>Each page in English too, and the coordinator's on a phone.</summary>
    private static async Task Looks(Browsing coordinator, string board, Browsing daughter, Browsing neighbour)
    {
        await coordinator.Go("/Exchange/Ask");
        await Shot(coordinator, "ask-for");
        foreach (Browsing person in new[] { coordinator, daughter, neighbour })
        {
            await person.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "en", Url = person.Page.Url }]);
        }

        await daughter.Go("/Passbook/Requests");
        await Shot(daughter, "requests-en");
        await daughter.Go("/Passbook/Ask");
        await Shot(daughter, "ask-en");
        await neighbour.Go("/Passbook/Offers");
        await neighbour.Sees("Nobody needs help");
        await Shot(neighbour, "offers-en");
        await coordinator.Go(board);
        await Shot(coordinator, "board-en");
        await coordinator.Click(coordinator.Page.Locator("td a").First);
        await Shot(coordinator, "show-en");
        await coordinator.Page.SetViewportSizeAsync(390, 844);
        foreach (string page in new[] { "/Exchange", "/Exchange/Ask" })
        {
            await coordinator.Go(page);
            await Shot(coordinator, $"phone{page.Replace('/', '-')}");
        }
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is not null)
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }

    private sealed record Family(Site Site, TimeBankBody Bank, long Mother, long Daughter, long Neighbour, LocalDate Today);
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Stock;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using NodaTime;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// Points at the counter: a coordinator proposes rice and the treasurer agrees, a volunteer reserves on a phone, a clerk checks and hands over, the
/// reviewer posts the cost; and the treasurer settles a merchant's month.
/// </summary>
public sealed class CounterJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("REDEEM_SHOTS");

    [Fact]
    public async Task A_volunteer_reserves_on_a_phone_and_collects_at_the_counter()
    {
        await using Site site = new();
        await site.InitializeAsync();
        (TimeBankBody bank, int fund, LocalDate today) = await Prepared(site, 0);
        await bank.Rice(3, 100, fund: fund, on: today);
        long person = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 30, person, null, today);
        site.Listen();
        Browsing coordinator = await Browsing.SignIn(site, "sun", 1280, 900), treasurer = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await Propose(coordinator, treasurer);

        Browsing holder = new(await site.Open(390, 844));
        await holder.Go("/Passbook/Catalogue");
        MemberPass pass = await bank.Card(person);
        await holder.Page.FillAsync("[name=Number]", pass.Number);
        await holder.Page.FillAsync("[name=Code]", pass.Code);
        await holder.Press("打开存折");
        await holder.Sees("大米 5 公斤");
        await Shot(holder, "catalogue");
        await holder.Press("预约兑换");
        await holder.Sees("领取时给工作人员看");
        await holder.Sees("已预约。领取码在下面");
        await Shot(holder, "reservation");
        string code = await holder.Page.Locator(".redeem-code strong").InnerTextAsync();

        Browsing clerk = await Browsing.SignIn(site, "qian", 390, 844);
        await clerk.Go("/Redemption/Counter");
        await Shot(clerk, "counter");
        await clerk.Page.FillAsync("[name=Code]", code[..^1] + (code[^1] == 'A' ? "B" : "A"));
        await clerk.Press("核对");
        await clerk.Sees("领取码对不上");
        await clerk.Page.FillAsync("[name=Code]", code.ToLowerInvariant());
        await clerk.Press("核对");
        await clerk.Sees("王小妹");
        await Shot(clerk, "counter-check");
        await clerk.Press("已交付");
        await clerk.Sees("积分已兑换");
        await Shot(clerk, "slip");
        Browsing reviewer = await Browsing.SignIn(site, "liwen", 390, 844);
        await reviewer.PostNewest();

        await treasurer.Go("/Redemption/Reservations?filter=handed-over");
        await treasurer.Sees("已入账");
        await treasurer.Sees("33.33");
        await treasurer.Go("/Stock");
        await treasurer.Sees("相符");
        (await bank.Body.Accountant.Ask(new StockBoard())).Rows.Single(row => row.Name == "大米").Quantity.ShouldBe(2);
        (await bank.Holds(person)).ShouldBe((0, 20, 0));
        await holder.Go("/Passbook/Catalogue");
        await holder.Page.Locator("summary").ClickAsync();
        await holder.Sees("已领取");
        await Look(site, bank, treasurer, coordinator, holder, "goods", "/Redemption", "/Redemption/Item", "/Redemption/Item?source=merchant",
            "/Redemption/Counter", "/Redemption/For", "/Redemption/Reservations?filter=handed-over", "/Redemption/Reservations", "/Redemption/Slip?id=1");
        await ReservesForAnElder(coordinator, pass.Number);
        await clerk.Go("/Redemption/Counter");
        for (int i = 0; i <= 10; i++)
        {
            await clerk.Page.FillAsync("[name=Code]", $"1-AAAA{i:D2}");
            await clerk.Press("核对");
        }

        await clerk.Sees("试得太多了");
        foreach (Browsing each in new[] { coordinator, treasurer, holder, clerk, reviewer })
        {
            await each.Close();
        }
    }

    /// <summary>Without a phone: the coordinator prints the code, and is not who hands the piece over.</summary>
    private static async Task ReservesForAnElder(Browsing coordinator, string number)
    {
        await coordinator.Go("/Redemption/For");
        await coordinator.Page.FillAsync("[name=Number]", number);
        await coordinator.Choose("Item", "大米 5 公斤");
        await coordinator.Press("预约兑换");
        await coordinator.Sees("请把领取单打印给本人");
        await Shot(coordinator, "note");
        string code = await coordinator.Page.Locator(".redeem-code strong").InnerTextAsync();
        IDownload paper = await coordinator.Page.RunAndWaitForDownloadAsync(() =>
            coordinator.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "打印 PDF" }).ClickAsync());
        paper.SuggestedFilename.ShouldStartWith("积分兑换领取单");
        if (Shots is not null)
        {
            await paper.SaveAsAsync(Path.Combine(Shots, "note.pdf"));
        }

        await coordinator.Go("/Redemption/Counter");
        await coordinator.Page.FillAsync("[name=Code]", code);
        await coordinator.Press("核对");
        await coordinator.Sees("请另一位协调员交付");
    }

    [Fact]
    public async Task The_treasurer_settles_a_merchants_month_for_the_payment_desk()
    {
        await using Site site = new();
        await site.InitializeAsync();
        (TimeBankBody bank, int fund, LocalDate then) = await Prepared(site, 45);
        long item = await bank.First.Run(bank.Proposal(OfMerchant(5.05m, 50, fund), 5, null, "豆浆一杯") with { ValidFrom = then });
        await bank.Body.Accountant.Run(new DecideItem(TestBody.Key, item, Agrees: true));
        long person = await bank.Volunteer("王小妹");
        await bank.Post(UnitKind.PointsEarned, 30, person, null, then);
        for (int i = 0; i < 2; i++)
        {
            long reservation = await bank.Reserved(person, item);
            await bank.HandedOver(reservation);
            await bank.Body.Review((await bank.Row(reservation)).VoucherId!.Value);
        }

        await bank.Body.Accountant.Run(new SetPayeeAccount(TestBody.Key, Merchant, PersonKind.Organisation, "6217000011112222333", "工商银行清河支行"));
        site.Listen();
        Browsing treasurer = await Browsing.SignIn(site, "chenjing", 1280, 900);
        await treasurer.Go("/Redemption/Merchants");
        await treasurer.Sees("10.10");
        await Shot(treasurer, "merchants");
        await treasurer.Click(treasurer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = Merchant }));
        await treasurer.Sees("相符");
        await Shot(treasurer, "merchant");
        IDownload paper = await treasurer.Page.RunAndWaitForDownloadAsync(() =>
            treasurer.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "打印 PDF" }).ClickAsync());
        paper.SuggestedFilename.ShouldStartWith("商家月结单");
        if (Shots is not null)
        {
            await paper.SaveAsAsync(Path.Combine(Shots, "merchant.pdf"));
        }

        await treasurer.Press("月结");
        await treasurer.Sees("已月结");
        await treasurer.Go("/Payments");
        await treasurer.Sees($"付商家兑换月结 {then.Year:0000}{then.Month:00}");
        await Look(site, bank, treasurer, null, null, "merchant", "/Redemption/Merchants", $"/Redemption/Merchant?merchant=1&month={then.Year:0000}-{then.Month:00}",
            "/Payments");
        await treasurer.Close();
    }

    /// <summary>A time bank in the demo foundation, some days ago, and an unrestricted fund that has money.</summary>
    private static async Task<(TimeBankBody Bank, int Fund, LocalDate Day)> Prepared(Site site, int daysAgo)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant() - Duration.FromDays(daysAgo);
        LocalDate day = body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        TimeBankBody bank = await body.OpenTimeBank(start: day);
        await using FundDb db = body.Db();
        int fund = await db.Funds.Where(row => row.BookId == body.Book && row.DefaultRestriction == Restriction.Unrestricted
            && row.Kind != FundKind.Programme && row.Kind != FundKind.Agency).OrderBy(row => row.FundId).Select(row => row.FundId).FirstAsync();
        return (bank, fund, day);
    }

    private static async Task Propose(Browsing coordinator, Browsing treasurer)
    {
        await coordinator.Go("/Redemption/Item");
        await coordinator.Page.SelectOptionAsync("[name=Programme]", new SelectOptionValue { Label = "时间银行" });
        await coordinator.Page.FillAsync("[name=Name]", "大米 5 公斤");
        await coordinator.Page.FillAsync("[name=Points]", "1o");
        await coordinator.Choose("Shelf", "大米");
        await coordinator.Press("提出");
        (await coordinator.Page.InputValueAsync("[name=Points]")).ShouldBe("1o");
        await coordinator.Page.FillAsync("[name=Points]", "10");
        await coordinator.Press("提出");
        await coordinator.Sees("等会计同意");
        await treasurer.Go("/Redemption");
        await treasurer.Press("同意");
        await treasurer.NoRefusal();
        await treasurer.Sees("可兑换");
    }

    /// <summary>Every page in both languages and widths, where somebody wants to look.</summary>
    private static async Task Look(Site site, TimeBankBody bank, Browsing treasurer, Browsing? coordinator, Browsing? holder, string name, params string[] pages)
    {
        if (Shots is null)
        {
            return;
        }

        _ = site;
        await using FundDb db = bank.Body.Db();
        long merchant = await db.Set<CatalogueItem>().Select(row => row.MerchantId ?? 0).MaxAsync();
        foreach (string language in new[] { "zh-CN", "en" })
        {
            foreach ((Browsing Person, string[] Pages) part in new[]
            {
                (coordinator ?? treasurer, pages), (holder ?? treasurer, holder is null ? [] : new[] { "/Passbook/Catalogue", "/Passbook/Reservation?id=1" }),
            })
            {
                await part.Person.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = language, Url = site.Address }]);
                foreach (int width in new[] { 1280, 390 })
                {
                    await part.Person.Page.SetViewportSizeAsync(width, 900);
                    foreach (string page in part.Pages)
                    {
                        await part.Person.Go(page.Replace("merchant=1", $"merchant={merchant}", StringComparison.Ordinal));
                        string file = new([.. page.Select(letter => char.IsLetterOrDigit(letter) ? letter : '-')]);
                        await Shot(part.Person, $"{name}{file}-{language[..2]}-{width}");
                    }
                }

                await part.Person.Page.Context.AddCookiesAsync([new Cookie { Name = "lang", Value = "zh-CN", Url = site.Address }]);
            }
        }
    }

    private static async Task Shot(Browsing person, string name)
    {
        if (Shots is not null)
        {
            await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Shots, $"{name}.png"), FullPage = true });
        }
    }
}

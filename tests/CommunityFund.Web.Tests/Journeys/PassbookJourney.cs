using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.Playwright;
using NodaTime;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// The passbook on a phone: opened with number and code, hours given to an elder and to the pool, a certificate that anybody checks; and the two
/// coordinators who give an elder start hours and take something back.
/// </summary>
public sealed class PassbookJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("PASSBOOK_SHOTS");

    [Fact]
    public async Task A_holder_reads_the_passbook_gives_hours_and_has_a_certificate()
    {
        await using Site site = new();
        await site.InitializeAsync();
        (TimeBankBody bank, long one, long elder) = await Prepared(site);
        site.Listen();
        Browsing holder = new(await site.Open(390, 844));
        await Opened(holder, await bank.Card(one));
        await holder.Sees("不能买卖");
        await holder.Sees("2:30");
        await holder.Shot(Shots, "passbook");
        await holder.Click(holder.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "转赠时间" }));
        await holder.Shot(Shots, "give");
        await holder.Page.FillAsync("[name=To]", "12345678");
        await holder.Page.FillAsync("[name=Minutes]", "45");
        await holder.Press("送出");
        await holder.Sees("没有卡号 12345678");
        (await holder.Page.InputValueAsync("[name=Minutes]")).ShouldBe("45");
        await holder.Shot(Shots, "give-refused");
        foreach (string typed in new[] { "1.5", "-1", "1-5" })
        {
            await holder.Page.FillAsync("[name=Hours]", typed);
            await holder.Press("送出");
            await holder.Sees("小时和分钟分开填");
            (await holder.Page.InputValueAsync("[name=Hours]")).ShouldBe(typed);
        }

        await holder.Page.FillAsync("[name=Hours]", "");
        await holder.Page.FillAsync("[name=Minutes]", "４５");
        await holder.Page.FillAsync("[name=To]", await bank.Number(elder));
        await holder.Press("送出");
        await holder.Sees("已转赠");
        await holder.Sees("1:45");
        await holder.Go("/Passbook/Give");
        await holder.Page.CheckAsync("[name=ToPool][value=true]");
        await holder.Page.FillAsync("[name=Minutes]", "15");
        await holder.Press("送出");
        await holder.Sees("谢谢您");
        await holder.Shot(Shots, "passbook-given");
        (await bank.Holds(elder)).Hours.ShouldBe(45);
        await Certificate(site, holder);
        foreach ((string name, string address) in new[] { ("passbook", "/Passbook?handler=Pdf"), ("statement", $"/Passbook?handler=Statement") })
        {
            await Paper(holder, address, name);
        }

        await holder.Speak("en");
        foreach (string page in new[] { "", "/Give", "/Certificates", "/Certificate" })
        {
            await holder.Go($"/Passbook{page}");
            await holder.Shot(Shots, $"passbook{page.Replace('/', '-')}-en");
        }

        await Paper(holder, "/Passbook?handler=Pdf", "passbook-en");
        await holder.Go("/Passbook");
        await holder.Press("Put the card away");
        await holder.Go("/Passbook");
        holder.Page.Url.ShouldContain("/Passbook/Card");
        await holder.Close();
    }

    [Fact]
    public async Task Codes_of_cards_and_certificates_are_not_guessed()
    {
        await using Site site = new();
        await site.InitializeAsync();
        (TimeBankBody bank, long one, _) = await Prepared(site);
        site.Listen();
        MemberPass pass = await bank.Card(one);
        Browsing stranger = new(await site.Open(390, 844));
        await Opened(stranger, pass with { Code = "AAAAAAAA" });
        await stranger.Sees("对不上");
        for (int i = 0; i <= 10; i++)
        {
            await Opened(stranger, pass with { Code = $"AAAA{i:D2}AA" });
        }

        await stranger.Sees("试得太多");

        // Not even the right code opens it now.
        await Opened(stranger, pass);
        await stranger.Sees("试得太多");
        await stranger.Go("/Passbook/Give");
        stranger.Page.Url.ShouldContain("/Passbook/Card");
        for (int i = 0; i <= 10; i++)
        {
            await stranger.Go($"/Passbook/Certificate?no=2026-00000000&code=AAAA{i:D2}AA");
        }

        await stranger.Sees("试得太多");
    }

    [Fact]
    public async Task Two_coordinators_give_an_elder_start_hours_and_take_a_gift_back()
    {
        await using Site site = new();
        await site.InitializeAsync();
        (TimeBankBody bank, long one, long elder) = await Prepared(site);
        await bank.Gives(one, elder, 30);
        site.Listen();
        Browsing first = await Browsing.SignIn(site, "tb-1", 1280, 900), second = await Browsing.SignIn(site, "tb-2", 390, 844);
        await first.Go($"/Holders?programme={bank.Programme}&Search={await bank.Number(elder)}");
        await first.Click(first.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "陈奶奶" }));
        await first.Unfold("给老人时间（启动时间、时间池）");
        await first.Page.FillAsync("[name=GrantHours]", "999");
        await first.Page.FillAsync("[name=Reason]", "独居，需要助浴");
        await first.Press("提出，请另一人同意");
        await first.Sees("每位老人的启动时间一共最多");
        (await first.Page.InputValueAsync("[name=Reason]")).ShouldBe("独居，需要助浴");
        await first.Shot(Shots, "holder-refused");
        await first.Page.FillAsync("[name=GrantHours]", "-5");
        await first.Press("提出，请另一人同意");
        await first.Sees("小时和分钟分开填");
        await first.Page.FillAsync("[name=GrantHours]", "5");
        await first.Press("提出，请另一人同意");
        await first.Sees("等另一人同意");
        await first.Unfold("冲回一笔");
        await first.Page.FillAsync("[name=UndoReason]", "写错了人");
        await first.Press("提出冲回");
        await first.NoRefusal();
        await first.Shot(Shots, "holder");
        await second.Go($"/Holders?programme={bank.Programme}");
        await second.Shot(Shots, "holders-phone");
        await second.Press("同意");
        await second.Sees("时间已记入");
        await second.Press("同意");
        await second.Sees("已冲回");
        (await bank.Holds(elder)).Hours.ShouldBe(300);
        await second.Go("/Holders/Reserve");
        await second.NoRefusal();
        await second.Shot(Shots, "reserve-phone");
        if (Shots is not null)
        {
            await Look(first, one);
        }

        await first.Close();
        await second.Close();
    }

    /// <summary>Every page of staff once, in both languages.</summary>
    private static async Task Look(Browsing first, long one)
    {
        foreach (string language in new[] { "zh-CN", "en" })
        {
            await first.Speak(language);
            foreach ((string name, string address) in new[]
            {
                ("home", "/"), ("holders", "/Holders"), ("holder-of", $"/Holders/Show?person={one}"), ("reserve", "/Holders/Reserve"),
            })
            {
                await first.Go(address);
                await first.Shot(Shots, $"{name}-{language}");
            }
        }

        await first.Go("/Holders");
        foreach (string page in new[] { "Expiry", "Pool" })
        {
            string address = (await first.Page.Locator($"a[href*='/Holders/{page}']").First.GetAttributeAsync("href"))!;
            await first.Go(address);
            await first.Shot(Shots, $"{page}-en");
            await first.Go("/Holders");
        }
    }

    private static async Task Certificate(Site site, Browsing holder)
    {
        await holder.Go("/Passbook/Certificates");
        await holder.Press("出具证明");
        await holder.Sees("证明已出具");
        await holder.Shot(Shots, "certificates");
        string address = (await holder.Page.Locator("a[href*='handler=Pdf']").First.GetAttributeAsync("href"))!;
        string text = await Pdf.Text(await Paper(holder, address, "certificate"));
        string number = System.Text.RegularExpressions.Regex.Match(text, "20[0-9]{2}-[0-9]{8}").Value;
        System.Text.RegularExpressions.Match code = System.Text.RegularExpressions.Regex.Match(text, "校验码 ([0-9A-Z]{4}) ([0-9A-Z]{4})");
        Browsing school = new(await site.Open(390, 844));
        await school.Go($"/Passbook/Certificate?no={number}&code={code.Groups[1].Value}{code.Groups[2].Value}");
        await school.Sees("这份证明是真的");
        await school.Sees("王小妹");
        await school.Shot(Shots, "genuine");
        await school.Close();
    }

    private static async Task<byte[]> Paper(Browsing holder, string address, string name)
    {
        IAPIResponse pdf = await holder.Page.APIRequest.GetAsync(address);
        pdf.Headers["content-type"].ShouldBe("application/pdf", address);
        byte[] bytes = await pdf.BodyAsync();
        if (Shots is not null)
        {
            await File.WriteAllBytesAsync(Path.Combine(Shots, $"{name}.pdf"), bytes);
        }

        return bytes;
    }

    private static async Task Opened(Browsing holder, MemberPass pass)
    {
        await holder.Go("/Passbook");
        await holder.Page.FillAsync("[name=Number]", pass.Number);
        await holder.Page.FillAsync("[name=Code]", pass.Code);
        await holder.Press("打开存折");
    }

    /// <summary>A second time bank beside the demo's, that opened ten days ago, with somebody who served two and a half hours and an elder.</summary>
    private static async Task<(TimeBankBody Bank, long One, long Elder)> Prepared(Site site)
    {
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(5);
        LocalDate from = now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date.PlusDays(-10);
        long accountant = await Join(body, "周时间", "tb-acc", Role.Accountant),
            first = await Join(body, "孙协调", "tb-1", Role.Coordinator), second = await Join(body, "钱协调", "tb-2", Role.Coordinator);
        int programme = await body.Of(accountant).Run(new OpenProgramme(TestBody.Key, "T01", "时间银行"));
        TimeBankBody bank = new(body, programme, first, second);
        await bank.Rules(from, new ProgrammeTerms(), TimeBankNotation.Rates);
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        long activity = await bank.Served("09:00", "11:30", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        body.Clock.Now = now;
        return (bank, one, elder);
    }

    private static async Task<long> Join(TestBody body, string name, string login, Role role)
    {
        long person = await body.Operator.Run(new AddLogin(TestBody.Key, new NewLogin(name, login, Site.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, role, null, new LocalDate(2024, 1, 1), null));
        return person;
    }
}

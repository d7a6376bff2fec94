using CommunityFund.Books;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using Microsoft.Playwright;
using NodaTime;
using Npgsql;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>
/// A volunteer with a card and a phone, who signs in nowhere: signs up, comes and leaves by the code of the place, reads how the minutes were
/// reckoned and disputes them; and the elder who was served confirms.
/// </summary>
public sealed class HoursJourney
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("HOURS_SHOTS");

    [Fact]
    public async Task A_volunteer_comes_and_leaves_by_the_code_and_disputes_a_record_on_the_phone()
    {
        await using Site site = new();
        await site.InitializeAsync();
        TestBody body = TestBody.On(site.Connections, () => Task.CompletedTask);
        Instant now = SystemClock.Instance.GetCurrentInstant();
        body.Clock.Now = now - Duration.FromDays(1);
        TimeBankBody bank = await body.OpenTimeBank();
        long volunteer = await bank.Volunteer("王小妹");
        long elder = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Elder, "赵奶奶"));
        long before = await bank.Served("09:05", "11:57", volunteer);
        await bank.First.Run(new CloseActivity(TestBody.Key, before));
        body.Clock.Now = now;
        long activity = await bank.Activity(bank.Terms(starts: "00:00", ends: "23:59", confirmer: elder, title: "陪老人看病"));
        site.Listen();
        Browsing phone = new(await site.Open(390, 844)), other = new(await site.Open(390, 844));
        await Enter(phone, await bank.Card(volunteer), "/Passbook/CheckIn");
        await phone.Press("报名");
        await phone.Sees("已报名");
        await Shot(phone, "signed-up");

        // Today's activity may be withdrawn from until one has signed in.
        await phone.Press("取消报名");
        await phone.Sees("已取消报名");
        await phone.Press("报名");
        await phone.Sees("已报名");
        string code = await bank.Code(activity);
        await phone.Page.FillAsync("[name=Code]", code == "000000" ? "111111" : "000000");
        await phone.Press("签到");
        await phone.Sees("签到码不对");
        await Shot(phone, "wrong-code");

        // By the QR of the place, which carries the code.
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        await phone.Go($"/Passbook/CheckIn?activity={activity}&code={await bank.Code(activity)}");
        await phone.Press("签到");
        await phone.Sees("已签到");
        await Shot(phone, "signed-in");
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        await phone.Page.FillAsync("[name=Code]", await bank.Code(activity));
        await phone.Press("签退");
        await phone.Sees("刚刚签到");
        await Shot(phone, "too-soon");
        await TenMinutesPass(site);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        await phone.Page.FillAsync("[name=Code]", await bank.Code(activity));
        await phone.Press("签退");
        await phone.Sees("等人确认");
        (await bank.First.Ask(new ActivityPage(activity))).Tries.Count.ShouldBe(1);
        await Enter(other, await bank.Card(elder), "/Passbook/CheckIn");
        await other.Sees("请您确认");
        await Shot(other, "to-confirm");
        await other.Page.CheckAsync("[name=Records]");
        await other.Press("确认勾选的时长");
        await other.Sees("已确认，谢谢");
        await phone.Go("/Passbook/Record?p=99");
        await phone.Sees("按 10 分钟向下取整");
        await Shot(phone, "records");
        await phone.Page.Locator("summary").First.ClickAsync();
        await phone.Page.FillAsync("[name=Text]", "我 12 点半才走");
        await phone.Press("提出异议");
        await phone.Sees("我 12 点半才走");
        await phone.Speak("en");
        await phone.Go("/Passbook/Record");
        await phone.Sees("You said:");
        await Shot(phone, "records-en");
        await phone.Close();
        await other.Close();
    }

    /// <summary>Whoever is there came ten minutes earlier, which no login of the program could say.</summary>
    private static async Task TenMinutesPass(Site site)
    {
        await using NpgsqlConnection superuser = new(
            new NpgsqlConnectionStringBuilder(site.Connections.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand command = new(
            "set session_replication_role = replica; update attendance set in_at = in_at - interval '10 minutes' where out_at is null", superuser);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task Enter(Browsing phone, MemberPass card, string to)
    {
        await phone.Go(to);
        await phone.Page.FillAsync("[name=Number]", card.Number);
        await phone.Page.FillAsync("[name=Code]", card.Code);
        await phone.Press("打开存折");
        await phone.NoRefusal();
    }

    private static Task Shot(Browsing person, string name) => person.Shot(Shots, name);
}

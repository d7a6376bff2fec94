using System.Net;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using NodaTime;

namespace CommunityFund.Web.Tests.TimeBank;

/// <summary>What pages of the time bank say where something is missing, cannot be done, or is not over.</summary>
public sealed class TimeBankPagesTests : IAsyncLifetime
{
    private readonly Site _site = new();
    private TimeBankBody _bank = null!;

    public async ValueTask InitializeAsync()
    {
        await _site.InitializeAsync();
        TestBody body = TestBody.On(_site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant() - Duration.FromDays(1);
        _bank = await body.OpenTimeBank();
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task Who_asks_for_help_reads_how_times_are_written_and_which_are_missing()
    {
        MemberPass card = await _bank.Card(await _bank.Volunteer("王小妹"));
        using Visitor phone = new(_site), clerk = await Visitor.SignedIn(_site, "sun");
        await phone.Post("/Passbook/Card", ("Number", card.Number), ("Code", card.Code));
        foreach ((Visitor who, string page) in new[] { (phone, "/Passbook/Ask"), (clerk, "/Exchange/Ask") })
        {
            string empty = await Text(who.Post(page, ("Wish.On", "2026-03-10"), ("Wish.Hours", "一个半小时")));
            empty.Split("请写时间，例如 14:30。").Length.ShouldBe(3, page);
            empty.ShouldContain("“一个半小时”不是时间。请写小时，例如 4、1.5 或 1:30");
            string half = await Text(who.Post(page,
                ("Wish.On", "2026-03-10"), ("Wish.From", "9:00"), ("Wish.Until", "11:00"), ("Wish.Hours", "1.5")));
            half.ShouldNotContain("不是时间", Case.Sensitive, page);
        }
    }

    [Fact]
    public async Task A_month_that_is_not_over_says_so_and_one_that_has_not_come_is_not_shown()
    {
        using Visitor clerk = await Visitor.SignedIn(_site, "sun");
        LocalDate today = SystemClock.Instance.GetCurrentInstant().InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        LocalDate before = today.PlusMonths(-1), after = today.PlusMonths(1);
        (await Text(clerk.Http.GetAsync("/TimeBankReports"))).ShouldContain("本月未结束");
        (await Text(clerk.Http.GetAsync($"/TimeBankReports?month={before.Year:0000}-{before.Month:00}"))).ShouldNotContain("本月未结束");
        string future = await Text(clerk.Http.GetAsync($"/TimeBankReports?month={after.Year:0000}-{after.Month:00}"));
        future.ShouldContain("本月未结束");
        future.ShouldContain($"value=\"{today.Year:0000}-{today.Month:00}\"");
    }

    [Fact]
    public async Task Who_may_not_propose_rules_is_told_and_sees_no_form()
    {
        using Visitor office = await Visitor.SignedIn(_site, "wangjian"), clerk = await Visitor.SignedIn(_site, "sun");
        string told = await Text(office.Http.GetAsync($"/Programmes/Propose?id={_bank.Programme}"));
        told.ShouldContain("您的岗位不能提");
        told.ShouldNotContain("Terms.ActivityCap");
        (await Text(clerk.Http.GetAsync($"/Programmes/Propose?id={_bank.Programme}"))).ShouldContain("Terms.ActivityCap");
        string unknown = await Text(clerk.Http.GetAsync("/Activities/Publish?id=99999"));
        unknown.ShouldContain("没有这个活动");
        unknown.ShouldNotContain("name=\"Starts\"");
    }

    [Fact]
    public async Task An_item_that_ends_before_it_begins_says_which_day_is_wrong()
    {
        using Visitor clerk = await Visitor.SignedIn(_site, "sun");
        (await Text(clerk.Post("/Redemption/Item?source=sponsor", ("Source", "sponsor"), ("Programme", $"{_bank.Programme}"), ("Name", "理发一次"),
            ("Points", "10"), ("Merchant", "利民理发店"), ("Quota", "5"), ("From", "2026-03-10"), ("Until", "2026-03-09"))))
            .ShouldContain("早于开始日期");
    }

    [Fact]
    public async Task Whoever_kept_the_list_and_upholds_a_dispute_finds_the_correction_at_the_record()
    {
        long one = await _bank.Volunteer("王小妹");
        long activity = await _bank.Served("09:00", "11:00", one);
        await _bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long record = (await _bank.RecordOf(activity, one)).ServiceRecordId;
        long dispute = await _bank.Body.Foundation.Visitor().Run(new DisputeRecord(TestBody.Key, await _bank.Card(one), record, "我 12 点才走"));
        using Visitor clerk = await Visitor.SignedIn(_site, "sun");
        (await clerk.Post($"/Activities/Disputes?handler=Answer&on={dispute}&upholds=true", ("Answer", "签退漏记"))).StatusCode
            .ShouldBe(HttpStatusCode.Redirect);
        string list = await Text(clerk.Http.GetAsync("/Activities/Disputes"));
        list.ShouldContain("请接着点它下面的“提出更正”");
        list.ShouldContain($"/Activities/Correct?id={activity}&record={record}");
        (await Text(clerk.Http.GetAsync($"/Activities/Publish?id={activity}"))).ShouldContain("不能再改");
    }

    private static async Task<string> Text(Task<HttpResponseMessage> answer) => WebUtility.HtmlDecode(await (await answer).Content.ReadAsStringAsync());
}

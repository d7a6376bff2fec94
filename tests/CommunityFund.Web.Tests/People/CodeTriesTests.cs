using System.Net;
using CommunityFund.Tests;
using CommunityFund.Tests.TimeBank;
using CommunityFund.TimeBank.Members;
using NodaTime;

namespace CommunityFund.Web.Tests.People;

/// <summary>Codes of the time bank are tried a few times and no more, however the forms are sent; what no field can hold is no fault.</summary>
public sealed class CodeTriesTests : IAsyncLifetime
{
    private readonly Site _site = new();
    private TimeBankBody _bank = null!;

    public async ValueTask InitializeAsync()
    {
        await _site.InitializeAsync();
        TestBody body = TestBody.On(_site.Connections, () => Task.CompletedTask);
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        _bank = await body.OpenTimeBank();
    }

    public async ValueTask DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_form_about_another_reservation_does_not_forgive_wrong_codes()
    {
        const string counter = "/Redemption/Counter";
        using Visitor clerk = await Visitor.SignedIn(_site, "sun");
        for (int i = 0; i < 9; i++)
        {
            (await Text(clerk.Post(counter, ("Code", "5-AAAAAA")))).ShouldContain("领取码对不上");
        }

        await clerk.Post($"{counter}?handler=Hand", ("Reservation", "99"), ("Code", "5-AAAAAA"));
        (await Text(clerk.Post(counter, ("Code", "5-AAAAAA")))).ShouldContain("领取码对不上");
        (await Text(clerk.Post(counter, ("Code", "5-AAAAAA")))).ShouldContain("试得太多了");
    }

    [Fact]
    public async Task Who_comes_to_the_place_without_having_signed_up_does_not_shut_its_door()
    {
        long activity = await _bank.Activity(_bank.Terms(starts: "00:00", ends: "23:59"));
        using Visitor phone = await Shown(await _bank.Volunteer("王小妹"));
        for (int i = 0; i < 12; i++)
        {
            (await Text(phone.Post("/Passbook/CheckIn?handler=In", ("Activity", $"{activity}"), ("Code", "123456")))).ShouldContain("没有报名");
        }
    }

    [Fact]
    public async Task Spaces_do_not_make_another_certificate_of_a_number()
    {
        using Visitor stranger = new(_site);
        for (int i = 0; i < 10; i++)
        {
            await stranger.Http.GetAsync("/Passbook/Certificate?No=2026-00000001&Code=AAAAAAAA");
        }

        (await Text(stranger.Http.GetAsync("/Passbook/Certificate?No=2026-0000%200001&Code=AAAAAAAA"))).ShouldContain("试得太多了");
    }

    [Fact]
    public async Task What_no_field_can_hold_is_no_fault_of_the_site()
    {
        using Visitor clerk = await Visitor.SignedIn(_site, "sun"), accountant = await Visitor.SignedIn(_site, "chenjing");
        using Visitor phone = await Shown(await _bank.Volunteer("王小妹"));
        foreach (string month in new[] { "9999-12", "-9998-01", "0000-01" })
        {
            (await clerk.Http.GetAsync($"/TimeBankReports?month={month}")).StatusCode.ShouldBe(HttpStatusCode.OK, month);
            (await accountant.Http.GetAsync($"/Redemption/Merchant?merchant=1&month={month}")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, month);
        }

        (await phone.Http.GetAsync("/Passbook/Record?p=2147483647")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await phone.Post("/Passbook/Ask", ("Wish.IsUrgent", "abc"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await clerk.Post("/Exchange/Ask", ("Wish.IsUrgent", "abc"))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await clerk.Post("/Redemption/Item", ("Name", "洗洁精"), ("Points", "10"), ("Shelf", "99999999999 1 1"), ("From", "2026-03-01")))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ((int)(await clerk.Post("/Members/Add", ("Name", "王\0小妹"))).StatusCode).ShouldBeLessThan(500);
    }

    private async Task<Visitor> Shown(long person)
    {
        MemberPass card = await _bank.Card(person);
        Visitor phone = new(_site);
        (await phone.Post("/Passbook/Card", ("Number", card.Number), ("Code", card.Code))).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return phone;
    }

    private static async Task<string> Text(Task<HttpResponseMessage> answer) => WebUtility.HtmlDecode(await (await answer).Content.ReadAsStringAsync());
}

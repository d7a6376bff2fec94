using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Help is asked for, matched, reported and confirmed by a second party; as many minutes are used as are earned.</summary>
public sealed class ExchangeTests
{
    [Fact]
    public async Task A_confirmed_service_moves_as_many_minutes_as_it_took_and_brings_points()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Ask(exchange.Mother, exchange.Mother);
        await exchange.Offer(exchange.Helper, request);
        await exchange.Match(request, exchange.Helper);
        await exchange.Report(exchange.Helper, request, "9:00", "10:37");
        (await exchange.Request(request)).ServedMinutes.ShouldBe(90);
        await exchange.Confirm(exchange.Mother, request);
        (await exchange.Bank.Holds(exchange.Mother)).ShouldBe((510, 0, 0));
        (await exchange.Bank.Holds(exchange.Helper)).ShouldBe((90, 15, 0));
        ServiceRequestView page = await exchange.Bank.First.Ask(new ServiceRequestPage(request));
        page.Steps.Select(step => step.Move).ShouldBe([ServiceMove.Ask, ServiceMove.Match, ServiceMove.Report, ServiceMove.Confirm]);
        page.Entries.Count.ShouldBe(3);
        (page.Held.Units, page.Free.Units).ShouldBe((510, 510));
        (await RefusalOf(() => exchange.Confirm(exchange.Mother, request))).Code.ShouldBe(ServiceRequest.OutOfTurn);
    }

    [Fact]
    public async Task Family_asks_and_confirms_in_an_elders_place_and_both_names_are_kept()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Ask(exchange.Daughter, exchange.Mother);
        ServiceRequest asked = await exchange.Request(request);
        (asked.ReceiverId, asked.AskedBy, asked.AskedAs).ShouldBe((exchange.Mother, exchange.Daughter, AskedAs.Family));
        await exchange.Match(request, exchange.Helper);
        await exchange.Report(exchange.Helper, request);
        await exchange.Confirm(exchange.Daughter, request);
        (await exchange.Bank.Holds(exchange.Mother)).Hours.ShouldBe(480);
        MyRequestsView hers = await body.Foundation.Visitor().Ask(new MyRequests(await exchange.Card(exchange.Daughter)));
        hers.Asked.Single().Provider.ShouldBe("王小妹");
        hers.People.Select(row => row.Name).ShouldBe(["赵女儿", "赵奶奶"]);
    }

    [Fact]
    public async Task Nobody_asks_for_strangers_groups_do_not_ask_and_a_guardian_asks_for_a_child()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "志愿队"));
        long son = await Exchange.Add(bank, MemberKind.Volunteer, "赵儿子", "2-301"), child = await Exchange.Add(
            bank, MemberKind.Volunteer, "小明", "", new LocalDate(2014, 5, 1), exchange.Helper);
        (await RefusalOf(() => exchange.Ask(exchange.Helper, exchange.Mother))).Code.ShouldBe(AskForService.NotForThem);
        (await RefusalOf(() => exchange.Ask(son, exchange.Mother))).Code.ShouldBe(AskForService.NotForThem);
        (await RefusalOf(() => exchange.Ask(group, group))).Code.ShouldBe(ServiceWish.GroupAsks);
        (await RefusalOf(() => exchange.Ask(exchange.Helper, 999_999))).Code.ShouldBe(Member.Unknown);
        await bank.Post(UnitKind.HoursEarned, 120, child, null, exchange.Today);
        (await exchange.Request(await exchange.Ask(exchange.Helper, child))).AskedAs.ShouldBe(AskedAs.Family);
    }

    [Fact]
    public async Task A_coordinator_asks_reports_and_confirms_for_people_without_phones_but_not_what_the_same_one_reported()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long request = await bank.First.Run(new AskForServiceFor(
            TestBody.Key, bank.Programme, $"{await exchange.Number(exchange.Mother)} 赵奶奶", exchange.Wish()));
        await exchange.Match(request, exchange.Helper);
        await bank.First.Run(new ReportDoneFor(TestBody.Key, request, new ServedTime(exchange.Today, "9:00", "10:00")));
        (await RefusalOf(() => bank.First.Run(new ConfirmServiceFor(TestBody.Key, request)))).Code.ShouldBe(ConfirmService.NotSecondParty);
        await bank.Second.Run(new ConfirmServiceFor(TestBody.Key, request));
        (await exchange.Bank.Holds(exchange.Helper)).Hours.ShouldBe(60);
        (await RefusalOf(() => bank.First.Run(new AskForServiceFor(TestBody.Key, bank.Programme, "00000000", exchange.Wish())))).Code.ShouldBe(Member.Unknown);
    }

    [Fact]
    public async Task What_is_asked_fits_the_rules_and_the_hours_that_are_not_spoken_for()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        async Task<string> Says(ServiceWish wish) => (await RefusalOf(() => exchange.Ask(exchange.Mother, exchange.Mother, wish))).Code;
        (await Says(exchange.Wish() with { Role = "理财" })).ShouldBe(ServiceWish.BadRole);
        (await Says(exchange.Wish("11:00", "9:00"))).ShouldBe(ServiceWish.BadTime);
        (await Says(exchange.Wish("9点", "11:00"))).ShouldBe(ServiceWish.BadTime);
        (await Says(exchange.Wish("9:00", "10:00", 61))).ShouldBe(ServiceWish.BadTime);
        (await Says(exchange.Wish("9:00", "14:00"))).ShouldBe(ServiceWish.BadTime);
        (await Says(exchange.Wish(on: exchange.Today.PlusDays(-1)))).ShouldBe(ServiceWish.BadDay);
        (await Says(exchange.Wish(urgent: true) with { UrgentReason = "" })).ShouldBe(ServiceWish.BadWords);
        (await Says(exchange.Wish() with { What = new string('长', 101) })).ShouldBe(ServiceWish.BadWords);
        (await Says(exchange.Wish(project: 999))).ShouldBe(Project.Unknown);

        // Ten hours: four and four are spoken for, so that three are too many until one of them is not wanted any more.
        long first = await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish("9:00", "13:00"));
        await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish("14:00", "24:00", 240));
        Refusal no = await RefusalOf(() => exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish("9:00", "12:00")));
        no.Code.ShouldBe(ServiceWish.HoursShort);
        no.Facts["spoken"].ShouldBe(Amount.OfUnits(480, Commodity.Hour));
        await body.Foundation.Visitor().Run(new CancelRequest(TestBody.Key, await exchange.Card(exchange.Daughter), first));
        await exchange.Ask(exchange.Mother, exchange.Mother, exchange.Wish("9:00", "12:00"));
    }

    [Fact]
    public async Task Neither_family_nor_a_minor_offers_and_an_offer_stands_once()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Ask(exchange.Mother, exchange.Mother);
        long child = await Exchange.Add(exchange.Bank, MemberKind.Volunteer, "小明", "", new LocalDate(2012, 5, 1), exchange.Helper);
        (await RefusalOf(() => exchange.Offer(exchange.Mother, request))).Code.ShouldBe(OfferService.TooClose);
        (await RefusalOf(() => exchange.Offer(exchange.Daughter, request))).Code.ShouldBe(OfferService.TooClose);
        (await RefusalOf(() => exchange.Match(request, exchange.Daughter))).Code.ShouldBe(OfferService.TooClose);
        (await RefusalOf(() => exchange.Offer(child, request))).Code.ShouldBe(OfferService.Minor);
        await exchange.Offer(exchange.Helper, request);
        (await RefusalOf(() => exchange.Offer(exchange.Helper, request))).Code.ShouldBe(OfferService.Already);
        (await RefusalOf(() => exchange.Offer(exchange.Helper, 999))).Code.ShouldBe(ServiceRequest.Unknown);
        (await exchange.Bank.First.Ask(new ServiceRequestPage(request))).Offers.Single().Name.ShouldBe("王小妹");
        MemberPass card = await exchange.Card(exchange.Helper);
        await body.Foundation.Visitor().Run(new WithdrawOffer(TestBody.Key, card, request));
        (await RefusalOf(() => body.Foundation.Visitor().Run(new WithdrawOffer(TestBody.Key, card, request)))).Code.ShouldBe(ServiceRequest.Unknown);
    }

    [Fact]
    public async Task Who_was_to_help_may_step_back_and_a_report_may_be_sent_back()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long other = await exchange.Bank.Volunteer("李大伯"), request = await exchange.Ask(exchange.Mother, exchange.Mother);
        await exchange.Match(request, exchange.Helper);
        (await RefusalOf(() => exchange.Match(request, other))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        await body.Foundation.Visitor().Run(new WithdrawOffer(TestBody.Key, await exchange.Card(exchange.Helper), request));
        (await RefusalOf(() => exchange.Report(exchange.Helper, request))).Code.ShouldBe(ServiceRequest.Unknown);
        await exchange.Match(request, other);
        await exchange.Bank.First.Run(new UnmatchRequest(TestBody.Key, request));
        await exchange.Match(request, other);
        await exchange.Report(other, request);
        (await RefusalOf(() => exchange.Confirm(other, request))).Code.ShouldBe(ServiceRequest.Unknown);
        (await RefusalOf(() => exchange.Confirm(exchange.Helper, request))).Code.ShouldBe(ServiceRequest.Unknown);
        MemberPass mother = await exchange.Card(exchange.Mother);
        (await RefusalOf(() => body.Foundation.Visitor().Run(new ReturnReport(TestBody.Key, mother, request, " ")))).Code
            .ShouldBe(CancelRequestFor.ReasonMissing);
        await body.Foundation.Visitor().Run(new ReturnReport(TestBody.Key, mother, request, "只来了一小时"));
        await exchange.Report(other, request, "9:00", "10:00");
        (await RefusalOf(() => body.Foundation.Visitor().Run(new CancelRequest(TestBody.Key, mother, request)))).Code.ShouldBe(ServiceRequest.OutOfTurn);
        await exchange.Confirm(exchange.Mother, request);
        (await exchange.Bank.Holds(other)).ShouldBe((60, 10, 0));
    }

    [Fact]
    public async Task A_report_is_over_long_enough_and_ends_at_the_caps()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { ActivityCap = 120, DayCap = 150 });
        long first = await exchange.Ask(exchange.Mother, exchange.Mother), second = await exchange.Ask(exchange.Mother, exchange.Mother),
            third = await exchange.Ask(exchange.Mother, exchange.Mother);
        foreach (long request in new[] { first, second, third })
        {
            await exchange.Match(request, exchange.Helper);
        }

        foreach ((string from, string until) in new[] { ("9:00", "9:09"), ("9:00", "8:00"), ("21:00", "22:00"), ("x", "y") })
        {
            (await RefusalOf(() => exchange.Report(exchange.Helper, first, from, until))).Code.ShouldBe(ServedTime.BadReport);
        }

        (await RefusalOf(() => exchange.Report(exchange.Helper, first, on: exchange.Today.PlusDays(-31)))).Code.ShouldBe(ServedTime.BadReport);
        await exchange.Report(exchange.Helper, first, "9:00", "13:00");
        (await exchange.Request(first)).ServedMinutes.ShouldBe(120);
        await exchange.Confirm(exchange.Mother, first);
        await exchange.Report(exchange.Helper, second, "14:00", "15:30");
        (await exchange.Request(second)).ServedMinutes.ShouldBe(30);
        await exchange.Confirm(exchange.Mother, second);
        (await RefusalOf(() => exchange.Report(exchange.Helper, third, "16:00", "17:00"))).Code.ShouldBe(ServedTime.DayFull);
    }

    [Fact]
    public async Task Hours_that_are_missing_are_found_first_and_the_service_waits()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Served();
        await exchange.Bank.Post(UnitKind.HoursGiven, 590, exchange.Daughter, exchange.Mother, exchange.Today);
        Refusal no = await RefusalOf(() => exchange.Confirm(exchange.Mother, request));
        no.Code.ShouldBe(ServiceBooking.HoursMissing);
        (no.Facts["has"], no.Facts["took"]).ShouldBe((Amount.OfUnits(10, Commodity.Hour), Amount.OfUnits(120, Commodity.Hour)));
        await exchange.Bank.Post(UnitKind.HoursGiven, 110, exchange.Mother, exchange.Daughter, exchange.Today);
        await exchange.Confirm(exchange.Mother, request);
        (await exchange.Bank.Holds(exchange.Mother)).Hours.ShouldBe(0);
    }

    [Fact]
    public async Task A_group_gets_hours_without_points_and_what_cannot_be_stored_goes_to_the_pool()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body, new() { StoredCap = 600 });
        long group = await exchange.Bank.First.Run(new AddMember(TestBody.Key, exchange.Bank.Programme, MemberKind.Group, "志愿队"));
        await exchange.Confirm(exchange.Mother, await exchange.Served(provider: group));
        (await exchange.Bank.Holds(group)).ShouldBe((120, 0, 0));
        await exchange.Bank.Post(UnitKind.HoursEarned, 550, exchange.Helper, null, exchange.Today.PlusDays(-1));
        await exchange.Confirm(exchange.Mother, await exchange.Served());
        (await exchange.Bank.Holds(exchange.Helper)).ShouldBe((600, 20, 0));
        await using FundDb db = body.Db();
        (await db.Set<EarnedGround>().Where(row => row.Source == GroundSource.Service && row.PersonId == exchange.Helper && row.Commodity == "HOUR")
            .Select(row => new { row.Units, row.ToPool }).SingleAsync()).ShouldBe(new { Units = 50L, ToPool = 70L });
    }

    [Fact]
    public async Task What_two_people_confirm_at_once_is_booked_once()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long request = await exchange.Served();
        Task[] both = [exchange.Confirm(exchange.Mother, request), exchange.Confirm(exchange.Daughter, request),
            exchange.Bank.First.Run(new ConfirmServiceFor(TestBody.Key, request))];
        await Task.WhenAll(both.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        both.Count(task => task.IsCompletedSuccessfully).ShouldBe(1);
        both.Where(task => task.IsFaulted).ShouldAllBe(task => ((RefusedException)task.Exception!.InnerException!).Refusal.Code == ServiceRequest.OutOfTurn);
        (await exchange.Bank.Holds(exchange.Mother)).Hours.ShouldBe(480);
        (await exchange.Bank.Holds(exchange.Helper)).ShouldBe((120, 20, 0));
    }

    [Fact]
    public async Task Two_who_ask_at_once_do_not_speak_for_the_same_hours()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        ServiceWish four = exchange.Wish("9:00", "13:00");
        Task<long>[] all = [.. Enumerable.Range(0, 4).Select(i => exchange.Ask(i % 2 == 0 ? exchange.Mother : exchange.Daughter, exchange.Mother, four))];
        await Task.WhenAll(all.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
        all.Count(task => task.IsCompletedSuccessfully).ShouldBe(2);
    }
}

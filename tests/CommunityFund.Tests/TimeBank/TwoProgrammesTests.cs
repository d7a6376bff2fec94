using CommunityFund.Books;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Reports;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>A charity with two time banks sees them one by one or together; a coordinator sees what waits in those of hers.</summary>
public sealed class TwoProgrammesTests
{
    [Fact]
    public async Task A_card_is_found_by_its_number_in_whichever_time_bank_it_is()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        int other = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "T02", "青年时间银行"));
        long here = await bank.Volunteer("王小妹");
        long there = await bank.First.Run(new AddMember(TestBody.Key, other, MemberKind.Volunteer, "李大伯"));
        string number = await bank.Number(there);
        HolderDeskView desk = await bank.First.Ask(new HolderDesk(bank.Programme, number, 1));
        (desk.Programme!.Fund, desk.Programmes.Count, desk.Total).ShouldBe((bank.Programme, 2, 1));
        (desk.Rows.Single().Person, desk.Rows.Single().Elsewhere).ShouldBe((there, "青年时间银行"));
        (await bank.First.Ask(new HolderDesk(other, number, 1))).Rows.Single().Elsewhere.ShouldBeNull();
        (await bank.First.Ask(new HolderDesk(bank.Programme, "李大伯", 1))).Rows.ShouldBeEmpty();
        (await bank.First.Ask(new HolderDesk(bank.Programme, "", 1))).Rows.Single().Person.ShouldBe(here);
        (await bank.First.Ask(new MemberList(Programme: other))).Items.Single().Person.ShouldBe(there);
    }

    [Fact]
    public async Task Catalogue_and_reservations_are_shown_for_one_time_bank_or_for_all()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        int other = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "T02", "青年时间银行"));
        long item = await bank.Offer(RedemptionNotation.OfSponsor(3));
        await bank.Reserved(await bank.Earner("王小妹", 10), item);
        (await bank.First.Ask(new CatalogueBoard())).Programmes.Select(each => each.Fund).ShouldBe([bank.Programme, other]);
        (await bank.First.Ask(new CatalogueBoard(bank.Programme))).Rows.Count.ShouldBe(1);
        (await bank.First.Ask(new CatalogueBoard(other))).Rows.ShouldBeEmpty();
        ReservationListView all = await bank.First.Ask(new ReservationList(ReservationFilter.Reserved));
        (all.Rows.Count, all.Hands.Count).ShouldBe((1, 2));
        ReservationListView elsewhere = await bank.First.Ask(new ReservationList(ReservationFilter.Reserved, other));
        (elsewhere.Rows.Count, elsewhere.Counts[ReservationFilter.Reserved], elsewhere.Hands.Single(), elsewhere.Programmes.Count)
            .ShouldBe((0, 0, other, 2));
    }

    [Fact]
    public async Task Disputes_and_hours_from_before_are_shown_for_one_time_bank_or_for_all()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        int other = await body.Accountant.Run(new OpenProgramme(TestBody.Key, "T02", "青年时间银行"));
        await bank.First.Run(new EnterLegacyHours(
            TestBody.Key, bank.Programme, await bank.Volunteer("王小妹"), "服务", 600, new(2025, 6, 30), "旧台账第 3 页", await bank.First.Photo()));
        DisputeListView all = await bank.Second.Ask(new DisputeList());
        (all.Legacy.Count, string.Join(' ', all.Programmes.Select(each => each.Fund))).ShouldBe((1, $"{bank.Programme} {other}"));
        (await bank.Second.Ask(new DisputeList(bank.Programme))).Legacy.Count.ShouldBe(1);
        (await bank.Second.Ask(new DisputeList(other))).Legacy.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_for_a_coordinator_is_what_another_began()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        (await bank.Second.Ask(new TimeBankForMe())).IsEmpty.ShouldBeTrue();
        long elder = await bank.Elder(), one = await bank.Volunteer("王小妹");
        await bank.First.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Started, elder, 60, "独居，需要助浴"));
        await bank.First.Run(bank.Proposal(RedemptionNotation.OfSponsor(3)));
        LocalDate tomorrow = bank.Today().PlusDays(1);
        await bank.First.Run(new ProposeProgrammeRule(
            TestBody.Key, bank.Programme, tomorrow, new ProgrammeTerms(), TimeBankNotation.Rates, "理事会决议"));
        await bank.First.Run(new AskForServiceFor(
            TestBody.Key, bank.Programme, await bank.Number(exchange.Mother), exchange.Wish(on: tomorrow, urgent: true)));
        bank.At("23:30");
        long activity = await bank.Activity(bank.Terms(ends: "23:00"));
        await bank.First.Run(new SignUpMember(TestBody.Key, activity, one, "服务"));
        await bank.Tick(activity, "09:00", "11:00", one);
        (await bank.Second.Ask(new TimeBankForMe())).ShouldBe(new TimeBankToDo(1, 0, 1, 1, 1, 1, 1));
        (await bank.First.Ask(new TimeBankForMe())).ShouldBe(new TimeBankToDo(0, 0, 1, 1, 0, 0, 0));

        // A dispute waits for whoever answers it; a request whose day is over waits for nobody.
        await bank.Second.Run(new ConfirmHours(TestBody.Key, activity, await bank.Records(activity)));
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long record = (await bank.RecordOf(activity, one)).ServiceRecordId;
        await body.Foundation.Visitor().Run(new DisputeRecord(TestBody.Key, await bank.Card(one), record, "少算了"));
        body.Clock.Now += Duration.FromDays(2);
        (await bank.Second.Ask(new TimeBankForMe())).ShouldBe(new TimeBankToDo(0, 1, 0, 0, 1, 1, 1));
        (await RefusalOf(() => body.Accountant.Ask(new TimeBankForMe()))).Code.ShouldBe(Need.Missing);
    }
}

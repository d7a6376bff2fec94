using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>What holders do with hours: they give them, donate them, and get some that two people agreed to.</summary>
public sealed class HolderTests
{
    [Fact]
    public async Task A_holder_gives_own_hours_with_the_card_to_another_member()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { StoredCap = 300 });
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 200, one, null);
        long entry = await bank.Gives(one, elder, 50);
        (await bank.Holds(one)).ShouldBe((150, 0, 0));
        (await bank.Holds(elder)).ShouldBe((50, 0, 0));
        await using FundDb db = body.Db();
        HourGift gift = await db.Set<HourGift>().SingleAsync();
        (gift.EntryNo, gift.FromId, gift.ToId, gift.Minutes, gift.Reason, gift.MadeBy).ShouldBe((entry, one, elder, 50L, HourReason.Help, one));
        (await db.Entries.SingleAsync(row => row.EntryNo == entry)).MakerId.ShouldBe(one);

        FundSession visitor = body.Foundation.Visitor();
        MemberPass pass = await bank.Card(one);
        string number = await bank.Number(elder);
        (await Refused(pass, number, 0)).ShouldBe(HourGift.BadMinutes);
        (await Refused(pass, number, 1_000_000)).ShouldBe(HourGift.BadMinutes);
        (await Refused(pass, pass.Number, 10)).ShouldBe(HourGift.ToOneself);
        (await Refused(pass, "12345", 10)).ShouldBe(HourGift.NobodyThere);
        (await Refused(pass, number, 151)).ShouldBe("database.hours-not-enough");
        (await Refused(pass with { Code = "AAAAAAAA" }, number, 10)).ShouldBe(Member.CodeUnknown);
        await bank.Post(UnitKind.HoursEarned, 150, one, null);
        (await Refused(pass, number, 251)).ShouldBe(HourGift.BeyondStored);
        (await bank.Holds(elder)).ShouldBe((50, 0, 0));

        async Task<string> Refused(MemberPass with, string to, long minutes) =>
            (await RefusalOf(() => visitor.Run(new GiveHours(TestBody.Key, with, to, minutes, HourReason.Thanks)))).Code;
    }

    [Fact]
    public async Task A_group_gives_away_and_donates_what_it_earned()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long elder = await bank.Elder(), group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "某公司志愿队"));
        await bank.Post(UnitKind.HoursEarned, 600, group, null);
        await bank.Gives(group, elder, 100);
        await bank.Donates(group, 200);
        (await bank.Holds(group)).ShouldBe((300, 0, 0));
        (await bank.Pool()).ShouldBe(200);
    }

    [Fact]
    public async Task What_was_donated_goes_to_elders_by_two_and_the_pool_never_holds_less_than_nothing()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 600, one, null);
        long donated = await bank.Donates(one, 100);
        (await RefusalOf(() => bank.First.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Allotted, elder, 101, "独居")))).Code
            .ShouldBe(HourGrant.BeyondPool);
        await bank.Grants(HourGrantKind.Allotted, elder, 60);
        (await bank.Pool()).ShouldBe(40);
        (await bank.Holds(elder)).ShouldBe((60, 0, 0));
        long undo = await bank.First.Run(new ProposeUndo(TestBody.Key, donated, "写错了"));
        (await RefusalOf(() => bank.Second.Run(new DecideUndo(TestBody.Key, undo, true)))).Code.ShouldBe("database.hours-pool-not-enough");
        (await bank.Pool()).ShouldBe(40);
        PoolView pool = await bank.First.Ask(new PoolPage(bank.Programme));
        pool.Moves.Select(move => (move.Kind, move.Hours.Units)).ShouldBe([(UnitKind.HoursAllotted, -60), (UnitKind.HoursDonated, 100)]);

        // Proposed while there was enough, agreed to when there is not.
        long second = await bank.Elder("赵爷爷");
        long late = await bank.First.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Allotted, second, 40, "独居"));
        await bank.Grants(HourGrantKind.Allotted, elder, 10);
        (await RefusalOf(() => bank.Second.Run(new DecideHourGrant(TestBody.Key, late, true)))).Code.ShouldBe(HourGrant.BeyondPool);
        await bank.First.Run(new DecideHourGrant(TestBody.Key, late, Agrees: false));
        (await RefusalOf(() => bank.Second.Run(new DecideHourGrant(TestBody.Key, late, true)))).Code.ShouldBe(DecideHourGrant.Gone);
    }

    [Fact]
    public async Task Who_has_no_phone_signs_a_slip_that_a_coordinator_enters_for_others_than_the_own_family()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 200, one, null);
        string number = await bank.Number(elder);
        (await RefusalOf(() => bank.First.Run(new GiveHoursFor(TestBody.Key, one, number, 30, HourReason.Help, null)))).Code
            .ShouldBe(FiledDocument.Missing);
        await bank.First.Run(new GiveHoursFor(TestBody.Key, one, number, 30, HourReason.Help, await HolderNotation.Slip(bank.First)));
        await bank.First.Run(new GiveHoursFor(TestBody.Key, one, "", 20, HourReason.Shared, await HolderNotation.Slip(bank.First)));
        (await bank.Holds(one)).ShouldBe((150, 0, 0));
        (await bank.Pool()).ShouldBe(20);
        await using FundDb db = body.Db();
        List<HourGift> gifts = await db.Set<HourGift>().OrderBy(gift => gift.EntryNo).ToListAsync(TestContext.Current.CancellationToken);
        gifts.ShouldAllBe(gift => gift.MadeBy == bank.FirstCoordinator && gift.FiledDocumentId != null);

        long self = await bank.Second.Run(new AddMember(
            TestBody.Key, bank.Programme, MemberKind.Volunteer, "", Household: "3 幢 101", Person: bank.FirstCoordinator));
        long mother = await bank.Elder("孙妈妈", "3 幢 101");
        foreach (long close in new[] { self, mother })
        {
            string to = await bank.Number(close);
            IReadOnlyList<Enclosure> slip = await HolderNotation.Slip(bank.First);
            (await RefusalOf(() => bank.First.Run(new GiveHoursFor(TestBody.Key, one, to, 10, HourReason.Help, slip)))).Code.ShouldBe(HourGift.Close);
        }

        (await RefusalOf(() => bank.First.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Started, mother, 60, "独居")))).Code
            .ShouldBe(HourGrant.Close);
        long grant = await bank.Second.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Started, mother, 60, "独居"));
        (await RefusalOf(() => bank.First.Run(new DecideHourGrant(TestBody.Key, grant, true)))).Code.ShouldBe(HourGrant.Close);
        (await RefusalOf(() => body.Accountant.Run(new GiveHoursFor(TestBody.Key, one, number, 10, HourReason.Help, null)))).Code
            .ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Start_hours_are_for_elders_by_two_and_within_what_the_rules_allow_one_and_a_year()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { StartMinutes = 100, StartYearCap = 150 });
        long elder = await bank.Elder(), other = await bank.Elder("赵爷爷"), young = await bank.Volunteer("王小妹", bornOn: new LocalDate(1990, 1, 1)),
            ageless = await bank.Volunteer("李大伯"), group = await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Group, "志愿队"));
        (await Refused(young, 10)).ShouldBe(HourGrant.NotElder);
        (await Refused(group, 10)).ShouldBe(HourGrant.NotElder);
        (await Refused(ageless, 10)).ShouldBe(HourGrant.BirthdayMissing);
        (await Refused(elder, 101)).ShouldBe(HourGrant.BeyondElder);
        (await Refused(elder, 0)).ShouldBe(HourGift.BadMinutes);
        (await Refused(elder, 10, " ")).ShouldBe(HourGrant.ReasonMissing);
        long grant = await bank.First.Run(new ProposeHourGrant(TestBody.Key, HourGrantKind.Started, elder, 90, "独居"));
        (await Refused(elder, 5)).ShouldBe(HourGrant.OneWaits);
        (await RefusalOf(() => bank.First.Run(new DecideHourGrant(TestBody.Key, grant, true)))).Code.ShouldBe(DecideHourGrant.Own);
        HolderDeskView desk = await bank.Second.Ask(new HolderDesk(bank.Programme, "", 1));
        WaitingGrant waits = desk.Grants.Single();
        (waits.Name, waits.Hours.Units, waits.IsOwn).ShouldBe(("陈奶奶", 90, false));
        await bank.Second.Run(new DecideHourGrant(TestBody.Key, grant, true));
        (await bank.Holds(elder)).ShouldBe((90, 0, 0));
        (await Refused(elder, 11)).ShouldBe(HourGrant.BeyondElder);
        (await Refused(other, 61)).ShouldBe(HourGrant.BeyondYear);

        // The database says so too, whoever asks.
        (await Bare(elder, 11)).ShouldBe("database.start-hours-elder-cap");
        (await Bare(other, 61)).ShouldBe("database.start-hours-year-cap");
        await bank.Grants(HourGrantKind.Started, other, 60);
        body.Clock.Now = Instant.FromUtc(2027, 1, 5, 2, 0);
        await bank.Grants(HourGrantKind.Started, other, 40);
        (await Bare(other, 1)).ShouldBe("database.start-hours-elder-cap");

        async Task<string> Refused(long person, long minutes, string reason = "独居") => (await RefusalOf(() => bank.First.Run(
            new ProposeHourGrant(TestBody.Key, HourGrantKind.Started, person, minutes, reason)))).Code;
        async Task<string> Bare(long person, long minutes) => (await RefusalOf(() => bank.Second.Run(
            new StartBare(TestBody.Key, bank.Programme, person, minutes, bank.FirstCoordinator)))).Code;
    }

    [Fact]
    public async Task A_mistake_is_taken_back_in_red_by_two_who_are_not_concerned()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { StartMinutes = 100, StartYearCap = 100 });
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        PostedNumber earned = await bank.Post(UnitKind.HoursEarned, 200, one, null);
        long gift = await bank.Gives(one, elder, 50);
        (await Refused(earned.EntryNo)).ShouldBe(ProposeUndo.Impossible);
        (await Refused(gift, "")).ShouldBe(ProposeUndo.ReasonMissing);
        long undo = await bank.First.Run(new ProposeUndo(TestBody.Key, gift, "写错了人"));
        (await Refused(gift)).ShouldBe(ProposeUndo.OneWaits);
        (await RefusalOf(() => bank.First.Run(new DecideUndo(TestBody.Key, undo, true)))).Code.ShouldBe(DecideUndo.Own);
        WaitingUndo waits = (await bank.Second.Ask(new HolderDesk(bank.Programme, "", 1))).Undos.Single();
        (waits.Kind, waits.People, waits.Hours.Units).ShouldBe((UnitKind.HoursGiven, "王小妹 → 陈奶奶", 50));
        await bank.Second.Run(new DecideUndo(TestBody.Key, undo, true));
        (await bank.Holds(one)).ShouldBe((200, 0, 0));
        (await bank.Holds(elder)).ShouldBe((0, 0, 0));
        (await Refused(gift)).ShouldBe(ProposeUndo.Impossible);
        (await RefusalOf(() => bank.Second.Run(new DecideUndo(TestBody.Key, undo, true)))).Code.ShouldBe(DecideUndo.Gone);

        // Start hours that are taken back make room in their year.
        await bank.Grants(HourGrantKind.Started, elder, 100);
        HolderView page = await bank.First.Ask(new HolderPage(elder));
        await bank.Undoes(page.Undoable.Single());
        await bank.Grants(HourGrantKind.Started, elder, 100);
        (await bank.Holds(elder)).ShouldBe((100, 0, 0));

        // Who is concerned, or close to somebody who is, has no hand in it.
        await bank.Second.Run(new AddMember(
            TestBody.Key, bank.Programme, MemberKind.Volunteer, "", Household: "5 幢", Person: bank.SecondCoordinator));
        long child = await bank.Volunteer("钱小弟", "5 幢");
        long family = await bank.Gives(one, child, 10);
        long asked = await bank.First.Run(new ProposeUndo(TestBody.Key, family, "写错了人"));
        (await RefusalOf(() => bank.Second.Run(new DecideUndo(TestBody.Key, asked, true)))).Code.ShouldBe(DecideUndo.Close);

        async Task<string> Refused(long entry, string reason = "写错了人") =>
            (await RefusalOf(() => bank.First.Run(new ProposeUndo(TestBody.Key, entry, reason)))).Code;
    }

    [Fact]
    public async Task Registers_of_holders_only_grow_and_are_decided_once()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        await bank.Post(UnitKind.HoursEarned, 200, one, null);
        await bank.Gives(one, elder, 50);
        await bank.Grants(HourGrantKind.Started, elder, 60);
        foreach (string attack in new[]
        {
            "update hour_gift set minutes = 1", "delete from hour_gift", "update hour_grant set minutes = 1",
            "update hour_grant set state = 'waiting'", "delete from hour_grant",
            "truncate hour_grant", "truncate unit_undo", "truncate point_reserve", "delete from service_certificate",
            $"""
            insert into hour_grant (book_id, fund_id, person_id, kind, minutes, reason, state, proposed_by, proposed_at, decided_by, decided_at,
                                    entry_no)
            select book_id, fund_id, person_id, kind, minutes, reason, state, proposed_by, proposed_at, decided_by, decided_at, entry_no
              from hour_grant
            """,
            "insert into hour_gift select book_id, entry_no - 1, fund_id, from_id, from_id, minutes, reason, null, made_by, made_at from hour_gift",
            "insert into hour_gift select book_id, entry_no - 1, fund_id, from_id, to_id, minutes, reason, null, 1, made_at from hour_gift",
        })
        {
            await using Npgsql.NpgsqlConnection owner = new(body.Connections.Owner);
            await owner.OpenAsync(TestContext.Current.CancellationToken);
            await using Npgsql.NpgsqlCommand command = new(attack, owner);
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken), attack))
                .ConstraintName.ShouldBeOneOf("append_only", "hour_gift_other", "hour_gift_slip");
        }
    }
}

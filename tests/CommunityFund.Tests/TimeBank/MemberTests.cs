using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Members: found, changed by somebody who is not close, with cards that open the passbook, until they leave.</summary>
public sealed class MemberTests
{
    [Fact]
    public async Task Members_are_found_by_name_number_household_community_and_kind_page_by_page()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹", "3 号楼 201");
        await bank.Volunteer("李大伯");
        await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Elder, "周奶奶", "桃园", BornOn: new LocalDate(1948, 5, 1)));
        await bank.Post(UnitKind.HoursEarned, 90, one, null);
        MembersView all = await bank.Second.Ask(new MemberList());
        all.Total.ShouldBe(3);
        all.Communities.ShouldBe(["幸福里", "桃园"], ignoreOrder: true);
        MemberItem found = (await bank.Second.Ask(new MemberList("小妹"))).Items.ShouldHaveSingleItem();
        (found.Person, found.Household, found.Hours).ShouldBe((one, "3 号楼 201", Amount.OfUnits(90, Commodity.Hour)));
        (await bank.Second.Ask(new MemberList(found.Number))).Items.ShouldHaveSingleItem().Person.ShouldBe(one);
        (await bank.Second.Ask(new MemberList("号楼"))).Total.ShouldBe(1);
        (await bank.Second.Ask(new MemberList("%"))).Total.ShouldBe(0);
        (await bank.Second.Ask(new MemberList(Community: "桃园"))).Items.ShouldHaveSingleItem().Name.ShouldBe("周奶奶");
        (await bank.Second.Ask(new MemberList(Kind: MemberKind.Volunteer))).Total.ShouldBe(2);
        (await bank.Second.Ask(new MemberList(Page: 2))).Items.ShouldBeEmpty();
        (await bank.First.Run(new AddMembers(TestBody.Key, bank.Programme, MemberKind.Volunteer,
            [.. Enumerable.Range(1, 60).Select(i => new MemberLine($"志愿者{i}", "幸福里"))]))).ShouldBe(60);
        (await bank.Second.Ask(new MemberList(Page: 2))).Items.Count.ShouldBe(13);
    }

    [Fact]
    public async Task A_list_is_taken_whole_or_not_at_all()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        (await RefusalOf(() => Add())).Code.ShouldBe(AddMembers.NoLines);
        (await RefusalOf(() => Add(new MemberLine("赵大姐", "桃园"), new MemberLine(" 赵大姐", "桃园 ")))).Code.ShouldBe(AddMembers.LineTwice);
        (await RefusalOf(() => Add(new MemberLine("赵大姐"), new MemberLine(" ")))).Code.ShouldBe(AddMember.BadName);
        (await bank.First.Ask(new MemberList())).Total.ShouldBe(0);
        (await Add(new MemberLine("赵大姐", "桃园"), new MemberLine("赵大姐", "桃园", "2 号楼"))).ShouldBe(2);

        Task<int> Add(params MemberLine[] lines) => bank.First.Run(new AddMembers(TestBody.Key, bank.Programme, MemberKind.Volunteer, lines));
    }

    [Fact]
    public async Task Who_is_close_is_changed_by_somebody_who_is_not()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long own = await bank.Second.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Volunteer, "", Household: "5-101", Person: bank.FirstCoordinator));
        long wife = await bank.Volunteer("陈大姐", "5-101"), other = await bank.Volunteer("李大伯");
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, own, "幸福里", "6-102")))).Code.ShouldBe(ChangeMember.OwnEntry);
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, wife, "幸福里")))).Code.ShouldBe(ChangeMember.OwnEntry);
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, wife)))).Code.ShouldBe(ChangeMember.OwnEntry);
        (await bank.First.Ask(new MemberSheet(wife))).MayChange.ShouldBeFalse();
        (await bank.Second.Ask(new MemberSheet(wife))).MayChange.ShouldBeTrue();
        await bank.Second.Run(new ChangeMember(TestBody.Key, wife, " 桃园 ", "6-102"));
        MemberView changed = await bank.First.Ask(new MemberSheet(wife));
        (changed.Community, changed.Household, changed.Together.Count, changed.MayChange).ShouldBe(("桃园", "6-102", 0, true));
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, other, Household: new string('长', 61))))).Code.ShouldBe(AddMember.BadPlace);
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, other, Guardian: other)))).Code.ShouldBe(AddMember.GuardianMissing);
        LocalDate young = Today(body).PlusYears(-12);
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, other, BornOn: young)))).Code.ShouldBe(AddMember.GuardianMissing);
        (await RefusalOf(() => bank.First.Run(new ChangeMember(TestBody.Key, other, BornOn: Today(body).PlusDays(1))))).Code.ShouldBe(AddMember.BadBirthday);
        await bank.First.Run(new ChangeMember(TestBody.Key, other, Guardian: wife, BornOn: young));
        (await bank.First.Ask(new MemberSheet(other))).Guardian!.Person.ShouldBe(wife);
        (await bank.First.Ask(new MemberSheet(wife))).Wards.ShouldHaveSingleItem().Person.ShouldBe(other);
        (await RefusalOf(() => body.Accountant.Run(new ChangeMember(TestBody.Key, other)))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task Nobody_leaves_with_something_reserved_or_a_minor_left_alone_and_who_comes_back_gets_a_new_card()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long child = await bank.Volunteer("王小弟", bornOn: Today(body).PlusYears(-12), guardian: one);
        await bank.Post(UnitKind.PointsEarned, 20, one, null);
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 5, one, one);
        Refusal refusal = await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, one)));
        (refusal.Code, refusal.Facts["points"]).ShouldBe((EndMember.HasReserved, (object)5L));
        await bank.Post(UnitKind.PointsReserved, 5, one, one, of: reserved.EntryNo, red: true);
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, one)))).Code.ShouldBe(EndMember.GuardsMinor);
        await bank.First.Run(new EndMember(TestBody.Key, child));
        await bank.First.Run(new EndMember(TestBody.Key, one));
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, one)))).Code.ShouldBe(Member.Unknown);
        (await RefusalOf(() => bank.First.Run(new ReissueCard(TestBody.Key, one)))).Code.ShouldBe(Member.Unknown);
        (await RefusalOf(() => bank.First.Run(new ReadmitMember(TestBody.Key, child)))).Code.ShouldBe(Member.Unknown);
        (await bank.First.Ask(new MemberList())).Total.ShouldBe(0);
        (await bank.First.Ask(new MemberList(Left: true))).Items.Count.ShouldBe(2);
        await bank.First.Run(new ReadmitMember(TestBody.Key, one));
        (await RefusalOf(() => bank.First.Run(new ReadmitMember(TestBody.Key, one)))).Code.ShouldBe(ReadmitMember.TakesPart);
        await bank.First.Run(new ReadmitMember(TestBody.Key, child));
        (await bank.Holds(one)).ShouldBe((0, 20, 0));
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, 987_654)))).Code.ShouldBe(Member.Unknown);
    }

    [Fact]
    public async Task Who_left_before_anything_was_booked_is_forgotten_with_birthday_and_home()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹", "3 号楼 301", new LocalDate(1950, 5, 6));
        (await body.Accountant.Ask(new ErasureSearch("王小妹"))).ShouldBeEmpty();
        await bank.First.Run(new EndMember(TestBody.Key, one));
        (await body.Accountant.Ask(new ErasureSearch("王小妹"))).ShouldHaveSingleItem().PersonId.ShouldBe(one);
        await body.Accountant.Run(new ErasePerson(TestBody.Key, one));
        await using FundDb db = body.Db();
        Member left = await db.Set<Member>().SingleAsync(row => row.PersonId == one);
        (left.Community, left.HouseholdId, left.BornOn).ShouldBe(("", null, null));
        (await db.People.SingleAsync(row => row.PersonId == one)).Name.ShouldBe($"已删除#{one}");
    }

    [Fact]
    public async Task A_card_opens_the_passbook_until_another_is_issued()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        await bank.Volunteer("李大伯");
        CardSlip before = (await Cards(one)).ShouldHaveSingleItem();
        MyCardView mine = await bank.First.Ask(new MyCard(new MemberPass(before.Number, before.Code)));
        (mine.Person, mine.Number).ShouldBe((one, before.Number));
        await bank.First.Run(new ReissueCard(TestBody.Key, one));
        (await RefusalOf(() => bank.First.Ask(new MyCard(new MemberPass(before.Number, before.Code))))).Code.ShouldBe(Member.CodeUnknown);
        CardSlip after = (await Cards(one)).ShouldHaveSingleItem();
        (after.Number, after.Code == before.Code).ShouldBe((before.Number, false));
        (await bank.First.Ask(new MyCard(new MemberPass(after.Number, after.Code)))).Person.ShouldBe(one);
        (await Cards(null)).Count.ShouldBe(2);
        (await RefusalOf(() => bank.First.Ask(new MemberCards(bank.Programme, Community: "桃园")))).Code.ShouldBe(MemberCards.Nobody);
        (await RefusalOf(() => bank.First.Ask(new MemberCards(bank.Programme, Since: Today(body).PlusDays(1))))).Code.ShouldBe(MemberCards.Nobody);
        await bank.First.Run(new AddMembers(TestBody.Key, bank.Programme, MemberKind.Volunteer,
            [.. Enumerable.Range(1, 200).Select(i => new MemberLine($"志愿者{i}"))]));
        (await RefusalOf(() => Cards(null))).Code.ShouldBe(MemberCards.TooMany);

        async Task<IReadOnlyList<CardSlip>> Cards(long? person) => (await bank.First.Ask(new MemberCards(bank.Programme, person))).Cards;
    }

    [Fact]
    public async Task A_code_is_shown_only_to_whoever_proved_to_be_the_coordinator_and_the_log_says_so()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        (await RefusalOf(() => body.Foundation.SignedIn(bank.FirstCoordinator, body.Book, "nowhere").Ask(new MemberCards(bank.Programme, one))))
            .Code.ShouldBe(Need.Proof);
        (await RefusalOf(() => body.Accountant.Ask(new MemberCards(bank.Programme, one)))).Code.ShouldBe(Need.Missing);
        CardsView cards = await bank.First.Download(new MemberCards(bank.Programme, one));
        await using FundDb db = body.Db();
        CommandLog taken = db.Set<CommandLog>().Single(row => row.Name == CommandLog.Taken + nameof(MemberCards));
        (taken.ActorId, taken.Input.Contains(cards.Cards[0].Code, StringComparison.Ordinal)).ShouldBe(((long?)bank.FirstCoordinator, false));
        db.Set<CommandLog>().ToList().ShouldNotContain(row => row.Input.Contains("王小妹", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guardian_is_named_by_the_number_of_the_card()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        string number = (await bank.First.Ask(new MemberSheet(one))).Number;
        (await bank.First.Ask(new MemberOfNumber(bank.Programme, $" {number[..4]} {number[4..]}"))).Person.ShouldBe(one);
        (await RefusalOf(() => bank.First.Ask(new MemberOfNumber(bank.Programme, "00000000x")))).Code.ShouldBe(MemberOfNumber.NumberUnknown);
        (await bank.First.Ask(new MemberChoices())).Colleagues.ShouldContain(person => person.Person == bank.FirstCoordinator);
    }

    private static LocalDate Today(TestBody body) => body.Clock.Now.InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
}

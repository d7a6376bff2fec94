using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Stock;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Units;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>From the catalogue over a reservation and the counter to receipt, shelf and books.</summary>
public sealed class RedemptionTests
{
    [Fact]
    public async Task A_reservation_is_handed_over_and_points_goods_and_cost_go_together()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 25);
        long reservation = await bank.Reserved(one, item);
        (await bank.Holds(one)).ShouldBe((0, 15, 10));
        MyReservationView mine = await body.Foundation.Visitor().Ask(new MyReservation(await bank.Card(one), reservation));
        mine.Code.ShouldStartWith($"{reservation}-");
        mine.Row.ExpiresOn.ShouldBe(new LocalDate(2026, 4, 4));
        mine.Where.ShouldBe("社区仓库");
        CounterView seen = await bank.Second.Ask(new FindReservation(mine.Code.ToLowerInvariant()));
        (seen.Holder, seen.Item, seen.Points, seen.WhyNot).ShouldBe(("王小妹", "大米一袋", 10, null));
        await bank.Second.Run(new HandOver(TestBody.Key, reservation, mine.Code));
        (await bank.Holds(one)).ShouldBe((0, 15, 0));
        Redemption row = await bank.Row(reservation);
        (row.State, row.Cost, row.Units).ShouldBe((RedemptionState.HandedOver, RedemptionCost.Waiting, 3333L));
        await body.Review(row.VoucherId!.Value);
        (await bank.Row(reservation)).Cost.ShouldBe(RedemptionCost.Booked);
        (await body.Standing(TestBody.Community)).ShouldBe((2, Amount.Yuan(66.67m)));
        (await bank.Net("programme-cost")).ShouldBe(Amount.Yuan(33.33m));
        (await bank.Net("inventory")).ShouldBe(Amount.Yuan(66.67m));
        RedemptionSlipView slip = await bank.First.Ask(new RedemptionSlip(reservation));
        (slip.Number, slip.Item, slip.Points, slip.Holder, slip.HandedBy).ShouldBe((reservation, "大米一袋", 10, "王小妹", "钱协调"));
        (await body.Foundation.Visitor().Ask(new MyReservation(await bank.Card(one), reservation))).Receipt.ShouldBe(slip);
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task Points_come_back_to_their_lots_when_a_reservation_is_given_back_or_lapses()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 30), other = await bank.Earner("李大伯", 30);
        long first = await bank.Reserved(one, item), second = await bank.Reserved(one, item), third = await bank.Reserved(other, item);
        (await RefusalOf(async () => await body.Foundation.Visitor().Run(new ReleaseReservation(TestBody.Key, await bank.Card(other), first))))
            .Code.ShouldBe(Redemption.Unknown);
        await body.Foundation.Visitor().Run(new ReleaseReservation(TestBody.Key, await bank.Card(one), first));
        await bank.First.Run(new ReleaseReservationFor(TestBody.Key, second));
        (await bank.Holds(one)).ShouldBe((0, 30, 0));
        (await RefusalOf(() => bank.First.Run(new ReleaseReservationFor(TestBody.Key, second)))).Code.ShouldBe(Redemption.OutOfTurn);
        (await bank.First.Run(new ReleaseLapsed(TestBody.Key, bank.Programme))).ShouldBe(0);
        body.Clock.Now += Duration.FromDays(16);
        (await RefusalOf(() => bank.HandedOver(third))).Code.ShouldBe(HandOver.Lapsed);
        (await body.Operator.Run(new TimeOutReservations(TestBody.Key))).ShouldBe(1);
        (await bank.Holds(other)).ShouldBe((0, 30, 0));
        long fourth = await bank.First.Run(new ReserveFor(TestBody.Key, (await bank.Card(other)).Number, item));
        body.Clock.Now += Duration.FromDays(16);
        (await bank.First.Run(new ReleaseLapsed(TestBody.Key, bank.Programme))).ShouldBe(1);
        (await bank.Row(fourth)).EndedBy.ShouldBe(bank.FirstCoordinator);
    }

    [Fact]
    public async Task Beyond_points_pieces_or_limits_nothing_is_reserved_and_the_words_say_why()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new() { MonthPoints = 40 });
        await bank.Rice(3, 100);
        long rice = await bank.Offer(OfRice(), limit: 2), cut = await bank.Offer(OfSponsor(1), points: 15, name: "理发一次");
        long one = await bank.Earner("王小妹", 100), poor = await bank.Earner("李大伯", 9);
        (await RefusalOf(() => bank.Reserved(poor, rice))).ShouldSatisfyAllConditions(
            refusal => refusal.Code.ShouldBe(Reserving.PointsShort), refusal => refusal.Facts["has"].ShouldBe(9L));
        await bank.Reserved(one, rice);
        await bank.Reserved(one, rice);
        (await RefusalOf(() => bank.Reserved(one, rice))).Code.ShouldBe(Reserving.MonthLimit);
        await bank.Reserved(one, cut);
        (await RefusalOf(() => bank.Reserved(one, cut))).Code.ShouldBe(Reserving.MonthPoints);
        long third = await bank.Earner("张阿姨", 100);
        (await RefusalOf(() => bank.Reserved(third, cut))).Code.ShouldBe(Reserving.NoneLeft);
        await bank.Reserved(third, rice);
        (await RefusalOf(() => bank.Reserved(third, rice))).Code.ShouldBe(Reserving.NoneLeft);
        CatalogueView seen = await body.Foundation.Visitor().Ask(new Catalogue(await bank.Card(third)));
        seen.Points.ShouldBe(90);
        seen.UsedPoints.ShouldBe(10);
        seen.Rows.Select(row => (row.Name, row.Left, row.WhyNot?.Code)).ShouldBe(
            [("大米一袋", 0L, Reserving.NoneLeft), ("理发一次", 0L, Reserving.NoneLeft)]);
        await bank.First.Run(new EndItem(TestBody.Key, rice));
        (await RefusalOf(() => bank.Reserved(third, rice))).Code.ShouldBe(Reserving.NotOffered);
    }

    [Fact]
    public async Task An_item_of_the_catalogue_takes_two_people_and_whole_terms()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        foreach (ProposeItem bad in new[]
        {
            bank.Proposal(OfRice(), points: 0), bank.Proposal(OfRice(), name: ""), bank.Proposal(OfRice(), limit: 0),
            bank.Proposal(OfSponsor(0)), bank.Proposal(OfMerchant(0, 5)), bank.Proposal(OfSponsor(5) with { Merchant = " " }),
        })
        {
            (await RefusalOf(() => bank.First.Run(bad))).Code.ShouldBe(ProposeItem.BadTerms);
        }

        ProposeItem fine = bank.Proposal(OfRice());
        Refusal ends = await RefusalOf(() => bank.First.Run(fine with { ValidUntil = fine.ValidFrom.PlusDays(-1) }));
        (ends.Code, ends.Facts["from"]).ShouldBe((ProposeItem.EndsFirst, fine.ValidFrom));
        (await RefusalOf(() => bank.First.Run(bank.Proposal(OfRice(bank.Programme))))).Code.ShouldBe(ProposeItem.PayingFund);
        (await RefusalOf(() => bank.First.Run(bank.Proposal(OfRice() with { Item = 99 })))).Code.ShouldBe(StockItem.Unknown);
        long item = await bank.First.Run(bank.Proposal(OfRice()));
        long one = await bank.Earner("王小妹", 25);
        (await RefusalOf(() => bank.Reserved(one, item))).Code.ShouldBe(Reserving.NotOffered);
        (await RefusalOf(() => bank.First.Run(new EndItem(TestBody.Key, item)))).Code.ShouldBe(DecideItem.Gone);

        // A fund pays for it, so the fund's accountant agrees; for a sponsor's another coordinator does.
        (await RefusalOf(() => bank.Second.Run(new DecideItem(TestBody.Key, item, Agrees: true)))).Code.ShouldBe(Need.Missing);
        (await bank.Second.Ask(new CatalogueBoard())).Rows.Single().MayDecide.ShouldBeFalse();
        (await body.Accountant.Ask(new CatalogueBoard())).Rows.Single().MayDecide.ShouldBeTrue();
        await body.Accountant.Run(new DecideItem(TestBody.Key, item, Agrees: true));
        long haircut = await bank.First.Run(bank.Proposal(OfSponsor(5)));
        (await RefusalOf(() => bank.First.Run(new DecideItem(TestBody.Key, haircut, Agrees: true)))).Code.ShouldBe(DecideItem.Own);
        await bank.Second.Run(new DecideItem(TestBody.Key, haircut, Agrees: true));
        (await RefusalOf(() => body.Accountant.Run(new DecideItem(TestBody.Key, item, Agrees: false)))).Code.ShouldBe(DecideItem.Gone);
        CatalogueBoardRow row = (await body.Accountant.Ask(new CatalogueBoard())).Rows.Single(each => each.Item == item);
        (row.State, row.Free, row.From, row.ProposedBy, row.DecidedBy)
            .ShouldBe((CatalogueState.Open, 3, "社区仓库 大米（袋）", "孙协调", "周会计"));
        (await bank.First.Ask(new CatalogueChoices())).Shelves.ShouldHaveSingleItem().Key.ShouldBe("3 1 1");
    }

    [Fact]
    public async Task Nobody_hands_over_to_the_own_household_or_with_a_wrong_code()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 25, "1-101"), third = await bank.Earner("张阿姨", 25);
        await bank.First.Run(new AddMember(TestBody.Key, bank.Programme, MemberKind.Volunteer, "", Household: "1-101", Person: bank.SecondCoordinator));
        long reservation = await bank.Reserved(one, item);
        string code = await bank.CodeOf(reservation), others = await bank.CodeOf(await bank.Reserved(third, item));
        (await bank.Second.Ask(new FindReservation(code))).WhyNot!.Code.ShouldBe(HandOver.ClosePerson);
        (await RefusalOf(() => bank.Second.Run(new HandOver(TestBody.Key, reservation, code)))).Code.ShouldBe(HandOver.ClosePerson);
        (await RefusalOf(() => bank.First.Run(new HandOver(TestBody.Key, reservation, others)))).Code.ShouldBe(HandOver.CodeUnknown);
        (await RefusalOf(() => bank.First.Run(new HandOver(TestBody.Key, 999, code)))).Code.ShouldBe(Redemption.Unknown);
        (await RefusalOf(() => bank.First.Ask(new FindReservation($"{reservation}-AAAAAA")))).Code.ShouldBe(HandOver.CodeUnknown);
        await bank.First.Run(new HandOver(TestBody.Key, reservation, code));
        (await RefusalOf(() => bank.First.Run(new HandOver(TestBody.Key, reservation, code)))).Code.ShouldBe(Redemption.OutOfTurn);
    }

    [Fact]
    public async Task Whoever_reserves_for_an_elder_prints_the_code_and_another_hands_over()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("陈奶奶", 25);
        long reservation = await bank.First.Run(new ReserveFor(TestBody.Key, (await bank.Card(one)).Number, item));
        PickupNoteView note = await bank.First.Ask(new PickupNote(reservation));
        (note.Code, note.Holder, note.Item, note.Where).ShouldBe((await bank.CodeOf(reservation), "陈奶奶", "大米一袋", "社区仓库"));
        (await bank.First.Ask(new ReservationList(ReservationFilter.Reserved))).Rows.Single().HasNote.ShouldBeTrue();
        (await bank.Second.Ask(new ReservationList(ReservationFilter.Reserved))).Rows.Single().HasNote.ShouldBeFalse();
        (await RefusalOf(() => bank.Second.Ask(new PickupNote(reservation)))).Code.ShouldBe(Redemption.Unknown);
        (await bank.First.Ask(new FindReservation(note.Code))).WhyNot!.Code.ShouldBe(HandOver.OwnReservation);
        (await RefusalOf(() => bank.First.Run(new HandOver(TestBody.Key, reservation, note.Code)))).Code.ShouldBe(HandOver.OwnReservation);
        await bank.Second.Run(new HandOver(TestBody.Key, reservation, note.Code));
        (await RefusalOf(() => bank.First.Ask(new PickupNote(reservation)))).Code.ShouldBe(Redemption.Unknown);

        // A holder's own reservation has no note: the code is the holder's alone.
        (await RefusalOf(async () => await bank.First.Ask(new PickupNote(await bank.Reserved(one, item))))).Code.ShouldBe(Redemption.Unknown);
    }

    [Fact]
    public async Task A_merchants_pieces_are_reserved_only_as_far_as_the_fund_that_pays_has_money()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        long soup = await bank.Offer(OfMerchant(4, 50), 5, name: "豆浆一杯"), one = await bank.Earner("王小妹", 100);
        (await bank.First.Ask(new CatalogueBoard())).Rows.Single().Free.ShouldBe(2);
        long reservation = await bank.Reserved(one, soup);
        await bank.Reserved(one, soup);
        (await RefusalOf(() => bank.Reserved(one, soup))).Code.ShouldBe(Reserving.NoneLeft);
        await bank.HandedOver(reservation);
        (await bank.First.Ask(new CatalogueBoard())).Rows.Single().Free.ShouldBe(0);
        await body.Gift(TestBody.Community, 4, Restriction.Unrestricted);
        await bank.Reserved(one, soup);
    }

    [Fact]
    public async Task Goods_that_are_spoken_for_are_not_issued_to_others_or_carried_away_but_spoilt_ones_leave()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 25);
        await bank.Reserved(one, item);
        long reservation = await bank.Reserved(one, item);
        LocalDate day = new(2026, 3, 12);
        Refusal refusal = await RefusalOf(() => Issue(2));
        (refusal.Code, $"{refusal.Facts["count"]} {refusal.Facts["other"]}").ShouldBe(("database.stock-spoken-for", "2 大米"));
        (await RefusalOf(() => body.Accountant.Run(new MoveGoods(TestBody.Key, TestBody.Community, 1, "二号仓库", [new GoodsOut(1, 2)], day, "移库"))))
            .Code.ShouldBe("database.stock-spoken-for");
        await Issue(1);
        await body.Accountant.Run(new WriteOffGoods(TestBody.Key, TestBody.Community, 1, [new GoodsOut(1, 1)], day, "受潮"));
        await bank.HandedOver(reservation);

        Task<GoodsAnswer> Issue(long bags) => body.Accountant.Run(new IssueGoods(
            TestBody.Key, TestBody.Community, 1, [new GoodsOut(1, bags)], day, "慰问", "和平里居委会", PersonKind.Organisation));
    }

    [Fact]
    public async Task A_rejected_voucher_leaves_the_goods_gone_and_the_cost_to_be_booked_anew()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(2, 100);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 50);
        long reservation = await bank.Reserved(one, item);
        await bank.HandedOver(reservation);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, (await bank.Row(reservation)).VoucherId!.Value, "项目不对"));
        Redemption row = await bank.Row(reservation);
        (row.State, row.Cost, row.VoucherId, row.StockPaperId).ShouldBe((RedemptionState.HandedOver, RedemptionCost.ToBook, null, null));
        (await bank.First.Ask(new ReservationList(ReservationFilter.ToBook))).Rows.ShouldHaveSingleItem().Number.ShouldBe(reservation);

        // The register has two bags again, but one of them is gone: only one more is promised.
        await bank.Reserved(one, item);
        (await RefusalOf(() => bank.Reserved(one, item))).Code.ShouldBe(Reserving.NoneLeft);
        long voucher = await body.Accountant.Run(new BookCostAgain(TestBody.Key, reservation));
        (await RefusalOf(() => body.Accountant.Run(new BookCostAgain(TestBody.Key, reservation)))).Code.ShouldBe(BookCostAgain.NotOpen);
        await body.Review(voucher);
        (await bank.Row(reservation)).Cost.ShouldBe(RedemptionCost.Booked);

        // Reversed, it is to be booked once more; a blue voucher in its place leaves it booked.
        await body.Review(await body.Reverse(voucher, reason: "重做"));
        (await bank.Row(reservation)).Cost.ShouldBe(RedemptionCost.ToBook);
        await body.Review(await body.Accountant.Run(new BookCostAgain(TestBody.Key, reservation)));
        (await body.Standing(TestBody.Community)).ShouldBe((1, Amount.Yuan(50)));
        (await bank.Net("programme-cost")).ShouldBe(Amount.Yuan(50));
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task Restricted_gifts_pay_for_their_own_goods_and_goods_without_value_only_leave_the_register()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        GoodsAnswer given = await bank.Rice(4, 100, Restriction.Restricted, TestBody.Children);
        await body.Given(TestBody.Community, 2, 0, "旧书", Restriction.Unrestricted);
        long rice = await bank.Offer(OfRice(TestBody.Children)), book = await bank.Offer(OfRice() with { Item = 2 }, name: "旧书一本");
        long one = await bank.Earner("王小妹", 50);
        long first = await bank.Reserved(one, rice), second = await bank.Reserved(one, book);
        await bank.HandedOver(first);
        await bank.HandedOver(second);
        (await bank.Row(second)).Cost.ShouldBe(RedemptionCost.None);
        await body.Review((await bank.Row(first)).VoucherId!.Value);
        (await body.LotOf(given)).Used.ShouldBe(2500);
        await StockNotation.IsClean(body);
    }
}

using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Stock;
using CommunityFund.Tests.Stock;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.TimeBank.Reports;
using CommunityFund.TimeBank.Units;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>What is put right after hours were used, points spent, pieces handed out or people moved together.</summary>
public sealed class AfterwardsTests
{
    [Fact]
    public async Task Points_that_were_spent_before_a_correction_are_not_issued_again_by_the_next()
    {
        await using TestBody body = await TestBody.New();
        (TimeBankBody bank, long one, long record, long voucher) = await Served(body);
        await bank.HandedOver(await bank.Reserved(one, voucher));
        for (int round = 0; round < 2; round++)
        {
            await Correct(bank, record, 0);
            (await bank.Holds(one)).ShouldBe((0, 0, 0));
            await Correct(bank, record, 180);
            (await bank.Holds(one)).ShouldBe((180, 0, 0));
        }

        await Correct(bank, record, 240);
        (await bank.Holds(one)).ShouldBe((240, 10, 0));
        ActivityPageView seen = await bank.Second.Ask(new ActivityPage((await bank.Second.Ask(new ActivityList())).Rows.Single().Id));
        (seen.Credited.Units, seen.Points.Units).ShouldBe((240, 40));
        await Correct(bank, record, 120);
        (await bank.Holds(one)).ShouldBe((120, 0, 0));
    }

    [Fact]
    public async Task Points_do_not_hide_from_a_correction_in_a_reservation()
    {
        await using TestBody body = await TestBody.New();
        (TimeBankBody bank, long one, long record, long voucher) = await Served(body);
        long reserved = await bank.Reserved(one, voucher);
        Refusal no = await RefusalOf(() => Correct(bank, record, 60));
        (no.Code, no.Facts["points"]).ShouldBe((DecideCorrection.PointsReserved, 20L));
        await body.Foundation.Visitor().Run(new ReleaseReservation(TestBody.Key, await bank.Card(one), reserved));
        long waiting = (await bank.Second.Ask(new DisputeList())).Disputed.Single().Corrections.Single().Id;
        await bank.Second.Run(new DecideCorrection(TestBody.Key, waiting, true));
        (await bank.Holds(one)).ShouldBe((60, 10, 0));
    }

    [Fact]
    public async Task Hours_that_the_pool_gave_to_others_are_owed_by_whoever_did_not_serve_them()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { StoredCap = 150 });
        long one = await bank.Volunteer("王小妹"), elder = await bank.Elder();
        long activity = await bank.Served("09:00", "12:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        await bank.Grants(HourGrantKind.Allotted, elder, 20);
        await Correct(bank, (await bank.RecordOf(activity, one)).ServiceRecordId, 0);
        (await bank.Holds(one)).ShouldBe((-20, 0, 0));
        (await bank.Pool()).ShouldBe(0);
    }

    [Fact]
    public async Task Hours_that_are_kept_for_help_are_not_given_away()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long request = await exchange.Served();
        long has = (await bank.Holds(exchange.Mother)).Hours;
        int took = (await exchange.Request(request)).ServedMinutes!.Value;
        Refusal no = await RefusalOf(() => bank.Donates(exchange.Mother, has));
        (no.Code, no.Facts["free"]).ShouldBe((HourGift.Spoken, Amount.OfUnits(has - took, Commodity.Hour)));
        (await RefusalOf(() => bank.Gives(exchange.Mother, exchange.Helper, has - took + 1))).Code.ShouldBe(HourGift.Spoken);
        await bank.Donates(exchange.Mother, has - took);
        await exchange.Confirm(exchange.Mother, request);
        (await bank.Holds(exchange.Mother)).Hours.ShouldBe(0);
    }

    [Fact]
    public async Task Who_moved_together_meanwhile_is_not_booked_as_help_and_nobody_leaves_with_help_unconfirmed()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        long request = await exchange.Served();
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, exchange.Mother)))).Code.ShouldBe(EndMember.HasRequest);
        (await RefusalOf(() => bank.First.Run(new EndMember(TestBody.Key, exchange.Helper)))).Code.ShouldBe(EndMember.HasRequest);
        await bank.First.Run(new ChangeMember(TestBody.Key, exchange.Helper, "幸福里", "2-301"));
        (await RefusalOf(() => bank.First.Run(new ConfirmServiceFor(TestBody.Key, request)))).Code.ShouldBe(OfferService.TooClose);
    }

    [Fact]
    public async Task Expired_goods_do_not_cover_what_is_reserved()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(2, 100);
        GoodsAnswer given = await body.Accountant.Run(new ReceiveInKind(TestBody.Key, TestBody.Community, "", PersonKind.Person,
            new LocalDate(2026, 3, 5), Restriction.Unrestricted, "", "受赠物资", "社区仓库",
            [new InKindRow(InKindThing.Goods, "大米", "袋", 5, Amount.Yuan(100), ExpiresOn: new LocalDate(2026, 3, 10))], [await body.Paper()]));
        await body.Review(given.Voucher!.Value);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 25);
        long first = await bank.Reserved(one, item), second = await bank.Reserved(one, item);
        (await RefusalOf(() => body.Accountant.Run(new IssueGoods(
            TestBody.Key, TestBody.Community, 1, [new GoodsOut(1, 2)], bank.Today(), "慰问", "和平里居委会", PersonKind.Organisation)))).Code
            .ShouldBe("database.stock-spoken-for");
        await bank.HandedOver(first);
        await bank.HandedOver(second);
    }

    [Fact]
    public async Task Hours_served_into_the_day_after_an_activity_are_not_confirmed_twice()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { ActivityCap = 240, DayCap = 480 });
        long one = await bank.Volunteer("王小妹");
        LocalDate day = bank.Today().PlusDays(-3), next = day.PlusDays(1), after = day.PlusDays(2);
        long night = await bank.Activity(bank.Terms(day: day, starts: "21:00", ends: $"{next:uuuu-MM-dd} 20:00"));
        long morning = await bank.Activity(bank.Terms(day: after, starts: "08:00", ends: "12:00"));
        await bank.First.Run(new SignUpMember(TestBody.Key, night, one, "服务"));
        await bank.First.Run(new SignUpMember(TestBody.Key, morning, one, "服务"));
        await bank.Tick(night, $"{next:uuuu-MM-dd} 19:00", $"{after:uuuu-MM-dd} 18:00", one);
        await bank.Tick(morning, "08:00", "12:00", one);
        await bank.Second.Run(new ConfirmHours(TestBody.Key, night, await bank.Records(night)));
        (await RefusalOf(async () => await bank.Second.Run(new ConfirmHours(TestBody.Key, morning, await bank.Records(morning))))).Code.ShouldBe(Confirmation.Overlap);
    }

    [Fact]
    public async Task A_piece_whose_cost_has_to_be_booked_again_keeps_its_money()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted);
        long soup = await bank.Offer(OfMerchant(4, 50), 5, name: "豆浆一杯"), one = await bank.Earner("王小妹", 100);
        long first = await bank.Reserved(one, soup), second = await bank.Reserved(one, soup);
        await bank.HandedOver(first);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, (await bank.Row(first)).VoucherId!.Value, "项目不对"));
        (await bank.First.Ask(new CatalogueBoard())).Rows.Single().Free.ShouldBe(0);
        await RefusalOf(() => bank.Reserved(one, soup));
        await bank.HandedOver(second);
        (await body.Accountant.Run(new BookCostAgain(TestBody.Key, first))).ShouldBePositive();
    }

    [Fact]
    public async Task What_a_month_cost_stays_what_it_was_when_a_later_month_takes_it_back()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.Rice(3, 90);
        long item = await bank.Offer(OfRice()), one = await bank.Earner("王小妹", 25);
        long piece = await bank.Reserved(one, item);
        await bank.HandedOver(piece);
        long voucher = (await bank.Row(piece)).VoucherId!.Value, slip = (await bank.Row(piece)).StockPaperId!.Value;
        (await Month(3)).ShouldBe((0m, 0m, 1, 30m));
        await body.Review(voucher);
        (await Month(3)).ShouldBe((30m, 30m, 0, 0m));
        (await body.Accountant.Ask(new StockSlip(slip))).IsTakenBack.ShouldBeFalse();
        body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
        await body.Review(await body.Reverse(voucher, on: new LocalDate(2026, 4, 2), reason: "重做"));
        (await body.Accountant.Ask(new StockSlip(slip))).IsTakenBack.ShouldBeTrue();
        (await body.Accountant.Ask(new StockBoard())).Papers.Where(row => row.IsTakenBack).ShouldHaveSingleItem().Id.ShouldBe(slip);
        (await Month(3)).ShouldBe((30m, 30m, 1, 30m));
        (await Month(4)).ShouldBe((-30m, -30m, 1, 30m));
        await body.Review(await body.Accountant.Run(new BookCostAgain(TestBody.Key, piece)));
        ((await Month(3)).Cost + (await Month(4)).Cost).ShouldBe(30m);
        (await Month(4)).Open.ShouldBe(0);

        async Task<(decimal Cost, decimal Register, int Open, decimal OpenCost)> Month(int month)
        {
            RedemptionCostRow row = (await bank.First.Ask(new TimeBankMonth(bank.Programme, new LocalDate(2026, month, 1)))).Redemption;
            row.Agrees.ShouldBeTrue();
            return (row.Cost.Units / 100m, row.Register.Units / 100m, row.Open, row.OpenCost.Units / 100m);
        }
    }

    [Fact]
    public async Task PostgreSQL_itself_takes_back_only_what_was_entered_and_lets_nobody_store_more_than_the_rules()
    {
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank(new ProgrammeTerms { StoredCap = 150 });
        long one = await bank.Volunteer("王小妹"), two = await bank.Volunteer("李大伯"), three = await bank.Volunteer("陈阿姨");
        (await RefusalOf(() => bank.Post(UnitKind.HoursEarned, 151, one, null))).Code.ShouldBe("database.hours-beyond-stored");
        PostedNumber earned = await bank.Post(UnitKind.HoursEarned, 150, one, null);
        PostedNumber given = await bank.Post(UnitKind.HoursGiven, 60, two, one);
        await bank.Post(UnitKind.PointsEarned, 20, one, null);
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 10, one, one);
        (await RefusalOf(() => bank.Post(UnitKind.PointsReserved, 10, two, one))).Code.ShouldBe("database.points-not-enough");
        PostedNumber redeemed = await bank.Post(UnitKind.PointsRedeemed, 10, null, one, of: reserved.EntryNo);
        (UnitKind Kind, long Units, long? Debit, long? Credit, long Of, string Code)[] reds =
        [
            (UnitKind.HoursGiven, 60, three, one, given.EntryNo, "database.unit-unlike-original"),
            (UnitKind.HoursGiven, 90, two, one, given.EntryNo, "database.unit-unlike-original"),
            (UnitKind.HoursEarned, 10, three, null, earned.EntryNo, "database.unit-unlike-original"),
            (UnitKind.PointsRedeemed, 10, null, one, redeemed.EntryNo, "database.unit-unlike-original"),
            (UnitKind.HoursGiven, 60, two, one, given.EntryNo, "database.unit-by-two"),
        ];
        foreach ((UnitKind kind, long units, long? debit, long? credit, long of, string code) in reds)
        {
            (await RefusalOf(() => bank.Post(kind, units, debit, credit, of: of, red: true))).Code.ShouldBe(code, $"{kind} {units} {debit}");
        }

        (await bank.Holds(one)).ShouldBe((90, 10, 0));
    }

    private static async Task<(TimeBankBody Bank, long One, long Record, long Item)> Served(TestBody body)
    {
        TimeBankBody bank = await body.OpenTimeBank();
        long one = await bank.Volunteer("王小妹");
        long activity = await bank.Served("09:00", "12:00", one);
        await bank.First.Run(new CloseActivity(TestBody.Key, activity));
        long item = await bank.First.Run(bank.Proposal(OfSponsor(50), 30, null, "电影票"));
        await bank.Second.Run(new DecideItem(TestBody.Key, item, true));
        return (bank, one, (await bank.RecordOf(activity, one)).ServiceRecordId, item);
    }

    private static async Task Correct(TimeBankBody bank, long record, int minutes)
    {
        long correction = await bank.First.Run(new ProposeCorrection(TestBody.Key, record, minutes, "核对签到表"));
        await bank.Second.Run(new DecideCorrection(TestBody.Key, correction, true));
    }
}

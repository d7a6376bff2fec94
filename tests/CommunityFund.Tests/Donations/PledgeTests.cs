using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Donations.Pledges;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Statements;
using CommunityFund.Tests.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>Promises are noted and never booked; gifts that are waited for become gifts when the bank tells of them.</summary>
public sealed class PledgeTests
{
    private static readonly LocalDate Promised = new(2025, 11, 1);

    [Fact]
    public async Task A_pledge_books_nothing_and_ages_by_instalment_while_gifts_meet_the_earliest_first()
    {
        await using TestBody body = await TestBody.New();
        long pledge = await body.Accountant.Run(Pledge((new(2025, 12, 1), 300), (new(2026, 1, 10), 200), (new(2026, 3, 15), 100), (new(2026, 6, 1), 400)));
        await using FundDb db = body.Db();
        (await db.Vouchers.AnyAsync()).ShouldBeFalse();
        PledgeItem item = (await body.FinanceOfficer.Ask(new PledgeList(null, false))).Items.Single();
        Ages(item).ShouldBe([400m, 100m, 0m, 200m, 300m]);

        long gift = await body.GiftOf("绿洲公司", 350);
        PledgeGiftItem possible = (await body.Accountant.Ask(new PledgePage(pledge))).Possible.Single();
        (possible.Donation, possible.Counts).ShouldBe((gift, Amount.Yuan(350)));
        (await body.Accountant.Run(new FulfilPledge(TestBody.Key, pledge, gift))).ShouldBe(Amount.Yuan(350));
        item = (await body.Accountant.Ask(new PledgePage(pledge))).Pledge;
        (item.Met, item.Open).ShouldBe((Amount.Yuan(350), Amount.Yuan(650)));
        Ages(item).ShouldBe([400m, 100m, 0m, 150m, 0m]);
        Ages((await body.Accountant.Ask(new PledgeList(new LocalDate(2026, 3, 1), true))).Items.Single()).ShouldBe([500m, 0m, 200m, 300m, 0m], "before the gift came");
        (await RefusalOf(() => body.Accountant.Run(new FulfilPledge(TestBody.Key, pledge, gift)))).Code.ShouldBe(FulfilPledge.NothingLeft);
        long elsewhere = await body.GiftOf("绿洲公司", 10, TestBody.Children);
        (await RefusalOf(() => body.Accountant.Run(new FulfilPledge(TestBody.Key, pledge, elsewhere)))).Code.ShouldBe(FulfilPledge.OtherGift);

        await body.Review(await body.Reverse((await db.Set<Donation>().SingleAsync(row => row.DonationId == gift)).VoucherId!.Value, reason: "退回"));
        (await body.Accountant.Ask(new PledgePage(pledge))).Pledge.Open.ShouldBe(Amount.Yuan(1000));
    }

    [Fact]
    public async Task A_promise_that_binds_ends_only_for_hardship_or_another()
    {
        await using TestBody body = await TestBody.New();
        NotePledge form = Pledge((new(2025, 12, 1), 300));
        long bound = await body.Accountant.Run(form with { Form = PledgeForm.Public, About = "2025-11-01 社区公众号" });
        long free = await body.Accountant.Run(form with { Key = TestBody.Key, Form = PledgeForm.Spoken, About = "" });
        ReleasePledge release = new(TestBody.Key, bound, PledgeRelease.NotBinding, new LocalDate(2026, 3, 1), "不捐了");
        (await RefusalOf(() => body.Accountant.Run(release))).Code.ShouldBe(ReleasePledge.Binds);
        await body.Accountant.Run(release with { Key = TestBody.Key, Kind = PledgeRelease.Hardship, Reason = "民政局报告 3 号，已公告" });
        await body.Accountant.Run(release with { Key = TestBody.Key, Pledge = free });
        (await RefusalOf(() => body.Accountant.Run(release with { Key = TestBody.Key, Pledge = free }))).Code.ShouldBe(CommunityFund.Donations.Pledges.Pledge.Released);
        (await body.Accountant.Ask(new PledgeList(null, false))).Items.ShouldBeEmpty();
        PledgeItems all = await body.Accountant.Ask(new PledgeList(null, true));
        all.Items.Select(item => item.Open).ShouldAllBe(open => open.IsZero);
        PledgeWorkbook.Draw(all, StatementBooks.Words).ShouldNotBeEmpty();
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, About = "" }))).Code.ShouldBe(NotePledge.AboutMissing);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, Donor = " " }))).Code.ShouldBe(NotePledge.DonorMissing);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, Instalments = [] }))).Code.ShouldBe(NotePledge.BadInstalments);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, PledgedOn = new LocalDate(2025, 12, 2) }))).Code.ShouldBe(NotePledge.BadDays);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, Fund = TestBody.Agency }))).Code.ShouldBe(NotePledge.NoGifts);
    }

    [Fact]
    public async Task A_monthly_giver_is_waited_for_and_the_banks_line_becomes_the_gift()
    {
        await using TestBody body = await TestBody.New();
        long monthly = await body.Accountant.Run(Monthly());
        RecurringItem row = (await body.Accountant.Ask(new ExpectedGiftList())).Recurring.Single();
        row.Gifts.Select(gift => (gift.DueOn, gift.State)).ShouldBe(
        [
            (new LocalDate(2026, 3, 5), AwaitedState.Overdue), (new LocalDate(2026, 4, 5), AwaitedState.Awaited),
            (new LocalDate(2026, 5, 5), AwaitedState.Awaited), (new LocalDate(2026, 6, 5), AwaitedState.Awaited),
        ]);
        (await body.Accountant.Run(new PlanRecurring(TestBody.Key))).ShouldBe(0);

        long line = await body.Line("03-06,50.00,,,林小满,捐款 yj1");
        BankCandidate first = (await BankNotation.View(body, line)).Candidates[0];
        first.Reasons.Select(reason => reason.Because).ShouldContain(Because.Code);
        long voucher = await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [first.Id]));
        (await Gifts(body)).ShouldBeEmpty("its voucher waits");
        await body.Review(voucher);
        Donation gift = (await Gifts(body)).Single();
        (gift.Units, gift.FundId, gift.ReceivedOn, gift.State, gift.Clause, gift.VoucherId)
            .ShouldBe((5000L, TestBody.Children, new LocalDate(2026, 3, 6), DonationState.Accepted, "仅用于社区儿童活动", voucher));
        (await body.Accountant.Ask(new ExpectedGiftList())).Recurring.Single().Gifts[0].State.ShouldBe(AwaitedState.Came);

        CommunityFund.Vouchers.VoucherRow[] elsewhere = [.. (await body.RowsOf(voucher)).Select(line => line with { Fund = TestBody.General })];
        await body.Review(await body.Correct(voucher, elsewhere, reason: "记错基金"));
        (await Gifts(body)).Select(row => (row.FundId, row.State)).ShouldBe(
            [(TestBody.Children, DonationState.Reversed), (TestBody.General, DonationState.Accepted)]);

        await body.Accountant.Run(new StopRecurring(TestBody.Key, monthly, "捐赠人来信"));
        row = (await body.Accountant.Ask(new ExpectedGiftList())).Recurring.Single();
        row.Gifts.Select(awaited => awaited.State).ShouldBe([AwaitedState.Came, AwaitedState.Closed, AwaitedState.Closed, AwaitedState.Closed]);
        (await RefusalOf(() => body.Accountant.Run(new StopRecurring(TestBody.Key, monthly, "再停")))).Code.ShouldBe(RecurringGift.NotRunning);
        (await RefusalOf(() => body.Accountant.Run(new CloseExpectedGift(TestBody.Key, row.Gifts[1].Id)))).Code.ShouldBe(CloseExpectedGift.NotOpen);
        (await RefusalOf(() => body.Accountant.Run(Monthly() with { DayOfMonth = 31 }))).Code.ShouldBe(StartRecurring.BadDay);
        (await RefusalOf(() => body.Accountant.Run(Monthly() with { BeginsOn = new LocalDate(2025, 3, 1) }))).Code.ShouldBe(StartRecurring.BadBegin);
        (await RefusalOf(() => body.Accountant.Run(Monthly() with { Fund = TestBody.Community }))).Code.ShouldBe(RecordDonation.ClauseMissing);
    }

    [Fact]
    public async Task A_partner_matches_what_others_give_rounded_down_and_never_above_the_cap()
    {
        await using TestBody body = await TestBody.New();
        PromiseMatching form = new(TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, 50, Amount.Yuan(100), new LocalDate(2026, 3, 1),
            new LocalDate(2026, 3, 31), Restriction.Unrestricted, "", "配捐协议 1 号");
        long promise = await body.Accountant.Run(form);
        (await RefusalOf(() => body.Accountant.Run(new ClaimMatching(TestBody.Key, promise, new LocalDate(2026, 4, 1))))).Code.ShouldBe(ClaimMatching.NothingDue);
        await body.GiftOf("林小满", 33.33m);
        await body.GiftOf("绿洲公司", 1000);
        await body.GiftOf("何秋菊", 40, on: new LocalDate(2026, 2, 27));
        (await body.Accountant.Run(new ClaimMatching(TestBody.Key, promise, new LocalDate(2026, 4, 1)))).ShouldBe(Amount.Yuan(16.66m));
        await body.GiftOf("何秋菊", 500);
        (await body.Accountant.Run(new ClaimMatching(TestBody.Key, promise, new LocalDate(2026, 4, 1)))).ShouldBe(Amount.Yuan(83.34m));
        MatchingItem item = (await body.Accountant.Ask(new ExpectedGiftList())).Matching.Single();
        (item.Given, item.Due, item.Asked, item.ToAsk.IsZero).ShouldBe((Amount.Yuan(533.33m), Amount.Yuan(100), Amount.Yuan(100), true));
        long expected = (await BankNotation.View(body, await body.Line("03-18,16.66,,,绿洲公司,配捐"))).Candidates[0].Id;
        long line = (await BankNotation.Lines(body)).Single().BankLineId;
        await body.Review(await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [expected])));
        (await body.Accountant.Ask(new ExpectedGiftList())).Matching.Single().ShouldSatisfyAllConditions(
            row => row.Given.ShouldBe(Amount.Yuan(533.33m), "the match itself counts for nothing"), row => row.Gifts[0].State.ShouldBe(AwaitedState.Came));
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, PerHundred = 0 }))).Code.ShouldBe(PromiseMatching.BadRate);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, UntilDay = new LocalDate(2026, 2, 1) }))).Code.ShouldBe(PromiseMatching.BadDays);
        (await RefusalOf(() => body.Accountant.Run(form with { Key = TestBody.Key, About = "" }))).Code.ShouldBe(PromiseMatching.AboutMissing);
    }

    [Theory]
    [InlineData("F01", "捐款 f01w 谢谢", true)]
    [InlineData("F01", "捐款F01W", true)]
    [InlineData("F01", "F01WX", false)]
    [InlineData("F01", "F02W F01", false)]
    [InlineData("SP-01", "SP01C", true)]
    public void A_funds_reference_is_found_as_a_word_of_its_own(string code, string told, bool found)
    {
        FundReference.StandsIn(code, told.Replace("f01w", FundReference.Of("F01"), StringComparison.Ordinal)
            .Replace("F01W", FundReference.Of("F01"), StringComparison.Ordinal)
            .Replace("SP01C", FundReference.Of("SP-01").Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal)).ShouldBe(found);
    }

    [Fact]
    public async Task A_reference_on_the_bank_line_says_more_than_a_funds_name()
    {
        await using TestBody body = await TestBody.New();
        long line = await body.Line($"03-05,66.00,,,何秋菊,捐给幸福里社区基金 {FundReference.Of("C02").ToLowerInvariant()}");
        BankCandidate first = (await BankNotation.View(body, line)).Candidates[0];
        (first.Source, first.Proposal!.Fund).ShouldBe((CandidateSource.Words, TestBody.Children));
    }

    private static decimal[] Ages(PledgeItem item) =>
        [.. Enum.GetValues<PledgeAge>().Select(age => decimal.Parse(item.Of(age).ToString(), System.Globalization.CultureInfo.InvariantCulture))];

    private static NotePledge Pledge(params (LocalDate Day, decimal Yuan)[] dues) => new(
        TestBody.Key, "绿洲公司", PersonKind.Organisation, TestBody.Community, PledgeForm.Written, false, Promised, "捐赠协议 5 号",
        [.. dues.Select(due => new Instalment(due.Day, Amount.Yuan(due.Yuan)))]);

    private static StartRecurring Monthly() => new(
        TestBody.Key, "林小满", PersonKind.Person, TestBody.Children, Amount.Yuan(50), 5, new LocalDate(2026, 3, 1), Restriction.Restricted, "");

    private static async Task<List<Donation>> Gifts(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<Donation>().OrderBy(row => row.DonationId).ToListAsync();
    }
}

using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Endings;
using CommunityFund.Tests.Grants.Tranches;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>What random histories, or writing down their model, brought to light, each in its shortest form.</summary>
public sealed class FoundByHistoriesTests
{
    private static Guid Key => TestBody.Key;

    [Fact]
    public async Task A_budget_that_was_amended_is_what_is_asked_for_and_accounted_for()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Running(body);
        await grant.Grants.Lead.Run(new RequestAmendment(Key, grant.Grant, await grant.Grants.Version(grant.Grant), AmendmentKind.Shift, "餐具涨价",
            [new AmendedLine(1, "", Amount.Yuan(8000)), new AmendedLine(2, "", Amount.Yuan(3000)), new AmendedLine(0, "推车", Amount.Yuan(1000))]));
        await grant.Grants.Desk.Run(new ApproveAmendment(Key, grant.Grant, 1));
        await grant.Grants.L1.Run(new ApproveAmendment(Key, grant.Grant, 1));
        (await grant.Grants.FinLead.Ask(new ReceiptFolder(grant.Grant))).Budget.Lines.Select(line => (line.What, line.Budget)).ShouldBe(
            [("餐费", 800_000L), ("餐具", 300_000L), ("推车", 100_000L)]);
        Tranche first = await grant.Tranche(1);
        await grant.Grants.Lead.Run(new RequestTranche(Key, first.TrancheId, first.StateVersion, Amount.Yuan(7200),
            [new RequestLine(1, Amount.Yuan(3200)), new RequestLine(2, Amount.Yuan(3000)), new RequestLine(3, Amount.Yuan(1000))], "餐具和推车",
            await grant.Photo(grant.Grants.Lead)));
        (await grant.State(1)).ShouldBe(TrancheState.Requested);
    }

    [Fact]
    public async Task What_was_carried_to_a_tranche_that_is_cancelled_is_open_again_where_it_came_from()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        await grant.Acquit(1, 6950);
        await grant.Carry(1);
        (await grant.State(1)).ShouldBe(TrancheState.Settled);
        Tranche second = await grant.Tranche(2);
        await grant.Grants.L2.Run(new CancelTranche(Key, second.TrancheId, second.StateVersion, "不再需要"));
        (await grant.State(2), await grant.State(1)).ShouldBe((TrancheState.Cancelled, TrancheState.PartlyAcquitted));
        await grant.Announce(1, 250);
        await body.Review(await grant.Came(250));
        (await grant.State(1)).ShouldBe(TrancheState.Settled);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task An_acquittal_is_not_reversed_once_a_part_of_it_was_claimed_back()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        long voucher = await Acquitted(grant, 4000);
        await Claimed(grant, 500);
        (await Undone(body, grant, voucher)).ShouldSay(AcquittalOffice.ClaimedBack, "4,000.00", "500");
        (await grant.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_return_is_not_reversed_once_its_tranche_was_claimed_back()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        await Acquitted(grant, 6200);
        await grant.Announce(1, 1000);
        long back = await grant.Came(1000);
        await body.Review(back);
        await Claimed(grant, 6200);
        (await grant.State(1)).ShouldBe(TrancheState.ClawedBack);
        (await Undone(body, grant, back)).ShouldSay(UnspentUndone.ClaimedSince, "第 1 期", "tranche 1");
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_demand_ends_what_was_announced_and_nothing_that_was_accounted_for_is_reversed_after_it()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        EndingNotation ending = EndingNotation.On(grant.Grants, grant.Grant, TestBody.Children, TestBody.Bank);
        long voucher = await Acquitted(grant, 4000);
        await grant.Announce(1, 1000);
        await ending.Heard();
        await ending.Terminate();
        grant.Grants.Wait(31);
        long demand = await ending.Demanded();
        await using FundDb db = body.Db();
        (await db.Set<GrantReturn>().AsNoTracking().SingleAsync()).State.ShouldBe(GrantReturnState.Dropped);
        (await Undone(body, grant, voucher)).ShouldSay(AcquittalOffice.GrantOver, "追缴中", "老人助餐");

        // Closed on what was paid back, the grant is opened again before that is reversed.
        long paid = await ending.Receive(demand, 3200);
        await body.Accountant.Run(new SettleRecovery(Key, grant.Grant, await ending.Version()));
        await grant.Grants.L2.Run(new SettleRecovery(Key, grant.Grant, await ending.Version()));
        (await ending.State()).ShouldBe(GrantState.Closed);
        (await Undone(body, grant, paid)).ShouldSay(RecoveryGone.GrantClosed, "已经结项", "is closed");
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_payment_that_the_bank_gives_back_ends_what_was_announced_of_it()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Running(body);
        long voucher = await grant.Pay(1);
        await grant.Announce(1, 1000);
        await body.Review(await body.Accountant.Run(new ReverseVoucher(Key, voucher, grant.Today, "认领错了流水")));
        (await grant.State(1)).ShouldBe(TrancheState.Approved);
        await using FundDb db = body.Db();
        (await db.Set<GrantReturn>().AsNoTracking().SingleAsync()).State.ShouldBe(GrantReturnState.Dropped);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_grant_whose_payment_was_reversed_while_it_closes_waits_for_the_bank()
    {
        await using TestBody body = await TestBody.New();
        TrancheNotation grant = await TrancheNotation.Running(body);
        await grant.Approved();
        await grant.Grants.L2.Run(new ReleaseBatch(Key, await grant.Batch()));
        long voucher = await grant.Matched();
        await body.Review(voucher);
        await grant.Lead.Run(new StartClosing(Key, grant.Grant, await grant.Grants.Version(grant.Grant)));
        await body.Review(await body.Accountant.Run(new ReverseVoucher(Key, voucher, grant.Today, "认领错了流水")));
        (await grant.State()).ShouldBe(TrancheState.Approved);
        int version = await grant.Grants.Version(grant.Grant);
        (await AwardNotation.Refused(() => grant.Desk.Run(new ReopenWork(Key, grant.Grant, version, grant.Today.PlusDays(20), "还有一场活动"))))
            .ShouldSay(ClosingNeeds.AtTheBank, "第 1 期", "tranche 1");
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task A_claim_is_cut_by_no_more_than_its_own_demand_waits_for()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        EndingNotation ending = EndingNotation.On(grant.Grants, grant.Grant, TestBody.Children, TestBody.Bank);
        await Acquitted(grant, 4000);
        long first = await Claimed(grant, 500);
        await ending.Receive(first, 500);
        await Claimed(grant, 300);
        Tranche tranche = await grant.Tranche(1);
        (await AwardNotation.Refused(() => body.Accountant.Run(new CutDemand(Key, first, tranche.TrancheId, Amount.Yuan(300), "补交了票据", "决议〔2026〕21号"))))
            .Code.ShouldBe(CutDemand.Beyond);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_on_its_way_back_to_a_fund_is_not_accounted_for_out_of_that_fund()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body, children: 5000, community: 7000);
        await grant.Announce(1, 3000);
        long large = await grant.Came(3000);
        await body.Review(large);
        await grant.Announce(1, 300);
        long small = await grant.Came(300);
        await body.Review(small);

        // Both were booked wrongly; the lead gives the large one up, so that the small one alone comes: out of the children's fund.
        await body.Review(await body.Accountant.Run(new ReverseVoucher(Key, large, grant.Today, "记错了")));
        await using (FundDb db = body.Db())
        {
            long announced = await db.Set<GrantReturn>().Where(row => row.State == GrantReturnState.Announced).Select(row => row.GrantReturnId).SingleAsync();
            await grant.Grants.Lead.Run(new DropReturn(Key, announced));
        }

        await body.Review(await body.Accountant.Run(new ReverseVoucher(Key, small, grant.Today, "记错了")));
        await grant.Acquit(1, 6900);
        (await grant.State(1)).ShouldBe(TrancheState.PartlyAcquitted);
        await body.Review(await grant.Came(300));
        (await grant.State(1)).ShouldBe(TrancheState.Settled);
        await grant.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_was_carried_to_a_tranche_that_is_not_paid_and_cannot_go_back_is_claimed()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation grant = await PaidNotation.Paid(body);
        await Acquitted(grant, 6950);
        await grant.Carry(1);
        await Claimed(grant, 6950);
        (await grant.State(1)).ShouldBe(TrancheState.ClawedBack);
        Tranche second = await grant.Tranche(2);
        await grant.Grants.L2.Run(new CancelTranche(Key, second.TrancheId, second.StateVersion, "不再需要"));
        await EndingNotation.On(grant.Grants, grant.Grant, TestBody.Children, TestBody.Bank).Demanded();
        await using FundDb db = body.Db();
        (await db.Set<CommunityFund.Grants.Money.GrantFund>().AsNoTracking().SumAsync(row => row.Demanded)).ShouldBe(720_000L);
        await grant.Grants.ShouldBeClean();
    }

    private static async Task<long> Acquitted(PaidNotation grant, decimal yuan)
    {
        await grant.Submit(1, (await grant.Receipt(yuan), yuan));
        await grant.Decide(1, true);
        long voucher = await grant.Book(1);
        await grant.Body.Review(voucher);
        return voucher;
    }

    /// <summary>The panel finds it, and a demand claims it.</summary>
    private static async Task<long> Claimed(PaidNotation grant, decimal yuan)
    {
        await grant.Grants.Panel.Run(new NoteFinding(Key, (await grant.Tranche(1)).TrancheId, Amount.Yuan(yuan), "买了烟酒", "协议第五条"));
        return await EndingNotation.On(grant.Grants, grant.Grant, TestBody.Children, TestBody.Bank).Demanded();
    }

    private static async Task<Refusal> Undone(TestBody body, PaidNotation grant, long voucher) => await AwardNotation.Refused(async () =>
        await body.Review(await body.Accountant.Run(new ReverseVoucher(Key, voucher, grant.Today, "记错了"))));
}

using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Funds;

/// <summary>Money goes from fund to fund by two signatures, a voucher and its review (rulings 13).</summary>
public sealed class TransferTests
{
    [Fact]
    public async Task Three_people_hand_money_on_one_signs_for_each_side_and_the_books_follow_the_review()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new NodaTime.LocalDate(2026, 3, 5), "提现",
            [new VoucherRow("cash", TestBody.Community, Side.Debit, Amount.Yuan(400)),
             new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(400))])));
        long split = await body.Accountant.Run(Propose(TestBody.Community, TestBody.General, 601));
        await body.Reviewer.Run(new AgreeTransfer(TestBody.Key, split));
        (await No(body.Accountant.Run(new PrepareTransfer(TestBody.Key, split)))).ShouldBe(TransferVoucher.AccountShort);
        await body.DemandDocuments(); // what both sides signed is the document
        long transfer = await body.Accountant.Run(Propose(TestBody.Community, TestBody.General, 300));
        (await No(body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer)))).ShouldBe(AgreeTransfer.BothSides);
        (await body.Reviewer.Run(new AgreeTransfer(TestBody.Key, transfer))).ShouldBeNull();
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(1000));
        long voucher = await body.Accountant.Run(new PrepareTransfer(TestBody.Key, transfer));
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(700));
        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(0));
        await body.Review(voucher);
        (await body.Numbers(TestBody.General)).Available.ShouldBe(Amount.Yuan(300));
        (await State(body, transfer)).ShouldBe(TransferState.Posted);
        (await body.Accountant.Ask(new FundHistory(TestBody.General)))[0].Kind.ShouldBe(FundEventKind.Received);
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_voucher_sent_back_leaves_both_signatures_and_one_reversed_in_red_gives_the_money_back()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long transfer = await body.Reviewer.Run(Propose(TestBody.Community, TestBody.General, 300));
        long first = (await body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer)))!.Value;
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, first, "摘要不清"));
        (await State(body, transfer)).ShouldBe(TransferState.Agreed);
        long second = await body.Accountant.Run(new PrepareTransfer(TestBody.Key, transfer));
        (await No(body.Review(second))).ShouldBe(PostTransfer.OwnReview);
        await body.SecondReviewer.Run(new ReviewVoucher(TestBody.Key, second));
        (await No(body.Accountant.Run(new WithdrawTransfer(TestBody.Key, transfer)))).ShouldBe(FundTransfer.OutOfTurn);
        long red = await body.Accountant.Run(
            new ReverseVoucher(TestBody.Key, second, new NodaTime.LocalDate(2026, 3, 20), "调错基金"));
        await body.Review(red);
        (await State(body, transfer)).ShouldBe(TransferState.Reversed);
        (await body.Numbers(TestBody.Community)).Available.ShouldBe(Amount.Yuan(1000));
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_receiving_side_refuses_with_its_reason_and_who_signed_takes_it_back()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long transfer = await body.Accountant.Run(Propose(TestBody.Community, TestBody.General, 300));
        (await No(body.Reviewer.Run(new RefuseTransfer(TestBody.Key, transfer, " ")))).ShouldBe(FundSigners.ReasonMissing);
        (await No(body.Reviewer.Run(new WithdrawTransfer(TestBody.Key, transfer)))).ShouldBe(WithdrawTransfer.NotSigned);
        await body.Reviewer.Run(new RefuseTransfer(TestBody.Key, transfer, "本级不需要"));
        (await State(body, transfer)).ShouldBe(TransferState.Refused);
        long other = await body.Accountant.Run(Propose(TestBody.Community, TestBody.General, 300));
        await body.Accountant.Run(new WithdrawTransfer(TestBody.Key, other));
        (await State(body, other)).ShouldBe(TransferState.Withdrawn);
    }

    [Fact]
    public async Task No_more_is_handed_on_than_is_available_and_bound_by_nobody()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        await body.Gift(TestBody.Children, 100, Restriction.Unrestricted);
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 1100.01m)))).ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 100.01m)))).ShouldBe(ConstraintRefusal.TransferAboveUnrestricted);
        (await No(body.Accountant.Run(Propose(TestBody.General, TestBody.General, 1)))).ShouldBe(ProposeTransfer.SameFund);
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 0)))).ShouldBe(ProposeTransfer.NotPositive);
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.Agency, 1)))).ShouldBe("database.transfer-of-own-funds");
        (await No(body.FinanceOfficer.Run(Propose(TestBody.Children, TestBody.General, 1)))).ShouldBe(Need.Missing);
        await body.Accountant.Run(new SetPrincipal(TestBody.Key, TestBody.Children, Amount.Yuan(1000), "留本", "协议"));
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 100.01m)))).ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        await body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 100));
        await body.Accountant.Run(new FreezeFund(TestBody.Key, TestBody.Children, "待核", ""));
        (await No(body.Accountant.Run(Propose(TestBody.Children, TestBody.General, 1)))).ShouldBe(ConstraintRefusal.FundNotOpen);
    }

    [Fact]
    public async Task Restricted_money_goes_only_where_every_clause_binds_it_too_and_is_a_gift_there()
    {
        await using TestBody body = await TestBody.New();
        int twin = await body.Accountant.Run(new CreateFund(TestBody.Key, "C03", "儿童二期", FundKind.Special, null,
            Restriction.Restricted, "仅用于社区儿童活动"));
        int other = await body.Accountant.Run(new CreateFund(TestBody.Key, "C04", "助老", FundKind.Special, null,
            Restriction.Restricted, "仅用于助老"));
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        foreach (int elsewhere in new[] { other, TestBody.Community })
        {
            (await No(body.Accountant.Run(Propose(TestBody.Children, elsewhere, 10, Restriction.Restricted))))
                .ShouldBe(ConstraintRefusal.TransferOtherRestriction);
        }

        long transfer = await body.Reviewer.Run(Propose(TestBody.Children, twin, 400, Restriction.Restricted));
        long voucher = (await body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer)))!.Value;
        await body.SecondReviewer.Run(new ReviewVoucher(TestBody.Key, voucher));
        (await body.Accountant.Ask(new FundExplained(TestBody.Children))).Lots.Left.ShouldBe(Amount.Yuan(600));
        FundLots there = (await body.Accountant.Ask(new FundExplained(twin))).Lots;
        (there.Left, there.Items.Single().Clause).ShouldBe((Amount.Yuan(400), "仅用于社区儿童活动"));
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fifty_transfers_at_once_hand_on_no_more_than_is_bound_by_nobody()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 500, Restriction.Restricted);
        long[] proposed = await Task.WhenAll(Enumerable.Range(0, 50)
            .Select(_ => body.Reviewer.Run(Propose(TestBody.Children, TestBody.General, 30))));
        string[] outcomes = await Task.WhenAll(proposed.Select(transfer => Sign(body, transfer)));
        outcomes.Count(outcome => outcome == "written").ShouldBe(33); // 33 x 30 of 1,000
        outcomes.Count(outcome => outcome == ConstraintRefusal.TransferAboveUnrestricted).ShouldBe(17);
        (await body.Numbers(TestBody.Children)).Available.ShouldBe(Amount.Yuan(510));
        (await body.FinanceOfficer.Ask(new CheckBooks())).Checks.SelectMany(check => check.Faults).ShouldBeEmpty();
    }

    private static async Task<string> Sign(TestBody body, long transfer)
    {
        try
        {
            await body.Accountant.Run(new AgreeTransfer(TestBody.Key, transfer));
            return "written";
        }
        catch (RefusedException refused)
        {
            return refused.Refusal.Code;
        }
    }

    private static ProposeTransfer Propose(int from, int to, decimal yuan, Restriction restriction = Restriction.Unrestricted) =>
        new(TestBody.Key, from, to, Amount.Yuan(yuan), restriction, "补助活动", "决议七");

    private static async Task<TransferState> State(TestBody body, long transfer)
    {
        await using FundDb db = body.Db();
        return await db.Set<FundTransfer>().Where(row => row.FundTransferId == transfer).Select(row => row.State).SingleAsync();
    }

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}

using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Payments;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Vouchers;

/// <summary>What the home page says waits for somebody.</summary>
public sealed class WaitingForMeTests
{
    [Fact]
    public async Task A_reviewer_is_shown_the_first_five_of_all_that_waits_and_the_maker_the_own()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        List<long> waiting = [];
        for (int i = 1; i <= 6; i++)
        {
            waiting.Add(await body.PrepareExpense(TestBody.Community, i));
        }

        WaitingVouchers reviewer = await body.Reviewer.Ask(new WaitingForMe()), maker = await body.Accountant.Ask(new WaitingForMe());
        reviewer.ToReview.Count.ShouldBe(6);
        reviewer.ToReview.First.Select(item => item.VoucherId).ShouldBe(waiting.Take(5));
        reviewer.OwnWaiting.Count.ShouldBe(0);
        (maker.ToReview.Count, maker.OwnWaiting.Count).ShouldBe((0, 6));
        (await body.FinanceOfficer.Ask(new WaitingForMe())).ToReview.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_voucher_that_was_sent_back_waits_for_its_maker_for_thirty_days_with_the_reason()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, await body.PrepareExpense(TestBody.Community, 10), "缺发票"));
        (await body.Accountant.Ask(new WaitingForMe())).SentBack.First.ShouldHaveSingleItem().Reason.ShouldBe("缺发票");
        body.Clock.Now += Duration.FromDays(31);
        (await body.Accountant.Ask(new WaitingForMe())).SentBack.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_reviewer_of_one_fund_is_shown_its_vouchers_only()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        long person = await body.Reviewer.Run(new CommunityFund.People.AddLogin(
            TestBody.Key, new CommunityFund.People.NewLogin("分审核", "fen", TestBody.Password)));
        await body.Operator.Run(new CommunityFund.People.GrantRole(
            TestBody.Key, person, Role.VoucherReviewer, TestBody.Children, new LocalDate(2026, 1, 1), null));
        await body.PrepareExpense(TestBody.Community, 10);
        long own = await body.PrepareExpense(TestBody.Children, 20);
        WaitingVouchers waiting = await body.Foundation.SessionOf(person, body.Book).Ask(new WaitingForMe());
        waiting.ToReview.First.ShouldHaveSingleItem().VoucherId.ShouldBe(own);
    }

    [Fact]
    public async Task Sheets_claims_and_batches_wait_for_whom_the_law_lets_decide_them()
    {
        await using TestBody body = await PayingBody();
        await body.Claim(Row(50));
        long sheet = await body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, new LocalDate(2026, 3, 20), Amount.Fen(0), true));
        (await body.Approver().Ask(new PaymentsForMe())).ShouldBe(new PaymentsToDecide(1, 1, 0, null));
        (await body.FinanceOfficer.Ask(new PaymentsForMe())).Debts.ShouldBe(0, "it is their own claim, and they approve nothing");
        (await body.Approver().Ask(new SheetsForMe())).ShouldBe(new SheetsToConfirm(1, sheet));
        (await body.Accountant.Ask(new SheetsForMe())).Count.ShouldBe(0, "they made it");
        (await body.FinanceOfficer.Ask(new SheetsForMe())).Count.ShouldBe(0, "they sign nothing");

        long debt = await body.Owed(Row(100));
        await body.CheckAccounts();
        long batch = await body.Batch(debt);
        (await body.Approver().Ask(new PaymentsForMe())).ShouldBe(new PaymentsToDecide(1, 1, 1, batch));
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
        (await body.Approver().Ask(new PaymentsForMe())).Batches.ShouldBe(0);
        (await body.Approver().Ask(new SheetsForMe())).Count.ShouldBe(0, "they let a payment go in that time");
        (await body.Reviewer.Ask(new SheetsForMe())).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_book_lacks_opening_balances_and_statements()
    {
        await using TestBody body = await TestBody.New();
        (await body.Accountant.Ask(new WaitingForMe())).HasOpening.ShouldBeFalse();
        (await body.Accountant.Ask(new BankToDo())).ShouldBe(new BankWork(0, 0, HasAccount: true, HasFile: false));
        (await body.Accountant.Ask(new LastEntries())).ShouldBeEmpty();
        (await body.Accountant.Ask(new FundNumbers())).ShouldAllBe(fund => fund.OwnCash.IsZero && fund.Available.IsZero);
    }
}

using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using NodaTime;

namespace CommunityFund.Tests.Grants.Acquittals;

/// <summary>What is refused of receipts, acquittals and returns, and that each no speaks in both languages.</summary>
public sealed class AcquittalRefusalTests
{
    private const string Invoice = "26332000000012345678";

    [Fact]
    public async Task An_invoice_counts_once_among_projects_claims_and_vouchers()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body, children: 5000, community: 1000);
        long other = await paid.Grants.Awarded(2, 3000, 1000, "童趣课堂");
        await paid.Grants.Desk.Run(new DraftAgreement(PaidNotation.Key, other, await paid.Grants.Version(other), AwardNotation.Terms(4000)));
        await paid.Grants.Sql($"""
            alter table grant_case disable trigger user;
            update grant_case set state = 'active' where grant_id = {other};
            alter table grant_case enable trigger user
            """);
        long first = await paid.Receipt(600, number: Invoice);
        Refusal refusal = await paid.Refused(() => paid.Receipt(300, number: Invoice, grant: other));
        refusal.Code.ShouldBe("database.grant-receipt-number-once");
        refusal.Facts["other"].ShouldBe("W-1-001");

        // Nor on a voucher of somebody else's, whether the number is typed or the file says it.
        string paper = await body.Accountant.Run(new UploadDocument(PaidNotation.Key, "发票.png", Samples.Png(7), Invoice));
        (await paid.Refused(() => body.Accountant.Run(BankNotation.Expense(null, TestBody.Community, 10) with { Documents = [new Enclosure(paper)] })))
            .Code.ShouldBe("database.grant-receipt-number-once");

        // Taken out of the one folder it may go into the other.
        await paid.Grants.FinLead.Run(new DropReceipt(PaidNotation.Key, first));
        await paid.Receipt(300, number: Invoice, grant: other);

        // What a voucher has used is no receipt any more.
        const string spent = "26332000000012345679";
        paper = await body.Accountant.Run(new UploadDocument(PaidNotation.Key, "发票.png", Samples.Png(8), spent));
        await body.Accountant.Run(BankNotation.Expense(null, TestBody.Community, 10) with { Documents = [new Enclosure(paper)] });
        (await paid.Refused(() => paid.Receipt(10, number: spent))).Code.ShouldBe("database.grant-receipt-number-once");
    }

    [Fact]
    public async Task A_line_may_be_over_by_a_tenth_and_no_more()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        long little = await paid.Receipt(2200, line: 2), much = await paid.Receipt(0.01m, line: 2);
        Refusal refusal = await paid.Refused(() => paid.Submit(1, (little, 2200), (much, 0.01m)));
        refusal.Code.ShouldBe(SubmitAcquittal.OverLine);
        (refusal.Facts["line"], refusal.Facts["budget"], refusal.Facts["over"]).ShouldBe(("餐具", Amount.Yuan(2000), Amount.Yuan(200.01m)));
        await paid.Submit(1, (little, 2200));
        (await paid.State(1)).ShouldBe(TrancheState.AcquittalSubmitted);
    }

    [Fact]
    public async Task What_is_wrong_with_a_receipt_is_told_when_it_is_handed_in()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        (await paid.Refused(() => paid.Receipt(10, number: "123"))).Code.ShouldBe(ReceiptText.BadNumber);
        (await paid.Refused(() => paid.Receipt(10, line: 9))).Code.ShouldBe(ReceiptText.NoLine);
        (await paid.Refused(() => paid.Receipt(10, spending: Spending.Liquor))).Code.ShouldBe(ReceiptText.NotAllowed);
        (await paid.Refused(() => paid.Receipt(10, on: paid.Today.PlusDays(1)))).Code.ShouldBe(ReceiptText.InTheFuture);
        (await paid.Refused(() => paid.Receipt(20_000_000))).Code.ShouldBe(ReceiptText.BadAmount);
        Tranche tranche = await paid.Tranche(1);
        (await paid.Refused(() => paid.Grants.FinLead.Run(new SubmitAcquittal(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, "丁采购", "方邻居",
            [])))).Code.ShouldBe(TrancheNeeds.NoReceipts);
        long early = await paid.Receipt(10, on: new LocalDate(2026, 3, 31)), bare = await paid.Receipt(10, hasPhoto: false);
        long kept = await paid.Receipt(10, spending: Spending.KeptGoods), good = await paid.Receipt(10), big = await paid.Receipt(9000);
        (await paid.Refused(() => paid.Submit(1, (early, 10)))).Code.ShouldBe(SubmitAcquittal.OutsidePeriod);
        (await paid.Refused(() => paid.Submit(1, (bare, 10)))).Code.ShouldBe(SubmitAcquittal.NoPhoto);
        (await paid.Refused(() => paid.Submit(1, (kept, 10)))).Code.ShouldBe(SubmitAcquittal.NoSheet);
        (await paid.Refused(() => paid.Submit(1, (good, 11)))).Code.ShouldBe(SubmitAcquittal.BeyondReceipt);
        (await paid.Refused(() => paid.Submit(1, (big, 9000)))).Code.ShouldBe(SubmitAcquittal.BeyondAdvance);
        (await paid.Refused(() => paid.Submit(1, (good, 10), (good, 10)))).Code.ShouldBe(SubmitAcquittal.BadLines);
        (await paid.Refused(() => paid.Grants.FinLead.Run(new SubmitAcquittal(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, "丁采购", "丁采购",
            [new AcquittalClaim(good, Amount.Yuan(10))])))).Code.ShouldBe(SubmitAcquittal.TwoNames);
        ReceiptFolderView folder = await paid.Grants.FinLead.Ask(new ReceiptFolder(paid.Grant));
        folder.Missing.ShouldBe([new MissingPhotos("张蓉", 1, Amount.Yuan(10))]);
        (folder.MaySubmit, folder.Suggested).ShouldBe((true, (short)2));
        await paid.Submit(1, (good, 10));
        (await paid.Refused(() => paid.Grants.FinLead.Run(new DropReceipt(PaidNotation.Key, good)))).Code.ShouldBe(ReceiptWriting.NotReady);
    }

    [Fact]
    public async Task Nobody_of_the_project_decides_or_books_and_reasons_are_asked_for()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        foreach (Role role in new[] { Role.Desk, Role.Accountant })
        {
            await paid.Gives("lead", role);
        }

        long good = await paid.Receipt(100);
        await paid.Submit(1, (good, 100));
        Tranche tranche = await paid.Tranche(1);
        ReviewAcquittalLines yes = new(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, [new LineDecision(1, true)]);
        (await paid.Refused(() => paid.Grants.Lead.Run(yes))).Code.ShouldBe(GrantMoves.Related);
        (await paid.Refused(() => paid.Grants.Desk.Run(yes with { Key = PaidNotation.Key, Decisions = [new LineDecision(1, false)] })))
            .Code.ShouldBe(ReviewAcquittalLines.NoReason);
        (await paid.Refused(() => paid.Book(1))).Code.ShouldBe(BookAcquittal.NotDecided);
        (await paid.Refused(() => paid.Grants.Desk.Run(yes with { Key = PaidNotation.Key, Version = 1 }))).Code.ShouldBe(TrancheMoves.Stale);
        await paid.Decide(1, true);
        (await paid.Refused(() => paid.Grants.Lead.Run(new BookAcquittal(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion))))
            .Code.ShouldBe(GrantMoves.Related);
        await paid.Book(1);
        (await paid.Refused(() => paid.Decide(1, false))).Code.ShouldBe(ReviewAcquittalLines.NotOpen);
    }

    [Fact]
    public async Task No_more_comes_back_than_is_open_and_one_return_at_a_time()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation paid = await PaidNotation.Paid(body);
        (await paid.Refused(() => paid.Announce(1, 7200.01m))).Code.ShouldBe(ReturnUnspent.BadAmount);
        (await paid.Refused(() => paid.Announce(2, 1))).Code.ShouldBe(ReturnUnspent.NotNow);
        (await paid.Refused(() => paid.Carry(1))).Code.ShouldBe(TrancheNeeds.NoCarry);
        long announced = await paid.Announce(1, 7000);
        (await paid.Refused(() => paid.Announce(1, 1))).Code.ShouldBe(ReturnUnspent.OneOpen);
        (await paid.Refused(async () => await paid.Submit(1, (await paid.Receipt(300), 300)))).Code.ShouldBe(SubmitAcquittal.BeyondAdvance);
        await paid.Grants.Lead.Run(new DropReturn(PaidNotation.Key, announced));
        await paid.Announce(1, 7000);
        long voucher = await paid.Came(7000);
        long waiting = (long)(await paid.Grants.Sql("select max(grant_return_id) from grant_return"))!;
        (await paid.Refused(() => paid.Grants.Lead.Run(new DropReturn(PaidNotation.Key, waiting)))).Code.ShouldBe(DropReturn.TooLate);
        await body.Review(voucher);
        (await paid.State(1)).ShouldBe(TrancheState.AwaitingAcquittal);
        Tranche tranche = await paid.Tranche(1);
        (await paid.Refused(() => paid.Grants.Lead.Run(new SubmitReport(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, "报告", 1, 1,
            Amount.Yuan(1))))).Code.ShouldBe(SubmitReport.NotNow);
        await paid.Acquit(1, 200);
        (await paid.State(1)).ShouldBe(TrancheState.Settled);
        await paid.Grants.ShouldBeClean();
    }
}

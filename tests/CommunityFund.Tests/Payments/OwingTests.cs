using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.People;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Payments;

public sealed class OwingTests
{
    private const string Invoice = "26332000000012345678";

    [Fact]
    public async Task A_claim_is_a_debt_when_approved_and_only_the_bank_pays_it()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Claim(Row(120), Row(80, what: "颜料"));
        (await RefusalOf(() => body.Accountant.Run(new PrepareDebt(TestBody.Key, debt)))).Code.ShouldBe(Debt.OutOfTurn);
        await body.Approver().Run(new ApproveDebt(TestBody.Key, debt));
        long voucher = await body.Accountant.Run(new PrepareDebt(TestBody.Key, debt));
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "再核对"));
        (await body.StateOf(debt)).ShouldBe(DebtState.Approved);
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, debt)));
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);
        (await body.Accountant.Net(body, Account.Keys.ProgrammeCost, TestBody.Community)).ShouldBe(Amount.Yuan(200));
        (await body.Accountant.Net(body, "other-payables", TestBody.Community)).ShouldBe(Amount.Yuan(-200));
        long paid = await body.PaidByBank("03-12,,200.00,,郑财政,BX1 儿童画材", await body.AwaitedFor(debt));
        (await body.StateOf(debt)).ShouldBe(DebtState.Paid);
        (await body.Accountant.Net(body, "other-payables", TestBody.Community)).ShouldBe(Amount.Yuan(0));
        (await body.Accountant.Net(body, TestBody.Bank, TestBody.Community)).ShouldBe(Amount.Yuan(800));
        await body.Review(await body.Reverse(paid, reason: "对错了行"));
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);
    }

    [Fact]
    public async Task What_went_back_is_sent_again_and_nobody_approves_for_oneself()
    {
        await using TestBody body = await PayingBody();
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.ApproverL2, null, new LocalDate(2026, 1, 1), null));
        string paper = await body.FinanceOfficer.Run(new UploadDocument(TestBody.Key, "发票.png", DocumentsPicture(), ""));
        long debt = await body.FinanceOfficer.Run(new SubmitClaim(
            TestBody.Key, "儿童画材", [Row(120, invoice: Invoice)], Card, "工商银行", [new Enclosure(paper)]));
        (await RefusalOf(() => body.FinanceOfficer.Run(new ApproveDebt(TestBody.Key, debt)))).Code.ShouldBe(ApproveDebt.OwnDebt);
        await body.Approver().Run(new ReturnDebt(TestBody.Key, debt, "金额与发票不符"));
        DebtView back = await body.FinanceOfficer.Ask(new DebtPage(debt));
        (back.Reply, back.MayChange, back.Papers.Count).ShouldBe(("金额与发票不符", true, 1));
        await body.FinanceOfficer.Run(new SubmitClaim(
            TestBody.Key, "儿童画材", [Row(110, invoice: Invoice)], Card, "工商银行", [new Enclosure(paper)], debt));
        DebtView again = await body.FinanceOfficer.Ask(new DebtPage(debt));
        (again.Version, again.Amount, again.Papers.Count, again.State).ShouldBe((2, Amount.Yuan(110), 1, DebtState.Submitted));
        (await RefusalOf(() => body.Accountant.Run(new SubmitClaim(TestBody.Key, "画材", [Row(110, invoice: Invoice)], "62170000", "工商银行"))))
            .Code.ShouldBe("database.debt-invoice-twice");
        await body.Approver().Run(new ApproveDebt(TestBody.Key, debt));
        await body.DemandDocuments();
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, debt)));
        (await body.FinanceOfficer.Ask(new VoucherPage(again.Voucher ?? (await body.FinanceOfficer.Ask(new DebtPage(debt))).Voucher!.Value)))
            .Documents.Single().Sha256.ShouldBe(paper);
        (await RefusalOf(() => body.Claim(Row(5, what: "郑财政的车费")))).Code.ShouldBe(DebtWriting.NameInWords);
    }

    [Fact]
    public async Task A_blue_voucher_puts_the_account_right_and_the_debt_stays_paid_or_owed()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Owed(Row(100));
        long first = (await body.Accountant.Ask(new DebtPage(debt))).Voucher!.Value;
        VoucherRow[] rows = [.. await body.RowsOf(first)];
        VoucherRow[] more = [.. rows.Select(row => row with { Amount = Amount.Yuan(90) })];
        (await RefusalOf(() => body.Correct(first, more, reason: "金额"))).Code.ShouldBe(UndoDebt.OtherThanOwed);
        await body.PaidByBank("03-12,,100.00,,郑财政,BX1", await body.AwaitedFor(debt));
        VoucherRow[] other =
        [
            .. rows.Select(row => row.Account == Account.Keys.ProgrammeCost ? row with { Account = Account.Keys.ManagementExpense } : row),
        ];
        long blue = await body.Correct(first, other, reason: "记错科目");
        await body.Review(blue);
        DebtView after = await body.Accountant.Ask(new DebtPage(debt));
        (after.State, after.Voucher).ShouldBe((DebtState.Paid, blue));
        (await body.Accountant.Net(body, Account.Keys.ManagementExpense, TestBody.Community)).ShouldBe(Amount.Yuan(100));
        (await RefusalOf(async () => await body.Review(await body.Reverse(blue, reason: "记错")))).Code.ShouldBe(UndoDebt.PaidAlready);
    }

    [Fact]
    public async Task A_suppliers_bill_uses_restricted_gifts_on_the_day_it_was_incurred()
    {
        await using TestBody body = await PayingBody();
        await body.Gift(TestBody.Children, 500, Restriction.Restricted);
        long supplier = await body.Accountant.Run(new SetPayeeAccount(
            TestBody.Key, "清河文具店有限公司", PersonKind.Organisation, "3305016100009999", "建设银行"));
        long bill = await body.Accountant.Run(new RecordBill(
            TestBody.Key, supplier, "绘本采购", new LocalDate(2026, 4, 5), [Row(300, TestBody.Children)]));
        (await RefusalOf(() => body.Accountant.Run(new ApproveDebt(TestBody.Key, bill)))).Code.ShouldBe(Need.Missing);
        await body.Approver().Run(new ApproveDebt(TestBody.Key, bill));
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, bill)));
        (await body.Accountant.Net(body, "accounts-payable", TestBody.Children)).ShouldBe(Amount.Yuan(-300));
        (await RefusalOf(async () =>
        {
            long more = await body.Accountant.Run(new RecordBill(
                TestBody.Key, supplier, "绘本采购", new LocalDate(2026, 4, 5), [Row(201, TestBody.Children)]));
            await body.Approver().Run(new ApproveDebt(TestBody.Key, more));
            await body.Accountant.Run(new PrepareDebt(TestBody.Key, more));
        })).Code.ShouldBe(ConstraintRefusal.HoldAboveAvailable);
        await body.PaidByBank("03-12,,300.00,,清河文具店,HK1 绘本采购", await body.AwaitedFor(bill));
        (await body.StateOf(bill)).ShouldBe(DebtState.Paid);
    }

    [Fact]
    public async Task What_has_no_paper_is_not_approved_where_its_voucher_would_need_one()
    {
        await using TestBody body = await PayingBody();
        long debt = await body.Claim(Row(120));
        await body.DemandDocuments();
        Refusal no = await RefusalOf(() => body.Approver().Run(new ApproveDebt(TestBody.Key, debt)));
        (no.Code, no.Facts["code"]).ShouldBe((ApproveDebt.NoPapers, "BX1"));
        await body.Approver().Run(new ReturnDebt(TestBody.Key, debt, "请附发票"));
        string paper = await body.FinanceOfficer.Run(new UploadDocument(TestBody.Key, "发票.png", DocumentsPicture(), ""));
        await body.FinanceOfficer.Run(new SubmitClaim(
            TestBody.Key, "儿童画材", [Row(120)], Card, "工商银行", [new Enclosure(paper)], debt));
        await body.Approver().Run(new ApproveDebt(TestBody.Key, debt));
        await body.Review(await body.Accountant.Run(new PrepareDebt(TestBody.Key, debt)));
        (await body.StateOf(debt)).ShouldBe(DebtState.Owed);
    }

    private static byte[] DocumentsPicture() => Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
}

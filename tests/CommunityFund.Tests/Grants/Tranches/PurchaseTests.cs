using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Registers;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Grants.Registers;
using CommunityFund.Tests.Vouchers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Tests.Grants.Tranches;

/// <summary>代付: the foundation pays a supplier for the project itself (grants.md 5.3 T15).</summary>
public sealed class PurchaseTests
{
    [Theory]
    [InlineData(2026)]
    [InlineData(2025)]
    public async Task A_direct_purchase_is_cost_of_the_project_at_once_and_no_advance(int year)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        PaidNotation made = await PaidNotation.Running(body);
        long supplier = await made.Grants.Account("幸福里餐具厂", number: "33050161000000007777");
        await Ask(made, 7000);
        await Check(made, supplier);
        (await made.Grants.L1.Ask(new TranchePage((await made.Tranche(1)).TrancheId))).Request!.IsPurchase.ShouldBeTrue();
        BudgetUse asked = (await made.Grants.FinLead.Ask(new ReceiptFolder(made.Grant))).Budget;
        asked.Lines.Single(line => line.No == 1).Pending.ShouldBe(700_000);
        PostedNumber paid = await Pay(made, 7000);
        (await BankNotation.Entry(body, paid.EntryNo)).ShouldBe(year == 2026
            ? ["D programme-cost 7000.00 R ordinary", "C bank.01 7000.00  ordinary"]
            : [
                "D programme-cost 7000.00  ordinary", "D net-assets-restricted 7000.00 R release", "C net-assets-unrestricted 7000.00 U release",
                "C bank.01 7000.00  ordinary",
            ]);
        (await made.State(1)).ShouldBe(TrancheState.Paid);
        (await body.Accountant.Net(body, "project-advances", TestBody.Children)).ShouldBe(Amount.Yuan(0));
        (await body.Accountant.Net(body, "commitments", TestBody.Children)).ShouldBe(Amount.Yuan(3000));
        (await made.Used(TestBody.Children)).ShouldBe([7000]);
        await made.Grants.ShouldBeClean();

        // The budget's line is used, and the register, the story and the audit table say what it was.
        (await made.Grants.FinLead.Ask(new ReceiptFolder(made.Grant))).Budget.Lines.Single(line => line.No == 1).Accepted.ShouldBe(700_000);
        GrantStoryView story = await made.Grants.Desk.Ask(new GrantStory(made.Grant));
        (story.Tranches[0].IsPurchase, story.Tranches[0].Unasked, story.Tranches[0].Advance).ShouldBe((true, Amount.Yuan(200), Amount.Yuan(0)));
        AuditTable audit = (await made.Grants.Desk.Ask(new ClosingPage(made.Grant))).Audit;
        audit.Lines.Single(line => line.No == 1).Spent.ShouldBe(Amount.Yuan(7000));
        audit.Differences.ShouldBeEmpty();
        audit.Ends.Tranches.Select(row => (row.No, row.Amount, row.IsUnasked)).ShouldBe(
            [((short)1, Amount.Yuan(200), true), ((short)2, Amount.Yuan(4800), false)]);

        TrancheRegisterView register = await made.Grants.Desk.Ask(new TrancheRegister(new RegisterFilter()));
        register.Rows.Select(row => (row.No, row.IsPurchase, row.Supplier)).ShouldBe([((short)1, true, "幸福里餐具厂"), ((short)2, false, "")]);
        RegisterTests.Says(RegisterTable.Of(register, RegisterTests.Spoken));

        // What the supplier gives back comes off the cost, and goes to the gift.
        await made.Announce(1, 500);
        await body.Review(await made.Came(500));
        (await made.Used(TestBody.Children)).ShouldBe([6500]);
        Tranche tranche = await made.Tranche(1);
        await made.Grants.Lead.Run(new SubmitReport(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion, "餐具已到货验收", 40, 1,
            Amount.Yuan(6500), await made.Photo(made.Grants.Lead)));
        await made.Grants.Desk.Run(new AcceptReport(PaidNotation.Key, tranche.TrancheId, tranche.StateVersion));
        (await made.State(1)).ShouldBe(TrancheState.Settled);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task The_desk_names_a_supplier_who_is_not_the_grants_payee_and_the_database_holds_it()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation made = await PaidNotation.Running(body);
        await Ask(made, 7200);
        (await made.Refused(() => Check(made, null))).ShouldSay(CheckTranche.SupplierMissing, "指定供应商账户", "no account in use is named");
        (await made.Refused(() => Check(made, 424242))).Code.ShouldBe(CheckTranche.SupplierMissing);
        long payee = (long)(await made.Grants.Sql("select payee_account_id from grant_payee"))!;
        (await made.Refused(() => Check(made, payee))).ShouldSay(CheckTranche.SupplierIsPayee, "收款单位", "own payee");
        long tranche = (await made.Tranche(1)).TrancheId;
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => made.Grants.App($"""
            insert into tranche_check values (1, {tranche}, 1, true, true, true, '', {made.Grants.Id("desk")}, now(), {payee})
            """));
        refused.ConstraintName.ShouldBe("tranche_supplier_named");
        ConstraintWordsTests.Tell(refused);
    }

    [Fact]
    public async Task A_payment_to_a_supplier_that_is_reversed_is_promised_again()
    {
        await using TestBody body = await TestBody.New();
        PaidNotation made = await PaidNotation.Running(body);
        long supplier = await made.Grants.Account("幸福里餐具厂", number: "33050161000000007777");
        await Ask(made, 7200);
        await Check(made, supplier);
        await Pay(made, 7200);
        long voucher = (long)(await made.Grants.Sql("select voucher_id from grant_money where move = 'paid'"))!;
        await body.Review(await body.Reverse(voucher, made.Today));
        (await made.State(1)).ShouldBe(TrancheState.Approved);
        (await made.Used(TestBody.Children)).ShouldBe([0]);
        (await body.Accountant.Net(body, "commitments", TestBody.Children)).ShouldBe(Amount.Yuan(10000));
        await made.Grants.ShouldBeClean();
    }

    private static async Task Ask(PaidNotation made, decimal yuan)
    {
        Tranche row = await made.Tranche(1);
        await made.Grants.Lead.Run(new RequestTranche(PaidNotation.Key, row.TrancheId, row.StateVersion, Amount.Yuan(yuan),
            [new RequestLine(1, Amount.Yuan(yuan))], "餐具由基金会直接采购", await made.Photo(made.Grants.Lead), IsPurchase: true));
    }

    private static async Task Check(PaidNotation made, long? supplier)
    {
        Tranche row = await made.Tranche(1);
        await made.Grants.Desk.Run(new CheckTranche(PaidNotation.Key, row.TrancheId, row.StateVersion, true, true, true, "", supplier));
    }

    private static async Task<PostedNumber> Pay(PaidNotation made, decimal yuan)
    {
        foreach (var (who, move) in new[] { (made.Grants.L1, TrancheMove.ApproveL1), (made.Grants.L2, TrancheMove.ApproveL2) })
        {
            Tranche row = await made.Tranche(1);
            await who.Run(new ApproveTranche(PaidNotation.Key, row.TrancheId, row.StateVersion, move));
        }

        await using FundDb db = made.Body.Db();
        Expectation awaited = await db.Set<Expectation>().AsNoTracking().SingleAsync(row => row.Kind == ExpectationKind.Grant);
        awaited.PartyAccount.ShouldBe("33050161000000007777");
        long line = await made.Body.LineOf(made.Today.Year, $"{made.Today:MM-dd},,{yuan},,幸福里餐具厂,货款");
        return await made.Body.Review(await made.Body.Accountant.Run(new MatchExpectations(PaidNotation.Key, [line], [awaited.ExpectationId])));
    }
}

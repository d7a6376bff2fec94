using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

public sealed class RecordingExpensesTests
{
    [Fact]
    public async Task An_expense_that_the_fund_cannot_bear_is_refused_and_shows_the_way_to_the_general_fund()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        long line = await body.Line("03-05,,150.00,,文具店,采购");
        Refusal no = await RefusalOf(() => body.Accountant.Run(Expense(line, TestBody.Community, 150)));
        (no.Code, no.Facts["available"], no.Facts["asked"]).ShouldBe((RecordExpense.FundCannotBear, Amount.Yuan(100), Amount.Yuan(150)));
        await body.Review(await body.Accountant.Run(Expense(line, TestBody.General, 150)));
        (await body.Stage(line)).ShouldBe(LineStage.Posted);
        (await body.Numbers(TestBody.General)).OwnCash.ShouldBe(Amount.Yuan(-150));
    }

    [Fact]
    public async Task Without_a_bank_line_the_general_fund_has_to_bear_it_too()
    {
        await using TestBody body = await TestBody.New();
        (await RefusalOf(() => body.Accountant.Run(Expense(null, TestBody.General, 1)))).Code.ShouldBe(ConstraintRefusal.HoldAboveAvailable);
    }

    [Fact]
    public async Task Restricted_gifts_that_do_not_reach_are_told_apart()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted);
        await body.Gift(TestBody.Children, 100, Restriction.Unrestricted);
        long line = await body.Line("03-05,,150.00,,文具店,采购");
        Refusal no = await RefusalOf(() => body.Accountant.Run(Expense(line, TestBody.Children, 150, Restriction.Restricted)));
        (no.Code, no.Facts["missing"]).ShouldBe((RecordExpense.LotsCannotBear, Amount.Yuan(50)));
    }

    [Fact]
    public async Task A_voucher_of_another_amount_than_the_line_is_refused_by_the_database()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        long line = await body.Line("03-05,,150.00,,文具店,采购");
        Refusal no = await RefusalOf(() => body.Accountant.Run(Expense(line, TestBody.Community, 149.99m)));
        (no.Code, no.Facts["line"], no.Facts["booked"]).ShouldBe((ConstraintRefusal.BankLineAmount, Amount.Yuan(-150), Amount.Yuan(-149.99m)));
    }

    [Fact]
    public async Task Only_expense_accounts_cash_accounts_and_items_of_money_out_are_taken()
    {
        await using TestBody body = await TestBody.New();
        RecordExpense expense = Expense(null, TestBody.Community, 1);
        (await RefusalOf(() => body.Accountant.Run(expense with { ExpenseAccount = "other-payables" }))).Code.ShouldBe(RecordExpense.NotExpense);
        (await RefusalOf(() => body.Accountant.Run(expense with { ExpenseAccount = "none" }))).Code.ShouldBe(RecordExpense.NotExpense);
        (await RefusalOf(() => body.Accountant.Run(expense with { CashAccount = "fixed-assets" }))).Code.ShouldBe(RecordExpense.NotCash);
        (await RefusalOf(() => body.Accountant.Run(expense with { CashFlow = "donations-received" }))).Code.ShouldBe(RecordExpense.NotPaid);
        (await RefusalOf(() => body.Accountant.Run(expense with { Payee = new string('长', 101) }))).Code.ShouldBe(Counterparty.BadName);
    }

    [Fact]
    public async Task The_payee_stands_in_people_and_in_no_log()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        await body.Accountant.Run(Expense(null, TestBody.Community, 10, payee: "彩云文具经营部"));
        await body.Accountant.Run(Expense(null, TestBody.Community, 10, payee: " 彩云文具经营部"));
        await using FundDb db = body.Db();
        Person payee = await db.People.SingleAsync(person => person.Name == "彩云文具经营部");
        (await db.VoucherLines.CountAsync(row => row.CounterpartyId == payee.PersonId)).ShouldBe(2);
        (await db.Set<CommandLog>().Select(row => row.Input).ToListAsync()).ShouldAllBe(input => !input.Contains("彩云") && !input.Contains("活动物资"));
    }

    [Fact]
    public async Task Under_the_standard_of_2004_restricted_gifts_are_freed_as_they_are_used()
    {
        await using TestBody body = await Body2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2025, 2, 1));
        await body.Gift(TestBody.Children, 300, Restriction.Restricted, new LocalDate(2025, 3, 1));
        PostedNumber posted = await body.Review(await body.Accountant.Run(Expense(null, TestBody.Children, 250, Restriction.Restricted) with { PaidOn = In2025 }));
        (await Entry(body, posted.EntryNo)).ShouldBe(
        [
            "D programme-cost 250.00  ordinary", "C bank.01 250.00  ordinary",
            "D net-assets-restricted 100.00 R release", "C net-assets-unrestricted 100.00 U release",
            "D donation-income 150.00 R ordinary", "C donation-income 150.00 U ordinary",
        ]);
        await using FundDb db = body.Db();
        (await db.RestrictedLots().OrderBy(lot => lot.LotId).Select(lot => lot.Used).ToListAsync()).ShouldBe([10000, 15000]);
    }

    [Fact]
    public async Task Under_the_standard_of_2004_unrestricted_money_frees_nothing_and_too_little_is_refused()
    {
        await using TestBody body = await Body2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, In2025);
        await body.Gift(TestBody.Children, 100, Restriction.Unrestricted, In2025);
        PostedNumber posted = await body.Review(await body.Accountant.Run(Expense(null, TestBody.Children, 60) with { PaidOn = In2025 }));
        (await Entry(body, posted.EntryNo)).Length.ShouldBe(2);
        (await RefusalOf(() => body.Accountant.Run(Expense(null, TestBody.Children, 120, Restriction.Restricted) with { PaidOn = In2025 }))).Code
            .ShouldBe(ConstraintRefusal.LotsNotEnough);
    }
}

using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>Money that goes back or comes back under 财会〔2004〕7号 (regulation 2, rulings 17 and 19).</summary>
public sealed class RefundsUnder2004Tests
{
    [Theory]
    [InlineData(2, RefundCause.Outside, "net-assets-restricted", "net-assets-unrestricted", "release")]
    [InlineData(2, RefundCause.Own, "net-assets-restricted", "net-assets-unrestricted", "release")]
    [InlineData(3, RefundCause.Outside, "donation-income", "donation-income", "ordinary")]
    public async Task A_restricted_gift_goes_back_as_an_expense_whatever_the_cause_and_is_freed_for_it(
        int month, RefundCause cause, string from, string to, string movement)
    {
        await using TestBody body = await Body2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2025, month, 4));
        long gift = await Line(body, "2025-03-09,,40.00,,王梅,退捐款");
        PostedNumber back = await body.Review(await body.Accountant.Run(new RecordRefund(
            TestBody.Key, new BankRest([gift]), 1, 2, cause, "退回捐款")));
        (await Entry(body, back.EntryNo)).ShouldBe(
        [
            "D management-expense 40.00  ordinary", "C bank.01 40.00  ordinary",
            $"D {from} 40.00 R {movement}", $"C {to} 40.00 U {movement}",
        ]);
        (await Used(body)).ShouldBe(4000);
        long more = await Line(body, "2025-03-10,,61.00,,王梅,退捐款");
        (await RefusalOf(() => body.Accountant.Run(new RecordRefund(
            TestBody.Key, new BankRest([more]), 1, 2, cause, "退回捐款")))).Code.ShouldBe(ConstraintRefusal.RefundAbove);
    }

    [Theory]
    [InlineData(2, "net-assets-restricted", "net-assets-unrestricted", "release")]
    [InlineData(3, "donation-income", "donation-income", "ordinary")]
    public async Task What_comes_back_of_a_restricted_expense_is_bound_again_where_it_was_freed(
        int month, string from, string to, string movement)
    {
        await using TestBody body = await Body2004();
        await body.Gift(TestBody.Children, 100, Restriction.Restricted, new LocalDate(2025, month, 4));
        PostedNumber paid = await body.Review(await body.Accountant.Run(
            Expense(null, TestBody.Children, 80, Restriction.Restricted) with { PaidOn = In2025 }));
        long line = await Line(body, "2025-03-20,30.00,,,翠苑居民委员会,结余退回");
        PostedNumber back = await body.Review(await body.Accountant.Run(new RecordRefund(
            TestBody.Key, new BankRest([line]), paid.EntryNo, 1, RefundCause.Outside, "项目结余退回")));
        (await Entry(body, back.EntryNo)).ShouldBe(
        [
            "D bank.01 30.00  ordinary", "D programme-cost -30.00  ordinary",
            $"D {from} -30.00 R {movement}", $"C {to} -30.00 U {movement}",
        ]);
        (await Used(body)).ShouldBe(5000);
    }

    private static async Task<long> Line(TestBody body, string row)
    {
        HashSet<long> before = [.. (await body.Lines()).Select(line => line.BankLineId)];
        await body.Import(Encoding.UTF8.GetBytes($"账号：{Number}\n{StatementNotation.Header}\n{row}"));
        return (await body.Lines()).Single(line => !before.Contains(line.BankLineId)).BankLineId;
    }

    private static async Task<long> Used(TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.RestrictedLots().Select(lot => lot.Used).SingleAsync();
    }
}

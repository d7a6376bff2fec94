using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Audits;

/// <summary>Those who oversee, and what the database says to a statement.</summary>
internal static class AuditNotation
{
    /// <summary>A finance officer who reaches the children's fund alone, until the end of March.</summary>
    public static async Task<FundSession> OfficerOfChildren(this TestBody body)
    {
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("孙街道", "sun", TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(
            TestBody.Key, person, Role.FinanceOffice, TestBody.Children, new LocalDate(2026, 1, 1), new LocalDate(2026, 3, 31)));
        return body.Foundation.SessionOf(person, body.Book);
    }

    /// <summary>A waiting payment out of a fund's restricted money.</summary>
    public static Task<long> PrepareOf(this TestBody body, int fund, decimal yuan) => body.Accountant.Run(
        new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 6), "儿童绘本",
        [
            new VoucherRow("programme-cost", fund, Side.Debit, Amount.Yuan(yuan), Restriction.Restricted),
            new VoucherRow(TestBody.Bank, fund, Side.Credit, Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
        ]));

    /// <summary>A waiting payment out of two funds at once.</summary>
    public static Task<long> PrepareOfTwo(this TestBody body, decimal community, decimal children) => body.Accountant.Run(
        new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 6), "两个基金合办",
        [
            new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(community)),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(community), CashFlow: CashFlow.PurchasesPaid.Key),
            new VoucherRow("programme-cost", TestBody.Children, Side.Debit, Amount.Yuan(children), Restriction.Restricted),
            new VoucherRow(TestBody.Bank, TestBody.Children, Side.Credit, Amount.Yuan(children), CashFlow: CashFlow.PurchasesPaid.Key),
        ]));

    /// <summary>Changes what is not to be changed, as somebody would who owns the machine.</summary>
    public static async Task Bend(TestBody body, string table, string trigger, string change)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(
            $"alter table {table} disable trigger {trigger}; {change}; alter table {table} enable trigger {trigger}", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The constraint by which the database refuses a statement of its owner.</summary>
    public static async Task<string?> Refused(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName;
    }
}

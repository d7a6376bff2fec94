using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Banking;

/// <summary>What a person does at the bank pages, in a few words for the tests.</summary>
internal static class BankNotation
{
    public const string Number = "33050161xxxx00001234";

    /// <summary>A file of the body's one account: "03-05,200.00,,10000.00,张三,捐赠" is money in, the third cell money out.</summary>
    public static byte[] FileOf(params string[] rows) => Encoding.UTF8.GetBytes(
        string.Join('\n', [$"账号：{Number}", StatementNotation.Header, .. rows.Select(row => $"2026-{row}")]));

    public static async Task<Imported> Import(this TestBody body, byte[] content, int? account = null, FundSession? by = null)
    {
        FundSession who = by ?? body.Accountant;
        return await who.Run(new ImportStatement(TestBody.Key, await who.Run(new UploadStatement(TestBody.Key, "流水.csv", content)), account));
    }

    public static async Task<BankLine[]> Lines(this TestBody body)
    {
        await using FundDb db = body.Db();
        return await db.Set<BankLine>().AsNoTracking().OrderBy(line => line.OccurredOn).ThenBy(line => line.BankLineId).ToArrayAsync();
    }

    /// <summary>Imports one line and tells its id.</summary>
    public static async Task<long> Line(this TestBody body, string row)
    {
        HashSet<long> before = [.. (await body.Lines()).Select(line => line.BankLineId)];
        await body.Import(FileOf(row));
        return (await body.Lines()).Single(line => !before.Contains(line.BankLineId)).BankLineId;
    }

    /// <summary>The same in another year.</summary>
    public static async Task<long> LineOf(this TestBody body, int year, string row)
    {
        HashSet<long> before = [.. (await body.Lines()).Select(line => line.BankLineId)];
        await body.Import(Encoding.UTF8.GetBytes(string.Join('\n', $"账号：{Number}", StatementNotation.Header, $"{year}-{row}")));
        return (await body.Lines()).Single(line => !before.Contains(line.BankLineId)).BankLineId;
    }

    public static Task<BankLineView> View(this TestBody body, long line) => body.Accountant.Ask(new BankLinePage(line));

    public static async Task<LineStage> Stage(this TestBody body, long line) => (await body.View(line)).Stage;

    public static RecordExpense Expense(long? line, int fund, decimal yuan, Restriction restriction = Restriction.Unrestricted, string payee = "") =>
        new(TestBody.Key, fund, "programme-cost", Amount.Yuan(yuan), new LocalDate(2026, 3, 5), TestBody.Bank, restriction,
            CashFlow.PurchasesPaid.Key, payee, PersonKind.Organisation, "活动物资", line);

    public static CommunityFund.Donations.RecordDonation Donation(long? line, int fund, decimal yuan, string donor = "", Restriction restriction = Restriction.Unrestricted) =>
        new(TestBody.Key, fund, donor, PersonKind.Person, Amount.Yuan(yuan), new LocalDate(2026, 3, 5), TestBody.Bank, restriction, "", "捐赠", line);

    public static async Task<Refusal> RefusalOf(Func<Task> act) =>
        Grants.Spoken.Tell((await Should.ThrowAsync<RefusedException>(act)).Refusal);

    public static LocalDate In2025 { get; } = new(2025, 3, 5);

    /// <summary>The same body a year earlier, under the standard of that year.</summary>
    public static async Task<TestBody> Body2004()
    {
        TestBody body = await TestBody.New();
        await using NpgsqlConnection superuser = new(
            new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await superuser.OpenAsync();
        await using NpgsqlCommand older = new("""
            set session_replication_role = replica; -- the books do not grow older in any other way
            update book_standard set standard = 'cn-npo-2004', valid_from = '2025-01-01';
            update book set opening_day = '2025-01-01';
            update review_rule set valid_from = '2025-01-01';
            insert into period (book_id, period, starts, ends)
            select book_id, period - 100, starts - interval '1 year', ends - interval '1 year' from period where period / 100 = 2026;
            """, superuser);
        await older.ExecuteNonQueryAsync();
        return body;
    }

    /// <summary>A posted entry, one text a line: "D programme-cost 250.00 R ordinary".</summary>
    public static async Task<string[]> Entry(TestBody body, long entryNo)
    {
        await using FundDb db = body.Db();
        Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
        return
        [
            .. (await db.Postings.Where(line => line.EntryNo == entryNo).OrderBy(line => line.LineNo).ToListAsync()).Select(line =>
                $"{Codes.Of(line.Side)} {keys[line.AccountId]} {Amount.Fen(line.Units)} {line.Restriction} {Codes.Kebab(line.Movement)}"),
        ];
    }
}

using System.Globalization;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Statements;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Exports;

/// <summary>hledger and beancount read what is exported and come to the same figures as the trial balance, to the fen.</summary>
public sealed class PlainJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-export-").FullName;

    public PlainJournalTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Hledger_checks_the_journal_and_agrees_by_account_and_by_fund(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await Filled(seed: 7);
        string journal = await body.FinanceOfficer.Export(ExportFormat.Hledger, _directory);

        await ExportNotation.Program("hledger", "-f", journal, "check", "--strict", "ordereddates");
        Hledger(await Balance(journal)).ShouldBe(await ExportNotation.Balances(body, byFund: false), ignoreOrder: true);
        Dictionary<string, long> byFund = [];
        foreach (string fund in new[] { "F00", "C01", "C02" })
        {
            foreach (var (code, net) in Hledger(await Balance(journal, $"tag:fund=^{fund} ")))
            {
                byFund[$"{code} {fund}"] = net;
            }
        }

        byFund.ShouldBe(await ExportNotation.Balances(body, byFund: true), ignoreOrder: true);
    }

    [Fact]
    public async Task Beancount_checks_the_journal_and_agrees_by_account_and_fund()
    {
        await using TestBody body = await Filled(seed: 8);
        string journal = await body.FinanceOfficer.Export(ExportFormat.Beancount, _directory);

        await ExportNotation.Program("bean-check", journal);
        string answer = await ExportNotation.Program("bean-query", "-f", "csv", journal,
            "select account, any_meta('fund') as fund, sum(number) as total where currency = 'CNY' group by account, fund");
        Dictionary<string, long> found = [];
        foreach (string[] row in answer.Split('\n').Skip(1).Select(line => line.Trim().Split(',')).Where(row => row.Length == 3))
        {
            string code = row[0].Trim().Split(':')[^1].Split('-')[0];
            found[$"{code} {row[1].Split(' ')[0]}"] = Fen(row[2]);
        }

        found.Where(each => each.Value != 0).ToDictionary().ShouldBe(await ExportNotation.Balances(body, byFund: true), ignoreOrder: true);
    }

    [Fact]
    public async Task Commitments_are_a_commodity_of_their_own_and_no_money()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await ExportNotation.Commit(body, TestBody.Community, 600_00);

        string journal = await body.FinanceOfficer.Export(ExportFormat.Hledger, _directory);
        await ExportNotation.Program("hledger", "-f", journal, "check", "--strict");
        string balance = await ExportNotation.Program("hledger", "-f", journal, "balance", "--flat", "-N", "9101");
        balance.ShouldContain("600.00 COMMITTED");
        balance.ShouldNotContain("CNY");
        string beancount = await body.FinanceOfficer.Export(ExportFormat.Beancount, _directory);
        await ExportNotation.Program("bean-check", beancount);
        (await File.ReadAllTextAsync(beancount)).ShouldContain("600.00 COMMITTED");
    }

    [Theory]
    [InlineData("=1+1 ; fund:F99, x")]
    [InlineData("\"quoted\" \\ back ; a:b")]
    [InlineData("* (code) | note  two  spaces")]
    [InlineData("  2026-01-01 * x")]
    public async Task Words_that_look_like_marks_of_either_program_stay_words(string words)
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 3), words,
        [
            new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(10)),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(10), CashFlow: CashFlow.PurchasesPaid.Key),
        ])));
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted);
        await StatementBooks.Hostile(body, words.Trim(), "01");

        string journal = await body.FinanceOfficer.Export(ExportFormat.Hledger, _directory);
        await ExportNotation.Program("hledger", "-f", journal, "check", "--strict");
        Hledger(await Balance(journal, "tag:fund=^F99")).ShouldBeEmpty();
        Hledger(await Balance(journal)).ShouldBe(await ExportNotation.Balances(body, byFund: false), ignoreOrder: true);
        await ExportNotation.Program("bean-check", await body.FinanceOfficer.Export(ExportFormat.Beancount, _directory));
    }

    [Fact]
    public async Task An_earlier_day_leaves_out_what_happened_after_it()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        string journal = await body.FinanceOfficer.Export(ExportFormat.Hledger, _directory, new LocalDate(2026, 1, 31));
        string text = await File.ReadAllTextAsync(journal);
        text.ShouldContain("\n2026-01-10 * (2026-01 记-");
        text.ShouldNotContain("\n2026-02-");
        await ExportNotation.Program("hledger", "-f", journal, "check", "--strict");
    }

    private static async Task<TestBody> Filled(int seed)
    {
        TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed, vouchers: 30);
        return body;
    }

    private static Task<string> Balance(string journal, params string[] query) => ExportNotation.Program(
        "hledger", ["-f", journal, "balance", "--flat", "-N", "-O", "csv", "cur:CNY", .. query]);

    private static Dictionary<string, long> Hledger(string csv) => csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
        .Select(line => line.Trim('"').Split("\",\""))
        .ToDictionary(row => row[0].Split(':')[^1].Split(' ')[0], row => Fen(row[1].Replace(" CNY", "", StringComparison.Ordinal)));

    private static long Fen(string yuan) => (long)(decimal.Parse(yuan.Trim(), CultureInfo.InvariantCulture) * 100);
}

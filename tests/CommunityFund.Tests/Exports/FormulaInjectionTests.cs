using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Statements;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary>Whatever was typed is text in every file that is written, for every program that reads it.</summary>
public sealed class FormulaInjectionTests : IDisposable
{
    private const string Dangerous = "=+-@＝＋－＠\t\r\n";

    private static readonly string[] Beginnings =
    [
        "=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=", "\v=", " =", "\u3000=", "\u200b=", "\ufeff=", "\u202e=", "'=", "\"=",
        ";=", ",=", "|=",
    ];

    private static readonly string[] Payloads =
        ["1+1", "cmd|'/c calc'!A0", "HYPERLINK(\"http://x\",\"y\")", "WEBSERVICE(\"http://x\")", "DDE(\"cmd\";\"/c calc\";\"1\")"];

    private readonly string _directory = Directory.CreateTempSubdirectory("fund-export-").FullName;

    public FormulaInjectionTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Nothing_that_was_typed_is_a_formula_in_csv_hledger_beancount_or_a_workbook()
    {
        await using TestBody body = await TestBody.New();
        string[] typed = [.. Beginnings.SelectMany(beginning => Payloads.Select(payload => beginning + payload))];
        await Type(body, typed);

        using (ZipArchive zip = ZipFile.OpenRead(await body.FinanceOfficer.Export(ExportFormat.Csv, _directory)))
        {
            string[] fields = [.. zip.Entries.Where(entry => entry.Name.EndsWith(".csv", StringComparison.Ordinal)).SelectMany(Fields)];
            fields.Where(IsFormula).ShouldBeEmpty();
            typed.Select(text => "\";,|".Contains(text[0], StringComparison.Ordinal) ? text : "'" + text).Except(fields).ShouldBeEmpty();
        }

        await ExportNotation.Program(
            "hledger", "-f", await body.FinanceOfficer.Export(ExportFormat.Hledger, _directory), "check", "--strict");
        await ExportNotation.Program("bean-check", await body.FinanceOfficer.Export(ExportFormat.Beancount, _directory));

        string[] workbooks = [await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory), .. await Statements(body)];
        foreach (string workbook in workbooks)
        {
            using ZipArchive zip = ZipFile.OpenRead(workbook);
            zip.Entries.ShouldNotContain(entry => entry.FullName.Contains("external", StringComparison.OrdinalIgnoreCase));
            foreach (string part in zip.Entries.Where(entry => entry.Name.EndsWith(".xml", StringComparison.Ordinal)).Select(Text))
            {
                Regex.Matches(part, "<(?:x:)?f[ >][^<]*").Select(match => match.Value).Where(IsTyped).ShouldBeEmpty(workbook);
                part.ShouldNotMatch("<(?:x:)?hyperlink [^>]*r:id", customMessage: workbook);
            }
        }

        await ExportNotation.Program("soffice", [$"-env:UserInstallation=file://{_directory}/profile", "--headless", "--convert-to",
            "fods", "--outdir", _directory, .. workbooks]);
        foreach (string workbook in workbooks)
        {
            string opened = await File.ReadAllTextAsync(Path.ChangeExtension(workbook, ".fods"), TestContext.Current.CancellationToken);
            Regex.Matches(opened, "table:formula=\"[^\"]*").Select(match => match.Value).Where(IsTyped).ShouldBeEmpty(workbook);
            opened.ShouldContain("=1+1", customMessage: workbook);
            opened.ShouldNotContain("xlink:href=\"http://x", customMessage: workbook);
        }
    }

    // As words of lines, which are trimmed, as clauses, which are not here, and as the names that stand beside them in every file.
    private static async Task Type(TestBody body, string[] typed)
    {
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.General, 100, Restriction.Unrestricted);
        await StatementBooks.Hostile(body, "=1+1", "01");
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 3), "=1+1",
        [
            .. typed.Select(text => new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(1), Narrative: text)),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(typed.Length), CashFlow: CashFlow.PurchasesPaid.Key,
                Narrative: "@x"),
        ])));
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand names = new(
            """
            update fund set name = '=1+1' where code = 'C01';
            update person set name = '=1+1';
            insert into fund (book_id, fund_id, code, name, kind, parent_id, default_restriction, clause, opened_on)
            select 1, 1000 + at, 'X' || at, text || at, 'micro', fund_id, 'R', text, opened_on
              from unnest(@typed) with ordinality as t (text, at) cross join fund where code = 'C01'
            """, owner);
        names.Parameters.AddWithValue("typed", typed);
        await names.ExecuteNonQueryAsync();
    }

    private async Task<string[]> Statements(TestBody body)
    {
        Journal journal = new(LedgerBooks.Quarter);
        TrialBalance balance = new(202601, 202603, Level: 2, ByFund: true);
        string[] files = [.. new[] { "journal", "long", "balance" }.Select(name => Path.Combine(_directory, $"{name}.xlsx"))];
        await File.WriteAllBytesAsync(files[0], LedgerWorkbook.Draw(
            (await body.FinanceOfficer.Ask(journal with { Size = LedgerSheet.MostRows })).Sheet(StatementBooks.Words), StatementBooks.Words));
        await using (FileStream file = File.Create(files[1]))
        {
            await LongLedgerWorkbook.Write(file, LedgerBooks.Parts(body.FinanceOfficer, journal), StatementBooks.Words, default);
        }

        await File.WriteAllBytesAsync(files[2], TrialBalanceWorkbook.Draw(await body.FinanceOfficer.Ask(balance), StatementBooks.Words));
        return files;
    }

    /// <summary>Spaces and what cannot be seen left aside, which some programs skip.</summary>
    private static bool IsFormula(string field) =>
        !decimal.TryParse(field, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
        && (field.TrimStart('\u200b', '\ufeff', '\u202e', ' ', '\u3000', '\v') is [var first, ..])
        && Dangerous.Contains(first, StringComparison.Ordinal);

    private static bool IsTyped(string formula) =>
        new[] { "1+1", "cmd", "HYPERLINK", "WEBSERVICE", "DDE" }.Any(part => formula.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Fields(ZipArchiveEntry entry) => TablesAsCsvTests.Rows(Text(entry)).SelectMany(row => row);

    private static string Text(ZipArchiveEntry entry)
    {
        using StreamReader text = new(entry.Open(), Encoding.UTF8);
        return text.ReadToEnd();
    }
}

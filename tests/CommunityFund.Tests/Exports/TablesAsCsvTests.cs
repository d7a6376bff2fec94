using System.Globalization;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Statements;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary>Every table a body owns, and nothing that would let another in.</summary>
public sealed class TablesAsCsvTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-export-").FullName;

    public TablesAsCsvTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Every_table_of_the_schema_is_exported_or_left_out_with_a_reason()
    {
        await using TestBody body = await TestBody.New();
        List<(string Table, string Column)> schema = await Schema(body);
        schema.Select(column => column.Table).Distinct().Except(ExportedTable.All.Select(table => table.Name)).ShouldBeEmpty(
            "a new table is exported, or ExportedTable says why not");
        foreach (ExportedTable table in ExportedTable.All)
        {
            StatementBooks.Words.Has(table.LeftOut ?? $"export.table.{table.Name}").ShouldBeTrue(table.Name);
            (table.Without is null || StatementBooks.Words.Has($"export.without.{table.Name}")).ShouldBeTrue(table.Name);
            if (table is { LeftOut: null, OfBook: null } && schema.Any(column => column.Table == table.Name))
            {
                schema.ShouldContain((table.Name, "book_id"));
            }
        }

        string[] secrets = ["password", "secret", "stamp", "totp_key", "ticket", "token", "private"];
        schema.Where(column => ExportedTable.All.Single(table => table.Name == column.Table) is { LeftOut: null } table
                && table.Without?.Contains(column.Column) != true)
            .Where(column => secrets.Any(secret => column.Column.Contains(secret, StringComparison.Ordinal)))
            .Except([("login", "must_change_password")]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_table_has_all_its_rows_and_the_same_sum()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        using ZipArchive zip = await Exported(body);
        foreach (string table in new[] { "journal_entry", "posting", "voucher", "voucher_line", "narrative", "balance", "fund", "account_name" })
        {
            long rows = (long)(await Scalar(body, $"select count(*) from {table}"))!;
            Table(zip, table).Count.ShouldBe((int)rows, table);
        }

        Table(zip, "posting").Sum(row => long.Parse(row["units"], CultureInfo.InvariantCulture))
            .ShouldBe((long)(decimal)(await Scalar(body, "select sum(units) from posting"))!);
        Table(zip, "columns").ShouldContain(row => row["table"] == "posting" && row["column"] == "units" && row["meaning"].Contains("红字"));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using Stream stream = entry.Open();
            byte[] mark = new byte[3];
            stream.ReadExactly(mark);
            mark.ShouldBe(Encoding.UTF8.GetPreamble(), entry.FullName);
        }
    }

    [Fact]
    public async Task No_secret_of_signing_in_and_nobody_of_another_body_goes_with_it()
    {
        await using TestBody body = await TestBody.New();
        await body.Foundation.Operator().Run(new SetUpBook(TestBody.Key, "other", "别家慈善会", "cn-npo-2026", new LocalDate(2026, 1, 1),
            new NewLogin("别家会计", "elsewhere-one", TestBody.Password), new NewLogin("别家审核", "elsewhere-two", TestBody.Password)));
        string hash = (string)(await Scalar(body, "select password_hash from login order by id limit 1"))!;
        using ZipArchive zip = await Exported(body);
        zip.Entries.Select(entry => entry.Name).ShouldNotContain("sign_in_session.csv");
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using StreamReader text = new(entry.Open());
            string all = await text.ReadToEndAsync();
            all.ShouldNotContain(hash, customMessage: entry.FullName);
            all.ShouldNotContain("别家", customMessage: entry.FullName);
            all.ShouldNotContain("elsewhere", customMessage: entry.FullName);
        }

        Table(zip, "person").Select(row => row["name"]).ShouldBe(["周会计", "吴审核", "郑财政", "王复核"], ignoreOrder: true);
        using StreamReader readMe = new(zip.GetEntry("README.txt")!.Open());
        (await readMe.ReadToEndAsync()).ShouldContain("- sign_in_session: ");

        await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("赵会计", "zhao", TestBody.Password), MustChange: false));
        long accountant = (long)(await Scalar(body, "select person_id from person where name = '赵会计'"))!;
        await body.Operator.Run(new GrantRole(TestBody.Key, accountant, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        using ZipArchive less = ZipFile.OpenRead(
            await body.Foundation.SessionOf(accountant, body.Book).Export(ExportFormat.Csv, _directory));
        zip.Entries.Select(entry => entry.Name).Except(less.Entries.Select(entry => entry.Name)).ShouldBe(
            ["login.csv", "sign_in_log.csv", "command_log.csv", "people_proposal.csv", "erasure.csv"], ignoreOrder: true);
        using StreamReader why = new(less.GetEntry("README.txt")!.Open());
        (await why.ReadToEndAsync()).ShouldContain("- command_log: ");
    }

    private static List<Dictionary<string, string>> Table(ZipArchive zip, string table)
    {
        using StreamReader text = new(zip.GetEntry($"{table}.csv")!.Open());
        List<string[]> rows = [.. Rows(text.ReadToEnd())];
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    // Strict RFC 4180, by hand: what is written with a library is read without it.
    internal static IEnumerable<string[]> Rows(string csv)
    {
        List<string> row = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < csv.Length; i++)
        {
            if (csv[i] == '"')
            {
                bool doubled = quoted && i + 1 < csv.Length && csv[i + 1] == '"';
                field.Append(doubled ? "\"" : "");
                i += doubled ? 1 : 0;
                quoted = doubled ? quoted : !quoted;
            }
            else if (!quoted && csv[i] is ',' or '\n' && !quoted)
            {
                row.Add(field.ToString());
                field.Clear();
                if (csv[i] == '\n')
                {
                    yield return [.. row];
                    row.Clear();
                }
            }
            else if (quoted || csv[i] != '\r')
            {
                field.Append(csv[i]);
            }
        }
    }

    private async Task<ZipArchive> Exported(TestBody body) =>
        ZipFile.OpenRead(await body.FinanceOfficer.Export(ExportFormat.Csv, _directory));

    private static async Task<List<(string Table, string Column)>> Schema(TestBody body)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(
            """
            select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            """, connection);
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync();
        List<(string, string)> columns = [];
        while (await rows.ReadAsync())
        {
            columns.Add((rows.GetString(0), rows.GetString(1)));
        }

        return columns;
    }

    private static async Task<object?> Scalar(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(body.Connections.Owner);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

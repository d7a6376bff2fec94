using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Checks;

/// <summary>A small charity with something for every check to look at, and a superuser who walks around its walls.</summary>
internal static class CheckedBody
{
    /// <summary>Writes the leaves of entry 5 and later anew from header and voucher, as a careful hand would.</summary>
    public const string NewLeaves = """
        ; update journal_entry j set leaf = sha256('\x00'::bytea || convert_to(
            leaf_field('cf1') || leaf_field(b.code) || leaf_field(j.entry_no::text) || leaf_field(j.period::text) || leaf_field(j.series)
            || leaf_field(j.number::text) || leaf_field(to_char(j.occurred_on, 'YYYY-MM-DD')) || leaf_field(j.kind)
            || leaf_field(encode(n.digest, 'hex')) || leaf_field(j.maker_id::text) || leaf_field(j.reviewer_id::text)
            || leaf_field(j.review_rule) || leaf_field(to_char(j.posted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            || leaf_field(j.corrects_entry_no::text)
            || leaf_field((select string_agg(encode(hash, 'hex'), ',' order by o)
                             from unnest(j.document_hashes) with ordinality x(hash, o)))
            || leaf_field(j.line_count::text) || leaf_field(j.total::text) || voucher_lines_form(j.book_id, j.voucher_id), 'UTF8'))
          from book b, narrative n
         where b.book_id = j.book_id and n.book_id = j.book_id and n.narrative_id = j.narrative_id and j.entry_no >= 5
        """;

    private static readonly Words Spoken = Words.From([typeof(Words).Assembly]);

    /// <summary>Gifts are entries 1 to 3, expenses 4 and 5; vouchers 6 and 7 wait.</summary>
    public static async Task<TestBody> New()
    {
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneOf("cf_checked", Fill);
        return TestBody.On(connections, drop);
    }

    /// <summary>What a superuser may do to this database with every trigger off.</summary>
    public static async Task Plant(TestBody body, string sql)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(body.Connections.Superuser) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand plant = new($"set session_replication_role = replica; {sql}", connection);
        await plant.ExecuteNonQueryAsync();
    }

    public static Task<CheckReport> Check(TestBody body) => body.FinanceOfficer.Ask(new CheckBooks());

    public static async Task IsClean(TestBody body)
    {
        CheckReport report = await Check(body);
        report.IsClean.ShouldBeTrue(string.Join('\n', Said(report)));
    }

    /// <summary>Every fault's code and words, in both languages; a text that lacks a fact throws.</summary>
    public static IReadOnlyList<string> Said(CheckReport report) =>
    [
        .. report.Checks.SelectMany(check => check.Faults.Select(fault =>
            $"{check.Key}: {fault.Code}: {Spoken.Named(fault.WordsKey, fault.Facts, CultureInfo.GetCultureInfo("en"))} / "
            + Spoken.Named(fault.WordsKey, fault.Facts, CultureInfo.GetCultureInfo("zh-CN")))),
    ];

    private static async Task Fill(string connection)
    {
        await TestBody.SetUp(connection);
        TestBody body = TestBody.On(new LocalConnections(connection, "", ""), () => Task.CompletedTask);
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 500, Restriction.Restricted);
        await body.Gift(TestBody.Children, 300, Restriction.Restricted, new LocalDate(2026, 2, 2));
        await body.Review(await body.PrepareExpense(TestBody.Children, 400));
        await body.Review(await body.PrepareExpense(TestBody.Community, 250));
        await body.PrepareExpense(TestBody.Children, 150);
        await body.PrepareExpense(TestBody.Community, 100);
    }
}

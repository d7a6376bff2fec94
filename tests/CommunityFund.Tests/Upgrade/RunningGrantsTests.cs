using System.IO.Compression;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Grants;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Upgrade;

/// <summary>
/// A foundation as the program of migration 0060 left it, dumped whole: two grants run (7,000 of two funds, 3,000 of one), one is awarded and not
/// signed by all, one was declined. The program of today takes it over.
/// </summary>
public sealed class RunningGrantsTests
{
    // A dump writes the brackets of these constraints otherwise than they were typed; a directory that is upgraded in place keeps them.
    private static readonly string[] Brackets =
    [
        "agreement_paper.agreement_paper_content", "debt_document.debt_document_content", "document_upload.document_upload_content",
        "filed_document.filed_document_content", "period.period_calendar", "receipt_file.receipt_file_content", "stock_lot.stock_lot_stands",
    ];

    [Fact]
    public async Task Grants_that_ran_before_there_were_tranches_have_theirs_planned_and_their_promises_equal_the_books()
    {
        await using TestBody beside = await TestBody.New();
        await using TestBody body = await Before0061(beside.Connections);
        await using FundDb db = body.Db();
        Dictionary<long, string> titles = await db.Set<GrantCase>().ToDictionaryAsync(row => row.GrantId, row => row.Title);
        (await db.Set<GrantCase>().OrderBy(row => row.GrantId).Select(row => row.State).ToListAsync())
            .ShouldBe([GrantState.Active, GrantState.Active, GrantState.Awarded, GrantState.Declined]);

        // Promises as the 备 vouchers say.
        (await db.Set<GrantFund>().AsNoTracking().OrderBy(row => row.GrantId).ThenBy(row => row.FundId).ToListAsync())
            .Select(row => (titles[row.GrantId], row.FundId, row.Committed, row.Cancelled, row.Paid)).ShouldBe(
            [
                ("老人助餐", TestBody.Community, 200_000L, 0L, 0L), ("老人助餐", TestBody.Children, 500_000L, 0L, 0L),
                ("楼道微更新", TestBody.Community, 300_000L, 0L, 0L), ("周末课堂", TestBody.Community, 50_000L, 0L, 0L),
                ("周末课堂", TestBody.Children, 100_000L, 0L, 0L), ("防汛演练", TestBody.Children, 100_000L, 100_000L, 0L),
            ]);

        // Tranches as agreed, restricted money first; what is only awarded has none.
        var parts = await (from row in db.Set<Tranche>().AsNoTracking()
                           join fund in db.Set<TrancheFund>() on new { row.BookId, row.TrancheId } equals new { fund.BookId, fund.TrancheId }
                           orderby row.GrantId, row.No, fund.Place
                           select new { row.GrantId, row.No, row.State, fund.FundId, fund.Planned }).ToListAsync();
        parts.Select(row => (titles[row.GrantId], row.No, row.State, row.FundId, row.Planned)).ShouldBe(
        [
            ("老人助餐", (short)1, TrancheState.Planned, TestBody.Children, 420_000L), ("老人助餐", (short)2, TrancheState.Planned, TestBody.Children, 80_000L),
            ("老人助餐", (short)2, TrancheState.Planned, TestBody.Community, 200_000L), ("楼道微更新", (short)1, TrancheState.Planned, TestBody.Community, 180_000L),
            ("楼道微更新", (short)2, TrancheState.Planned, TestBody.Community, 120_000L),
        ]);
        await ShouldBeClean(body);

        // The calendar opens what is due, and a grant that was awarded before starts as any.
        (await body.Operator.Run(new OpenDueTranches(TestBody.Key))).ShouldBe(2);
        (await db.Set<Tranche>().AsNoTracking().Where(row => row.No == 1).Select(row => row.State).Distinct().ToListAsync())
            .ShouldBe([TrancheState.Eligible]);
        await ShouldBeClean(body);
    }

    private static async Task ShouldBeClean(TestBody body)
    {
        CheckReport report = await body.Operator.Ask(new CheckBooks());

        Fault[] faults = [.. report.Checks.SelectMany(check => check.Faults)];
        faults.Where(fault => fault.Code != "schema.changed").ShouldBeEmpty();
        faults.Select(fault => (string)fault.Facts["name"]!).Order(StringComparer.Ordinal).ShouldBe(Brackets);
    }

    private static async Task<TestBody> Before0061(LocalConnections server)
    {
        string name = $"cf_before_{Guid.NewGuid():N}", owner = new NpgsqlConnectionStringBuilder(server.Owner).Username!,
            app = new NpgsqlConnectionStringBuilder(server.Books).Username!;
        string To(string connection) => new NpgsqlConnectionStringBuilder(connection) { Database = name }.ConnectionString;
        LocalConnections connections = new(To(server.Books), To(server.Owner), To(server.Superuser));
        await Run(server.Superuser, $"create database {name} owner {owner} template template0 encoding 'UTF8'");
        await Run(server.Superuser, $"grant connect on database {name} to {app}");
        await using (GZipStream packed = new(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Upgrade", "before-0061.sql.gz")), CompressionMode.Decompress))
        using (StreamReader dump = new(packed))
        {
            await Run(connections.Superuser, await dump.ReadToEndAsync());
        }

        (await Migrator.Migrate(connections.Owner, app)).ShouldContain("0062_tranches.sql");
        TestBody body = TestBody.On(connections, () => Run(server.Superuser, $"drop database {name} with (force)"));
        body.Clock.Now = Instant.FromUtc(2026, 4, 11, 2, 0);
        return body;
    }

    private static async Task Run(string connection, string sql)
    {
        await using NpgsqlConnection alone = new(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await alone.OpenAsync();
        await using NpgsqlCommand command = new(sql, alone) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}

using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Statements;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary>What the site writes in the background: whole, for the one who asked, or not at all.</summary>
public sealed class ExportShelfTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("fund-shelf-").FullName;
    private readonly List<Exception> _faults = [];

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task An_export_is_fetched_by_the_one_who_asked_for_an_hour()
    {
        await using TestBody body = await TestBody.New();
        await using ExportShelf shelf = new(_data, body.Clock, _faults.Add);
        StartExport start = new(TestBody.Key, ExportFormat.Hledger, null);
        ExportJob job = await Begin(shelf, body.FinanceOfficer, start);
        await Until(() => job.State == ExportState.Ready);
        File.Exists(job.Path).ShouldBeTrue();
        (await File.ReadAllTextAsync(job.Path, TestContext.Current.CancellationToken)).ShouldContain("commodity 1000.00 CNY");

        ExportJob again = await Begin(shelf, body.FinanceOfficer, start with { Key = TestBody.Key });
        await Until(() => again.State == ExportState.Ready);
        (shelf.Of(body.FinanceOfficer).Count, File.Exists(job.Path)).ShouldBe((1, false), "one of a format is kept");
        (start, job) = (start with { Key = again.Key }, again);
        shelf.Find(body.FinanceOfficer, start.Key).ShouldBe(job);
        shelf.Find(body.Accountant, start.Key).ShouldBeNull();
        (await Begin(shelf, body.FinanceOfficer, start)).ShouldBe(job, "the same form begins nothing new");
        body.Clock.Now += Duration.FromMinutes(61);
        shelf.Of(body.FinanceOfficer).ShouldBeEmpty();
        File.Exists(job.Path).ShouldBeFalse();
        _faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ExportFormat.Hledger)]
    [InlineData(ExportFormat.Csv)]
    [InlineData(ExportFormat.Workbook)]
    public async Task A_cancelled_export_leaves_nothing_and_makes_room_for_the_next(ExportFormat format)
    {
        await using TestBody body = await TestBody.New();
        await using ExportShelf shelf = new(_data, body.Clock, _faults.Add);
        StartExport start = new(TestBody.Key, format, null);
        ExportFacts facts = await body.FinanceOfficer.Run(start);
        await using (await Locked(body))
        {
            ExportJob job = shelf.Start(body.FinanceOfficer, start, facts, StatementBooks.Words);
            await Until(() => Parts().Length == 1);
            job.IsUnderWay.ShouldBeTrue();
            Should.Throw<RefusedException>(() => shelf.Start(body.FinanceOfficer, start with { Key = TestBody.Key }, facts, StatementBooks.Words))
                .Refusal.Code.ShouldBe(ExportShelf.Busy);
            await job.Cancel();
            job.State.ShouldBe(ExportState.Cancelled);
            Parts().ShouldBeEmpty();
            File.Exists(job.Path).ShouldBeFalse();
        }

        ExportJob next = await Begin(shelf, body.FinanceOfficer, start with { Key = TestBody.Key });
        await Until(() => next.State == ExportState.Ready);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_taken_away_by_the_next_and_a_living_ones_is_not()
    {
        await using TestBody body = await TestBody.New();
        string dead = Directory.CreateDirectory(Path.Combine(_data, "exports", "dead")).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, ".half.part"), "half", TestContext.Current.CancellationToken);
        await using ExportShelf first = new(_data, body.Clock, _faults.Add);
        Directory.Exists(dead).ShouldBeFalse();
        ExportJob job = await Begin(first, body.FinanceOfficer, new StartExport(TestBody.Key, ExportFormat.Hledger, null));
        await Until(() => job.State == ExportState.Ready);

        await using ExportShelf second = new(_data, body.Clock, _faults.Add);
        File.Exists(job.Path).ShouldBeTrue();
    }

    private static async Task<ExportJob> Begin(ExportShelf shelf, FundSession session, StartExport start) =>
        shelf.Start(session, start, await session.Run(start), StatementBooks.Words);

    private string[] Parts() => Directory.GetFiles(_data, ".*.part", SearchOption.AllDirectories);

    /// <summary>Somebody holds the words of the entries, so that whoever reads them waits.</summary>
    private static async Task<NpgsqlConnection> Locked(TestBody body)
    {
        NpgsqlConnection owner = new(new NpgsqlConnectionStringBuilder(body.Connections.Owner) { Pooling = false }.ConnectionString);
        await owner.OpenAsync();
        await using NpgsqlCommand command = new("begin; lock table narrative in access exclusive mode", owner);
        await command.ExecuteNonQueryAsync();
        return owner;
    }

    private static async Task Until(Func<bool> holds)
    {
        for (int tries = 0; !holds(); tries++)
        {
            tries.ShouldBeLessThan(1200, "this should have happened within a minute");
            await Task.Delay(50);
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CommunityFund.Books;
using Npgsql;

namespace CommunityFund.Tests.Books;

public sealed class LocalPostgresTests : IDisposable
{
    private const string NotAllowed = PostgresErrorCodes.InsufficientPrivilege;

    private readonly string directory = Directory.CreateTempSubdirectory("fund-pg-").FullName;

    private LocalPostgresOptions Options => new() { DataDirectory = Path.Combine(directory, "data"), Durable = false };

    public LocalPostgresTests() =>
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task The_owner_makes_tables_and_the_program_may_only_connect()
    {
        await using var postgres = await LocalPostgres.Start(Options, CancellationToken.None);

        await Run(postgres.OwnerConnection, "CREATE TABLE fund (code text)");
        (await Ask(postgres.BooksConnection, "SELECT session_user || ' ' || current_database()"))
            .ShouldBe("communityfund_app communityfund");

        (await Refused(postgres.BooksConnection, "CREATE TABLE mine (code text)")).ShouldBe(NotAllowed);
        (await Refused(postgres.BooksConnection, "CREATE TEMP TABLE mine (code text)")).ShouldBe(NotAllowed);
        (await Refused(postgres.BooksConnection, "SELECT * FROM fund")).ShouldBe(NotAllowed);
        (await Refused(postgres.OwnerConnection, "CREATE ROLE another")).ShouldBe(NotAllowed);
    }

    [Fact]
    public async Task The_programs_password_opens_neither_the_superuser_nor_another_database()
    {
        await using var postgres = await LocalPostgres.Start(Options, CancellationToken.None);
        var books = new NpgsqlConnectionStringBuilder(postgres.BooksConnection);

        var asSuperuser = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Username = "postgres" }.ConnectionString;
        (await Refused(asSuperuser, "SELECT 1")).ShouldBe(PostgresErrorCodes.InvalidPassword);
        var elsewhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Database = "postgres" }.ConnectionString;
        (await Refused(elsewhere, "SELECT 1")).ShouldBe(NotAllowed);
    }

    [Fact]
    public async Task It_writes_safely_and_listens_on_no_network()
    {
        await using var postgres = await LocalPostgres.Start(Options with { Durable = true }, CancellationToken.None);

        foreach (var (setting, value) in new[]
        {
            ("listen_addresses", ""), ("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on"),
            ("data_checksums", "on"), ("server_encoding", "UTF8"), ("TimeZone", "UTC"), ("unix_socket_permissions", "0700"),
        })
        {
            (await Ask(postgres.SuperuserConnection, $"SHOW {setting}")).ShouldBe(value, setting);
        }
    }

    [Fact]
    public async Task Only_its_owner_may_read_the_passwords()
    {
        await using var postgres = await LocalPostgres.Start(Options, CancellationToken.None);
        var secrets = Path.Combine(Options.DataDirectory, "secrets.json");

        File.GetUnixFileMode(secrets).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(Options.DataDirectory, "*password*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Starting_again_finds_what_was_written()
    {
        string socket;
        await using (var first = await LocalPostgres.Start(Options, CancellationToken.None))
        {
            await Run(first.OwnerConnection, "CREATE TABLE fund (code text); INSERT INTO fund VALUES ('助学')");
            socket = Path.Combine(first.SocketDirectory, ".s.PGSQL.5432");
            File.Exists(socket).ShouldBeTrue();
        }
        File.Exists(socket).ShouldBeFalse();

        await using var second = await LocalPostgres.Start(Options, CancellationToken.None);
        second.Started.ShouldBeTrue();
        (await Ask(second.OwnerConnection, "SELECT code FROM fund")).ShouldBe("助学");
    }

    [Fact]
    public async Task A_second_program_uses_the_running_server_and_the_last_to_leave_stops_it()
    {
        var first = await LocalPostgres.Start(Options, CancellationToken.None);
        var second = await LocalPostgres.Start(Options with { StopsWhatItFound = true }, CancellationToken.None);
        second.Started.ShouldBeFalse();

        await first.DisposeAsync();
        (await Ask(second.BooksConnection, "SELECT 'still here'")).ShouldBe("still here");

        await second.DisposeAsync();
        File.Exists(Path.Combine(Options.DataDirectory, "pg", "postmaster.pid")).ShouldBeFalse();
    }

    [Fact]
    public async Task Programs_that_start_at_once_share_one_server()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LocalPostgres.Start(Options, CancellationToken.None)));

        all.Count(postgres => postgres.Started).ShouldBe(1);
        all.Select(postgres => postgres.BooksConnection).Distinct().Count().ShouldBe(1);
        foreach (var postgres in all.OrderBy(postgres => postgres.Started))
        {
            await postgres.DisposeAsync();
        }
    }

    [Fact]
    public async Task After_a_kill_it_recovers_what_was_committed()
    {
        var killed = await LocalPostgres.Start(Options with { Durable = true }, CancellationToken.None);
        await Run(killed.OwnerConnection, "CREATE TABLE fund (code text); INSERT INTO fund VALUES ('救灾')");
        await Kill(PostmasterOf(Options));

        await using var recovered = await LocalPostgres.Start(Options, CancellationToken.None);
        recovered.Started.ShouldBeTrue();
        (await Ask(recovered.OwnerConnection, "SELECT code FROM fund")).ShouldBe("救灾");
        await killed.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watched_server_that_is_killed_is_started_again_where_it_was(bool longPath)
    {
        var options = longPath ? Options with { DataDirectory = Path.Combine(directory, new string('长', 40)) } : Options;
        ConcurrentQueue<string> said = [];
        await using var watched = await LocalPostgres.Start(options with { Durable = true }, CancellationToken.None);
        await using var other = await LocalPostgres.Start(options with { Durable = true }, CancellationToken.None);
        await Run(watched.OwnerConnection, "CREATE TABLE fund (code text); INSERT INTO fund VALUES ('救灾')");
        watched.Watch(said.Enqueue);
        other.Watch(said.Enqueue);

        for (var kill = 1; kill <= 3; kill++)
        {
            await Kill(PostmasterOf(options));
            (await UntilAnswered(watched.OwnerConnection, "SELECT code FROM fund")).ShouldBe("救灾");
            await Until(() => said.Count >= kill);
        }
        said.ShouldAllBe(words => words.Contains("started again", StringComparison.Ordinal));
        said.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_backend_that_is_killed_takes_its_server_with_it_and_the_server_comes_back_by_itself()
    {
        ConcurrentQueue<string> said = [];
        await using var watched = await LocalPostgres.Start(Options with { Durable = true }, CancellationToken.None);
        watched.Watch(said.Enqueue);
        var postmaster = PostmasterOf(Options);
        await using var victim = new NpgsqlConnection(Unpooled(watched.OwnerConnection));
        await victim.OpenAsync();

        await Kill(victim.ProcessID);

        (await UntilAnswered(watched.OwnerConnection, "SELECT 'up'")).ShouldBe("up");
        PostmasterOf(Options).ShouldBe(postmaster);
        said.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_stops_watches_no_longer_and_leaves_no_server_behind()
    {
        ConcurrentQueue<string> said = [];
        var watched = await LocalPostgres.Start(Options, CancellationToken.None);
        watched.Watch(said.Enqueue);
        await Kill(PostmasterOf(Options));
        await watched.DisposeAsync();

        var recovered = await LocalPostgres.Start(Options, CancellationToken.None);
        recovered.Started.ShouldBeTrue();
        await recovered.DisposeAsync();
    }

    [Fact]
    public async Task A_left_over_file_that_names_a_living_process_does_not_stop_it()
    {
        await (await LocalPostgres.Start(Options, CancellationToken.None)).DisposeAsync();
        var stale = Path.Combine(Options.DataDirectory, "pg", "postmaster.pid");
        string[] lines = [$"{Environment.ProcessId}", $"{Options.DataDirectory}/pg", "0", "5432", "/nowhere", "", "0 0", "ready"];
        await File.WriteAllLinesAsync(stale, lines);

        await using var postgres = await LocalPostgres.Start(Options, CancellationToken.None);
        (await Ask(postgres.BooksConnection, "SELECT 'up'")).ShouldBe("up");
    }

    [Fact]
    public async Task A_clone_carries_the_tables_and_the_same_rights()
    {
        await using var postgres = await LocalPostgres.Start(Options, CancellationToken.None);
        await Run(postgres.OwnerConnection, "CREATE TABLE fund (code text); GRANT SELECT ON fund TO communityfund_app");

        await postgres.Clone("communityfund", "journey_1");
        var clone = postgres.ConnectionsTo("journey_1");
        await Run(clone.Owner, "INSERT INTO fund VALUES ('助学')");
        (await Ask(clone.Books, "SELECT code FROM fund")).ShouldBe("助学");
        (await Refused(clone.Books, "CREATE TABLE mine (code text)")).ShouldBe(NotAllowed);
        (await Ask(postgres.BooksConnection, "SELECT count(*)::text FROM fund")).ShouldBe("0");

        await postgres.Drop("journey_1");
        (await Refused(clone.Books, "SELECT 1")).ShouldBe(PostgresErrorCodes.InvalidCatalogName);
    }

    [Fact]
    public async Task A_long_path_with_spaces_and_a_quote_keeps_its_socket_in_a_short_one()
    {
        var options = Options with { DataDirectory = Path.Combine(directory, "慈善 基金's", new string('长', 40)) };
        string socket;
        await using (var postgres = await LocalPostgres.Start(options, CancellationToken.None))
        {
            socket = postgres.SocketDirectory;
            socket.StartsWith(options.DataDirectory, StringComparison.Ordinal).ShouldBeFalse();
            await using var again = await LocalPostgres.Start(options, CancellationToken.None);
            (await Ask(again.BooksConnection, "SELECT 'up'")).ShouldBe("up");
        }
        Directory.Exists(socket).ShouldBeFalse();
    }

    [Fact]
    public async Task Lost_passwords_are_told_in_words_a_volunteer_understands()
    {
        await (await LocalPostgres.Start(Options, CancellationToken.None)).DisposeAsync();
        File.Delete(Path.Combine(Options.DataDirectory, "secrets.json"));

        var refused = await Should.ThrowAsync<LocalPostgresException>(() => LocalPostgres.Start(Options, CancellationToken.None));
        refused.Message.ShouldContain("请从备份恢复");
        refused.Message.ShouldContain("Restore it from a backup");
    }

    private static int PostmasterOf(LocalPostgresOptions options) => int.Parse(
        File.ReadLines(Path.Combine(options.DataDirectory, "pg", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static async Task Kill(int process)
    {
        using var killed = Process.GetProcessById(process);
        killed.Kill();
        await killed.WaitForExitAsync();
    }

    private static async Task<string?> UntilAnswered(string connection, string sql)
    {
        string? answer = null;
        await Until(async () =>
        {
            try
            {
                answer = await Ask(connection, sql);
                return true;
            }
            catch (Exception fault) when (PassingFault.Is(fault))
            {
                return false;
            }
        });
        return answer;
    }

    private static Task Until(Func<bool> reached) => Until(() => Task.FromResult(reached()));

    private static async Task Until(Func<Task<bool>> reached)
    {
        var waited = Stopwatch.StartNew();
        while (!await reached())
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(180));
            await Task.Delay(50);
        }
    }

    private static string Unpooled(string connection) =>
        new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;

    private static async Task Run(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(connection));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string?> Ask(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(Unpooled(connection));
        await using var command = source.CreateCommand(sql);
        return (string?)await command.ExecuteScalarAsync();
    }

    private static async Task<string> Refused(string connection, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => Run(connection, sql))).SqlState;
}

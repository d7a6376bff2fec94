using CommunityFund.Backups;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Backups;

/// <summary>What the books say of their backups, who may read it, and who may ask for one.</summary>
public sealed class BackupDiaryTests
{
    private const string Made = "insert into backup_run (kind, backup, place, began_at, ended_at, good, size_bytes, entries, request_id) values ";

    [Fact]
    public async Task Two_days_without_a_backup_are_late_and_a_failure_stays_until_one_succeeds()
    {
        await using TestBody body = await TestBody.New();
        body.Clock.Now = SystemClock.Instance.GetCurrentInstant();
        BackupReport state = await State(body);
        (state.IsLate, state.Last, state.Failure).ShouldBe((false, null, null));
        body.Clock.Now += Duration.FromHours(49);
        (await State(body)).IsLate.ShouldBeTrue();

        await Write(body, "insert into backup_run (kind, backup, place, began_at, ended_at, good, failure, facts) values "
            + "('made', '', '/b', now(), now(), false, 'backup.disk-full', '{\"place\":\"/b\"}')");
        (await State(body)).Failure!.Facts["place"].ShouldBe("/b");
        await Write(body, $"{Made} ('made', 'one', '/b', '{body.Clock.Now}', '{body.Clock.Now}', true, 5000000, 12, null)");
        state = await State(body);
        (state.IsLate, state.Failure, state.Last!.Name, state.Last.Entries).ShouldBe((false, null, "one", 12));

        // What the check finds lies in the books that came back, and is no fault of the backup; a damaged file is.
        const string Tested = "insert into backup_run (kind, backup, place, began_at, ended_at, good, failure, facts) values "
            + "('proved', 'one', '/b', now(), now(), false, ";
        await Write(body, Tested + "'backup.check-faults', '{\"book\":\"main\",\"count\":\"1\"}')");
        state = await State(body);
        (state.IsLate, state.Failure!.Code, state.Last!.IsUnsound).ShouldBe((false, BackupRefusal.CheckFaults, false));
        await Write(body, Tested + "'backup.file-differs', '{\"file\":\"/b/one/log.key\"}')");
        (await State(body)).IsLate.ShouldBeTrue();
        Instant ahead = body.Clock.Now + Duration.FromDays(300);
        await Write(body, $"{Made} ('made', 'ahead', '/b', '{ahead}', '{ahead}', true, 1, 1, null)");
        (await State(body)).IsLate.ShouldBeTrue("a clock that was ahead proves nothing");
        await Write(body, "insert into backup_run (kind, backup, place, began_at, ended_at, good) "
            + "select 'gone', name, '/b', now(), now(), true from unnest(array['one', 'ahead']) name");
        (await State(body)).Kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_administers_asks_for_one_and_the_site_finds_the_wish_until_it_is_answered()
    {
        await using TestBody body = await TestBody.New();
        Instant now = body.Clock.Now;
        await Write(body, $"{Made} ('made', 'night', '/b', '{now}', '{now}', true, 1, 1, null)");
        (await Due(body)).IsDue.ShouldBeFalse();
        (await body.Foundation.Operator().Ask(new NextBackup(new BackupSettings(), Anew: true))).IsDue.ShouldBeTrue();
        await body.Accountant.Run(new AskForBackup(TestBody.Key));
        (await State(body)).IsWaiting.ShouldBeTrue();
        BackupDue due = await Due(body);
        (due.IsDue, due.Request, due.Prove).ShouldBe((true, 1L, true));
        await Write(body, $"{Made} ('made', 'wish', '/b', '{now}', '{now}', true, 1, 1, 1)");
        (await Due(body)).IsDue.ShouldBeFalse();
        BackupReport state = await State(body);
        (state.IsWaiting, state.Last!.AskedBy).ShouldBe((false, "周会计"));
    }

    [Fact]
    public async Task After_a_failure_an_hour_passes_before_the_next_try()
    {
        await using TestBody body = await TestBody.New();
        await Write(body, "insert into backup_run (kind, backup, place, began_at, ended_at, good, failure, facts) values "
            + $"('made', '', '/b', '{body.Clock.Now}', '{body.Clock.Now}', false, 'backup.busy', '{{}}')");
        (await Due(body)).IsDue.ShouldBeFalse();
        body.Clock.Now += Duration.FromMinutes(61);
        (await Due(body)).IsDue.ShouldBeTrue();
    }

    [Fact]
    public async Task Only_who_administers_the_whole_book_asks_and_only_who_answers_for_it_reads()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.FinanceOfficer.Run(new AskForBackup(TestBody.Key)))).ShouldBe(Need.Missing);
        (await body.FinanceOfficer.Ask(new BackupState())).MayAsk.ShouldBeFalse();
        (await Refused(() => body.SecondReviewer.Ask(new BackupState()))).ShouldBe(Need.Missing);
        (await Refused(() => body.Accountant.Ask(new NextBackup(new BackupSettings())))).ShouldBe(Need.SignIn);
    }

    [Theory]
    [InlineData("update backup_run set good = true")]
    [InlineData("delete from backup_run")]
    [InlineData("truncate backup_run")]
    [InlineData("update backup_request set asked_by = 2")]
    [InlineData("delete from backup_request")]
    public async Task The_diary_is_not_rewritten_not_even_by_its_owner(string attack)
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<PostgresException>(() => Write(body, attack))).ConstraintName.ShouldBe("append_only");
    }

    [Fact]
    public async Task The_program_cannot_say_that_there_is_a_backup()
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<PostgresException>(() => Write(
            body, $"{Made} ('made', 'none', '/b', now(), now(), true, 1, 1, null)", body.Connections.Books)))
            .SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_server_of_others_is_theirs_to_back_up()
    {
        await using TestBody body = await TestBody.New();
        string data = Directory.CreateTempSubdirectory("fund-backup-").FullName;
        await File.WriteAllBytesAsync(LogKey.PathIn(data), TestBody.LogKey);
        await using Installation installation = await Installation.Start(body.Connections.Books, body.Connections.Owner, data);
        Refusal no = (await Should.ThrowAsync<RefusedException>(() => new BaseBackup(installation, body.Clock).Take())).Refusal;
        no.Code.ShouldBe(BackupRefusal.External);
        no.Facts["key"].ShouldBe(LogKey.PathIn(data));
        Directory.GetFileSystemEntries(data).Length.ShouldBe(1);
        Directory.Delete(data, recursive: true);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{ \"daily\": 0 }")]
    [InlineData("{ \"at\": \"25:00\" }")]
    [InlineData("{ \"to\": \"\" }")]
    [InlineData("{ \"to\": \"backups\" }")]
    public async Task Settings_that_cannot_be_understood_are_named(string text)
    {
        string data = Directory.CreateTempSubdirectory("fund-backup-").FullName;
        await File.WriteAllTextAsync(BackupSettings.PathIn(data), text);
        (await Refused(() => Task.FromResult(BackupSettings.In(data)))).ShouldBe(BackupRefusal.BadSettings);
        await File.WriteAllTextAsync(BackupSettings.PathIn(data), """{ "to": "/mnt/usb", "at": "03:15", "verify-every-days": 1 }""");
        BackupSettings read = BackupSettings.In(data);
        (read.To, read.At, read.VerifyEveryDays, read.Daily).ShouldBe(("/mnt/usb", "03:15", 1, 7));
        Directory.Delete(data, recursive: true);
    }

    private static Task<BackupReport> State(TestBody body) => body.Accountant.Ask(new BackupState());

    private static Task<BackupDue> Due(TestBody body) => body.Foundation.Operator().Ask(new NextBackup(new BackupSettings()));

    private static async Task<string> Refused<T>(Func<Task<T>> work) =>
        (await Should.ThrowAsync<RefusedException>(async () => await work())).Refusal.Code;

    private static async Task Write(TestBody body, string sql, string? connection = null)
    {
        await using NpgsqlConnection database = new(connection ?? body.Connections.Owner);
        await database.OpenAsync();
        await using NpgsqlCommand command = new(sql, database);
        await command.ExecuteNonQueryAsync();
    }
}

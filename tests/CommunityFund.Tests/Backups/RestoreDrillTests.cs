using System.Diagnostics;
using CommunityFund.Backups;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using Npgsql;

namespace CommunityFund.Tests.Backups;

/// <summary>恢复演练 (hardening F-16): what was posted comes back, and what is damaged is named.</summary>
public sealed class RestoreDrillTests(PrivateBooks books) : IClassFixture<PrivateBooks>
{
    [Fact]
    public async Task What_was_posted_after_the_backup_comes_back_too_and_the_log_has_the_same_root()
    {
        books.Stream();
        await books.Gift();
        Backup backup = await books.Maker.Take();
        long recorded = await books.Entries();
        await books.Gift();
        await books.Gift();

        DrillReport report = await books.Drill.Run(backup, CancellationToken.None);

        report.Faults.ShouldBeEmpty();
        report.Notes.ShouldBeEmpty();
        DrilledBook book = report.Books.Single();
        (book.Recorded, book.Restored, book.CheckFaults).ShouldBe((recorded, recorded + 2, 0));
        book.Root.ShouldBe((await LogHead.Read(books.Installation.Owner, CancellationToken.None)).Single().Root);
        Directory.Exists(Path.Combine(books.Data, "restore-test")).ShouldBeFalse();

        string elsewhere = books.Place();
        await Restoration.To(backup, elsewhere, CancellationToken.None);
        await using Installation restored = await Installation.Start(null, null, elsewhere);
        TestBody body = TestBody.On(new LocalConnections(restored.Books, restored.Owner, ""), () => Task.CompletedTask);
        await body.Gift(TestBody.Children, 50, Restriction.Restricted);
        (await LogHead.Read(restored.Owner, CancellationToken.None)).Single().Entries.ShouldBe(recorded + 3);
        (await body.FinanceOfficer.Ask(new CheckBooks())).IsClean.ShouldBeTrue();
        File.ReadAllBytes(LogKey.PathIn(elsewhere)).ShouldBe(TestBody.LogKey);
        (await Refused(() => Restoration.To(backup, elsewhere, CancellationToken.None))).ShouldBe(BackupRefusal.TargetExists);

        // What both were lies with the first; the restored one follows its changes in a log of its own, from a backup of its own.
        (BackupShelf.NeedsNew(books.Installation), BackupShelf.NeedsNew(restored)).ShouldBe((false, true));
        BackupPlace.LogOf(elsewhere).ShouldNotBe(backup.Facts.Log);
    }

    [Fact]
    public async Task A_flipped_byte_in_any_file_is_named()
    {
        books.Stream();
        Backup backup = await books.Maker.Take();
        await books.Gift();
        foreach (string name in new[] { "base.tar.gz", "log.key", "secrets.json", "backup.json", "SHA256SUMS" })
        {
            string file = Path.Combine(backup.Directory, name);
            Flip(file);
            DrillReport report = await books.Drill.Run(backup, CancellationToken.None);
            report.IsGood.ShouldBeFalse(name);
            report.Faults.ShouldContain(fault => $"{fault.Facts["file"]}".Contains(name), name);
            Flip(file);
        }

        string segment = Path.Combine(backup.WalDirectory, await books.Superuser("select pg_walfile_name(pg_switch_wal())"));
        await Closed(segment);
        Flip(segment);
        (await books.Drill.Run(backup, CancellationToken.None)).Faults.Single().Facts["file"].ShouldBe(segment);
        Refusal note = (await Restoration.To(backup, books.Place(), CancellationToken.None))!;
        (note.Code, note.Facts["file"]).ShouldBe((BackupRefusal.ChangesCut, segment));
        Flip(segment);
        File.Delete(Path.Combine(backup.Directory, "log.key"));
        (await books.Drill.Run(backup, CancellationToken.None)).Faults.Single().Code.ShouldBe(BackupRefusal.FileMissing);
    }

    [Fact]
    public async Task A_backup_that_nobody_follows_ends_with_its_copy_and_books_that_were_changed_have_another_root()
    {
        Backup backup = await books.Maker.Take(books.Place());
        await books.Gift();
        LogHead head = backup.Facts.Books.Single();
        BackupFacts otherwise = backup.Facts with
        {
            Books = [head with { Root = new string('0', 64) }, head with { Book = "other" }],
        };
        File.Delete(Path.Combine(backup.Directory, "SHA256SUMS"));
        await Backup.WriteFacts(backup.Directory, otherwise, CancellationToken.None);

        DrillReport report = await books.Drill.Run(Backup.Open(backup.Directory), CancellationToken.None);

        report.Faults.Select(fault => fault.Code).ShouldBe([BackupRefusal.BookMissing, BackupRefusal.RootDiffers]);
        report.Notes.Single().ShouldSatisfyAllConditions(
            note => note.Code.ShouldBe(BackupRefusal.NotYetIn), note => note.Facts["count"].ShouldBe(1L));

        File.Delete(Path.Combine(backup.Directory, "SHA256SUMS"));
        await Backup.WriteFacts(
            backup.Directory, backup.Facts with { Books = [head with { Entries = head.Entries + 1000 }] }, CancellationToken.None);
        (await books.Drill.Run(Backup.Open(backup.Directory), CancellationToken.None)).Faults.Single().Code
            .ShouldBe(BackupRefusal.EntriesMissing);
    }

    [Fact]
    public async Task Four_people_post_while_the_backup_is_made_and_nothing_of_theirs_is_missing()
    {
        books.Stream();
        using CancellationTokenSource enough = new();
        Task<int>[] writers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            int posted = 0;
            for (; !enough.IsCancellationRequested; posted++)
            {
                await books.Gift();
            }

            return posted;
        }))];
        long before = await books.Entries();
        Backup backup = await books.Maker.Take();
        await enough.CancelAsync();
        int posted = (await Task.WhenAll(writers)).Sum();
        DrillReport report = await books.Drill.Run(backup, CancellationToken.None);
        report.Faults.ShouldBeEmpty();
        report.Books.Single().Restored.ShouldBe(await books.Entries());
        report.Books.Single().Restored.ShouldBeGreaterThan(before);
        posted.ShouldBeGreaterThan(3);
    }

    [Fact]
    public async Task Killing_a_backup_in_the_middle_leaves_the_one_before_and_the_next_clears_up()
    {
        string place = books.Place();
        Backup before = await books.Maker.Take(place);
        using (Process backup = books.Fund("backup", "--to", place))
        {
            while (!Directory.GetDirectories(place, ".unfinished-*").Any(left => File.Exists(Path.Combine(left, "base.tar.gz"))))
            {
                backup.HasExited.ShouldBeFalse();
                await Task.Delay(5);
            }

            backup.Kill();
            await backup.WaitForExitAsync();
        }

        Directory.GetDirectories(place, ".unfinished-*").ShouldNotBeEmpty();
        BackupShelf.All(books.Data, place).Select(backup => backup.Name).ShouldBe([before.Name]);
        (await before.Damage(CancellationToken.None)).ShouldBeEmpty();

        Backup next = await books.Maker.Take(place);
        Directory.GetDirectories(place, ".unfinished-*").ShouldBeEmpty();
        BackupShelf.All(books.Data, place).Select(backup => backup.Name).ShouldBe([next.Name, before.Name]);
    }

    [Fact]
    public async Task A_full_disk_leaves_the_one_before_and_says_who_can_help()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "a small disk can be mounted by root only");
        string disk = books.Place();
        Directory.CreateDirectory(disk);
        await Shell("mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", disk);
        try
        {
            Backup before = await books.Maker.Take(disk);
            (await Refused(() => books.Maker.Take(disk))).ShouldBe(BackupRefusal.DiskFull);
            Directory.GetDirectories(disk).ShouldBe([before.Directory]);
            (await before.Damage(CancellationToken.None)).ShouldBeEmpty();
            BackupReport state = await books.Body.FinanceOfficer.Ask(new BackupState());
            state.Failure!.Code.ShouldBe(BackupRefusal.DiskFull);
            state.Kept.ShouldContain(kept => kept.Name == before.Name && kept.Place == disk);
        }
        finally
        {
            await Shell("umount", "-l", disk);
        }
    }

    [Fact]
    public async Task A_disk_that_is_not_attached_is_missed_and_nothing_is_written_in_its_stead()
    {
        string away = Path.Combine(books.Place(), "fund"), settings = BackupSettings.PathIn(books.Data);
        await File.WriteAllTextAsync(settings, $$"""{ "to": "{{away}}" }""");
        try
        {
            (await Refused(() => books.Maker.Take())).ShouldBe(BackupRefusal.PlaceMissing);
            Directory.Exists(Path.GetDirectoryName(away)).ShouldBeFalse();
            BackupShelf.SharesDisk(books.Installation).ShouldBeFalse();
        }
        finally
        {
            File.Delete(settings);
        }
    }

    [Fact]
    public async Task Changes_that_PostgreSQL_did_not_keep_leave_a_gap_which_asks_for_a_new_backup()
    {
        books.Stream();
        Backup before = await books.Maker.Take();
        await Until(async () => (await books.Body.FinanceOfficer.Ask(new BackupState())).IsFollowed);
        BackupShelf.NeedsNew(books.Installation).ShouldBeFalse();
        await File.WriteAllTextAsync(BackupSettings.PathIn(books.Data), "{");
        await books.Superuser("select pg_terminate_backend(active_pid)::text from pg_replication_slots where active");
        await Until(async () => await books.Superuser("select count(*)::text from pg_replication_slots where active") == "0");
        await books.Superuser($"select pg_drop_replication_slot('{WalStream.Slot}')::text");
        (await books.Body.FinanceOfficer.Ask(new BackupState())).IsFollowed.ShouldBeFalse();
        for (int segment = 0; segment < 2; segment++)
        {
            await books.Gift();
            await books.Superuser("select pg_switch_wal()::text");
        }

        await books.Superuser("checkpoint");
        File.Delete(BackupSettings.PathIn(books.Data));
        await Until(() => Task.FromResult(BackupShelf.NeedsNew(books.Installation)));
        before.IsFollowed(none: true).ShouldBeFalse();
        await books.Maker.Take();
        BackupShelf.NeedsNew(books.Installation).ShouldBeFalse();
    }

    [Fact]
    public async Task What_somebody_else_keeps_under_the_name_of_an_unfinished_restore_stays()
    {
        Backup backup = await books.Maker.Take(books.Place());
        string target = books.Place(), theirs = Path.Combine(target + ".unfinished", "theirs");
        Directory.CreateDirectory(Path.GetDirectoryName(theirs)!);
        await File.WriteAllTextAsync(theirs, "");
        (await Refused(() => Restoration.To(backup, target, CancellationToken.None))).ShouldBe(BackupRefusal.TargetExists);
        File.Exists(theirs).ShouldBeTrue();
    }

    [Fact]
    public async Task One_at_a_time()
    {
        await using FileStream other = BaseBackup.Alone(books.Data);
        (await Refused(() => books.Maker.Take(books.Place()))).ShouldBe(BackupRefusal.Busy);
    }

    private static Task Closed(string segment) => Until(() => Task.FromResult(File.Exists(segment)));

    private static async Task Until(Func<Task<bool>> reached)
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (!await reached())
        {
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(120));
            await Task.Delay(50);
        }
    }

    private static void Flip(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = stream.Length / 2;
        int value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 1));
    }

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;

    private static async Task Shell(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, program);
    }
}

using System.CommandLine;
using System.Globalization;
using CommunityFund.Backups;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;

namespace CommunityFund.Cli;

/// <summary><c>fund backup</c> and <c>fund restore</c>: 0 done or good, 1 a backup that cannot be relied on, 2 if it cannot run.</summary>
internal static class BackupCommand
{
    private const int Good = 0, Bad = 1, CannotRun = 2;

    public static Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string?> to = new("--to") { Description = "directory of the backups, for this time / 这一次放到哪个目录" };
        Option<bool> list = new("--list") { Description = "show the backups there are / 列出已有的备份" };
        Command backup = new("backup", "make a backup while the books are in use / 备份，不用停机") { to, list };
        backup.SetAction((parsed, ct) => Answer(async words =>
        {
            string directory = parsed.GetRequiredValue(data).FullName;
            if (parsed.GetValue(list))
            {
                foreach (Backup made in BackupShelf.All(directory, parsed.GetValue(to)))
                {
                    Console.WriteLine(words["backup.cli.line", made.Name, made.TakenAt, Size(made.SizeBytes, words), Entries(made)]);
                }

                return Good;
            }

            if (!HasBooks(directory, words))
            {
                return CannotRun;
            }

            await using Installation installation = await MigrateCommand.Open(parsed.GetRequiredValue(data), ct);
            Console.WriteLine(words["backup.cli.working"]);
            Instant began = clock.GetCurrentInstant();
            BaseBackup maker = new(installation, clock, why => Console.Error.WriteLine(words["backup.cli.untidy", why]));
            Backup taken = await maker.Take(parsed.GetValue(to), ct: ct);
            Console.WriteLine(words["backup.cli.made", taken.Directory, Size(taken.SizeBytes, words), Entries(taken),
                Seconds(clock.GetCurrentInstant() - began)]);
            Console.WriteLine(words["backup.cli.secret"]);
            if (BackupShelf.SharesDisk(taken, directory))
            {
                Console.WriteLine(words["backup.cli.same-disk"]);
            }

            return Good;
        }));
        return backup;
    }

    public static Command MakeRestore(Option<DirectoryInfo> data, IClock clock)
    {
        Argument<string?> which = new("backup")
        {
            Description = "its name or path; the newest if none is given / 备份的名称或路径，默认最新",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> verify = new("--verify") { Description = "restore beside the books, check, compare, throw away / 演练恢复" };
        Option<string?> to = new("--to") { Description = "new data directory / 恢复到这个新目录" };
        Command restore = new("restore", "restore a backup, or prove that it restores / 恢复，或演练恢复") { which, verify, to };
        restore.SetAction((parsed, ct) => Answer(async words =>
        {
            string directory = parsed.GetRequiredValue(data).FullName;
            if (parsed.GetValue(verify) == (parsed.GetValue(to) is not null))
            {
                await Console.Error.WriteLineAsync(words["backup.cli.what"]);
                return CannotRun;
            }

            Backup backup = BackupShelf.Find(directory, parsed.GetValue(which));
            if (parsed.GetValue(to) is { } target)
            {
                Console.WriteLine(words["backup.cli.restoring", backup.Directory, Path.GetFullPath(target)]);
                if (await Restoration.To(backup, target, ct) is { } note)
                {
                    Console.WriteLine(words.Of(note));
                }

                Console.WriteLine(words["backup.cli.restored", Path.GetFullPath(target)]);
                return Good;
            }

            Console.WriteLine(words["backup.cli.testing", backup.Directory, backup.TakenAt]);
            await using Installation? live = Installation.IsIn(directory)
                ? await Installation.Start(null, null, directory, ct)
                : null;
            string beside = live is null ? Directory.CreateTempSubdirectory("fund-restore-").FullName : directory;
            try
            {
                DrillReport report = await new RestoreDrill(live, beside, clock).Run(backup, ct);
                Print(report, words);
                return report.IsGood ? Good : Bad;
            }
            finally
            {
                if (live is null)
                {
                    Directory.Delete(beside, recursive: true);
                }
            }
        }));
        return restore;
    }

    private static async Task<int> Answer(Func<Words, Task<int>> work)
    {
        Words words = Words.From([typeof(Words).Assembly]);
        try
        {
            return await work(words);
        }
        catch (RefusedException refused)
        {
            await Console.Error.WriteLineAsync(words.Of(refused.Refusal));
        }
        catch (LocalPostgresException cannot)
        {
            await Console.Error.WriteLineAsync(cannot.Message);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or NpgsqlException)
        {
            await Console.Error.WriteLineAsync(words["backup.cli.failed", failed.Message]);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(words["backup.cli.stopped"]);
        }

        return CannotRun;
    }

    private static bool HasBooks(string directory, Words words)
    {
        if (Installation.IsIn(directory) || Environment.GetEnvironmentVariable("ConnectionStrings__Books") is not null)
        {
            return true;
        }

        Console.Error.WriteLine(words["check.cli.no-books", directory]);
        return false;
    }

    private static void Print(DrillReport report, Words words)
    {
        foreach (DrilledBook book in report.Books)
        {
            Console.WriteLine(words["backup.cli.book",
                book.Body, book.Book, book.Recorded, book.Restored, book.CheckFaults, book.Root[..16]]);
        }

        foreach (Refusal note in report.Notes)
        {
            Console.WriteLine(words.Of(note));
        }

        if (report.IsGood)
        {
            Console.WriteLine(words["backup.cli.good", Seconds(report.Took)]);
            return;
        }

        Console.Error.WriteLine(words["backup.cli.bad"]);
        foreach (Refusal fault in report.Faults)
        {
            Console.Error.WriteLine($"  - {words.Of(fault)}");
        }
    }

    private static long Entries(Backup backup) => backup.Facts.Books.Sum(book => book.Entries);

    private static string Size(long bytes, Words words) => words["backup.size", BackupShelf.Megabytes(bytes)];

    private static string Seconds(Duration took) =>
        ((decimal)took.TotalMilliseconds / 1000).ToString("0.0", CultureInfo.InvariantCulture);
}

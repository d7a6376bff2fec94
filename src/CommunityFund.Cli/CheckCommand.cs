using System.CommandLine;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;
using Spectre.Console;

namespace CommunityFund.Cli;

/// <summary><c>fund check</c>: proves the books of every body again and says what is wrong; 0 clean, 1 with a fault, 2 if it
/// cannot run.</summary>
internal static class CheckCommand
{
    private const int Clean = 0, Faulty = 1, CannotRun = 2;

    public static Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string?> book = new("--book") { Description = "only the book of this code / 只核查这个编号的账套" };
        Command check = new("check", "prove the books again; exit code 1 on a fault / 核查账目，有问题返回 1") { book };
        check.SetAction(async (parsed, ct) =>
        {
            Words words = Words.From([typeof(Words).Assembly]);
            try
            {
                return await Run(parsed.GetRequiredValue(data), parsed.GetValue(book), clock, words, ct);
            }
            catch (LocalPostgresException cannot)
            {
                await Console.Error.WriteLineAsync(cannot.Message);
            }
            catch (RefusedException refused)
            {
                await Console.Error.WriteLineAsync(words.Of(refused.Refusal));
            }
            catch (Exception failed) when (failed is NpgsqlException or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync($"{words["check.cli.cannot"]}\n{failed.GetBaseException().Message}");
            }

            return CannotRun;
        });
        return check;
    }

    private static async Task<int> Run(DirectoryInfo data, string? only, IClock clock, Words words, CancellationToken ct)
    {
        // A check looks at books there are; it makes none.
        if (!Installation.IsIn(data.FullName) && Environment.GetEnvironmentVariable("ConnectionStrings__Books") is null)
        {
            await Console.Error.WriteLineAsync(words["check.cli.no-books", data.FullName]);
            return CannotRun;
        }

        await using Installation installation = await MigrateCommand.Open(data, ct);
        Foundation foundation = installation.Open(clock);
        IReadOnlyList<BookToCheck> books = [.. (await foundation.Operator().Ask(new BooksToCheck(), ct))
            .Where(book => only is null || book.Code == only)];
        if (books.Count == 0)
        {
            await Console.Error.WriteLineAsync(only is null ? words["check.cli.empty"] : words["check.cli.no-book", only]);
            return CannotRun;
        }

        bool clean = true;
        foreach (BookToCheck book in books)
        {
            CheckReport report = await foundation.Operator(book.BookId).Ask(new CheckBooks(), ct);
            Print(report, words);
            clean &= report.IsClean;
        }

        return clean ? Clean : Faulty;
    }

    private static void Print(CheckReport report, Words words)
    {
        Console.WriteLine(words["check.cli.book", report.Body, report.Code]);
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn(words["check.cli.check"].Value)
            .AddColumn(new TableColumn(words["check.cli.examined"].Value).RightAligned())
            .AddColumn(words["check.cli.state"].Value);
        foreach (CheckResult check in report.Checks)
        {
            string state = check.IsClean ? words["check.clean"] : words["check.faults", check.FaultCount];
            table.AddRow(new Text(words[$"check.{check.Key}"]), new Text(words.Show(check.Examined)),
                new Text(state, check.IsClean ? new Style(Color.Green) : new Style(Color.Red)));
        }

        AnsiConsole.Write(table);
        foreach (CheckResult check in report.Checks.Where(check => !check.IsClean))
        {
            Console.WriteLine(words[$"check.{check.Key}"]);
            foreach (Fault fault in check.Faults)
            {
                Console.WriteLine($"  - {words.Named(fault.WordsKey, fault.Facts)}");
            }

            if (check.FaultCount > check.Faults.Count)
            {
                Console.WriteLine($"  {words["check.more", check.FaultCount - check.Faults.Count]}");
            }
        }

        Console.WriteLine(words[report.IsClean ? "check.all-clean" : "check.not-clean", report.FaultCount]);
        Console.WriteLine(words["check.cli.took", report.Entries, report.Lines, Seconds(report.Took)]);
    }

    private static string Seconds(Duration took) =>
        ((decimal)took.TotalMilliseconds / 1000).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}

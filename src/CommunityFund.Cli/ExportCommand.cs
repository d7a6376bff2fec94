using System.CommandLine;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;
using Spectre.Console;

namespace CommunityFund.Cli;

/// <summary><c>fund export</c>: takes a whole book away; 0 done, 1 stopped, 2 if it cannot be done. Only a finished file is
/// left.</summary>
internal static class ExportCommand
{
    private const int Finished = 0, Stopped = 1, CannotRun = 2;

    public static Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string> book = new("--book") { Description = "code of the book / 账套编号", Required = true };
        Option<string> format = new("--format") { Description = "hledger | beancount | csv | workbook | package", Required = true };
        Option<string> into = new("--out") { Description = "a file, or a directory / 文件或目录", Required = true };
        Option<string?> asOf = new("--as-of") { Description = "entries up to this day / 截至这一天的分录" };
        Command export = new("export", "take a whole book away as one file / 导出整套账") { book, format, into, asOf };
        export.SetAction(async (parsed, ct) =>
        {
            Words words = Words.From([typeof(Words).Assembly]);
            try
            {
                return await Run(parsed.GetRequiredValue(data), parsed.GetRequiredValue(book), parsed.GetRequiredValue(format),
                    parsed.GetRequiredValue(into), parsed.GetValue(asOf), clock, words, ct);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync(words["export.cli.stopped"]);
                return Stopped;
            }
            catch (LocalPostgresException cannot)
            {
                await Console.Error.WriteLineAsync(cannot.Message);
            }
            catch (RefusedException refused)
            {
                await Console.Error.WriteLineAsync(words.Of(refused.Refusal));
            }
            catch (Exception failed) when (failed is NpgsqlException or IOException or UnauthorizedAccessException
                or InvalidOperationException)
            {
                await Console.Error.WriteLineAsync($"{words["export.cli.cannot"]}\n{failed.GetBaseException().Message}");
            }

            return CannotRun;
        });
        return export;
    }

    private static async Task<int> Run(DirectoryInfo data, string code, string format, string into, string? asOf, IClock clock,
        Words words, CancellationToken ct)
    {
        ExportFormat chosen = ExportFormats.Read(format);
        LocalDate? day = asOf is null ? null : DayText.Read(asOf);
        if (!Installation.IsIn(data.FullName) && Environment.GetEnvironmentVariable("ConnectionStrings__Books") is null)
        {
            await Console.Error.WriteLineAsync(words["check.cli.no-books", data.FullName]);
            return CannotRun;
        }

        await using Installation installation = await MigrateCommand.Open(data, ct);
        Foundation foundation = installation.Open(clock);
        if (await foundation.Operator().Ask(new BookOfCode(code), ct) is not { } book)
        {
            await Console.Error.WriteLineAsync(words["check.cli.no-book", code]);
            return CannotRun;
        }

        FundSession session = foundation.Operator(book);
        ExportFacts facts = await session.Run(new StartExport(Guid.NewGuid(), chosen, day), ct);
        string path = Directory.Exists(into) || Path.EndsInDirectorySeparator(into)
            ? Path.Combine(Directory.CreateDirectory(into).FullName, chosen.FileName(facts.Code, facts.Day))
            : Path.GetFullPath(into);
        using PendingFile file = new(path);
        await using PdfPress press = new();
        await WithProgress(words, told => session.Ask(new ExportBook(chosen, day)
        {
            To = new ExportTarget(file.Open, words, told) { Print = (paper, stop) => press.Print(paper, words, stop) },
        }, ct));
        ct.ThrowIfCancellationRequested();
        file.Finish();
        Console.WriteLine(words["export.cli.done", facts.Body, facts.Day, facts.Lines, path]);
        return Finished;
    }

    private static async Task WithProgress(Words words, Func<Action<ExportProgress>?, Task> work)
    {
        if (!AnsiConsole.Console.Profile.Capabilities.Interactive)
        {
            await work(null);
            return;
        }

        await AnsiConsole.Progress().StartAsync(async context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(words["export.cli.writing"]), maxValue: 100);
            await work(progress => task.Value = progress.Percent);
        });
    }
}

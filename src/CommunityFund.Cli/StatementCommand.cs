using System.CommandLine;
using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;
using Npgsql;

namespace CommunityFund.Cli;

/// <summary><c>fund statement</c>: one statement as text, workbook or PDF; 0 done, 1 stopped, 2 if it cannot be done.</summary>
internal static class StatementCommand
{
    private const int Finished = 0, Stopped = 1, CannotRun = 2;

    public static System.CommandLine.Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string> book = new("--book") { Description = "code of the book / 账套编号", Required = true };
        Option<string> form = new("--form")
        {
            Description = "key of the statement, such as balance-sheet / 报表的 key，例如 balance-sheet",
            Required = true,
        };
        Option<string> period = new("--period") { Description = "2026-03, 2026-13, or a year / 月份、调整期间或年度", Required = true };
        Option<string?> from = new("--from") { Description = "first period, for several months / 起始期间" };
        Option<string?> asOf = new("--as-of") { Description = "a day of the last period / 截至最后期间里的某一天" };
        Option<long?> known = new("--known-at") { Description = "position of the last entry that counts / 账目截至第几号分录" };
        Option<string?> fund = new("--fund") { Description = "code of a fund / 基金编号" };
        Option<string> format = new("--format") { Description = "text | xlsx | pdf", Required = true };
        Option<string?> into = new("--out") { Description = "a file or directory; text without it goes to the screen / 文件或目录" };
        System.CommandLine.Command statement = new("statement", "one statement as text, workbook or PDF / 印一张报表")
        {
            book, form, period, from, asOf, known, fund, format, into,
        };
        statement.SetAction(async (parsed, ct) =>
        {
            Words words = Words.From([typeof(Words).Assembly]);
            Asked asked = new(parsed.GetRequiredValue(book), parsed.GetRequiredValue(form), parsed.GetRequiredValue(period),
                parsed.GetValue(from), parsed.GetValue(asOf), parsed.GetValue(known), parsed.GetValue(fund),
                parsed.GetRequiredValue(format), parsed.GetValue(into));
            try
            {
                return await Run(parsed.GetRequiredValue(data), asked, clock, words, ct);
            }
            catch (Exception) when (ct.IsCancellationRequested)
            {
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
            catch (Exception failed) when (failed is NpgsqlException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"{words["statement.print.cli.cannot"]}\n{failed.GetBaseException().Message}");
            }

            return CannotRun;
        });
        return statement;
    }

    private static async Task<int> Run(DirectoryInfo data, Asked asked, IClock clock, Words words, CancellationToken ct)
    {
        if (asked.Format is not ("text" or "xlsx" or "pdf"))
        {
            return await Cannot(words["statement.print.cli.unknown-format", asked.Format]);
        }

        if (!Installation.IsIn(data.FullName) && Environment.GetEnvironmentVariable("ConnectionStrings__Books") is null)
        {
            return await Cannot(words["check.cli.no-books", data.FullName]);
        }

        await using Installation installation = await MigrateCommand.Open(data, ct);
        Foundation foundation = installation.Open(clock);
        if (await foundation.Operator().Ask(new BookOfCode(asked.Book), ct) is not { } book)
        {
            return await Cannot(words["check.cli.no-book", asked.Book]);
        }

        FundSession session = foundation.Operator(book);
        int? fund = null;
        if (asked.Fund is { } code)
        {
            StatementChoice choice = await session.Ask(new StatementChoices(), ct);
            if (choice.Funds.FirstOrDefault(each => each.Code == code) is not { } found)
            {
                return await Cannot(words["statement.print.cli.no-fund", code]);
            }

            fund = found.FundId;
        }

        (int first, int last) = asked.Periods();
        FormView view = await session.Download(new Statement(asked.Form, first, last, fund,
            AsOf: asked.AsOf is null ? null : DayText.Read(asked.AsOf), Known: asked.Known), ct);
        await Write(view, asked, words, ct);
        return Finished;
    }

    private static async Task Write(FormView view, Asked asked, Words words, CancellationToken ct)
    {
        if (asked is { Format: "text", Into: null })
        {
            Console.Write(FormText.Draw(view, words));
            return;
        }

        byte[] bytes = asked.Format switch
        {
            "text" => System.Text.Encoding.UTF8.GetBytes(FormText.Draw(view, words)),
            "xlsx" => FormWorkbook.Draw(view, words),
            _ => await Pdf(view, words, ct),
        };
        string name = FormWorkbook.FileName(view, asked.Format == "text" ? "txt" : asked.Format), into = asked.Into ?? name;
        string path = Directory.Exists(into) || Path.EndsInDirectorySeparator(into)
            ? Path.Combine(Directory.CreateDirectory(into).FullName, name) : Path.GetFullPath(into);
        await File.WriteAllBytesAsync(path, bytes, ct);
        Console.WriteLine(words["statement.print.cli.done", path]);
    }

    private static async Task<byte[]> Pdf(FormView view, Words words, CancellationToken ct)
    {
        await using PdfPress press = new();
        return await press.Print(FormPaper.Of(view, words), words, ct);
    }

    private static async Task<int> Cannot(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return CannotRun;
    }

    /// <summary>What was typed.</summary>
    private sealed record Asked(
        string Book, string Form, string Period, string? From, string? AsOf, long? Known, string? Fund, string Format, string? Into)
    {
        /// <summary>A year is its twelve months and the adjusting period.</summary>
        public (int First, int Last) Periods() => Period.Length == 4
            ? ((Number(Period) * 100) + 1, (Number(Period) * 100) + 13)
            : (Number(From ?? Period), Number(Period));

        private static int Number(string typed) =>
            int.TryParse(typed.Replace("-", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number : throw new RefusedException(StatementRange.UnknownPeriod, ("typed", typed));
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Exports;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Bench;

/// <summary>What the audit workbook came to beside the journal alone by XmlWriter; medians of one run.</summary>
/// <param name="Ours">Seconds for the whole workbook.</param>
/// <param name="Plain">Seconds for the journal's sheet by XmlWriter.</param>
/// <param name="PeakMegabytes">The most that a process of <c>fund export</c> had in memory; null if it was not asked.</param>
public sealed record WorkbookHeat(int Lines, decimal Ours, decimal Plain, decimal? PeakMegabytes)
{
    /// <summary>The workbook may take at most so many times as long.</summary>
    public const decimal OwedRatio = 2.5m;

    /// <summary>Its process may have at most so much in memory.</summary>
    public const decimal OwedMegabytes = 300;

    public decimal Ratio => Ours / Plain;
}

/// <summary>The audit workbook of a large book, as <c>fund export</c> writes it.</summary>
public sealed class WorkbookRace(BenchGround ground, int rounds)
{
    private readonly BenchBook _book = ground.Books[^1];

    /// <param name="fund">The command that starts <c>fund</c> as a process of its own, whose highest resident size the kernel
    /// tells; null to leave it unmeasured.</param>
    public async Task<WorkbookHeat> At(int lines, IReadOnlyList<string>? fund, CancellationToken ct)
    {
        FilledBook filled = new(ground, _book);
        await filled.FillTo(lines, ct);
        await filled.MakeWhole(ct);
        string directory = Directory.CreateTempSubdirectory("fund-bench-").FullName;
        try
        {
            List<decimal> ours = [], plain = [];
            for (int round = 0; round < rounds; round++)
            {
                plain.Add(await Seconds(() => ground.Foundation.Operator(_book.Book).Ask(
                    new PlainSheet(Path.Combine(directory, "plain.xlsx")), ct)));
                ours.Add(await Seconds(() => ground.Foundation.Operator(_book.Book).Ask(
                    new ExportBook(ExportFormat.Workbook) { To = Target(Path.Combine(directory, "ours.xlsx")) }, ct)));
            }

            return new WorkbookHeat(await filled.Lines(ct), ours.Median(), plain.Median(),
                fund is null ? null : await Peak(fund, ExportFormat.Workbook, directory, ct));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static ExportTarget Target(string path) => new(() => File.Create(path), Words.From([typeof(Words).Assembly]));

    internal static async Task<decimal> Seconds(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).Milliseconds() / 1000;
    }

    /// <summary>The most that <c>fund export</c> had in memory for the book in this format.</summary>
    internal async Task<decimal> Peak(IReadOnlyList<string> fund, ExportFormat format, string directory, CancellationToken ct)
    {
        await File.WriteAllBytesAsync(Path.Combine(directory, "log.key"), RandomNumberGenerator.GetBytes(32), ct);
        await using FundDb db = ground.Foundation.Open();
        string code = await db.Books.Where(book => book.BookId == _book.Book).Select(book => book.Code).SingleAsync(ct);
        return await Peak(
            [.. fund, "export", "--data", directory, "--book", code, "--format", Codes.Kebab(format), "--out", Path.Combine(directory, "child")],
            [("ConnectionStrings__Books", ground.App), ("ConnectionStrings__BooksOwner", ground.Owner)], ct);
    }

    /// <summary>Runs a process to its end and says the most it had in memory, in megabytes.</summary>
    internal static async Task<decimal> Peak(
        IReadOnlyList<string> command, IReadOnlyList<(string Name, string Value)> environment, CancellationToken ct)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> said = process.StandardOutput.ReadToEndAsync(ct);
        long peak = 0;
        while (!process.HasExited)
        {
            // The kernel keeps the highest mark, so looking now and then misses only what the last moment added.
            process.Refresh();
            peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64);
            await Task.Delay(25, ct);
        }

        return process.ExitCode == 0 ? decimal.Round((decimal)peak / (1024 * 1024), 1)
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {await said}");
    }
}

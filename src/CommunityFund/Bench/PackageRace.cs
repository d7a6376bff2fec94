using CommunityFund.Books;
using CommunityFund.Exports;

namespace CommunityFund.Bench;

/// <summary>What the audit package of a large book came to.</summary>
/// <param name="First">Seconds for the first one, with the start of the browser.</param>
/// <param name="Ours">Median of those after it, as a site makes them.</param>
/// <param name="Megabytes">How large its file is.</param>
/// <param name="PeakMegabytes">The most that a process of <c>fund export</c> had in memory.</param>
public sealed record PackageHeat(int Lines, decimal First, decimal Ours, decimal Megabytes, decimal PeakMegabytes)
{
    /// <summary>A package of 100,000 lines may take so many seconds.</summary>
    public const decimal OwedSeconds = 20;

    /// <summary>Its process may have at most so much in memory.</summary>
    public const decimal OwedMegabytes = 300;
}

/// <summary>The audit package of a large book: workbook, PDFs, journal, tables and hashes in one file.</summary>
public sealed class PackageRace(BenchGround ground, int rounds)
{
    private readonly BenchBook _book = ground.Books[^1];

    /// <param name="fund">The command that starts <c>fund</c> as a process of its own.</param>
    public async Task<PackageHeat> At(int lines, IReadOnlyList<string> fund, CancellationToken ct)
    {
        FilledBook filled = new(ground, _book);
        await filled.FillTo(lines, ct);
        await filled.MakeWhole(ct);
        WorkbookRace race = new(ground, rounds);
        Words words = Words.From([typeof(Words).Assembly]);
        string directory = Directory.CreateTempSubdirectory("fund-bench-").FullName;
        FileInfo file = new(Path.Combine(directory, "package.zip"));
        await using PdfPress press = new();
        try
        {
            List<decimal> seconds = [];
            for (int round = 0; round <= rounds; round++)
            {
                seconds.Add(await WorkbookRace.Seconds(() => ground.Foundation.Operator(_book.Book).Ask(new ExportBook(ExportFormat.Package)
                {
                    To = new ExportTarget(() => File.Create(file.FullName), words) { Print = (paper, stop) => press.Print(paper, words, stop) },
                }, ct)));
            }

            file.Refresh();
            return new PackageHeat(
                await filled.Lines(ct), seconds[0], seconds.Skip(1).Median(), decimal.Round((decimal)file.Length / (1024 * 1024), 1),
                await race.Peak(fund, ExportFormat.Package, directory, ct));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

using System.Diagnostics;
using System.IO.Compression;
using System.Xml;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Verification;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Bench;

/// <summary>What <c>fund verify</c> came to beside an XmlReader that only runs through the same sheets; medians of one run.</summary>
/// <param name="Ours">Seconds to prove the whole workbook.</param>
/// <param name="Plain">Seconds to unpack every sheet and read it to its end by XmlReader.</param>
/// <param name="PeakMegabytes">The most that a process of <c>fund verify</c> had in memory.</param>
/// <param name="Found">How much was found wrong: nothing, in a workbook that was only just written.</param>
public sealed record VerifyHeat(long Lines, decimal Megabytes, decimal Ours, decimal Plain, decimal? PeakMegabytes, long Found)
{
    /// <summary>A million lines may take so long.</summary>
    public const decimal OwedSecondsOfMillion = 60;

    /// <summary>Its process may have at most so much in memory, however many lines there are.</summary>
    public const decimal OwedMegabytes = 300;

    /// <summary>What so many lines may take; starting is not counted against a small workbook.</summary>
    public decimal OwedSeconds => Math.Max(5, OwedSecondsOfMillion * Lines / 1_000_000);

    public decimal Ratio => Ours / Plain;
}

/// <summary>The proof of a large workbook, as <c>fund verify</c> makes it.</summary>
public sealed class VerifyRace(FileInfo file, int rounds)
{
    /// <summary>Writes the workbook of a large book into the file.</summary>
    public async Task Make(BenchGround ground, int lines, CancellationToken ct)
    {
        BenchBook book = ground.Books[^1];
        FilledBook filled = new(ground, book);
        await filled.FillTo(lines, ct);
        await filled.MakeWhole(ct);
        await ground.Foundation.Operator(book.Book).Ask(
            new ExportBook(ExportFormat.Workbook)
            {
                To = new ExportTarget(() => File.Create(file.FullName), Words.From([typeof(Words).Assembly])),
            }, ct);
    }

    /// <param name="fund">The command that starts <c>fund</c> as a process of its own, whose highest resident size the kernel tells.</param>
    public async Task<VerifyHeat> Run(IReadOnlyList<string>? fund, CancellationToken ct)
    {
        Words words = Words.From([typeof(Words).Assembly]);
        List<decimal> ours = [], plain = [];
        VerifyReport? report = null;
        for (int round = 0; round < rounds; round++)
        {
            plain.Add(Seconds(ReadThrough));
            ours.Add(Seconds(() => report = VerifyWorkbook.Run(file.OpenRead, words)));
        }

        return new VerifyHeat(report!.Lines, decimal.Round((decimal)file.Length / (1024 * 1024), 1), ours.Median(), plain.Median(),
            fund is null ? null : await WorkbookRace.Peak([.. fund, "verify", file.FullName], [], ct), report.Found);
    }

    private static decimal Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).Milliseconds() / 1000;
    }

    private void ReadThrough()
    {
        using ZipArchive zip = ZipFile.OpenRead(file.FullName);
        foreach (ZipArchiveEntry part in zip.Entries.Where(part => part.FullName.StartsWith("xl/worksheets/", StringComparison.Ordinal)
            && part.FullName.EndsWith(".xml", StringComparison.Ordinal)))
        {
            using Stream from = part.Open();
            using XmlReader xml = XmlReader.Create(from);
            while (xml.Read())
            {
            }
        }
    }
}

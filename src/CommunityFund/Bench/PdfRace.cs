using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Statements;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace CommunityFund.Bench;

/// <summary>Seconds for one sheet as PDF, from the question to the last byte.</summary>
/// <param name="First">The first of its kind.</param>
/// <param name="Warm">Median of those after it.</param>
/// <param name="Ratio">How many times as long as an empty page.</param>
public sealed record PdfReading(string Key, decimal First, decimal Warm, decimal Ratio, int Kilobytes);

/// <summary>What PDFs came to.</summary>
/// <param name="Start">Seconds to start the browser and print an empty page.</param>
/// <param name="Empty">Seconds for an empty page, warm.</param>
public sealed record PdfHeat(decimal Start, decimal Empty, IReadOnlyList<PdfReading> Sheets)
{
    /// <summary>A form may take so many seconds, warm.</summary>
    public const decimal OwedSeconds = 1;
}

/// <summary>Forms of a filled book as PDF beside a page with nothing on it, by turns.</summary>
public sealed class PdfRace(BenchGround ground, int rounds)
{
    private const int Lines = 20_000, Period = 202612;

    private readonly BenchBook _book = ground.Books[^1];
    private readonly Words _words = Words.From([typeof(Words).Assembly]);

    public async Task<PdfHeat> Run(CancellationToken ct)
    {
        await new FilledBook(ground, _book).FillTo(Lines, ct);
        await using PdfPress press = new();
        (string Key, Func<Task<PaperSheet>> Ask)[] sheets = Sheets(ground.Foundation.Operator(_book.Book), ct);
        decimal start = await Seconds(() => press.Print(Nothing(), _words, ct));
        List<decimal> empty = [];
        Dictionary<string, List<decimal>> taken = sheets.ToDictionary(sheet => sheet.Key, _ => new List<decimal>(), StringComparer.Ordinal);
        Dictionary<string, int> bytes = [];
        for (int round = 0; round <= rounds; round++)
        {
            empty.Add(await Seconds(() => press.Print(Nothing(), _words, ct)));
            foreach (var (key, ask) in sheets)
            {
                taken[key].Add(await Seconds(async () => bytes[key] = (await press.Print(await ask(), _words, ct)).Length));
            }
        }

        decimal bare = empty.Skip(1).Median();
        return new PdfHeat(start, bare,
        [
            .. sheets.Select(sheet => taken[sheet.Key]).Zip(sheets, (seconds, sheet) => new PdfReading(
                sheet.Key, seconds[0], seconds.Skip(1).Median(), seconds.Skip(1).Median() / bare, bytes[sheet.Key] / 1024)),
        ]);
    }

    private (string Key, Func<Task<PaperSheet>> Ask)[] Sheets(FundSession session, CancellationToken ct) =>
    [
        .. new[] { "balance-sheet", "activities", "cash-flows" }.Select(form => (form, (Func<Task<PaperSheet>>)(async () =>
            FormPaper.Of(await session.Ask(new Statement(form, Period, Period), ct), _words)))),
        ("fund", async () => FormPaper.Of(await session.Ask(new Statement("fund", Period, Period, _book.Funds[0]), ct), _words)),
        ("trial-balance", async () => TrialBalancePaper.Of(await session.Ask(new TrialBalance(Period, Period), ct), _words)),
    ];

    private static PaperSheet Nothing() => new(
        "", "", "empty", PaperSide.Upright, typeof(Blank), new Dictionary<string, object?>(StringComparer.Ordinal), "statement-print");

    private static async Task<decimal> Seconds(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).Milliseconds() / 1000;
    }

    private sealed class Blank : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            // Nothing stands on it.
        }
    }
}

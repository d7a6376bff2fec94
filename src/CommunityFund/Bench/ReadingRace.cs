using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Statements;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What reading came to with so many lines, in milliseconds of database time; medians of one run.</summary>
/// <param name="Kept">The product's trial balance, from balances that are kept.</param>
/// <param name="Added">A sum over the lines by account and fund, on the same data.</param>
/// <param name="Filling">How many seconds it took to get that many lines in, with every trigger on.</param>
public sealed record Reading(int Lines, decimal Kept, decimal Added, decimal Filling);

/// <summary>The trial balance as its page asks for it, by account and fund over a year, and the same sum over the lines.</summary>
public sealed class ReadingRace(BenchGround ground, int rounds)
{
    /// <summary>More database time than this is too much, however many lines there are.</summary>
    public const decimal OwedMilliseconds = 30;

    // Two medians of the same thing differ by so much on a busy machine; ten times the lines would show as far more.
    private const decimal Noise = 1.5m;
    private const int FewestLines = 100_000;

    private readonly BenchBook _book = ground.Books[^1];

    /// <summary>Whether reading over many lines takes no longer than over few; null if the few do not yet touch every account
    /// of every fund in every month, so that the balances themselves still grow.</summary>
    public static bool? HasNotGrown(Reading few, Reading many) =>
        few.Lines < FewestLines ? null : many.Kept <= few.Kept * Noise;

    /// <summary>Fills the book up to so many lines and reads it.</summary>
    public async Task<Reading> At(int lines, CancellationToken ct)
    {
        FilledBook filled = new(ground, _book);
        TimeSpan filling = await filled.FillTo(lines, ct);
        using StatementStopwatch stopwatch = new();
        List<decimal> kept = [], added = [];
        for (int round = 0; round <= rounds; round++)
        {
            stopwatch.Take();
            await Kept(ct);
            decimal keptTime = stopwatch.Take().Milliseconds();
            decimal addedTime = await Added(ct);
            if (round > 0)
            {
                kept.Add(keptTime);
                added.Add(addedTime);
            }
        }

        return new Reading(await filled.Lines(ct), kept.Median(), added.Median(), filling.Milliseconds() / 1000);
    }

    internal async Task<TrialBalanceView> Kept(CancellationToken ct) =>
        await ground.Foundation.SessionOf(_book.Maker, _book.Book)
            .Ask(new TrialBalance(202601, 202612, Level: 2, ByFund: true), ct);

    internal async Task<decimal> Added(CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(
            """
            select account_id, fund_id, sum(units) filter (where side = 'D'), sum(units) filter (where side = 'C')
              from posting where book_id = $1 and period between 202601 and 202612 group by account_id, fund_id
            """,
            app)
        {
            Parameters = { new() { Value = _book.Book } },
        };
        long start = Stopwatch.GetTimestamp();
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            _ = rows.GetInt32(0);
        }

        return Stopwatch.GetElapsedTime(start).Milliseconds();
    }
}

using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What reading came to with so many lines, in milliseconds of database time; medians of one run.</summary>
/// <param name="Kept">The product's trial balance, from balances that are kept.</param>
/// <param name="Added">A sum over the lines by account and fund, on the same data.</param>
/// <param name="Filling">How many seconds it took to get that many lines in, with every trigger on.</param>
/// <param name="Ledgers">Pages of ledgers.</param>
public sealed record Reading(
    int Lines, decimal Kept, decimal Added, decimal Filling, IReadOnlyList<LedgerReading> Ledgers);

/// <summary>What a page of a ledger came to, in milliseconds of database time.</summary>
/// <param name="Key">Names the page among the words.</param>
public sealed record LedgerReading(string Key, decimal Milliseconds)
{
    /// <summary>The three forms together, which are read once and not line by line.</summary>
    public const string Forms = "forms";

    /// <summary>More database time than this is too much for a page, however many lines the book has.</summary>
    public decimal OwedMilliseconds => Key == Forms ? 60 : 100;

    public bool Met => Milliseconds < OwedMilliseconds;
}

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

    /// <summary>Whether a page over many lines takes no longer than over few.</summary>
    public static bool HasNotGrown(LedgerReading few, LedgerReading many) => many.Milliseconds <= few.Milliseconds * Noise;

    /// <summary>Fills the book up to so many lines and reads it.</summary>
    public async Task<Reading> At(int lines, CancellationToken ct)
    {
        FilledBook filled = new(ground, _book);
        TimeSpan filling = await filled.FillTo(lines, ct);
        using StatementStopwatch stopwatch = new();
        List<decimal> kept = [], added = [];
        Dictionary<string, List<decimal>> pages = LedgerPages().ToDictionary(page => page.Key, _ => new List<decimal>());
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

            foreach ((string key, Func<FundSession, CancellationToken, Task> ask) in LedgerPages())
            {
                stopwatch.Take();
                await ask(Session, ct);
                pages[key].AddRange(round > 0 ? [stopwatch.Take().Milliseconds()] : []);
            }
        }

        return new Reading(await filled.Lines(ct), kept.Median(), added.Median(), filling.Milliseconds() / 1000,
            [.. pages.Select(page => new LedgerReading(page.Key, page.Value.Median()))]);
    }

    private FundSession Session => ground.Foundation.SessionOf(_book.Maker, _book.Book);

    /// <summary>Pages of every ledger: the busiest account and a quiet one, first, somewhere in the middle and last; and as the
    /// book was a while ago.</summary>
    private IEnumerable<(string Key, Func<FundSession, CancellationToken, Task> Ask)> LedgerPages()
    {
        LedgerDays year = LedgerDays.Months(202601, 202612);
        LinePlace middle = new(202607, new LocalDate(2026, 7, 14), 1, 1);
        AccountLedger bank = new("bank", year), cost = new("programme-cost", year);
        int fund = _book.Funds[^1];
        yield return (LedgerReading.Forms, (session, ct) => session.Ask(new ThreeForms(202612, 202612), ct));
        yield return ("bank-first", (session, ct) => session.Ask(bank, ct));
        yield return ("bank-middle", (session, ct) => session.Ask(bank with { After = middle }, ct));
        yield return ("bank-last", (session, ct) => session.Ask(bank with { Before = LinePlace.End, Daily = true }, ct));
        yield return ("bank-fund", (session, ct) => session.Ask(bank with { Fund = fund, After = middle }, ct));
        yield return ("bank-cut", (session, ct) => session.Ask(
            bank with { Days = LedgerDays.Of(new LocalDate(2026, 3, 10), new LocalDate(2026, 9, 20)), After = middle }, ct));
        yield return ("quiet-middle", (session, ct) => session.Ask(cost with { After = middle }, ct));
        yield return ("journal-first", (session, ct) => session.Ask(new Journal(year), ct));
        yield return ("journal-last", (session, ct) => session.Ask(new Journal(year, Before: LinePlace.End), ct));
        yield return ("journal-month", (session, ct) => session.Ask(new Journal(LedgerDays.Months(202609, 202609)), ct));
        yield return ("journal-fund", (session, ct) => session.Ask(new Journal(year, fund), ct));
        yield return ("journal-amount", (session, ct) => session.Ask(
            new Journal(year, Filter: new JournalFilter(Account: "bank", Least: Amount.Yuan(10_008))), ct));
        yield return ("journal-number", (session, ct) => session.Ask(new Journal(year, Filter: new JournalFilter(Number: 12)), ct));
        yield return ("general", (session, ct) => session.Ask(new GeneralLedger(year, Level: 2), ct));
        yield return ("general-past", async (session, ct) =>
            await session.Ask(new GeneralLedger(year, Known: await Earlier(session, ct)), ct));
        yield return ("sub-fund", (session, ct) => session.Ask(new SubLedger(SubLedgerBy.Fund, year), ct));
        yield return ("sub-counterparty", (session, ct) => session.Ask(new SubLedger(SubLedgerBy.Counterparty, year), ct));
    }

    private static async Task<long> Earlier(FundSession session, CancellationToken ct) =>
        Math.Max(1, (await session.Ask(new Journal(LedgerDays.Months(202601, 202601), Size: 1), ct)).Head.Last - 1000);

    internal async Task<TrialBalanceView> Kept(CancellationToken ct) =>
        await Session.Ask(new TrialBalance(202601, 202612, Level: 2, ByFund: true), ct);

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

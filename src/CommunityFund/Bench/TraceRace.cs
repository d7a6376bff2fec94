using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What following a gift came to, in milliseconds; medians of one run.</summary>
/// <param name="Lines">Lines in the book.</param>
/// <param name="Uses">Vouchers that the gift of many uses paid for.</param>
/// <param name="Many">The trace of the gift of many uses, from the question to the answer.</param>
/// <param name="Database">Of that the database's statements.</param>
/// <param name="One">The trace of a gift in a busy fund that one voucher used up.</param>
/// <param name="Scan">Reading all lines of the busy fund once, which is what working it out from the journal would begin with.</param>
public sealed record TraceReading(int Lines, int Uses, decimal Many, decimal Database, decimal One, decimal Scan)
{
    /// <summary>More than this is too much for one gift.</summary>
    public const decimal OwedMilliseconds = 50;

    public bool Met => Many < OwedMilliseconds && One < OwedMilliseconds;
}

/// <summary>Follows gifts to the vouchers they paid for, in a book with many lines, through the same question as the page.</summary>
public sealed class TraceRace(BenchGround ground, int lines, int rounds)
{
    private const int Uses = 200;
    private static readonly LocalDate Day = new(2026, 6, 15);
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<TraceReading> Run(CancellationToken ct)
    {
        FilledBook filled = new(ground, _book);
        await filled.FillTo(lines, ct);
        FundSession maker = ground.Foundation.SessionOf(_book.Maker, _book.Book), reviewer = ground.Foundation.SessionOf(_book.Reviewer, _book.Book);
        int fresh = await maker.Run(new CreateFund(Guid.NewGuid(), "TRACE", "追踪基金", FundKind.Community, null, Restriction.Unrestricted, ""), ct);
        int busy = _book.Funds[^1];
        await Post(Entry(fresh, Account.Keys.DonationIncome, Side.Credit, "other-receivables", Uses * 5));
        for (int use = 0; use < Uses; use++)
        {
            await Post(Entry(fresh, Account.Keys.ProgrammeCost, Side.Debit, "long-term-payables", 5));
        }

        await Post(Entry(busy, Account.Keys.ProgrammeCost, Side.Debit, "long-term-payables", 1));
        await ground.Settle(ct);
        (long many, long one) = (await Used(fresh, ct), await Used(busy, ct));

        using StatementStopwatch stopwatch = new();
        List<decimal> manyTimes = [], database = [], oneTimes = [], scans = [];
        for (int round = 0; round <= rounds; round++)
        {
            stopwatch.Take();
            decimal followed = await Timed(() => maker.Ask(new LotTrace(many), ct));
            decimal statements = stopwatch.Take().Milliseconds();
            decimal single = await Timed(() => maker.Ask(new LotTrace(one), ct)), scan = await Scan(busy, ct);
            if (round > 0)
            {
                manyTimes.Add(followed);
                database.Add(statements);
                oneTimes.Add(single);
                scans.Add(scan);
            }
        }

        return new TraceReading(await filled.Lines(ct), Uses, manyTimes.Median(), database.Median(), oneTimes.Median(), scans.Median());

        async Task Post(PrepareVoucher voucher) => await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), await maker.Run(voucher, ct)), ct);
    }

    private static PrepareVoucher Entry(int fund, string account, Side side, string other, decimal yuan) => new(Guid.NewGuid(), Day, "测速",
    [
        new VoucherRow(account, fund, side, Amount.Yuan(yuan), Restriction.Unrestricted),
        new VoucherRow(other, fund, side == Side.Debit ? Side.Credit : Side.Debit, Amount.Yuan(yuan)),
    ]);

    private static async Task<decimal> Timed(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).Milliseconds();
    }

    /// <summary>The first unrestricted lot of the fund that something was used of.</summary>
    private async Task<long> Used(int fund, CancellationToken ct)
    {
        await using FundDb db = ground.Foundation.Open();
        return await db.Set<GiftLot>().Where(lot => lot.BookId == _book.Book && lot.FundId == fund && lot.Used > 0)
            .OrderBy(lot => lot.LotId).Select(lot => lot.LotId).FirstAsync(ct);
    }

    private async Task<decimal> Scan(int fund, CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(
            "select sum(units) filter (where side = 'D'), sum(units) filter (where side = 'C') from posting where book_id = $1 and fund_id = $2", app)
        {
            Parameters = { new() { Value = _book.Book }, new() { Value = fund } },
        };
        return await Timed(async () => await command.ExecuteScalarAsync(ct));
    }
}

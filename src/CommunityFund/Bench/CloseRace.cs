using System.Diagnostics;
using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Bench;

/// <summary>How long a year's closes took, in seconds.</summary>
/// <param name="Year">Its twelve months, one after the other.</param>
/// <param name="Slowest">The slowest month.</param>
/// <param name="Posting">Posting as many vouchers of as many lines by a reviewer, one by one, in the same book: the yardstick.</param>
public sealed record CloseReading(int Funds, int Vouchers, decimal Year, decimal Slowest, decimal Posting)
{
    /// <summary>More than this is too much for a year.</summary>
    public const decimal OwedSeconds = 30;

    public bool Met => Year < OwedSeconds;
}

/// <summary>Closes the twelve months of a book in which every fund has income and expense, through the same command as any other.</summary>
public sealed class CloseRace(BenchGround ground)
{
    private const int Months = 12, FundsPerVoucher = 60;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<CloseReading> Run(CancellationToken ct)
    {
        Foundation later = new(ground.App, new AfterTheYear(), RandomNumberGenerator.GetBytes(32));
        FundSession maker = later.SessionOf(_book.Maker, _book.Book), reviewer = later.SessionOf(_book.Reviewer, _book.Book);
        List<decimal> closes = [];
        for (int month = 1; month <= Months; month++)
        {
            foreach (int[] funds in _book.Funds.Chunk(FundsPerVoucher))
            {
                long voucher = await maker.Run(Business(new LocalDate(2026, month, 15), funds), ct);
                await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), voucher), ct);
            }

            Stopwatch watch = Stopwatch.StartNew();
            await reviewer.Run(new CloseMonth(Guid.NewGuid(), 202600 + month), ct);
            closes.Add(watch.Elapsed.Milliseconds() / 1000);
        }

        Stopwatch posting = Stopwatch.StartNew();
        foreach (int fund in _book.Funds)
        {
            long voucher = await maker.Run(Business(new LocalDate(2027, 1, 4), [fund]), ct);
            await reviewer.Run(new ReviewVoucher(Guid.NewGuid(), voucher), ct);
        }

        decimal perMonth = posting.Elapsed.Milliseconds() / 1000;
        return new CloseReading(_book.Funds.Count, _book.Funds.Count * Months, closes.Sum(), closes.Max(), perMonth * Months);
    }

    /// <summary>Without the bank, which would have to be reconciled first: income that is owed to the fund, expense that it owes.</summary>
    private static PrepareVoucher Business(LocalDate day, IEnumerable<int> funds) => new(Guid.NewGuid(), day, "测速",
    [
        .. funds.SelectMany(fund => new[]
        {
            new VoucherRow("other-receivables", fund, Side.Debit, Amount.Yuan(100)),
            new VoucherRow(Account.Keys.DonationIncome, fund, Side.Credit, Amount.Yuan(60), Restriction.Unrestricted),
            new VoucherRow(Account.Keys.DonationIncome, fund, Side.Credit, Amount.Yuan(40), Restriction.Restricted),
            new VoucherRow(Account.Keys.ProgrammeCost, fund, Side.Debit, Amount.Yuan(30), Restriction.Unrestricted),
            new VoucherRow(Account.Keys.ManagementExpense, fund, Side.Debit, Amount.Yuan(20), Restriction.Unrestricted),
            new VoucherRow("long-term-payables", fund, Side.Credit, Amount.Yuan(50)),
        }),
    ]);

    private sealed class AfterTheYear : IClock
    {
        public Instant GetCurrentInstant() => Instant.FromUtc(2027, 1, 5, 2, 0);
    }
}

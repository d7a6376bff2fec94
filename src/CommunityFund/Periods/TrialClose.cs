using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>A line of a closing voucher as it will be, or as it was posted.</summary>
public sealed record ClosingLine(string Code, string Name, Restriction? Restriction, Side Side, Amount Amount, bool IsNetAssets);

/// <summary>Net assets of one kind before the close, by how much it changes them, and after it.</summary>
public sealed record NetAssetsMove(Amount Before, Amount Result)
{
    public Amount After => Before + Result;
}

/// <summary>One fund's closing voucher and what it does to the fund's net assets.</summary>
public sealed record FundClosing(
    int FundId, string Code, string Name, IReadOnlyList<ClosingLine> Lines, Amount Income, Amount Expense, NetAssetsMove Unrestricted,
    NetAssetsMove Restricted);

/// <summary>A voucher that closed the period.</summary>
public sealed record ClosingVoucher(long VoucherId, string Series, int Number, string Fund, Amount Total);

/// <summary>A period about to be closed, or closed: checklist, vouchers and net assets.</summary>
/// <param name="Funds">What will be posted; empty once it is closed.</param>
/// <param name="Unrestricted">Of the whole body, funds without a closing voucher among them.</param>
/// <param name="TakesEarlier">Earlier months were closed without closing vouchers; theirs goes into net assets too.</param>
/// <param name="Vouchers">What was posted when it closed.</param>
/// <param name="Report">For a closed adjusting period, how the annual report was approved.</param>
public sealed record TrialCloseView(
    int Period, LocalDate Ends, IReadOnlyList<ClosingCheck> Checks, IReadOnlyList<FundClosing> Funds, NetAssetsMove Unrestricted,
    NetAssetsMove Restricted, bool TakesEarlier, bool IsClosed, IReadOnlyList<ClosingVoucher> Vouchers, string? Report, bool MayClose)
{
    /// <summary>The seal of the log that it was closed with; null while it is open, and for months closed before there were any.</summary>
    public Checkpoint? Seal { get; init; }

    /// <summary>Nothing blocks but what a written reason lets pass.</summary>
    public bool IsReady => !Checks.Any(check => check.Blocks && check.Reason.Length == 0);

    /// <summary>Keys of the reasons to be written.</summary>
    public IReadOnlyList<string> Reasons => [.. Checks.Where(check => check.Blocks && check.Reason.Length > 0).Select(check => check.Reason)];

    public Amount Income => Funds.Aggregate(Amount.Fen(0), (sum, fund) => sum + fund.Income);

    public Amount Expense => Funds.Aggregate(Amount.Fen(0), (sum, fund) => sum + fund.Expense);
}

/// <summary>试结账: what closing a period would post and what net assets would be, before anything is.</summary>
public sealed record TrialClose(int Period) : Query<TrialCloseView>
{
    private sealed record Standing(int FundId, string Restriction, long Units);

    internal override Need Needs => Need.Any(PeriodCalendar.Readers).ForWholeBook();

    internal override async Task<TrialCloseView> Answer(Work work, CancellationToken ct)
    {
        AccountingPeriod period = await work.Db.Set<AccountingPeriod>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Number == Period, ct)
            ?? throw new RefusedException(ConstraintRefusal.PeriodUnknown, ("period", new PeriodNumber(Period)));
        bool isClosed = period.ClosedAt is not null;
        IReadOnlyList<ClosingEntry> entries = isClosed ? [] : await ClosingEntries.Of(work, period, ct);
        List<Standing> stands = await Standings(work, period, ct);
        Chart chart = await work.ChartOn(period.Ends, ct);
        IReadOnlyList<FundClosing> funds =
        [
            .. entries.GroupBy(entry => entry.Fund.FundId).Select(group => Closing(chart, group.First().Fund,
                [.. group.SelectMany(entry => entry.Entry.Lines)], stands)),
        ];
        return new TrialCloseView(
            Period, period.Ends, await ClosingChecks.Of(work, period, ct), funds, Whole(stands, "U", funds), Whole(stands, "R", funds),
            !isClosed && await TakesEarlier(work, ct), isClosed, isClosed ? await Posted(work, ct) : [],
            await work.Db.Set<ClosingReason>().Where(row => row.BookId == work.Book && row.Period == Period
                && row.Key == ClosingReason.AnnualReport).Select(row => row.Words).SingleOrDefaultAsync(ct),
            work.Rights.ReachesAll(CloseMonth.Closers))
        {
            Seal = isClosed ? await Checkpoint.OfClose(work, Period, ct) : null,
        };
    }

    private static Task<List<Standing>> Standings(Work work, AccountingPeriod period, CancellationToken ct) =>
        work.Db.Database.SqlQuery<Standing>(
            $"""
            select b.fund_id as "FundId", b.restriction as "Restriction", sum(b.credit - b.debit)::bigint as "Units"
              from balance b join account a using (book_id, account_id)
             where b.book_id = {work.Book} and b.period <= {period.Number} and a.class = 'net-assets'
               and split_part(a.key, '.', 1) <> {Account.Keys.PriorYearAdjustment}
             group by 1, 2
            """).ToListAsync(ct);

    private async Task<bool> TakesEarlier(Work work, CancellationToken ct) => await work.Db.Database.SqlQuery<bool>(
        $"""select exists (select 1 from balances_to_close({work.Book}, {Period - 1})) as "Value" """).SingleAsync(ct);

    private async Task<IReadOnlyList<ClosingVoucher>> Posted(Work work, CancellationToken ct)
    {
        var rows = await (from entry in work.Db.Entries.AsNoTracking()
                          where entry.BookId == work.Book && entry.Period == Period && entry.Kind == VoucherKind.Close
                          orderby entry.EntryNo
                          select new
                          {
                              entry,
                              Fund = work.Db.Postings.Where(line => line.BookId == work.Book && line.EntryNo == entry.EntryNo)
                                  .Select(line => line.FundId).First(),
                          }).ToListAsync(ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.Select(row => new ClosingVoucher(
                row.entry.VoucherId, row.entry.Series, row.entry.Number, funds[row.Fund].Name, Amount.Fen(row.entry.Total))),
        ];
    }

    private static FundClosing Closing(Chart chart, Fund fund, IReadOnlyList<Posting> lines, IReadOnlyList<Standing> stands)
    {
        return new FundClosing(
            fund.FundId, fund.Code, fund.Name,
            [
                .. lines.Select(line => new ClosingLine(
                    line.Account.Code, chart.PathOf(chart.Find(line.Account.Key)!), line.Tags.Restriction, line.Side, line.Amount,
                    IsTarget(line.Account))),
            ],
            Sum(line => line.Account.Class == AccountClass.Income), -Sum(line => line.Account.Class == AccountClass.Expense),
            Move("U", Restriction.Unrestricted), Move("R", Restriction.Restricted));

        // Debits less credits: what income is written back by, and what net assets lose.
        Amount Sum(Func<Posting, bool> which) => lines.Where(which).Aggregate(Amount.Fen(0), (sum, line) => sum + line.Signed);
        NetAssetsMove Move(string code, Restriction restriction) => new(
            Amount.Fen(stands.Where(row => row.FundId == fund.FundId && row.Restriction == code).Sum(row => row.Units)),
            -Sum(line => IsTarget(line.Account) && line.Tags.Restriction == restriction));
    }

    private static bool IsTarget(Account account) =>
        account.Class == AccountClass.NetAssets && account.Key.Split('.')[0] != Account.Keys.PriorYearAdjustment;

    private static NetAssetsMove Whole(IEnumerable<Standing> stands, string code, IEnumerable<FundClosing> funds) => new(
        Amount.Fen(stands.Where(row => row.Restriction == code).Sum(row => row.Units)),
        funds.Aggregate(Amount.Fen(0), (sum, fund) => sum + (code == "R" ? fund.Restricted : fund.Unrestricted).Result));
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>The sheet a person works on: what is ticked, what is left, and what may explain a difference.</summary>
/// <param name="Ticked">Not yet under a lock, newest first; of <paramref name="TickedCount"/> the first.</param>
/// <param name="Last">Day and balance that two signed last, which this goes on from; null if nobody has yet.</param>
/// <param name="ByLines">What the bank's lines say of the day; null if they do not.</param>
/// <param name="LastLine">Day of the last line up to the day.</param>
/// <param name="Waiting">The reconciliation of the account that waits to be confirmed.</param>
public sealed record WorkingView(
    BankSheet Sheet, IReadOnlyList<TickedItem> Ticked, int TickedCount, (LocalDate Day, Amount Statement)? Last, Amount? ByLines,
    LocalDate? LastLine, IReadOnlyList<LikelyCause> Causes, long? Waiting)
{
    public bool MayPrepare => Sheet.Difference is { IsZero: true } && Waiting is null && (Last is null || Sheet.Day > Last.Value.Day);
}

/// <summary>Bank and books side by side on a day, as they stand now.</summary>
/// <param name="Statement">What the statement on paper says; null takes it from the bank's lines.</param>
public sealed record WorkingSheet(int Account, LocalDate Day, Amount? Statement = null) : Query<WorkingView>
{
    /// <summary>There is no such account.</summary>
    public const string UnknownAccount = "reconciliation.unknown-account";

    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<WorkingView> Answer(Work work, CancellationToken ct)
    {
        Reconciliation? last = await Last(work, Account, ct);
        long? byLines = await ClosingBalance.Of(work, Account, Day, ct);
        IReadOnlyList<SheetItems.Left> left = await SheetItems.Now(work, Account, Day, ct);
        BankSheet sheet = await Of(
            work, Account, Day, Statement ?? (byLines is { } said ? Amount.Fen(said) : null), fromPaper: Statement is not null,
            await SheetItems.Tell(work, left, Day, withPairs: true, ct), ct);
        var (ticked, count) = await SheetItems.Ticked(work, Account, Day, last?.StatementDay, ct);
        return new WorkingView(
            sheet, ticked, count, last is null ? null : (last.StatementDay, Amount.Fen(last.StatementUnits)),
            byLines is { } fen ? Amount.Fen(fen) : null,
            await work.Db.Set<BankLine>().Where(line => line.BookId == work.Book && line.BankAccountId == Account && line.OccurredOn <= Day)
                .MaxAsync(line => (LocalDate?)line.OccurredOn, ct),
            await LikelyCauses.Of(work, sheet, last, ct),
            await work.Db.Set<Reconciliation>()
                .Where(row => row.BookId == work.Book && row.BankAccountId == Account && row.State == ReconciliationState.Prepared)
                .Select(row => (long?)row.ReconciliationId).SingleOrDefaultAsync(ct));
    }

    /// <summary>The one that was locked last.</summary>
    internal static Task<Reconciliation?> Last(Work work, int account, CancellationToken ct) =>
        work.Db.Set<Reconciliation>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.BankAccountId == account && row.State == ReconciliationState.Locked)
            .OrderByDescending(row => row.StatementDay).FirstOrDefaultAsync(ct);

    internal static async Task<BankSheet> Of(
        Work work, int accountId, LocalDate day, Amount? statement, bool fromPaper, IReadOnlyList<OpenItem> items, CancellationToken ct)
    {
        BankAccount account = (await OwnAccount.All(work, ct)).SingleOrDefault(row => row.BankAccountId == accountId)
            ?? throw new RefusedException(UnknownAccount);
        Chart chart = await work.ChartOn(day, ct);
        return new BankSheet(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct), chart.Standard,
            accountId, account.Number, account.BankName, chart.ById(account.AccountId).Name, day, statement, fromPaper,
            Amount.Fen(await Booked(work, accountId, day, ct)), items, null, null);
    }

    internal static Task<long> Booked(Work work, int account, LocalDate day, CancellationToken ct)
    {
        DateOnly by = day.ToDateOnly();
        return work.Db.Database.SqlQuery<long>($"""select bank_book_balance({work.Book}, {account}, {by}) as "Value" """).SingleAsync(ct);
    }
}

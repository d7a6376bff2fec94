using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A reconciliation in a list.</summary>
public sealed record ReconciliationRow(
    long Id, int Account, string AccountName, LocalDate Day, Amount Statement, ReconciliationState State, int Items, string Preparer,
    string? Decider, bool IsUnlockAsked);

/// <summary>A bank account and the day it could be reconciled next.</summary>
/// <param name="Last">Day of the last lock.</param>
/// <param name="Waiting">The one that waits to be confirmed.</param>
/// <param name="Days">Month ends that have passed and days that files end on, after the last lock; the one to begin with first.</param>
public sealed record AccountToReconcile(
    int Id, string Name, string Number, LocalDate? Last, long? Waiting, IReadOnlyList<LocalDate> Days);

/// <summary>All bank accounts, and what was reconciled, newest first.</summary>
public sealed record ReconciliationRows(IReadOnlyList<AccountToReconcile> Accounts, IReadOnlyList<ReconciliationRow> Rows, bool MaySign);

/// <summary>Where each bank account stands with its statement.</summary>
public sealed record ReconciliationList : Query<ReconciliationRows>
{
    private const int Shown = 100, MostDays = 24;

    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<ReconciliationRows> Answer(Work work, CancellationToken ct)
    {
        LocalDate opening = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        List<BankAccount> accounts = await OwnAccount.All(work, ct);
        Dictionary<int, string> names =
            accounts.ToDictionary(account => account.BankAccountId, account => chart.ById(account.AccountId).Name);
        List<Reconciliation> rows = await work.Db.Set<Reconciliation>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.StatementDay).ThenByDescending(row => row.ReconciliationId).Take(Shown).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.ReconciliationId)];
        Dictionary<long, int> items = await work.Db.Set<ReconciliationItem>()
            .Where(item => item.BookId == work.Book && ids.Contains(item.ReconciliationId)).GroupBy(item => item.ReconciliationId)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, ct);
        var files = (await work.Db.Set<BankFile>().Where(file => file.BookId == work.Book)
            .Select(file => new { file.BankAccountId, file.LastDay }).Distinct().ToListAsync(ct))
            .ToLookup(file => file.BankAccountId, file => file.LastDay);
        var people = await PersonName.Of(work, rows.SelectMany(row => new[] { row.PreparedBy, row.DecidedBy }), ct);
        return new ReconciliationRows(
            [.. accounts.Select(account => Account(account, names, rows, files[account.BankAccountId], opening, work.Today))],
            [
                .. rows.Select(row => new ReconciliationRow(
                    row.ReconciliationId, row.BankAccountId, names[row.BankAccountId], row.StatementDay, Amount.Fen(row.StatementUnits),
                    row.State, items.GetValueOrDefault(row.ReconciliationId), people[row.PreparedBy],
                    row.DecidedBy is { } person ? people[person] : null,
                    row.State == ReconciliationState.Locked && row.UnlockAskedBy is not null)),
            ],
            work.Rights.ReachesAll(Reconciliation.Signers));
    }

    private static AccountToReconcile Account(
        BankAccount account, Dictionary<int, string> names, List<Reconciliation> rows, IEnumerable<LocalDate> files, LocalDate opening,
        LocalDate today)
    {
        List<Reconciliation> own = [.. rows.Where(row => row.BankAccountId == account.BankAccountId)];
        LocalDate? last = own.Where(row => row.State == ReconciliationState.Locked).Select(row => (LocalDate?)row.StatementDay).Max();
        LocalDate from = last?.PlusDays(1) ?? opening;
        IEnumerable<LocalDate> monthEnds = Enumerable.Range(0, MostDays)
            .Select(month => DateAdjusters.EndOfMonth(from.PlusMonths(month)));
        return new AccountToReconcile(
            account.BankAccountId, names[account.BankAccountId], account.Number, last,
            own.FirstOrDefault(row => row.State == ReconciliationState.Prepared)?.ReconciliationId,
            [.. monthEnds.Concat(files).Where(day => day >= from && day <= today).Distinct().Order()]);
    }
}

using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Checks;

/// <summary>
/// 核查账目: reads the whole book again and proves what its walls promise, trusting nothing that was computed when it was
/// written. It reads one consistent state, changes nothing and streams, so its memory does not grow with the books.
/// </summary>
public sealed record CheckBooks : Query<CheckReport>
{
    /// <summary>The same book is being checked already.</summary>
    public const string AlreadyRunning = "check.already-running";

    /// <summary>Roles that may check, if they reach the whole book.</summary>
    public static IReadOnlyList<Role> Checkers { get; } =
        [Role.FinanceOffice, Role.Panel, Role.Admin, Role.Accountant, Role.VoucherReviewer];

    internal override Need Needs => Need.Any(Checkers).ForWholeBook();

    internal static IReadOnlyList<BookCheck> All { get; } =
    [
        new EntriesAreWhole(), new EntriesInOrder(), new LeavesAgree(), new CheckpointsHold(), new BalancesAgree(),
        new VouchersAgree(), new ReviewsAreLogged(), new CorrectionsAreLinked(), new HoldsAreDue(), new CommitmentsAreCovered(),
        new GrantsAgree(), new LotsAgree(), new FloorsHold(), new FundsAreDecided(), new MatchesAgree(), new StockAgrees(), new TimeBankAgrees(),
        new DocumentsAreWhole(), new YearsCarryOver(), new CommandsAreWhole(), new SchemaIsOurs(),
    ];

    internal override async Task<CheckReport> Answer(Work work, CancellationToken ct) =>
        await Alone(work, ct) ? await Report(work, ct) : throw new RefusedException(AlreadyRunning);

    /// <summary>The same as part of a longer reading of the books, whoever else checks them meanwhile.</summary>
    /// <param name="leaves">Entries whose leaf differs, from whoever reads the log meanwhile; null to read it here.</param>
    internal static async Task<CheckReport> Report(Work work, CancellationToken ct, Task<IReadOnlyList<OtherLeaf>>? leaves = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        work.Db.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));

        // Read only, and with no schema before the books' own, whatever somebody may have put there.
        await work.Db.Database.ExecuteSqlAsync($"set transaction read only", ct);
        await work.Db.Database.ExecuteSqlAsync($"set local search_path = public", ct);
        FaultNames names = await FaultNames.Of(work, ct);
        CheckResult[] results = new CheckResult[All.Count];
        // Last is what may have to wait for somebody else.
        foreach (int place in Enumerable.Range(0, All.Count).OrderBy(place => All[place] is LeavesAgree))
        {
            Findings found = new(names);
            BookCheck check = All[place] is LeavesAgree ? new LeavesAgree(leaves) : All[place];
            await check.Run(work, found, ct);
            results[place] = await found.Result(check.Key, ct);
        }

        Book book = await work.Db.Books.AsNoTracking().SingleAsync(row => row.BookId == work.Book, ct);
        long entries = await work.Db.Entries.LongCountAsync(entry => entry.BookId == work.Book, ct);
        long lines = await work.Db.Postings.LongCountAsync(line => line.BookId == work.Book, ct);
        return new CheckReport(book.Code, book.Name, work.Now, Duration.FromTimeSpan(watch.Elapsed), entries, lines, results);
    }

    private static async Task<bool> Alone(Work work, CancellationToken ct) => await work.Db.Database.SqlQuery<bool>(
        $"""select pg_try_advisory_xact_lock(20260102, {work.Book}) as "Value" """).SingleAsync(ct);
}

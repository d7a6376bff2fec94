using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Bank lines are what was expected: one line and one expectation, or several of either whose sums are equal. A voucher is prepared as
/// the expectations say, resting on the lines.
/// </summary>
/// <param name="Lines">Of one bank account; each with all that is left of it.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late: the month it happened in is closed.</param>
public sealed record MatchExpectations(
    Guid Key, IReadOnlyList<long> Lines, IReadOnlyList<long> Expectations, LocalDate? BookedOn = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>An expectation was met or closed meanwhile, or is none of this book.</summary>
    public const string NotOpen = "expectation.not-open";

    /// <summary>Lines and expectations do not add up to the same.</summary>
    public const string Unequal = "expectation.unequal";

    /// <summary>The lines are of several bank accounts, or the expectation names another.</summary>
    public const string OtherAccount = "expectation.other-account";

    private const int Most = 200;

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant).ForWholeBook().For(await work.Db.Set<ExpectationLine>()
            .Where(line => line.BookId == work.Book && Expectations.Contains(line.ExpectationId)).Select(line => line.FundId)
            .Distinct().ToListAsync(ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        List<BankLine> lines = [];
        foreach (long line in Lines.Distinct().Order().Take(Most))
        {
            lines.Add(await UndecidedLine.Lock(work, line, mayBePartly: true, ct));
        }

        List<Expectation> met = await Open(work, ct);
        BankAccount account = await Account(work, lines, met, ct);
        long[] ids = [.. lines.Select(line => line.BankLineId)];
        Dictionary<long, long> taken = await BankMatch.Open(work.Db, work.Book).Where(match => ids.Contains(match.BankLineId))
            .GroupBy(match => match.BankLineId).Select(group => new { group.Key, Units = group.Sum(match => match.Units) })
            .ToDictionaryAsync(row => row.Key, row => row.Units, ct);
        long said = lines.Sum(line => line.Units - taken.GetValueOrDefault(line.BankLineId)), expected = met.Sum(row => row.Units);
        if (said != expected)
        {
            throw new RefusedException(Unequal, ("lines", Amount.Fen(said)), ("expected", Amount.Fen(expected)));
        }

        LocalDate day = await work.BookedDay(lines.Max(line => line.OccurredOn), BookedOn, ct);
        ExpectedEntry entry = await ExpectedEntry.Of(work, met, account.AccountId, day, ct);
        long[] expectations = [.. met.Select(row => row.ExpectationId)];
        List<Enclosure> papers = [.. Documents ?? []];
        foreach (Expectation row in met)
        {
            papers.AddRange(Consequence.Read(row.ThenMove) is { } then ? await then.Papers(work, ct) : []);
        }

        Draft money = new(entry.Money, Bank: [.. lines.Select(line => new BankPart(line.BankLineId))], Documents: papers,
            Then: new ExpectationsMet(expectations), Otherwise: new ExpectationsOpen(expectations), Undo: new ExpectationsUndone(expectations),
            Lots: entry.Lots);

        // What was promised is fulfilled by the payment: both are reviewed together, so that the money is held once.
        long voucher = (await work.PrepareTogether(entry.Promises is { } promises ? [money, new Draft(promises)] : [money], ct))[0];
        met.ForEach(row => row.VoucherId = voucher);
        return voucher;
    }

    private async Task<List<Expectation>> Open(Work work, CancellationToken ct)
    {
        long[] asked = [.. Expectations.Distinct().Order().Take(Most)];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select 1 from expectation where book_id = {work.Book} and expectation_id = any ({asked}) order by expectation_id for no key update
            """, ct);
        List<Expectation> open = await work.Db.Set<Expectation>()
            .Where(row => row.BookId == work.Book && asked.Contains(row.ExpectationId) && row.VoucherId == null && row.ClosedAt == null)
            .OrderBy(row => row.ExpectationId).ToListAsync(ct);
        return open.Count == asked.Length && open.Count > 0 ? open : throw new RefusedException(NotOpen);
    }

    private static async Task<BankAccount> Account(Work work, List<BankLine> lines, List<Expectation> met, CancellationToken ct)
    {
        int[] accounts = [.. lines.Select(line => line.BankAccountId).Distinct()];
        return accounts.Length == 1 && met.All(row => row.BankAccountId is null || row.BankAccountId == accounts[0])
            ? await work.Db.Set<BankAccount>().AsNoTracking()
                .SingleAsync(row => row.BookId == work.Book && row.BankAccountId == accounts[0], ct)
            : throw new RefusedException(OtherAccount);
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>What stands at the head of every ledger. The same days and the same position give the same figures for ever.</summary>
/// <param name="KnownAt">Position of the last entry that counts.</param>
/// <param name="Last">Position of the last entry in the books.</param>
public sealed record LedgerHead(
    string Body, LedgerRange Range, StatementFunds Funds, Instant GeneratedAt, long KnownAt, long Last)
{
    /// <summary>Not an account of the statutory chart.</summary>
    public const string UnknownAccount = "statement.unknown-account";

    /// <summary>The books have no such entry yet, so what it would have known is not settled.</summary>
    public const string UnknownPosition = "ledger.unknown-position";

    /// <summary>Nobody within reach has the name or number.</summary>
    public const string UnknownCounterparty = "ledger.unknown-counterparty";

    /// <summary>A filter that is a whole number was something else.</summary>
    public const string NotANumber = "ledger.not-a-number";

    public bool IsPast => KnownAt < Last;

    /// <summary>The days in words; the adjusting period, which has no day of its own, is said beside them.</summary>
    public string Days(Words words)
    {
        string days = words["ledger.days-are", Range.FromDay, Range.ToDay];
        return Range.ToPeriod % 100 != 13 ? days : string.Join(words["text.comma"], days,
            words[Range.FromPeriod == Range.ToPeriod ? "ledger.only" : "ledger.adjusting", new PeriodNumber(Range.ToPeriod)]);
    }

    /// <summary>What pins the figures down, in words.</summary>
    public string Position(Words words) => words["ledger.known-at", KnownAt, Range.ToDay, GeneratedAt];
}

/// <summary>What a ledger is about: days, position, funds within reach and the statutory chart of the last day.</summary>
internal sealed class LedgerScope
{
    private readonly ILookup<int?, StatementAccount> _below;

    private LedgerScope(Work work, LedgerHead head, IReadOnlyList<StatementAccount> chart)
    {
        (Work, Head, Chart) = (work, head, chart);
        _below = chart.ToLookup(account => account.ParentId);
    }

    public Work Work { get; }

    public LedgerHead Head { get; }

    public LedgerRange Range => Head.Range;

    public int[] Funds => Head.Funds.Ids;

    public long Known => Head.KnownAt;

    /// <summary>In the order of codes.</summary>
    public IReadOnlyList<StatementAccount> Chart { get; }

    public IEnumerable<StatementAccount> Roots => _below[null];

    public static async Task<LedgerScope> Of(Work work, LedgerDays days, int? fund, bool below, long? known, CancellationToken ct)
    {
        // One account has five lines and another half of the book: a plan for all of them would fit none.
        await work.Db.Database.ExecuteSqlAsync($"set local plan_cache_mode = force_custom_plan", ct);
        LedgerRange range = await LedgerRange.Of(work, days, ct);
        StatementFunds funds = await StatementFunds.Of(work, fund, below, ct);
        long last = await work.Db.Entries.Where(entry => entry.BookId == work.Book)
            .MaxAsync(entry => (long?)entry.EntryNo, ct) ?? 0;
        if (known is < 0 || known > last)
        {
            throw new RefusedException(LedgerHead.UnknownPosition, ("typed", known), ("last", last));
        }

        string body = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct);
        return new LedgerScope(work, new LedgerHead(body, range, funds, work.Now, known ?? last, last),
            await StatementAccount.On(work, range.ToDay, ct));
    }

    public StatementAccount Account(string key) =>
        Chart.FirstOrDefault(each => each.Key == key) ?? throw new RefusedException(LedgerHead.UnknownAccount, ("typed", key));

    public IEnumerable<StatementAccount> Below(StatementAccount account) => _below[account.AccountId];

    /// <summary>The account and all below it.</summary>
    public IEnumerable<StatementAccount> Within(StatementAccount account) => Below(account).SelectMany(Within).Prepend(account);

    /// <summary>Ids of an account and all below it; of the whole statutory chart without one.</summary>
    public int[] Ids(StatementAccount? account) =>
        [.. (account is null ? Chart : Within(account)).Select(each => each.AccountId)];
}

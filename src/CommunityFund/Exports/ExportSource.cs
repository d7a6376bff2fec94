using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>What an export is of.</summary>
/// <param name="Day">The last day that is in it.</param>
/// <param name="KnownAt">Position of the last entry of the book when it was read.</param>
public sealed record ExportFacts(string Code, string Body, LocalDate Day, long KnownAt, long Entries, long Lines)
{
    /// <summary>The funds it is confined to; none for the whole book.</summary>
    public IReadOnlyList<ExportedFund> Funds { get; init; } = [];
}

/// <summary>An account as the export names it.</summary>
internal sealed record ExportAccount(
    int AccountId, string Key, string Code, string Name, AccountClass Class, int? ParentId, string Commodity)
{
    public bool IsMemorandum => Class == AccountClass.Memorandum;
}

/// <summary>The book that is read: its facts, chart and funds, which are small, and a door to its rows, which may be
/// many.</summary>
internal sealed class ExportSource
{
    private ExportSource(Work work, DateOnly until, ExportFacts facts, string standard, ExportPart? part,
        IReadOnlyDictionary<int, ExportAccount> accounts, IReadOnlyDictionary<int, Fund> funds) =>
        (Work, Until, Facts, Standard, Part, Accounts, Funds) = (work, until, facts, standard, part, accounts, funds);

    public Work Work { get; }

    /// <summary>The last day that is in.</summary>
    public DateOnly Until { get; }

    public ExportFacts Facts { get; }

    /// <summary>Key of the standard in force on the last day, whose codes and names are used.</summary>
    public string Standard { get; }

    /// <summary>The funds that the reader is confined to; null for the whole book.</summary>
    public ExportPart? Part { get; }

    /// <summary>Of a part, those that its lines name and what they stand under.</summary>
    public IReadOnlyDictionary<int, ExportAccount> Accounts { get; }

    /// <summary>The funds that are in.</summary>
    public IReadOnlyDictionary<int, Fund> Funds { get; }

    /// <summary>The numbers of the funds that are in.</summary>
    public int[] Within => [.. Funds.Keys.Order()];

    public static async Task<ExportSource> Of(Work work, LocalDate? asOf, CancellationToken ct)
    {
        DateOnly until = (asOf ?? new LocalDate(9999, 12, 31)).ToDateOnly();
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(row => row.BookId == work.Book, ct);
        ExportPart? part = await ExportPart.Of(work, ct);
        int[] within = [.. part?.Funds.Select(fund => fund.FundId) ?? []];
        Counts counts = part is null ? await CountsOf(work, until, ct) : await CountsOf(work, until, within, ct);
        LocalDate last = asOf ?? LocalDate.Max(
            work.Today, counts.LastDay is { } day ? LocalDate.FromDateOnly(day) : work.Today);
        IReadOnlyDictionary<int, ExportAccount> accounts = await AccountsOn(work, last, ct);
        return new ExportSource(work, until,
            new ExportFacts(book.Code, book.Name, last, counts.KnownAt, counts.Entries, counts.Lines) { Funds = part?.Funds ?? [] },
            (await work.ChartOn(last, ct)).Standard, part, part is null ? accounts : await Named(work, accounts, until, within, ct),
            (await work.Funds(ct)).Where(fund => part is null || within.Contains(fund.FundId)).ToDictionary(fund => fund.FundId));
    }

    /// <summary>The names of the accounts from the root down.</summary>
    public IEnumerable<ExportAccount> PathOf(ExportAccount account) =>
        account.ParentId is { } parent ? PathOf(Accounts[parent]).Append(account) : [account];

    private static Task<Counts> CountsOf(Work work, DateOnly until, CancellationToken ct) => work.Db.Database.SqlQuery<Counts>(
        $"""
        select coalesce(max(entry_no), 0) as "KnownAt",
               count(*) filter (where occurred_on <= {until}) as "Entries",
               coalesce(sum(line_count) filter (where occurred_on <= {until}), 0)::bigint as "Lines",
               max(occurred_on) as "LastDay"
          from journal_entry where book_id = {work.Book}
        """).SingleAsync(ct);

    private static Task<Counts> CountsOf(Work work, DateOnly until, int[] within, CancellationToken ct) => work.Db.Database.SqlQuery<Counts>(
        $"""
        select (select coalesce(max(entry_no), 0) from journal_entry where book_id = {work.Book}) as "KnownAt",
               count(distinct entry_no) filter (where occurred_on <= {until}) as "Entries",
               count(*) filter (where occurred_on <= {until}) as "Lines",
               max(occurred_on) as "LastDay"
          from posting where book_id = {work.Book} and fund_id = any ({within})
        """).SingleAsync(ct);

    // An account that only other funds use may bear the name of their bank, donor or enterprise.
    private static async Task<IReadOnlyDictionary<int, ExportAccount>> Named(
        Work work, IReadOnlyDictionary<int, ExportAccount> all, DateOnly until, int[] within, CancellationToken ct)
    {
        HashSet<int> named = [];
        foreach (int used in await work.Db.Database.SqlQuery<int>(
            $"""
            select distinct account_id as "Value" from posting
             where book_id = {work.Book} and fund_id = any ({within}) and occurred_on <= {until}
            """).ToListAsync(ct))
        {
            for (int? at = used; at is { } account && named.Add(account);)
            {
                at = all[account].ParentId;
            }
        }

        return all.Where(account => named.Contains(account.Key)).ToDictionary();
    }

    /// <summary>Every account of the book; one that the standard of the day no longer knows keeps the name it had.</summary>
    private static async Task<IReadOnlyDictionary<int, ExportAccount>> AccountsOn(Work work, LocalDate day, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        Dictionary<int, ExportAccount> known = chart.Accounts.ToDictionary(account => account.AccountId, account =>
            new ExportAccount(account.AccountId, account.Account.Key, account.Code, account.Name, account.Account.Class,
                account.ParentId, account.Commodity));
        bool isEnglish = Languages.Of(CultureInfo.CurrentUICulture) == Language.English;
        var others = await (from account in work.Db.Accounts
                            join name in work.Db.Set<AccountName>()
                                on new { account.BookId, account.AccountId } equals new { name.BookId, name.AccountId }
                            where account.BookId == work.Book && name.Standard != chart.Standard
                            orderby name.Standard descending
                            select new { account, name }).AsNoTracking().ToListAsync(ct);
        foreach (var other in others)
        {
            // The standard in its code: the standards reuse codes for other things.
            known.TryAdd(other.account.AccountId, new ExportAccount(other.account.AccountId, other.account.Key,
                $"{other.name.Code}-{other.name.Standard}", isEnglish ? other.name.NameEn : other.name.NameZh,
                other.account.Class, other.account.ParentId, other.account.Commodity));
        }

        return known;
    }

    private sealed record Counts(long KnownAt, long Entries, long Lines, DateOnly? LastDay);
}

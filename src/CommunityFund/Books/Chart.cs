using System.Globalization;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>One account as a day's standard shows it.</summary>
public sealed record ChartAccount(
    int AccountId, Account Account, string NameZh, string NameEn, string Pinyin, string Commodity, int? ParentId, bool Added,
        bool TakesLines)
{
    public string Code => Account.Code;

    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;
}

/// <summary>The chart of accounts of a book on a day: kernel accounts by key, with ids, codes and names of the standard in
/// force.</summary>
public sealed class Chart
{
    /// <summary>No account has the code, name or initials typed.</summary>
    public const string UnknownAccount = "chart.unknown-account";

    /// <summary>What was typed fits several accounts.</summary>
    public const string AmbiguousAccount = "chart.ambiguous-account";

    /// <summary>The account has sub-accounts of the foundation; lines stand only on these.</summary>
    public const string HasSubAccounts = "chart.has-sub-accounts";

    private readonly Dictionary<string, ChartAccount> _byKey;
    private readonly Dictionary<int, ChartAccount> _byId;

    private Chart(string standard, IReadOnlyList<ChartAccount> accounts)
    {
        Standard = standard;
        Accounts = accounts;
        _byKey = accounts.ToDictionary(account => account.Account.Key);
        _byId = accounts.ToDictionary(account => account.AccountId);
    }

    /// <summary>Key of the standard in force.</summary>
    public string Standard { get; }

    /// <summary>All accounts in the order of their codes.</summary>
    public IReadOnlyList<ChartAccount> Accounts { get; }

    /// <summary>The kernel's account of a key.</summary>
    public Account this[string key] => _byKey[key].Account;

    public ChartAccount ById(int account) => _byId[account];

    /// <summary>The name of a sub-account below its parent's, 银行存款—建行基本户; any other account's own name.</summary>
    public string PathOf(ChartAccount account) =>
        account is { Added: true, ParentId: { } parent } ? $"{PathOf(ById(parent))}—{account.Name}" : account.Name;

    public ChartAccount? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>The account that takes the lines of a rule: that of the key or, where the foundation has divided it, the part whose Chinese
    /// name has one of the words, else the first part.</summary>
    public ChartAccount Part(string key, params string[] words) => _byKey[key] is { TakesLines: true } whole ? whole
        : Accounts.Where(part => part.TakesLines && part.Account.Key.StartsWith(key + ".", StringComparison.Ordinal))
            .OrderByDescending(part => words.Any(word => part.NameZh.Contains(word, StringComparison.Ordinal))).First();

    /// <summary>
    /// The account a person means: by code, by name in either language, by "code name", by initials of its Chinese name,
    /// or by key; the exact match wins, and a unique beginning of code or initials is enough.
    /// </summary>
    /// <exception cref="RefusedException">Nothing or several accounts fit, or lines stand only on its sub-accounts.</exception>
    public ChartAccount Typed(string? typed)
    {
        string text = (typed ?? "").Trim();
        string first = text.Split(' ')[0];
        ChartAccount[] fitting =
            [.. Accounts.Where(account => text == account.Code || text == account.NameZh || text == account.NameEn
            || text == account.Account.Key || (first == account.Code && text.EndsWith(account.Name, StringComparison.Ordinal)))];
        if (fitting.Length == 0 && text.Length > 0)
        {
            fitting = [.. Accounts.Where(account =>
                account.TakesLines && string.Equals(account.Pinyin, text, StringComparison.OrdinalIgnoreCase))];
        }

        if (fitting.Length == 0 && text.Length > 1)
        {
            fitting = [.. Accounts.Where(account => account.TakesLines && (account.Code.StartsWith(text, StringComparison.Ordinal)
                || account.Pinyin.StartsWith(text, StringComparison.OrdinalIgnoreCase)))];
        }

        return fitting switch
        {
            [{ TakesLines: false } parent] =>
                throw new RefusedException(HasSubAccounts, ("typed", text), ("account", parent.Name)),
            [ChartAccount one] => one,
            [] => throw new RefusedException(UnknownAccount, ("typed", text)),
            _ => throw new RefusedException(AmbiguousAccount, ("typed", text),
                ("candidates", string.Join(", ", fitting.Take(5).Select(account => $"{account.Code} {account.Name}")))),
        };
    }

    internal static async Task<Chart> On(FundDb db, int book, LocalDate day, CancellationToken ct)
    {
        string standard = await db.Set<BookStandard>().Where(row => row.BookId == book && row.ValidFrom <= day)
            .OrderByDescending(row => row.ValidFrom).Select(row => row.Standard).FirstOrDefaultAsync(ct)
            ?? await db.Set<BookStandard>().Where(row => row.BookId == book).OrderBy(row => row.ValidFrom)
                .Select(row => row.Standard).FirstAsync(ct);
        var rows = await (from account in db.Accounts
                          join name in db.Set<AccountName>()
                              on new { account.BookId, account.AccountId } equals new { name.BookId, name.AccountId }
                          where account.BookId == book && name.Standard == standard
                          select new { account, name }).AsNoTracking().ToListAsync(ct);
        HashSet<int> divided =
            [.. rows.Where(row => row.account is { Added: true, ParentId: not null }).Select(row => row.account.ParentId!.Value)];
        return new Chart(standard,
        [
            .. rows.OrderBy(row => row.name.Code, StringComparer.Ordinal).Select(row => new ChartAccount(
                row.account.AccountId,
                new Account(row.account.Key, row.name.Code, row.account.Class, row.name.NormalSide, row.account.Role,
                    row.name.NeedsRestriction),
                row.name.NameZh, row.name.NameEn, row.name.Pinyin, row.account.Commodity, row.account.ParentId, row.account.Added,
                !divided.Contains(row.account.AccountId))),
        ]);
    }
}

using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>
/// A sub-account that the foundation adds below an account of the standard. It inherits class, side and role, and is
/// named under every standard that knows its parent, so that a change-over finds it.
/// </summary>
public sealed record SubAccount(string ParentKey, string Suffix, string NameZh, string NameEn, string Pinyin)
{
    /// <summary>The parent does not exist.</summary>
    public const string UnknownParent = "sub-account.unknown-parent";

    /// <summary>Lines stand on the parent already; they would be left above their sub-accounts.</summary>
    public const string ParentHasLines = "sub-account.parent-has-lines";

    /// <summary>The two digits after the parent's code are missing or taken.</summary>
    public const string BadSuffix = "sub-account.bad-suffix";

    /// <summary>A name is empty or too long.</summary>
    public const string BadName = "sub-account.bad-name";

    /// <summary>The program itself posts to the account by its key, which a divided account could not take.</summary>
    public const string PostedByRule = "sub-account.posted-by-rule";

    private static readonly string[] RuleKeys =
        [Account.Keys.DonationIncome, Account.Keys.UnrestrictedNetAssets, Account.Keys.RestrictedNetAssets];

    /// <summary>Initials have other characters than letters and digits.</summary>
    public const string BadPinyin = "sub-account.bad-pinyin";

    /// <summary>Whether a foundation may divide an account of this key and class.</summary>
    public static bool MayDivide(string key, AccountClass @class) => @class != AccountClass.Memorandum && !RuleKeys.Contains(key);

    internal async Task<LedgerAccount> Add(Work work, CancellationToken ct)
    {
        LedgerAccount parent = await work.Db.Accounts.AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.Key == ParentKey, ct)
            ?? throw new RefusedException(UnknownParent, ("typed", ParentKey));
        if (!MayDivide(parent.Key, parent.Class))
        {
            throw new RefusedException(PostedByRule, ("account", NameOf(await work.ChartOn(work.Today, ct), parent)));
        }

        if (Suffix.Length != 2 || !Suffix.All(char.IsAsciiDigit))
        {
            throw new RefusedException(BadSuffix, ("typed", Suffix));
        }

        if (PlainText.Of(NameZh).Length is 0 or > 60 || PlainText.Of(NameEn).Length is 0 or > 80)
        {
            throw new RefusedException(BadName);
        }

        if (Pinyin.Length > 60 || !Pinyin.All(char.IsAsciiLetterOrDigit))
        {
            throw new RefusedException(BadPinyin, ("typed", Pinyin));
        }

        if (await work.Db.VoucherLines.AnyAsync(line => line.BookId == work.Book && line.AccountId == parent.AccountId, ct))
        {
            throw new RefusedException(ParentHasLines, ("account", NameOf(await work.ChartOn(work.Today, ct), parent)));
        }

        LedgerAccount account = new()
        {
            BookId = work.Book,
            AccountId = await work.Db.Accounts.Where(row => row.BookId == work.Book).MaxAsync(row => row.AccountId, ct) + 1,
            Key = $"{parent.Key}.{Suffix}",
            ParentId = parent.AccountId,
            Class = parent.Class,
            Role = parent.Role,
            Commodity = parent.Commodity,
            Added = true,
        };
        work.Db.Add(account);
        List<AccountName> names = await work.Db.Set<AccountName>().AsNoTracking()
            .Where(name => name.BookId == work.Book && name.AccountId == parent.AccountId).ToListAsync(ct);
        foreach (AccountName above in names)
        {
            if (await work.Db.Set<AccountName>().AnyAsync(
                name => name.BookId == work.Book && name.Standard == above.Standard && name.Code == above.Code + Suffix, ct))
            {
                throw new RefusedException(BadSuffix, ("typed", Suffix));
            }

            work.Db.Add(new AccountName
            {
                BookId = work.Book,
                AccountId = account.AccountId,
                Standard = above.Standard,
                Code = above.Code + Suffix,
                NameZh = PlainText.Of(NameZh),
                NameEn = PlainText.Of(NameEn),
                Pinyin = Pinyin.Length > 0 ? Pinyin.ToLowerInvariant() : PinyinInitials.Of(NameZh),
                NormalSide = above.NormalSide,
                NeedsRestriction = above.NeedsRestriction,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        work.ForgetCharts();
        return account;
    }

    private static string NameOf(Chart chart, LedgerAccount account) => chart.Find(account.Key)?.Name ?? account.Key;
}

using System.Globalization;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>An account of the statutory chart as a day's standard names it.</summary>
/// <param name="InForce">False if that standard no longer knows it; it then keeps the name of the one that did.</param>
internal sealed record StatementAccount(int AccountId, int? ParentId, string Key, string Code, string NameZh, string NameEn,
    string Class, string Role, bool InForce)
{
    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? NameEn : NameZh;

    public AccountCode Named => new(Code, NameZh, NameEn);

    public bool IsCash => Role is "own-cash" or "agency-cash";

    /// <summary>往来: what others owe or are owed. Other assets name nobody.</summary>
    public bool IsClaimOrDebt => Class == "liability" || (Class == "asset" && !IsCash);

    /// <summary>
    /// All of them in the order of their codes: memorandum accounts and those that count hours or points are not of the
    /// statutory chart (rulings 3). A balance never falls out of a statement because the standard has changed.
    /// </summary>
    public static async Task<IReadOnlyList<StatementAccount>> On(Work work, LocalDate day, CancellationToken ct)
    {
        string standard = (await work.ChartOn(day, ct)).Standard;
        List<StatementAccount> accounts = await work.Db.Database.SqlQuery<StatementAccount>(
            $"""
            select a.account_id as "AccountId", a.parent_id as "ParentId", a.key as "Key", n.code as "Code",
                   n.name_zh as "NameZh", n.name_en as "NameEn", a.class as "Class", a.role as "Role",
                   n.standard = {standard} as "InForce"
              from account a
             cross join lateral (select * from account_name n where n.book_id = a.book_id and n.account_id = a.account_id
                                  order by (n.standard = {standard}) desc, n.standard desc limit 1) n
             where a.book_id = {work.Book} and a.class <> 'memorandum' and a.commodity = 'CNY'
            """).ToListAsync(ct);
        return [.. accounts.OrderBy(account => account.Code, StringComparer.Ordinal).ThenBy(account => account.AccountId)];
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>All accounts of a book that count money, memorandum ones too, as one standard names them; an account that it does not know keeps
/// the name of the one that did, so that no balance falls out of a statement.</summary>
internal sealed class FormChart
{
    private readonly Dictionary<int, FormAccount> _byId;
    private readonly Dictionary<string, Row> _byKey;

    private FormChart(string standard, IReadOnlyList<Row> rows)
    {
        Standard = standard;
        Dictionary<int, string> keys = rows.ToDictionary(row => row.AccountId, row => row.Key);
        _byKey = rows.ToDictionary(row => row.Key, StringComparer.Ordinal);
        _byId = rows.ToDictionary(row => row.AccountId, row => new FormAccount(
            row.Key, row.ParentId is { } parent ? keys[parent] : null, Codes.Parse<AccountClass>(row.Class),
            Codes.Parse<AccountRole>(row.Role), Codes.SideOf(row.Side)));
        Accounts = new FormAccounts(_byId.Values);
    }

    public string Standard { get; }

    public FormAccounts Accounts { get; }

    public FormAccount ById(int account) => _byId[account];

    public AccountCode NameOf(string key) => new(_byKey[key].Code, _byKey[key].NameZh, _byKey[key].NameEn);

    /// <summary>Of accounts that are at hand.</summary>
    public static FormChart Of(string standard, IReadOnlyList<Row> rows) => new(standard, rows);

    public static async Task<FormChart> On(Work work, LocalDate day, CancellationToken ct) =>
        await Named(work, (await work.ChartOn(day, ct)).Standard, ct);

    /// <summary>The chart of a standard by which the book is or was kept; null of any other.</summary>
    public static async Task<FormChart?> Under(Work work, string standard, CancellationToken ct) =>
        await work.Db.Set<BookStandard>().AnyAsync(row => row.BookId == work.Book && row.Standard == standard, ct)
            ? await Named(work, standard, ct) : null;

    private static async Task<FormChart> Named(Work work, string standard, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select a.account_id as "AccountId", a.parent_id as "ParentId", a.key as "Key", n.code as "Code", n.name_zh as "NameZh",
                   n.name_en as "NameEn", a.class as "Class", a.role as "Role", n.normal_side as "Side"
              from account a
             cross join lateral (select * from account_name n where n.book_id = a.book_id and n.account_id = a.account_id
                                  order by (n.standard = {standard}) desc, n.standard desc limit 1) n
             where a.book_id = {work.Book} and a.commodity = 'CNY'
            """).ToListAsync(ct);
        return new FormChart(standard, rows);
    }

    /// <summary>An account as the standard names it.</summary>
    internal sealed record Row(
        int AccountId, int? ParentId, string Key, string Code, string NameZh, string NameEn, string Class, string Role, string Side);
}

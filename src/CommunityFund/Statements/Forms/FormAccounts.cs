using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The accounts that a formula may name: those of a standard, or of a book with what the foundation added.</summary>
internal sealed class FormAccounts
{
    private readonly Dictionary<string, FormAccount> _byKey;
    private readonly ILookup<string?, FormAccount> _below;

    public FormAccounts(IEnumerable<FormAccount> accounts)
    {
        _byKey = accounts.ToDictionary(account => account.Key, StringComparer.Ordinal);
        _below = _byKey.Values.ToLookup(account => account.Parent, StringComparer.Ordinal);
    }

    public static FormAccounts Of(Standard standard) => new(standard.Accounts.Select(account =>
        new FormAccount(account.Key, account.ParentKey, account.Class, account.Role, account.NormalSide)));

    public static FormAccounts Of(Chart chart) => new(chart.Accounts.Select(row => new FormAccount(
        row.Account.Key, row.ParentId is { } parent ? chart.ById(parent).Account.Key : null, row.Account.Class, row.Account.Role,
        row.Account.NormalSide)));

    /// <summary>Keys of an account with all below it, or of a class or role in braces; null if there is no such account, class or role.</summary>
    public IReadOnlySet<string>? Named(string text) => text.StartsWith('{')
        ? Group(text.Trim('{', '}'))
        : _byKey.TryGetValue(text, out FormAccount? account) ? Within(account).ToHashSet(StringComparer.Ordinal) : null;

    /// <summary>The side on which a term counts up.</summary>
    public Side SideOf(string text)
    {
        if (!text.StartsWith('{'))
        {
            return _byKey[text].NormalSide;
        }

        string group = text.Trim('{', '}');
        return Codes.Find<AccountClass>(group) is AccountClass.Liability or AccountClass.NetAssets or AccountClass.Income
            || Codes.Find<AccountRole>(group) is AccountRole.Claim ? Side.Credit : Side.Debit;
    }

    private IEnumerable<string> Within(FormAccount account) => _below[account.Key].SelectMany(Within).Prepend(account.Key);

    private HashSet<string>? Group(string name)
    {
        AccountClass? byClass = Codes.Find<AccountClass>(name);
        AccountRole? byRole = Codes.Find<AccountRole>(name);
        return byClass is null && byRole is null or AccountRole.None ? null
            : _byKey.Values.Where(account => account.Class == byClass || account.Role == byRole).Select(account => account.Key)
                .ToHashSet(StringComparer.Ordinal);
    }
}

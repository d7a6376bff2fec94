using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>The accounts of one file, checked against each other: what no single line can show.</summary>
internal sealed class StandardChart
{
    // 以前年度净资产调整 came with 财会〔2024〕25号; before that day prior-year errors go to net assets themselves.
    private static readonly LocalDate PriorYearAccountFrom = new(2026, 1, 1);

    private static readonly IReadOnlyList<string> NeededByPostingRules =
    [
        Account.Keys.Cash,
        Account.Keys.Bank,
        Account.Keys.UnrestrictedNetAssets,
        Account.Keys.RestrictedNetAssets,
        Account.Keys.DonationIncome,
        Account.Keys.ProgrammeCost,
        Account.Keys.ManagementExpense,
        Account.Keys.FundraisingExpense,
    ];

    private readonly LocalDate _from;
    private readonly List<(StandardAccount Account, StandardFields Fields)> _lines = [];
    private readonly Dictionary<string, StandardAccount> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<string> _codes = new(StringComparer.Ordinal);

    public StandardChart(LocalDate from) => _from = from;

    public void Add(StandardAccount account, StandardFields fields)
    {
        if (!_byKey.TryAdd(account.Key, account))
        {
            throw fields.Broken("key", StandardFlaw.DuplicateKey, account.Key);
        }

        if (!_codes.Add(account.Code))
        {
            throw fields.Broken("code", StandardFlaw.DuplicateCode, account.Code);
        }

        _lines.Add((account, fields));
    }

    public IReadOnlyList<StandardAccount> Checked(StandardFields head)
    {
        if (_lines.Count == 0)
        {
            throw head.Broken("accounts", StandardFlaw.NoAccounts, "accounts");
        }

        foreach (var (account, fields) in _lines)
        {
            CheckParent(account, fields);
        }

        IEnumerable<string> needed = _from < PriorYearAccountFrom
            ? NeededByPostingRules
            : NeededByPostingRules.Append(Account.Keys.PriorYearAdjustment);
        return needed.FirstOrDefault(key => !_byKey.ContainsKey(key)) is { } missing
            ? throw head.Broken("accounts", StandardFlaw.MissingAccount, missing)
            : [.. _lines.Select(line => line.Account)];
    }

    private void CheckParent(StandardAccount account, StandardFields fields)
    {
        if (account.ParentKey is not { } key)
        {
            return;
        }

        if (!_byKey.TryGetValue(key, out StandardAccount? parent))
        {
            throw fields.Broken("parent", StandardFlaw.UnknownParent, key);
        }

        // Longer, too: so no account is its own ancestor.
        if (account.Code.Length <= parent.Code.Length || !account.Code.StartsWith(parent.Code, StringComparison.Ordinal))
        {
            throw fields.Broken("code", StandardFlaw.CodeOutsideParent, $"{account.Code} / {parent.Code}");
        }

        if (account.Class != parent.Class)
        {
            throw fields.Broken("class", StandardFlaw.ClassUnlikeParent, parent.Key);
        }
    }
}

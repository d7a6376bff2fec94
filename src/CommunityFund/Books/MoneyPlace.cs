using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>An own account that money comes into or goes out of, as a form offers it.</summary>
public sealed record MoneyPlace(string Key, string Name)
{
    /// <summary>Bank accounts first.</summary>
    internal static IReadOnlyList<MoneyPlace> Of(Chart chart) =>
    [
        .. chart.Accounts.Where(account => account is { TakesLines: true, Account.Role: AccountRole.OwnCash })
            .OrderBy(account => account.Account.Key.StartsWith(Account.Keys.Bank, StringComparison.Ordinal) ? 0 : 1)
            .Select(account => new MoneyPlace(account.Account.Key, chart.PathOf(account))),
    ];
}

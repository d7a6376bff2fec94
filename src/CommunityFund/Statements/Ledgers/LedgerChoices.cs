using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>What a reader of ledgers can choose from.</summary>
/// <param name="Accounts">Of the statutory chart, in the order of their codes.</param>
public sealed record LedgerChoice(StatementChoice Statements, IReadOnlyList<AccountChoice> Accounts);

/// <summary>An account to choose.</summary>
/// <param name="Depth">How deep it stands in the chart, 0 at the root.</param>
/// <param name="IsCash">Whether it has a day book.</param>
public sealed record AccountChoice(string Key, AccountCode Account, int Depth, bool IsCash);

/// <summary>Periods, funds within reach and accounts, for the filters of ledgers.</summary>
public sealed record LedgerChoices : Query<LedgerChoice>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<LedgerChoice> Answer(Work work, CancellationToken ct)
    {
        StatementChoice statements = await new StatementChoices().Answer(work, ct);
        StatementRange range = await StatementRange.Of(work, statements.First, statements.Last, ct);
        IReadOnlyList<StatementAccount> chart = await StatementAccount.On(work, range.LastDay, ct);
        Dictionary<int, StatementAccount> byId = chart.ToDictionary(account => account.AccountId);
        return new LedgerChoice(statements,
            [.. chart.Select(account => new AccountChoice(account.Key, account.Named, Depth(account), account.IsCash))]);

        int Depth(StatementAccount account) =>
            account.ParentId is { } parent && byId.TryGetValue(parent, out StatementAccount? above) ? Depth(above) + 1 : 0;
    }
}

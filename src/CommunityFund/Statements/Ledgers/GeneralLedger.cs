using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>总账: of each account what was carried over, what every month turned over with the year to date, and where it
/// stands.</summary>
/// <param name="Account">Key of an account, shown with all below it; null for every account that has moved or has a
/// balance.</param>
/// <param name="Level">1 shows the accounts of the standard, 2 also what stands below them.</param>
public sealed record GeneralLedger(
    LedgerDays Days, int? Fund = null, bool Below = true, long? Known = null, string? Account = null, int Level = 1)
    : Query<GeneralLedgerView>
{
    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<GeneralLedgerView> Answer(Work work, CancellationToken ct)
    {
        LedgerScope scope = await LedgerScope.Of(work, Days, Fund, Below, Known, ct);
        StatementAccount? asked = string.IsNullOrEmpty(Account) ? null : scope.Account(Account);
        ILookup<int, Turnover> turnovers = (await Turnover.Of(scope, scope.Ids(asked), ct)).ToLookup(each => each.AccountId);
        IEnumerable<StatementAccount> shown = asked is not null ? scope.Within(asked)
            : Level == 1 ? scope.Roots : scope.Roots.SelectMany(scope.Within);
        return new GeneralLedgerView(scope.Head,
        [
            .. shown.Select(account => (account, own: Of(account))).Where(pair => pair.own.Count > 0)
                .Select(pair => Drawn(scope.Range, pair.account, LevelOf(pair.account), pair.own)),
        ]);

        List<Turnover> Of(StatementAccount account) =>
            [.. scope.Ids(account).SelectMany(id => turnovers[id]).Where(each => each.Debit != 0 || each.Credit != 0)];

        int LevelOf(StatementAccount account) =>
            account.ParentId is { } parent && scope.Chart.FirstOrDefault(each => each.AccountId == parent) is { } above
                ? LevelOf(above) + 1 : 1;
    }

    private static GeneralAccount Drawn(LedgerRange range, StatementAccount account, int level, IReadOnlyList<Turnover> turnovers)
    {
        AccountRows rows = new(range, turnovers, daily: false, hasBefore: false, next: null);
        return new GeneralAccount(account.Key, account.Named, level, rows.Opening, rows.Debit, rows.Credit, rows.OfMonths());
    }
}

/// <summary>总账 as one plain record.</summary>
public sealed record GeneralLedgerView(LedgerHead Head, IReadOnlyList<GeneralAccount> Accounts);

/// <summary>An account of the general ledger with the rows of its months.</summary>
/// <param name="Level">1 for an account of the standard, 2 and more below it.</param>
/// <param name="Opening">Debits minus credits before the first day.</param>
public sealed record GeneralAccount(
    string Key, AccountCode Account, int Level, Amount Opening, Amount Debit, Amount Credit, IReadOnlyList<AccountRow> Rows)
{
    public Amount Closing => Opening + Debit - Credit;
}

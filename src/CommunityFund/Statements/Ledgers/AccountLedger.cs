using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>
/// 明细账 and, for cash and bank, 日记账 (会计基础工作规范 57): the lines of an account and of what stands below it, by day,
/// with the balance after each, month totals and the year to date; a day book adds up every day too.
/// </summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Fund">Null for all funds that the person may see.</param>
/// <param name="Known">Position in the log up to which entries count; null for all that are posted.</param>
/// <param name="Counterparty">Name, or number behind a #.</param>
/// <param name="Before">Shows the page that ends before this line; wins over <paramref name="After"/>.</param>
public sealed record AccountLedger(
    string Account, LedgerDays Days, int? Fund = null, bool Below = true, long? Known = null, string? Counterparty = null,
    long? Project = null, bool Daily = false, LinePlace? After = null, LinePlace? Before = null, int Size = 100)
    : Query<AccountLedgerView>
{
    /// <summary>A day book is of cash or a bank account.</summary>
    public const string NotCash = "ledger.not-cash";

    internal override Need Needs => Need.Any(StatementFunds.Readers);

    internal override async Task<AccountLedgerView> Answer(Work work, CancellationToken ct)
    {
        LedgerScope scope = await LedgerScope.Of(work, Days, Fund, Below, Known, ct);
        StatementAccount account = scope.Account(Account);
        if (Daily && !account.IsCash)
        {
            throw new RefusedException(NotCash, ("account", $"{account.Code} {account.Name}"));
        }

        int[] accounts = scope.Ids(account);
        LedgerTag tag = await LedgerTag.Of(scope, Counterparty, Project, ct);
        List<Turnover> turnovers = tag.Name is null
            ? await Turnover.Of(scope, accounts, ct) : await Turnover.Of(scope, accounts, tag, ct);
        AccountPage pages = new(scope, accounts, tag, Math.Clamp(Size, 1, LedgerSheet.MostRows));
        AccountPage.Part part = await pages.Read(turnovers, Before ?? After, Before is not null, ct);
        if (Before is not null && !part.HasBefore)
        {
            part = await pages.Read(turnovers, null, back: false, ct); // the first page, then, and a whole one
        }

        IReadOnlyList<AccountLine> lines = Lines(scope, part);
        AccountRows rows = new(scope.Range, turnovers, Daily, part.HasBefore, part.Next);
        return new AccountLedgerView(
            scope.Head, account.Key, account.Named, tag.Name, Daily, rows.Opening, rows.Debit, rows.Credit,
            rows.Of(lines, Amount.Fen(part.Before), part.Earlier),
            part.HasBefore ? lines.FirstOrDefault()?.Place : null, part.Next is null ? null : lines.LastOrDefault()?.Place);
    }

    private static IReadOnlyList<AccountLine> Lines(LedgerScope scope, AccountPage.Part part)
    {
        Dictionary<int, AccountCode> accounts = scope.Chart.ToDictionary(each => each.AccountId, each => each.Named);
        Dictionary<int, StatementFund> funds = scope.Head.Funds.Included.ToDictionary(fund => fund.FundId);
        List<AccountLine> lines = [];
        long balance = part.Before;
        foreach (AccountPage.Row row in part.Rows)
        {
            balance += row.Effect;
            lines.Add(new AccountLine(
                row.Place, row.Series, row.Number, row.VoucherId, row.Narrative, accounts[row.AccountId], funds[row.FundId],
                [.. row.Counters.Select(id => accounts[id]).OrderBy(each => each.Code, StringComparer.Ordinal)],
                Codes.SideOf(row.Side), Amount.Fen(row.Units), Amount.Fen(balance)));
        }

        return lines;
    }
}

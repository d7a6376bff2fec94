using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Periods;

/// <summary>One fund's income and expense on their way into its net assets.</summary>
internal sealed record ClosingEntry(Fund Fund, JournalEntry Entry);

/// <summary>
/// The entries that close a period, one per fund: income is written back on the debit side, expense on the credit side, what stands on
/// the wrong side in red. The database says what there is to close and into which net assets each goes by the standard in force.
/// </summary>
internal static class ClosingEntries
{
    // Six lines of one voucher may be needed for net assets: three kinds, restricted and unrestricted.
    private const int RowsPerVoucher = JournalEntry.MaxLines - 6;

    /// <param name="Target">R or U: the net assets it goes into.</param>
    private sealed record Row(int FundId, int AccountId, string Restriction, long Net, string Target);

    /// <param name="Net">Debit less credit of the line.</param>
    private sealed record Written(Account Account, Side Side, long Net, Restriction? Restriction);

    public static async Task<IReadOnlyList<ClosingEntry>> Of(Work work, AccountingPeriod period, CancellationToken ct)
    {
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select fund_id as "FundId", account_id as "AccountId", restriction as "Restriction", net as "Net", target as "Target"
              from balances_to_close({work.Book}, {period.Number})
            """).ToListAsync(ct);
        Chart chart = await work.ChartOn(period.Ends, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.GroupBy(row => row.FundId).OrderBy(group => funds[group.Key].Code, StringComparer.Ordinal)
                .SelectMany(group => group.OrderBy(row => chart.ById(row.AccountId).Code, StringComparer.Ordinal)
                    .ThenBy(row => row.Restriction, StringComparer.Ordinal).Chunk(RowsPerVoucher)
                    .Select(part => new ClosingEntry(funds[group.Key], Entry(chart, funds[group.Key].Code, period, part)))),
        ];
    }

    /// <summary>Narratives are text of the books, so they are Chinese whoever closes.</summary>
    private static JournalEntry Entry(Chart chart, string fund, AccountingPeriod period, IReadOnlyList<Row> rows)
    {
        int year = period.Number / 100, month = period.Number % 100;
        EntryDraft draft = JournalEntry.On(
            period.Ends, month == 13 ? $"结转{year}年调整期收入和费用" : $"结转{year}年{month}月收入和费用");
        foreach (var kind in rows.GroupBy(row => chart.ById(row.AccountId).Account.Class)
            .OrderBy(group => group.Key switch { AccountClass.Income => 0, AccountClass.Expense => 1, _ => 2 }))
        {
            IEnumerable<Written> closed = kind.Select(row => new Written(
                chart.ById(row.AccountId).Account, SideOf(kind.Key, row.Net), -row.Net, Codes.RestrictionOf(row.Restriction)));
            IEnumerable<Written> targets = kind.GroupBy(row => row.Target).OrderByDescending(group => group.Key, StringComparer.Ordinal)
                .Select(target => Target(chart, kind.Key, target.Key, target.Sum(row => row.Net)));
            foreach (Written line in closed.Concat(targets).OrderBy(line => line.Side))
            {
                Write(draft, fund, line);
            }
        }

        return draft.Balanced();
    }

    private static Written Target(Chart chart, AccountClass kind, string restriction, long net)
    {
        string key = restriction == "R" ? Account.Keys.RestrictedNetAssets : Account.Keys.UnrestrictedNetAssets;
        Side opposite = SideOf(kind, net) == Side.Debit ? Side.Credit : Side.Debit;
        return new Written(chart.Part(key).Account, opposite, net, Codes.RestrictionOf(restriction));
    }

    /// <summary>Income always on the debit side, expense on the credit side; an adjustment of earlier years has no wrong side.</summary>
    private static Side SideOf(AccountClass kind, long net) => kind switch
    {
        AccountClass.Income => Side.Debit,
        AccountClass.Expense => Side.Credit,
        _ => net < 0 ? Side.Debit : Side.Credit,
    };

    private static void Write(EntryDraft draft, string fund, Written line)
    {
        long units = line.Side == Side.Debit ? line.Net : -line.Net;
        Amount size = Amount.Fen(Math.Abs(units));
        Tags tags = new(line.Restriction, Movement: MovementKind.Close);
        _ = (line.Side, units) switch
        {
            (_, 0) => draft,
            (Side.Debit, > 0) => draft.Debit(line.Account, fund, size, tags),
            (Side.Debit, _) => draft.RedDebit(line.Account, fund, size, tags),
            (_, > 0) => draft.Credit(line.Account, fund, size, tags),
            _ => draft.RedCredit(line.Account, fund, size, tags),
        };
    }
}

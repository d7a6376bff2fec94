using CommunityFund.Statements;

namespace CommunityFund.Verification;

/// <summary>The rows of the trial balance: the statutory accounts with figures along their tree, in the order of their codes.</summary>
internal sealed class TrialSums(SheetBooks books, JournalSums sums, StatementLines lines, int year)
{
    private readonly ILookup<string, SheetAccount> _below = books.Accounts.Values
        .Where(account => lines.IsStatutory(account)).OrderBy(account => account.Code, StringComparer.Ordinal).ThenBy(account => account.Id)
        .ToLookup(account => account.Above, StringComparer.Ordinal);

    private readonly ILookup<long, (int Period, long Debit, long Credit)> _turned =
        sums.Turnovers.ToLookup(each => each.Account, each => (each.Period, each.Debit, each.Credit));

    public IEnumerable<(SheetAccount Account, int Level, TrialFigures Figures)> Rows() => _below[""].SelectMany(account => Rows(account, 1));

    private IEnumerable<(SheetAccount Account, int Level, TrialFigures Figures)> Rows(SheetAccount account, int level)
    {
        TrialFigures figures = Figures(account, level);
        return figures.IsNothing ? []
            : _below[account.Code ?? "?"].SelectMany(below => Rows(below, level + 1)).Prepend((account, level, figures));
    }

    private TrialFigures Figures(SheetAccount account, int level)
    {
        (long opening, long debit, long credit) = (0, 0, 0);
        foreach (SheetAccount each in Within(account, level))
        {
            foreach (var (period, periodDebit, periodCredit) in _turned[each.Id])
            {
                checked
                {
                    bool isBefore = period <= year * 100;
                    opening += isBefore ? periodDebit - periodCredit : 0;
                    debit += isBefore ? 0 : periodDebit;
                    credit += isBefore ? 0 : periodCredit;
                }
            }
        }

        return TrialFigures.Of(opening, debit, credit, debit, credit);
    }

    // Accounts that stand below each other in a circle are no tree.
    private IEnumerable<SheetAccount> Within(SheetAccount account, int level)
    {
        Books.WorkbookFile.Must(level < 20);
        return _below[account.Code ?? "?"].SelectMany(below => Within(below, level + 1)).Prepend(account);
    }
}

using CommunityFund.Statements;

namespace CommunityFund.Exports;

/// <summary>Which row of the trial balance a figure of a form comes from: that of its account, or the first of its accounts.</summary>
/// <param name="rows">Rows of the trial balance by the keys of accounts.</param>
internal sealed class FormLinks(StatementSet set, IReadOnlyDictionary<string, int> rows)
{
    // Statements name each other's rows, never in a circle; nor does any go this deep.
    private const int Deepest = 8;

    /// <summary>The top of the trial balance if it has none of the accounts.</summary>
    public int RowOf(StatementLayout layout, FormViewRow shown, FormViewColumn column)
    {
        string[] key = shown.Key.Split('/', 2);
        FormRow row = layout.Rows.First(each => each.Key == key[0]);
        if (row.Each == EachOf.Account && key.Length > 1)
        {
            return FirstOf(key[1]) ?? TrialBalanceWorkbook.FirstRow;
        }

        return AccountsOf(layout, row, layout.Columns.First(each => each.Key == column.Key), 0).Select(FirstOf)
            .FirstOrDefault(found => found is not null) ?? TrialBalanceWorkbook.FirstRow;
    }

    private IEnumerable<string> AccountsOf(StatementLayout layout, FormRow row, FormColumn column, int depth)
    {
        foreach (FormulaTerm term in (row.Formula ?? column.Formula)?.Terms ?? [])
        {
            if (term.Accounts is { } accounts)
            {
                yield return accounts;
            }
            else if (depth < Deepest && term.Row is { } named)
            {
                StatementLayout of = term.Statement is { } other ? set.Layout(other) : layout;
                if (of.Rows.FirstOrDefault(each => each.Key == named) is { } next)
                {
                    foreach (string below in AccountsOf(of, next, of.Columns.FirstOrDefault(each => each.Key == term.Column) ?? column, depth + 1))
                    {
                        yield return below;
                    }
                }
            }
        }
    }

    /// <summary>The account's own row, else the first of those below it or of the class or role.</summary>
    private int? FirstOf(string accounts) => rows.TryGetValue(accounts, out int own) ? own
        : set.Chart.Accounts.Named(accounts)?.Where(rows.ContainsKey).Select(key => (int?)rows[key]).Min();
}

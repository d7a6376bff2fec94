using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>Whether a statement's formulas name what there is, end somewhere, and count nothing twice.</summary>
internal sealed class FormProof
{
    private readonly string _file;
    private readonly StatementLayout _form;
    private readonly FormAccounts _accounts;
    private readonly Dictionary<string, FormRow> _rows;

    public FormProof(string file, StatementLayout form, FormAccounts accounts)
    {
        (_file, _form, _accounts) = (file, form, accounts);
        _rows = form.Rows.ToDictionary(row => row.Key, StringComparer.Ordinal);
    }

    public void Prove()
    {
        foreach (FormRow row in _form.Rows.Where(row => row.Formula is not null))
        {
            ProveNames(row.Formula!, row.At);
        }

        foreach (FormColumn column in _form.Columns.Where(column => column.Formula is not null))
        {
            ProveNames(column.Formula!, _form.Rows.Count > 0 ? _form.Rows[0].At : 1);
        }

        foreach (FormControl control in _form.Controls)
        {
            ProveNames(control.Left, control.At);
            ProveNames(control.Right, control.At);
        }

        foreach (FormRow row in _form.Rows)
        {
            ProveOnce(row);
        }
    }

    private void ProveNames(Formula formula, int line)
    {
        foreach (FormulaTerm term in formula.Terms)
        {
            if (term.Accounts is { } accounts && _accounts.Named(accounts) is null)
            {
                throw Broken(line, StandardFlaw.UnknownAccount, accounts);
            }

            if (term is { Row: { } row, Statement: null } && !_rows.ContainsKey(row))
            {
                throw Broken(line, StandardFlaw.UnknownRow, term.Text);
            }

            if (term is { Column: { } column, Statement: null } && _form.Columns.All(each => each.Key != column))
            {
                throw Broken(line, StandardFlaw.UnknownColumn, term.Text);
            }
        }
    }

    /// <summary>Every figure of a row is made of the accounts it names itself and those of the rows it adds up; none may come twice. A
    /// part may be taken off again.</summary>
    private void ProveOnce(FormRow row)
    {
        List<Counted> counted = [];
        Collect(row, [], isMinus: false, counted);
        for (int i = 0; i < counted.Count; i++)
        {
            IReadOnlySet<string> mine = _accounts.Named(counted[i].Term.Accounts!)!;
            for (int j = 0; j < i; j++)
            {
                if (counted[i].IsMinus == counted[j].IsMinus && counted[i].Of == counted[j].Of && !counted[i].Filter.IsApartFrom(counted[j].Filter)
                    && mine.FirstOrDefault(_accounts.Named(counted[j].Term.Accounts!)!.Contains) is { } twice)
                {
                    throw Broken(row.At, StandardFlaw.CountedTwice,
                        $"{twice}: {Place(counted[j])} / {Place(counted[i])}");
                }
            }
        }

        static string Place(Counted part) =>
            $"{part.From.Name.Zh} {part.Term.Text}";
    }

    private void Collect(FormRow row, IReadOnlyList<FormRow> above, bool isMinus, List<Counted> counted)
    {
        if (above.Contains(row))
        {
            throw Broken(above[0].At, StandardFlaw.Circular, string.Join(" → ", above.Append(row).Select(each => "@" + each.Key)));
        }

        FormRow[] path = [.. above, row];
        foreach (FormulaTerm term in row.Formula?.Terms ?? [])
        {
            if (term is { Row: { } of, Statement: null })
            {
                Collect(_rows[of], path, isMinus != term.IsMinus, counted);
            }
            else if (term.Accounts is not null)
            {
                counted.Add(new Counted(term, isMinus != term.IsMinus, term.Measure ?? row.Of, row.Filter.And(term.Filter), row));
            }
        }
    }

    private sealed record Counted(FormulaTerm Term, bool IsMinus, Measure? Of, LineFilter Filter, FormRow From);

    private Exception Broken(int line, StandardFlaw flaw, string detail) => StandardFile.Broken(_file, line, flaw, detail);
}

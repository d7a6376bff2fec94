using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>Whether a statement's formulas name what there is, end somewhere, and count nothing twice.</summary>
internal sealed class FormProof
{
    private const int MostParts = 3_000;

    private readonly string _file;
    private readonly StatementLayout _form;
    private readonly FormAccounts _accounts;
    private readonly Dictionary<string, FormRow> _rows;
    private readonly Dictionary<(FormRow Row, FormColumn Column), long> _sizes = [];

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
            if (row.Formula!.Terms.Any(term => term.Row is not null) && (row.Of is not null || row.Filter != LineFilter.Everything))
            {
                throw Broken(row.At, StandardFlaw.BadFilter, row.Key); // it would not reach the rows that are added up
            }
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

        foreach (FormRow row in _form.Rows.Where(row => !row.IsHeading))
        {
            foreach (FormColumn column in _form.Columns.Where(row.Counts))
            {
                // Rows that add each other twice would be taken apart for ever; counted first, each once.
                if (SizeOf(row, column, []) > MostParts)
                {
                    throw Broken(row.At, StandardFlaw.TooLarge, row.Key);
                }

                ProveOnce(row, column);
            }
        }
    }

    private long SizeOf(FormRow row, FormColumn column, IReadOnlyList<(FormRow Row, FormColumn Column)> above)
    {
        if (above.Contains((row, column)))
        {
            throw Broken(above[0].Row.At, StandardFlaw.Circular,
                string.Join(" → ", above.Select(each => each.Row).Append(row).Select(each => "@" + each.Key)));
        }

        if (!_sizes.TryGetValue((row, column), out long size))
        {
            (FormRow, FormColumn)[] path = [.. above, (row, column)];
            size = 1 + Next(row, column).Sum(next => next.Row is { } of ? Math.Min(MostParts + 1, SizeOf(of, next.Column, path)) : 1);
            _sizes[(row, column)] = size;
        }

        return size;
    }

    /// <summary>What a cell is made of: the cells it adds up, and the accounts it counts itself.</summary>
    private IEnumerable<(FormRow? Row, FormColumn Column, FormulaTerm? Term)> Next(FormRow row, FormColumn column)
    {
        if (column.Sum.Count > 0)
        {
            return column.Sum.Select(key => ((FormRow?)row, Column(key), (FormulaTerm?)null));
        }

        return ((row.Formula ?? column.Formula)?.Terms ?? []).Where(term => term.Statement is null).Select(term => term.Row is { } of
            ? (_rows[of], term.Column is { } named ? Column(named) : column, term) : ((FormRow?)null, column, (FormulaTerm?)term));
    }

    private FormColumn Column(string key) => _form.Columns.First(column => column.Key == key);

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

            if (term is { Statement: not null, Column: null })
            {
                throw Broken(line, StandardFlaw.UnknownColumn, term.Text); // its columns are its own and may mean something else
            }

            if (term is { Column: { } column, Statement: null } && _form.Columns.All(each => each.Key != column))
            {
                throw Broken(line, StandardFlaw.UnknownColumn, term.Text);
            }
        }
    }

    /// <summary>Every figure is made of the accounts its row names and those of the cells it adds up; none may come twice. A part may be
    /// taken off again.</summary>
    private void ProveOnce(FormRow row, FormColumn column)
    {
        List<Counted> counted = [];
        Collect(row, column, isMinus: false, counted);
        for (int i = 0; i < counted.Count; i++)
        {
            IReadOnlySet<string> mine = _accounts.Named(counted[i].Term.Accounts!)!;
            for (int j = 0; j < i; j++)
            {
                if (counted[i].IsMinus == counted[j].IsMinus && Overlap(counted[i].Of, counted[j].Of)
                    && !counted[i].Filter.IsApartFrom(counted[j].Filter)
                    && mine.FirstOrDefault(_accounts.Named(counted[j].Term.Accounts!)!.Contains) is { } twice)
                {
                    throw Broken(row.At, StandardFlaw.CountedTwice, $"{twice}: {Place(counted[j])} / {Place(counted[i])}");
                }
            }
        }

        static string Place(Counted part) => $"{part.From.Name.Zh} {part.Term.Text}";
    }

    private void Collect(FormRow row, FormColumn column, bool isMinus, List<Counted> counted)
    {
        foreach (var (next, at, term) in Next(row, column))
        {
            bool minus = isMinus != (term?.IsMinus ?? false);
            if (next is not null)
            {
                Collect(next, at, minus, counted);
            }
            else
            {
                counted.Add(new Counted(
                    term!, minus, term!.Measure ?? row.Of ?? column.Of!.Value, column.Filter.And(row.Filter).And(term.Filter), row));
            }
        }
    }

    /// <summary>What moved on some days has its increases and its decreases in it.</summary>
    private static bool Overlap(Measure one, Measure other) => one == other || (one, other) switch
    {
        (Measure.Span, Measure.SpanUp or Measure.SpanDown) or (Measure.SpanUp or Measure.SpanDown, Measure.Span) => true,
        (Measure.Year, Measure.YearUp or Measure.YearDown) or (Measure.YearUp or Measure.YearDown, Measure.Year) => true,
        _ => false,
    };

    private sealed record Counted(FormulaTerm Term, bool IsMinus, Measure Of, LineFilter Filter, FormRow From);

    private RefusedException Broken(int line, StandardFlaw flaw, string detail) => StandardFile.Broken(_file, line, flaw, detail);
}

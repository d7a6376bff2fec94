using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The figures of the statements of one cube, each worked out once.</summary>
internal sealed class Reckoning
{
    private readonly IReadOnlyDictionary<string, StatementLayout> _forms;
    private readonly IReadOnlyList<CubeCell> _cells;
    private readonly FormAccounts _accounts;
    private readonly Dictionary<(string Form, string Row, string Column), long> _known = [];
    private readonly Dictionary<string, CubeCell[]> _named = new(StringComparer.Ordinal);
    private readonly HashSet<(string Form, string Row, string Column)> _under = [];

    private readonly bool _isProof;

    /// <param name="isProof">Whether only the ways between rows matter, not the accounts at their ends.</param>
    public Reckoning(IEnumerable<StatementLayout> forms, IReadOnlyList<CubeCell> cells, FormAccounts accounts, bool isProof = false)
    {
        _isProof = isProof;
        _forms = forms.ToDictionary(form => form.Key, StringComparer.Ordinal);
        (_cells, _accounts) = (cells, accounts);
    }

    /// <summary>A figure in fen.</summary>
    /// <param name="only">What the row is repeated for, or everything.</param>
    public long Figure(StatementLayout form, FormRow row, FormColumn column, LineFilter? only = null)
    {
        if (only is not null)
        {
            return Work(form, row, column, only);
        }

        var key = (form.Key, row.Key, column.Key);
        if (!_known.TryGetValue(key, out long figure))
        {
            _known[key] = figure = Work(form, row, column, LineFilter.Everything);
        }

        return figure;
    }

    /// <summary>A sum that names its columns, or is asked in one.</summary>
    public long Sum(StatementLayout form, Formula formula, FormColumn? column) =>
        formula.Terms.Aggregate(0L, (sum, term) => checked(term.IsMinus
            ? sum - Value(form, term, null, column, LineFilter.Everything) : sum + Value(form, term, null, column, LineFilter.Everything)));

    /// <summary>Lines that a figure is made of, through all the rows it adds up, each with the sign it is counted with.</summary>
    public IEnumerable<FigurePart> Parts(StatementLayout form, FormRow row, FormColumn column, LineFilter only, bool isMinus = false)
    {
        if (column.Sum.Count > 0)
        {
            return column.Sum.SelectMany(key => Parts(form, row, Column(form, key), only, isMinus));
        }

        return (row.Formula ?? column.Formula)?.Terms.SelectMany(term => PartsOf(form, row, column, only, term, isMinus != term.IsMinus)) ?? [];
    }

    /// <summary>Values of a dimension for which a repeated row has figures.</summary>
    public IEnumerable<string> Values(StatementLayout form, FormRow row, Dimension dimension) =>
        form.Columns.Where(column => column.Sum.Count == 0)
            .SelectMany(column => Parts(form, row, column, LineFilter.Everything).Where(part => part.Units != 0))
            .Select(part => part.Cell.Of(dimension)).Distinct(StringComparer.Ordinal);

    private IEnumerable<FigurePart> PartsOf(
        StatementLayout form, FormRow row, FormColumn column, LineFilter only, FormulaTerm term, bool isMinus)
    {
        if (term.Row is { } other)
        {
            StatementLayout of = term.Statement is { } statement ? Form(statement) : form;
            return Parts(of, Row(of, other), term.Column is { } named ? Column(of, named) : column, only, isMinus);
        }

        LineFilter filter = only.And(column.Filter).And(row.Filter).And(term.Filter);
        Measure measure = term.Measure ?? row.Of ?? column.Of!.Value;
        Side side = _accounts.SideOf(term.Accounts!);
        return Cells(term.Accounts!).Where(filter.Takes).Select(cell => new FigurePart(cell, measure, side, isMinus));
    }

    private long Work(StatementLayout form, FormRow row, FormColumn column, LineFilter only)
    {
        if (column.Sum.Count > 0)
        {
            LineFilter? each = only == LineFilter.Everything ? null : only;
            return column.Sum.Aggregate(0L, (sum, key) => checked(sum + Figure(form, row, Column(form, key), each)));
        }

        // Within one file the reader has proved that there is no circle; between files there may be one.
        if (!_under.Add((form.Key, row.Key, column.Key)))
        {
            throw new RefusedException(Statement.CircleOfStatements, ("statement", form.Title), ("row", row.Name));
        }

        try
        {
            return (row.Formula ?? column.Formula)?.Terms.Aggregate(0L, (sum, term) => checked(term.IsMinus
                ? sum - Value(form, term, row, column, only) : sum + Value(form, term, row, column, only))) ?? 0;
        }
        finally
        {
            _under.Remove((form.Key, row.Key, column.Key));
        }
    }

    private long Value(StatementLayout form, FormulaTerm term, FormRow? row, FormColumn? column, LineFilter only)
    {
        if (term.Row is { } other)
        {
            StatementLayout of = term.Statement is { } statement ? Form(statement) : form;
            FormColumn at = term.Column is { } named ? Column(of, named) : column ?? of.Columns[^1];
            return Figure(of, Row(of, other), at, only == LineFilter.Everything ? null : only);
        }

        if (column is { Sum.Count: > 0 } && term.Measure is null)
        {
            return column.Sum.Aggregate(0L, (sum, key) => checked(sum + Value(form, term, row, Column(form, key), only)));
        }

        if (_isProof)
        {
            return 0;
        }

        LineFilter filter = only.And(column?.Filter ?? LineFilter.Everything).And(row?.Filter ?? LineFilter.Everything).And(term.Filter);
        Measure measure = term.Measure ?? row?.Of ?? column?.Of ?? Measure.Closing;
        Side side = _accounts.SideOf(term.Accounts!);
        return Cells(term.Accounts!).Where(filter.Takes).Aggregate(0L, (sum, cell) => checked(sum + cell.Of(measure, side)));
    }

    private CubeCell[] Cells(string accounts)
    {
        if (!_named.TryGetValue(accounts, out CubeCell[]? cells))
        {
            IReadOnlySet<string> keys = _accounts.Named(accounts)
                ?? throw new RefusedException(LedgerHead.UnknownAccount, ("typed", accounts));
            _named[accounts] = cells = [.. _cells.Where(cell => keys.Contains(cell.Account))];
        }

        return cells;
    }

    private StatementLayout Form(string key) =>
        _forms.GetValueOrDefault(key) ?? throw new RefusedException(StatementLayouts.Unknown, ("typed", key));

    private static FormRow Row(StatementLayout form, string key) => form.Rows.FirstOrDefault(row => row.Key == key)
        ?? throw new RefusedException(Statement.UnknownPart, ("statement", form.Title), ("part", key));

    private static FormColumn Column(StatementLayout form, string key) => form.Columns.FirstOrDefault(column => column.Key == key)
        ?? throw new RefusedException(Statement.UnknownPart, ("statement", form.Title), ("part", key));
}

/// <summary>What one combination of account and marks gives to a figure.</summary>
/// <param name="Side">The side on which it counts up.</param>
internal sealed record FigurePart(CubeCell Cell, Measure Measure, Side Side, bool IsMinus)
{
    public long Units => IsMinus ? checked(-Cell.Of(Measure, Side)) : Cell.Of(Measure, Side);

    /// <summary>The side whose lines alone count, or null for both.</summary>
    public Side? Takes => Measure switch
    {
        Measure.SpanUp or Measure.YearUp => Side,
        Measure.SpanDown or Measure.YearDown => Side == Side.Debit ? Side.Credit : Side.Debit,
        _ => null,
    };

    /// <summary>What a debit of one fen gives.</summary>
    public int Sign => (Takes ?? Side) == Side.Debit == IsMinus ? -1 : 1;
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>Everything that statements of one state of the books are drawn from.</summary>
internal sealed class StatementSet
{
    private readonly LedgerScope? _scope;
    private readonly LedgerHead _head;
    private readonly FormChart _chart;
    private readonly Reckoning _reckoning;
    private readonly bool _isSettled;
    private readonly bool _hasLastYear;
    private readonly Checkpoint? _seal;
    private readonly IReadOnlyList<FormRemark> _points;

    private StatementSet(LedgerHead head, LedgerScope? scope, FormChart chart, IReadOnlyList<StatementLayout> forms, IReadOnlyList<CubeCell> cells,
        bool isSettled, bool hasLastYear, Checkpoint? seal, IReadOnlyList<FormRemark> points)
    {
        (_head, _scope, _chart, Layouts, _isSettled, _hasLastYear, _seal) = (head, scope, chart, forms, isSettled, hasLastYear, seal);
        _points = points;
        _reckoning = new Reckoning(forms, cells, chart.Accounts);
    }

    public IReadOnlyList<StatementLayout> Layouts { get; }

    public Reckoning Reckoning => _reckoning;

    public LedgerScope Scope => _scope ?? throw new InvalidOperationException("These statements are drawn without the books.");

    public FormChart Chart => _chart;

    public StatementLayout Layout(string key) =>
        Layouts.FirstOrDefault(form => form.Key == key) ?? throw new RefusedException(StatementLayouts.Unknown, ("typed", key));

    public static async Task<StatementSet> Of(Work work, Statement asked, CancellationToken ct, bool byFund = false)
    {
        if (asked.FromPeriod / 100 != asked.ToPeriod / 100)
        {
            throw new RefusedException(Statement.OneYear, ("from", new PeriodNumber(asked.FromPeriod)), ("to", new PeriodNumber(asked.ToPeriod)));
        }

        LedgerScope scope = await LedgerScope.Of(
            work, new LedgerDays(asked.FromPeriod, null, asked.ToPeriod, asked.AsOf), asked.Fund, asked.Below, asked.Known, ct);
        if (scope.Range.ToDay < scope.Range.LastStarts || scope.Range.ToDay > scope.Range.Ends)
        {
            throw new RefusedException(Statement.AsOfOutside, ("day", scope.Range.ToDay), ("period", new PeriodNumber(asked.ToPeriod)),
                ("from", scope.Range.LastStarts), ("to", scope.Range.Ends));
        }

        FormChart chart = await FormChart.On(work, scope.Range.ToDay, ct);
        IReadOnlyList<StatementLayout> forms = await StatementLayouts.Of(work, chart, ct);
        StatementLayout form = forms.FirstOrDefault(each => each.Key == asked.Form)
            ?? throw new RefusedException(StatementLayouts.Unknown, ("typed", asked.Form));
        if (form.OfFund && scope.Head.Funds.Root is null)
        {
            throw new RefusedException(Statement.WhichFund, ("statement", form.Title));
        }

        bool apart = byFund || form.Rows.Any(row => row.Each == EachOf.Fund) || forms.Any(NamesFund);
        IReadOnlyList<CubeCell> cells = await Cube.Of(scope, chart, apart, form.ReadsLines, ct);
        int to = scope.Range.ToPeriod;
        LocalDate openingDay = await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay).SingleAsync(ct);
        int opening = AccountingPeriod.Of(openingDay);
        // A position is asked for what it knew; which months are closed by now is no part of it.
        bool isSettled = asked.Known is not null || !await work.Db.Set<AccountingPeriod>().AnyAsync(period =>
            period.BookId == work.Book && period.ClosedAt == null && period.Number <= to && period.Number >= opening
            && period.Number % 100 >= 1 && (period.Number % 100 <= 12 || period.Number == to), ct);
        Chart last = await work.ChartOn(new LocalDate((to / 100) - 1, 12, 31), ct);

        // A year of which the books have only a part is no last year to compare with.
        bool hasLastYear = openingDay <= new LocalDate((to / 100) - 1, 1, 1) && last.Standard == chart.Standard;
        Checkpoint? seal = form.OfFund && !scope.Range.CutsLast ? await Checkpoint.OfClose(work, to, ct) : null;

        // What a position did not know yet is no seal of what it shows.
        return new StatementSet(scope.Head, scope, chart, forms, cells, isSettled, hasLastYear, seal?.Size <= scope.Known ? seal : null,
            await PointNotes.Of(work, scope, ct));
    }

    /// <summary>Over lines that are at hand, without the books.</summary>
    public static StatementSet Over(LedgerHead head, FormChart chart, IReadOnlyList<StatementLayout> forms, IReadOnlyList<CubeCell> cells,
        bool hasLastYear) => new(head, null, chart, forms, cells, isSettled: true, hasLastYear, seal: null, points: []);

    /// <summary>What a statement is drawn from; null if it is not drawn from the whole book or a whole fund.</summary>
    public StatementBasis? Basis(StatementLayout form) => _head.Funds is { Root: null, WholeBook: false } ? null : new StatementBasis(
        _chart.Standard, form.Key, StatementBasis.DigestOf(_chart.Standard, Layouts), _head.Range.FromPeriod, _head.Range.ToPeriod, _head.Range.ToDay,
        _head.Funds.Root?.Code ?? "", _hasLastYear);

    public FormView Draw(StatementLayout form)
    {
        FormColumn[] columns = [.. form.Columns.Where(column => IsDrawn(form, column))];
        Dictionary<string, int> at = columns.Select((column, place) => (column.Key, place)).ToDictionary(StringComparer.Ordinal);
        List<FormViewRow> rows = [];
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        foreach (FormRow row in form.Rows)
        {
            if (row.Each is null)
            {
                places[row.Key] = rows.Count;
            }

            rows.AddRange(row.Each is { } each ? Repeated(form, row, each, columns) : [Single(form, row, columns, places)]);
        }

        return new FormView(
            form, _head, _chart.Standard, _isSettled,
            [.. columns.Select(column => new FormViewColumn(
                column.Key, Spanned(column.Head), Spanned(column.Name)!, [.. column.Sum.Select(key => at[key])]))],
            rows, [.. form.Controls.SelectMany(control => Held(form, control, columns))])
        { Seal = form.OfFund ? _seal : null, Remarks = form.Key == PointNotes.Form ? _points : [] };
    }

    private static bool NamesFund(StatementLayout form)
    {
        IEnumerable<LineFilter> filters = form.Rows.Select(row => row.Filter).Concat(form.Columns.Select(column => column.Filter))
            .Concat(form.Formulas.SelectMany(formula => formula.Terms).Select(term => term.Filter));
        return filters.Any(filter => filter.Choices.Any(choice => choice.Dimension == Dimension.Fund));
    }

    // The year's forms have its adjusting period in them (rulings 7).
    private bool IsYear => _head.Range is { FromPeriod: var from, ToPeriod: var to, CutsLast: false } && from % 100 == 1 && to % 100 == 13;

    private bool IsDrawn(StatementLayout form, FormColumn column) => column.Use switch
    {
        ColumnUse.Part => !IsYear,
        ColumnUse.Year => IsYear,
        _ => true,
    } && (_hasLastYear || column.Of != Measure.LastYear)
        && column.Sum.All(key => IsDrawn(form, form.Columns.Single(each => each.Key == key)));

    private Bilingual? Spanned(Bilingual? name) => name?.Filled("{span}", (_head.Range.FromPeriod % 100, _head.Range.ToPeriod % 100) switch
    {
        _ when _head.Range.CutsLast => new Bilingual("本期数", "This period"),
        (13, _) => new Bilingual("调整期数", "Adjusting period"),
        (var from, var to) when from == to => new Bilingual("本月数", "This month"),
        (1, 3) or (4, 6) or (7, 9) or (10, 12 or 13) => new Bilingual("本季度数", "This quarter"),
        (1, 6) or (7, 12 or 13) => new Bilingual("本半年度数", "This half-year"),
        _ => new Bilingual("本期数", "This period"),
    });

    private FormViewRow Single(StatementLayout form, FormRow row, FormColumn[] columns, Dictionary<string, int> places)
    {
        bool isHeading = row.IsHeading || row.Formula is null && columns.All(column => column.Formula is null);
        Amount?[]? figures = isHeading ? null
            : [.. columns.Select(column => row.Counts(column) ? Amount.Fen(_reckoning.Figure(form, row, column)) : (Amount?)null)];
        (bool, int)[]? adds = row.Formula is { AddsRows: true } sum && sum.Terms.All(term => places.ContainsKey(term.Row!))
            ? [.. sum.Terms.Select(term => (term.IsMinus, places[term.Row!]))] : null;
        return new FormViewRow(row.Key, row.Line, row.Name, row.Side, row.Indent, row.IsTotal, figures, adds);
    }

    private IEnumerable<FormViewRow> Repeated(StatementLayout form, FormRow row, EachOf each, FormColumn[] columns)
    {
        string[] lines = LinesOf(row.Line);
        int number = 0;
        foreach ((string value, Bilingual name, int depth) in Members(form, row, each))
        {
            LineFilter only = LineFilter.Only(DimensionOf(each), value);
            Amount?[] figures =
                [.. columns.Select(column => row.Counts(column) ? Amount.Fen(_reckoning.Figure(form, row, column, only)) : (Amount?)null)];
            if (figures.Any(figure => figure is { IsZero: false }))
            {
                yield return new FormViewRow(
                    $"{row.Key}/{value}", lines.ElementAtOrDefault(number++) ?? "", row.Name.Filled("{name}", name),
                    row.Side, row.Indent + depth, row.IsTotal,
                    figures, null);
            }
        }
    }

    private IEnumerable<(string Value, Bilingual Name, int Depth)> Members(StatementLayout form, FormRow row, EachOf each)
    {
        string[] values = [.. _reckoning.Values(form, row, DimensionOf(each))];
        return each switch
        {
            EachOf.Fund => _head.Funds.Included.Where(fund => values.Contains(fund.Code))
                .Select(fund => (fund.Code, new Bilingual(fund.ToString(), fund.ToString()), Math.Min(fund.Depth, 2))),
            EachOf.Account => values.Select(key => (Key: key, Name: _chart.NameOf(key))).OrderBy(pair => pair.Name.Code, StringComparer.Ordinal)
                .Select(pair => (pair.Key, new Bilingual(pair.Name.NameZh, pair.Name.NameEn), 0)),
            EachOf.Class => ProjectClass.All.Where(known => values.Contains(known.Key))
                .Select(known => (known.Key, new Bilingual(known.Zh, known.En), 0))
                .Concat(values.Where(value => value.Length > 0 && ProjectClass.Find(value) is null).Order(StringComparer.Ordinal)
                    .Select(value => (value, new Bilingual(value, value), 0))),
            _ => values.Where(value => value.Length > 0).OrderBy(value => value.Length).ThenBy(value => value, StringComparer.Ordinal)
                .Select(value => (value, new Bilingual($"项目 {value}", $"Project {value}"), 0)),
        };
    }

    private IEnumerable<FormViewControl> Held(StatementLayout form, FormControl control, FormColumn[] columns)
    {
        bool inEach = control.Left.Terms.Concat(control.Right.Terms).Any(term => term is { Column: null, Measure: null });
        return inEach
            ? columns.Select(column => new FormViewControl(
                control.Name, columns.Length > 1 ? Joined(Spanned(column.Head), Spanned(column.Name)!) : null,
                Amount.Fen(_reckoning.Sum(form, control.Left, column)), Amount.Fen(_reckoning.Sum(form, control.Right, column))))
            : [new FormViewControl(control.Name, null, Amount.Fen(_reckoning.Sum(form, control.Left, null)),
                Amount.Fen(_reckoning.Sum(form, control.Right, null)))];
    }

    private static Bilingual Joined(Bilingual? head, Bilingual name) =>
        head is null ? name : new Bilingual($"{head.Zh}·{name.Zh}", $"{head.En}, {name.En}");

    internal static Dimension DimensionOf(EachOf each) => each switch
    {
        EachOf.Class => Dimension.ProjectClass,
        EachOf.Fund => Dimension.Fund,
        EachOf.Account => Dimension.Account,
        _ => Dimension.Project,
    };

    /// <summary>13-20 is eight numbers; what comes after them has none.</summary>
    private static string[] LinesOf(string line) => line.Split('-') is [var first, var last]
        && int.TryParse(first, out int from) && int.TryParse(last, out int to) && from <= to && to - from < 100
        ? [.. Enumerable.Range(from, to - from + 1).Select(number => FormattableString.Invariant($"{number}"))] : [line];
}

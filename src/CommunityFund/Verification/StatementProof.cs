using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Verification;

/// <summary>
/// The forms, the statements of funds and the trial balance, computed anew: from the entries of the log, which the journal is compared with
/// line by line, by the layouts of this program. Each cell of a sheet is then compared with what it must say.
/// </summary>
internal sealed class StatementProof(Seal seal, SheetBooks books, JournalSums sums, Words words, Action<VerifyFinding> found)
{
    private const string Trial = "trial-balance";

    private readonly Dictionary<string, StatementBasis> _bases = Bases(seal);
    private readonly StatementLines _lines = new(Bases(seal).Values.FirstOrDefault(), books);
    private readonly List<string> _recomputed = [], _notRecomputed = [];
    private Dictionary<(long Row, int Column), (string? Words, Amount? Figure)>? _cells;
    private HashSet<long> _left = [];
    private bool _isFaulty;

    /// <summary>Sheets that were computed anew.</summary>
    public IReadOnlyList<string> Recomputed => _recomputed;

    /// <summary>Statements of which the layout is not known.</summary>
    public IReadOnlyList<string> NotRecomputed => _notRecomputed;

    /// <summary>An entry of the log.</summary>
    public void Add(CanonicalEntry entry) => _lines.Add(entry);

    /// <summary>Draws what the sheet must say.</summary>
    public void Begin(SealedSheet sheet)
    {
        (_cells, _isFaulty) = (null, false);
        if (!IsStatement(sheet))
        {
            return;
        }

        try
        {
            if (books.IsRight && _bases.GetValueOrDefault(sheet.Name) is { } basis && _lines.IsOf(basis))
            {
                _cells = basis.Form == Trial ? TrialCells(basis) : FormCells(basis);
            }
        }
        catch (RefusedException)
        {
            _cells = null; // a layout that names what these books do not have
        }

        (_cells is null ? _notRecomputed : _recomputed).Add(sheet.Name);
        _left = [.. _cells?.Where(cell => cell.Value.Figure is { IsZero: false }).Select(cell => cell.Key.Row) ?? []];
    }

    /// <summary>A row of the sheet.</summary>
    public void Read(SheetReader reader)
    {
        if (_cells is null)
        {
            return;
        }

        _left.Remove(reader.Row);
        for (int column = 1; column <= Math.Max(reader.Width, 1); column++)
        {
            if (!_cells.TryGetValue((reader.Row, column), out var cell))
            {
                Same(reader, column, reader.Number(column - 1) is null, "");
            }
            else if (cell.Words is { Length: > 0 })
            {
                Same(reader, column, reader.Text(column - 1) == SheetText.Clean(cell.Words), cell.Words);
            }
            else if (cell.Figure is { } figure)
            {
                Same(reader, column, (reader.Number(column - 1) ?? (reader.Text(column - 1).Length == 0 ? 0 : null)) is { } shown
                    && decimal.Round(shown, 2) == figure.Units / 100m, figure.ToString());
            }
            else
            {
                Same(reader, column, reader.Text(column - 1).Length == 0, "");
            }
        }

        // A figure may stand behind the last cell that holds anything.
        foreach (var ((_, column), (_, figure)) in _cells.Where(cell => cell.Key.Row == reader.Row && cell.Key.Column > reader.Width))
        {
            Same(reader, column, figure is null or { IsZero: true }, figure?.ToString() ?? "");
        }
    }

    /// <summary>The sheet is at its end: rows with figures must have been there.</summary>
    public void End(SealedSheet sheet)
    {
        if (_cells is null || _isFaulty || _left.Count == 0)
        {
            return;
        }

        var ((row, column), (_, figure)) = _cells.First(cell => cell.Key.Row == _left.Min() && cell.Value.Figure is { IsZero: false });
        found(VerifyFinding.Of(VerifyCode.Figure, sheet.Name, row, ("is", ""), ("should", figure!.ToString()), ("column", column)));
    }

    private static bool IsStatement(SealedSheet sheet) => sheet.Basis.Length > 0 || sheet.Key is Trial or "fund-statements"
        || sheet.Key.StartsWith("form-", StringComparison.Ordinal) || sheet.Key.StartsWith("fund-statement.", StringComparison.Ordinal);

    private static Dictionary<string, StatementBasis> Bases(Seal seal)
    {
        Dictionary<string, StatementBasis> bases = new(StringComparer.Ordinal);
        foreach (SealedSheet sheet in seal.Sheets)
        {
            if (StatementBasis.Read(sheet.Basis) is { } basis)
            {
                bases[sheet.Name] = basis;
            }
        }

        return bases;
    }

    private Dictionary<(long Row, int Column), (string? Words, Amount? Figure)>? FormCells(StatementBasis basis)
    {
        if (_lines.Draw(basis, seal.Body) is not { } view)
        {
            return null;
        }

        return FormWorkbook.Cells(view, words).ToDictionary(cell => ((long)cell.Row, cell.Column), cell => ((string?)cell.Words, cell.Figure));
    }

    private Dictionary<(long Row, int Column), (string? Words, Amount? Figure)> TrialCells(StatementBasis basis)
    {
        Dictionary<(long, int), (string?, Amount?)> cells = [];
        List<TrialFigures> top = [];
        long row = TrialBalanceWorkbook.FirstRow;
        foreach ((SheetAccount account, int level, TrialFigures figures) in new TrialSums(books, sums, _lines, basis.To / 100).Rows())
        {
            cells[(row, 1)] = (account.Code, null);
            cells[(row, 2)] = (account.Name, null);
            cells[(row, 3)] = ("", Amount.Yuan(level));
            Figures(figures);
            if (level == 1)
            {
                top.Add(figures);
            }

            row++;
        }

        Figures(TrialFigures.SumOf(top));
        cells[(row, 1)] = (words["statement.total"], null);
        return cells;

        void Figures(TrialFigures figures)
        {
            for (int i = 0; i < figures.Columns.Count; i++)
            {
                cells[(row, TrialBalanceWorkbook.FirstFigure + i)] = ("", figures.Columns[i]);
            }
        }
    }

    private void Same(SheetReader reader, int column, bool isSame, string should)
    {
        if (!isSame)
        {
            _isFaulty = true;
            found(VerifyFinding.Of(VerifyCode.Figure, reader.Sheet, reader.Row,
                ("is", reader.Text(column - 1)), ("should", should), ("column", column)));
        }
    }
}

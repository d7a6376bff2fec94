using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>Rows of a register with the digest of each in a cell of its own, so that a change is found in its row (form cw1).</summary>
internal sealed class CheckedRows(IAsyncEnumerator<RegisterCell[]> rows, IReadOnlyList<RegisterColumn> register)
    : IAsyncEnumerator<RegisterCell[]>
{
    private readonly RegisterCell[] _cells = new RegisterCell[register.Count + 1];
    private readonly RowDigest _row = new();
    private SheetDigest _sheet = new();
    private string _name = "";
    private long _at;
    private bool _isDrawn;

    /// <summary>The digest of the sheet's head.</summary>
    public byte[] Head { get; private set; } = [];

    /// <summary>The row with its digest; it counts for the sheet once it is asked for.</summary>
    public RegisterCell[] Current => _isDrawn ? _cells : Draw();

    /// <summary>The next row begins a sheet.</summary>
    public void Begin(string sheet, IReadOnlyList<RegisterColumn> columns)
    {
        (_name, _at) = (sheet, 1);
        _row.Begin(sheet, 1);
        for (int i = 0; i < columns.Count - 1; i++)
        {
            _row.AddText(i, columns[i].Label);
        }

        Head = _row.End();
        _sheet.Add(Head);
    }

    /// <summary>The digest of the sheet that ends here.</summary>
    public string End() => _sheet.End();

    public ValueTask<bool> MoveNextAsync()
    {
        _isDrawn = false;
        return rows.MoveNextAsync();
    }

    public ValueTask DisposeAsync()
    {
        _sheet.Dispose();
        return rows.DisposeAsync();
    }

    private RegisterCell[] Draw()
    {
        RegisterCell[] from = rows.Current;
        from.CopyTo(_cells, 0);
        _row.Begin(_name, ++_at);
        for (int i = 0; i < from.Length; i++)
        {
            _row.Add(i, register[i].Kind, from[i]);
        }

        byte[] digest = _row.End();
        _sheet.Add(digest);
        _cells[^1] = RowDigest.ShownOf(digest);
        _isDrawn = true;
        return _cells;
    }
}

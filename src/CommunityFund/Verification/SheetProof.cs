using CommunityFund.Books;

namespace CommunityFund.Verification;

/// <summary>A sheet row by row, each against its digest and the sheet against its own; what is wrong is told as it comes.</summary>
/// <param name="nameOfCheck">What the column of digests is called; null if nobody asks.</param>
internal sealed class SheetProof(SheetReader reader, SealedSheet should, string? nameOfCheck, Action<VerifyFinding> found)
{
    private readonly RowDigest _row = new();
    private readonly FormulaDigest _formulas = new();
    private readonly SheetDigest _whole = new();
    private int _check = should.IsDrawn ? -1 : -2;
    private long _last;
    private bool _isFaulty;

    /// <summary>How many rows hold something.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether the row that it stands on is as it was written.</summary>
    public bool IsRowRight { get; private set; }

    /// <summary>On to the next row that holds something, the head of a register left out; at the end the sheet as a whole is judged.</summary>
    public bool Next()
    {
        while (reader.NextRow())
        {
            if (Prove() && (reader.Row > 1 || should.IsDrawn))
            {
                return true;
            }
        }

        End();
        return false;
    }

    private bool Prove()
    {
        IsRowRight = true;
        // The column of digests is the last of the head.
        _check = _check == -2 ? LastOf(reader) : _check;
        bool holds = reader.AddTo(_row, without: _check, sheet: should.Name);
        string shown = _check >= 0 ? reader.Text(_check) : "";
        string digest = "";
        if (holds)
        {
            _last = reader.Row;
            Rows++;
            byte[] bytes = _row.End();
            _whole.Add(bytes);
            digest = RowDigest.ShownOf(bytes);
        }

        string wanted = should.RowDigests.GetValueOrDefault(reader.Row) ?? shown;
        bool isEmptied = !should.IsDrawn && !holds && reader.Row < should.Rows;

        // Only formatted sheets calculate: elsewhere a formula would show something else than its value once it is reckoned again.
        if (digest != wanted || isEmptied || reader.IsMisplaced || (reader.HasFormula && !should.IsDrawn)
            || (reader.Row == 1 && _check >= 0 && nameOfCheck is not null && shown != nameOfCheck))
        {
            Found(VerifyCode.RowChanged);
        }
        else if (should.IsDrawn && _formulas.Of(reader, should.Name) != should.FormulaDigests.GetValueOrDefault(reader.Row, ""))
        {
            Found(VerifyCode.Formula);
        }

        return holds;
    }

    private void End()
    {
        if (_last != should.Rows)
        {
            found(VerifyFinding.Of(VerifyCode.RowCount, reader.Sheet, Math.Min(_last, should.Rows) + 1, ("is", _last), ("should", should.Rows)));
        }
        else if (_whole.End() != should.Digest && !_isFaulty)
        {
            found(VerifyFinding.Of(VerifyCode.SheetChanged, reader.Sheet));
        }

        _whole.Dispose();
    }

    private void Found(string code)
    {
        (_isFaulty, IsRowRight) = (true, false);
        found(VerifyFinding.Of(code, reader.Sheet, reader.Row));
    }

    private static int LastOf(SheetReader reader)
    {
        int last = reader.Width - 1;
        while (last > 0 && reader.Text(last).Length == 0)
        {
            last--;
        }

        return Math.Max(last, 0);
    }
}

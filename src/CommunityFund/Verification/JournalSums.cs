using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Verification;

/// <summary>What the lines of the journal come to, in fen; the figures of the other sheets are held against it.</summary>
internal sealed class JournalSums
{
    private readonly Dictionary<(string Period, string Code, string Fund), (long Debit, long Credit)> _turnovers = [];
    private readonly Dictionary<long, (long Debit, long Credit)> _accounts = [];
    private readonly HashSet<(string, string, string)> _seen = [];
    private long _lines, _debit, _credit;

    public void Add(string period, string code, string fund, long account, bool isDebit, long units)
    {
        _lines++;
        (_debit, _credit) = More((_debit, _credit), isDebit, units);
        _turnovers[(period, code, fund)] = More(_turnovers.GetValueOrDefault((period, code, fund)), isDebit, units);
        _accounts[account] = More(_accounts.GetValueOrDefault(account), isDebit, units);
    }

    /// <summary>A row of the turnovers.</summary>
    public void Turnover(SheetReader reader, Action<VerifyFinding> found)
    {
        const int Period = 0, Code = 1, Fund = 3, Debit = 5, Credit = 6;
        var key = (reader.Text(Period), reader.Text(Code), reader.Text(Fund));
        (long debit, long credit) = _turnovers.GetValueOrDefault(key);
        _seen.Add(key);
        Figure(reader, Debit, debit, found);
        Figure(reader, Credit, credit, found);
    }

    /// <summary>A row of the summary: control totals by their names, sums of accounts by their numbers.</summary>
    public void Summary(SheetReader reader, Words words, Action<VerifyFinding> found)
    {
        const int Value = 1, Debit = 3, Credit = 4, Balance = 5;
        if (reader.Text(0) == words["export.workbook.lines"])
        {
            Same(reader, Value, reader.Number(Value) == _lines, _lines.ToString(System.Globalization.CultureInfo.InvariantCulture), found);
        }
        else if (reader.Text(0) == words["export.workbook.debit"])
        {
            Figure(reader, Value, _debit, found);
        }
        else if (reader.Text(0) == words["export.workbook.credit"])
        {
            Figure(reader, Value, _credit, found);
        }
        else if (reader.Number(0) is { } account && account == decimal.Truncate(account) && reader.Number(Debit) is not null)
        {
            (long debit, long credit) = _accounts.GetValueOrDefault((long)account);
            Figure(reader, Debit, debit, found);
            Figure(reader, Credit, credit, found);
            Figure(reader, Balance, debit - credit, found);
        }
    }

    /// <summary>Every turnover of the journal must have had its row.</summary>
    public void End(string sheet, Action<VerifyFinding> found)
    {
        foreach (var key in _turnovers.Keys.Where(key => !_seen.Contains(key)).Take(1))
        {
            found(VerifyFinding.Of(VerifyCode.Figure, sheet, 0, ("is", ""), ("should", $"{key.Period} {key.Code} {key.Fund}"), ("column", 1)));
        }
    }

    private static void Figure(SheetReader reader, int column, long fen, Action<VerifyFinding> found) =>
        Same(reader, column, reader.Number(column) is { } shown && decimal.Round(shown * 100) == fen, Amount.Fen(fen).ToString(), found);

    private static void Same(SheetReader reader, int column, bool isSame, string should, Action<VerifyFinding> found)
    {
        if (!isSame)
        {
            found(VerifyFinding.Of(VerifyCode.Figure, reader.Sheet, reader.Row,
                ("is", reader.Text(column)), ("should", should), ("column", column + 1)));
        }
    }

    private static (long Debit, long Credit) More((long Debit, long Credit) sum, bool isDebit, long units) =>
        checked(isDebit ? (sum.Debit + units, sum.Credit) : (sum.Debit, sum.Credit + units));
}

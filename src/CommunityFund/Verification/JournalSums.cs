using System.Runtime.InteropServices;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Verification;

/// <summary>What the lines of the journal come to, in fen; the figures of registers and cover are held against it.</summary>
internal sealed class JournalSums(SheetBooks books, Words words, Action<VerifyFinding> found)
{
    private readonly Dictionary<(long Account, string Fund, int Period), Turned> _turned = [];
    private readonly Dictionary<long, string> _codes = [];
    private readonly HashSet<(string, string, string)> _seen = [];
    private readonly HashSet<long> _covered = [];
    private Dictionary<(string Code, string Fund, string Period), Row>? _rows;
    private long _lines, _debit, _credit;

    /// <summary>A line of the journal.</summary>
    /// <param name="code">What the line calls the account.</param>
    public void Add(int period, long account, string code, string fund, bool isDebit, long units)
    {
        _lines++;
        _codes.TryAdd(account, code);
        (_debit, _credit) = checked(isDebit ? (_debit + units, _credit) : (_debit, _credit + units));
        Turned before = _turned.GetValueOrDefault((account, fund, period));
        _turned[(account, fund, period)] = checked(isDebit ? before with { Debit = before.Debit + units }
            : before with { Credit = before.Credit + units });
    }

    /// <summary>What every account turned over, by period; sums of its funds.</summary>
    public IEnumerable<(long Account, int Period, long Debit, long Credit)> Turnovers =>
        _turned.GroupBy(each => (each.Key.Account, each.Key.Period)).Select(group =>
            (group.Key.Account, group.Key.Period, group.Sum(each => each.Value.Debit), group.Sum(each => each.Value.Credit)));

    /// <summary>A row of the turnovers by fund.</summary>
    public void Balance(SheetReader reader)
    {
        const int Period = 0, Code = 1, Fund = 3, Debit = 5;
        Figures(reader, reader.Text(Code), reader.Text(Fund), reader.Text(Period), Debit, Debit + 1, Debit + 2, Debit + 3);
    }

    /// <summary>A row of the general ledger.</summary>
    public void Ledger(SheetReader reader)
    {
        const int Code = 0, Period = 2, Carried = 3;
        Figures(reader, reader.Text(Code), "", reader.Text(Period), Carried + 1, Carried + 2, Carried, Carried + 3);
    }

    /// <summary>A row of the summary: control totals by their names, sums of accounts by their numbers.</summary>
    public void Summary(SheetReader reader, Seal seal)
    {
        const int Value = 1, Debit = 3, Credit = 4, Balance = 5;
        if (reader.Text(0) == words["export.workbook.lines"])
        {
            Same(reader, Value, reader.Number(Value) == _lines, _lines.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        else if (reader.Text(0) == words["export.workbook.debit"])
        {
            Figure(reader, Value, _debit);
        }
        else if (reader.Text(0) == words["export.workbook.credit"])
        {
            Figure(reader, Value, _credit);
        }
        else if (reader.Number(0) is { } number && number == decimal.Truncate(number) && reader.Number(Debit) is not null)
        {
            long account = number is >= 0 and <= long.MaxValue ? (long)number : -1;
            Turned all = Sum(_turned.Where(each => each.Key.Account == account).Select(each => each.Value));
            _covered.Add(account);
            Figure(reader, Debit, all.Debit);
            Figure(reader, Credit, all.Credit);
            Figure(reader, Balance, checked(all.Debit - all.Credit));
        }
        else if (reader.Number(Value) is { } rows && seal.Named(reader.Text(0)) is { } sheet)
        {
            Same(reader, Value, rows == sheet.Rows - 1, (sheet.Rows - 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Every turnover of the journal must have had its row.</summary>
    public void End(string balances, string ledger, string summary)
    {
        foreach (var missing in Rows.Keys.Where(key => !_seen.Contains(key)).GroupBy(key => key.Fund.Length > 0).Select(group => group.First()))
        {
            Missing(missing.Fund.Length > 0 ? balances : ledger, $"{missing.Period} {missing.Code} {missing.Fund}".TrimEnd());
        }

        foreach (long account in _turned.Keys.Select(key => key.Account).Distinct().Where(account => !_covered.Contains(account)).Take(1))
        {
            Missing(summary, CodeOf(account));
        }
    }

    // Worked out when the journal is at its end: what an account carried over is what all periods before came to.
    private Dictionary<(string Code, string Fund, string Period), Row> Rows => _rows ??= RowsOf();

    private Dictionary<(string Code, string Fund, string Period), Row> RowsOf()
    {
        Dictionary<(string Code, string Fund, string Period), Row> rows = [];
        foreach (var group in _turned.GroupBy(each => (each.Key.Account, each.Key.Fund)))
        {
            Add(rows, CodeOf(group.Key.Account), group.Key.Fund, group.Select(each => (each.Key.Period, each.Value)));
        }

        // No fund stands for all of them.
        foreach (var group in _turned.GroupBy(each => each.Key.Account))
        {
            Add(rows, CodeOf(group.Key), "",
                group.GroupBy(each => each.Key.Period).Select(period => (period.Key, Sum(period.Select(each => each.Value)))));
        }

        return rows;
    }

    private void Add(
        Dictionary<(string Code, string Fund, string Period), Row> rows, string code, string fund, IEnumerable<(int Period, Turned Turned)> turned)
    {
        long carried = 0;
        foreach ((int period, Turned all) in turned.OrderBy(each => each.Period))
        {
            long closing = checked(carried + all.Debit - all.Credit);
            rows[(code, fund, words.Show(new PeriodNumber(period)))] = new Row(carried, all, closing);
            carried = closing;
        }
    }

    private string CodeOf(long account) => books.Accounts.GetValueOrDefault(account)?.Code ?? _codes.GetValueOrDefault(account, "");

    private void Figures(SheetReader reader, string code, string fund, string period, int debit, int credit, int carried, int closing)
    {
        Row row = Rows.GetValueOrDefault((code, fund, period));
        _seen.Add((code, fund, period));
        Figure(reader, debit, row.Turned.Debit);
        Figure(reader, credit, row.Turned.Credit);
        Figure(reader, carried, row.Carried);
        Figure(reader, closing, row.Closing);
    }

    private void Missing(string sheet, string what) =>
        found(VerifyFinding.Of(VerifyCode.Figure, sheet, 0, ("is", ""), ("should", what), ("column", 1)));

    private void Figure(SheetReader reader, int column, long fen) =>
        Same(reader, column, reader.Number(column) is { } shown && decimal.Round(shown, 2) == fen / 100m, Amount.Fen(fen).ToString());

    private void Same(SheetReader reader, int column, bool isSame, string should)
    {
        if (!isSame)
        {
            found(VerifyFinding.Of(VerifyCode.Figure, reader.Sheet, reader.Row,
                ("is", reader.Text(column)), ("should", should), ("column", column + 1)));
        }
    }

    private static Turned Sum(IEnumerable<Turned> all) => all.Aggregate(default(Turned), (sum, each) =>
        checked(new Turned(sum.Debit + each.Debit, sum.Credit + each.Credit)));

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Turned(long Debit, long Credit);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Row(long Carried, Turned Turned, long Closing);
}

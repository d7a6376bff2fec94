using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>The rows below the header to lines: what is no movement is counted, what is half a movement is refused.</summary>
internal sealed class StatementTable
{
    /// <summary>Blank lines, totals and page heads a file may have besides its lines.</summary>
    public const int MostOtherRows = 20_000;

    private const int MostLeftOutShown = 500;

    private readonly StatementHeader header;
    private readonly DateRule dates;
    private readonly StatementSigns signs;
    private readonly LineReader reader;
    private readonly LineIdentity identities = new();
    private readonly List<LeftOutRow> leftOut = [];
    private readonly List<(StatementRow Row, LineMoment Moment)> closed = [];
    private readonly HashSet<string> refunds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int FirstLine, int Count)> oddities = new(StringComparer.Ordinal);
    private List<LineFigures> figures = [];
    private int fees;

    private StatementTable(StatementHeader header, DateRule dates, StatementSigns signs) =>
        (this.header, this.dates, this.signs, reader) = (header, dates, signs, new LineReader(header, dates, signs));

    /// <summary>What the lines say in numbers, in the file's order.</summary>
    public IReadOnlyList<LineFigures> Figures => figures;

    /// <summary>The lines, read anew.</summary>
    public IReadOnlyCollection<StatementLine> Lines => new StatementLines(header, reader, figures);

    public IReadOnlyList<LeftOutRow> LeftOut => leftOut;

    public IReadOnlyList<StatementWarning> Warnings { get; private set; } = [];

    public string? Account { get; private set; }

    /// <param name="told">Hears now and then how many rows were read.</param>
    public static StatementTable Read(StatementHeader header, Action<int>? told, CancellationToken ct)
    {
        StatementReading reading = header.Reading;
        header.Sheet.RefuseTooLong();
        StatementPreamble preamble = StatementPreamble.Of(
            [.. header.Head.TakeWhile(row => row.LineNo < header.Row.LineNo || (header.Row.LineNo == 0 && row.LineNo <= header.LastLine))]);
        RefuseOtherCurrency(preamble.Currency ?? "", header.Row.LineNo);
        DateRule days = DateRule.Of(header, header.Rows().Where(row => row.LineNo > header.LastLine), reading.Dates);
        StatementTable table = new(header, days, StatementSigns.Of(header, reading.Signs));
        foreach (StatementRow row in header.Rows())
        {
            if (row.LineNo > header.LastLine)
            {
                table.Add(row);
            }

            if (row.LineNo % 1024 == 0)
            {
                ct.ThrowIfCancellationRequested();
                told?.Invoke(table.figures.Count);
            }
        }

        table.Settle(preamble);
        return table;
    }

    private void Settle(StatementPreamble preamble)
    {
        Account ??= preamble.Account;
        foreach ((StatementRow row, LineMoment moment) in closed)
        {
            // What was paid and given back is closed too; then the giving back is in the file and names the payment.
            string? serial = reader.SerialOf(row, isGivenBack: false);
            if (serial is not null && refunds.Any(refund => refund.StartsWith(serial, StringComparison.Ordinal)))
            {
                AddLine(row, moment);
            }
            else
            {
                LeaveOut(LeftOutRow.Closed, row, moment.Day);
            }
        }

        if (figures.Count == 0)
        {
            throw new RefusedException(StatementRefusal.NoLines, ("header", header.Row.LineNo));
        }

        if (closed.Count > 0)
        {
            figures = [.. figures.OrderBy(line => line.LineNo)];
        }

        if (signs.IsByBalance)
        {
            BalanceChain.SignByBalance(figures);
        }

        Warnings = [.. WarningsAbout(preamble)];
    }

    private void Add(StatementRow row)
    {
        LineMoment moment = reader.MomentOf(row);
        if (IsNoMovement(row, moment.Day is not null))
        {
            Note("bank.rows-skipped", row);
            LeaveOut(LeftOutRow.NoMovement, row, moment.Day);
            return;
        }

        if (moment.Day is null)
        {
            throw LineMoment.BadDate(header, row, dates);
        }

        RefuseOtherCurrency(header.Cell(row, StatementColumn.Currency), row.LineNo);
        TakeAccount(row);
        if (header.Has(Status) && header.Cells(row, Status).Any(BankVocabulary.Closed.Contains))
        {
            closed.Add((row, moment));
            return;
        }

        AddLine(row, moment);
    }

    private void AddLine(StatementRow row, LineMoment moment)
    {
        if (figures.Count >= StatementFile.MostLines)
        {
            throw new RefusedException(StatementRefusal.TooManyLines, ("limit", StatementFile.MostLines));
        }

        RowRead read = reader.Of(row, moment);
        if (read.IsRed)
        {
            Note("bank.red-amount", row);
        }

        if (read.Line is not { } line)
        {
            LeaveOut(LeftOutRow.Neutral, row, moment.Day);
            return;
        }

        if (row.Cells.Length > header.Width && row.Cells.Skip(header.Width).Any(cell => cell.Length > 0))
        {
            Note("bank.row-too-wide", row);
        }

        if (line.BankSerial is { } serial && reader.IsGivenBack(row))
        {
            refunds.Add(serial);
        }

        Name(row, line);
    }

    private void Name(StatementRow row, StatementLine line)
    {
        int ordinal = identities.Take(line.BankSerial, line.Identity);
        if (line.BankSerial is not null && ordinal > 1)
        {
            Note("bank.serial-repeated", row);
        }

        StatementLine named = line with { Identity = LineIdentity.Spelled(line.BankSerial, line.Identity, ordinal) };
        figures.Add(LineFigures.Of(named, ordinal));
        if (reader.FeeOf(row, named) is { } fee)
        {
            fees++;
            figures.Add(LineFigures.Of(fee, ordinal));
        }
    }

    private bool IsNoMovement(StatementRow row, bool isDated)
    {
        bool noAmount = StatementCell.SaysNothing(header.Cell(row, MoneyIn)) && StatementCell.SaysNothing(header.Cell(row, MoneyOut))
            && StatementCell.SaysNothing(header.Cell(row, EitherWay)) && StatementCell.SaysNothing(header.Cell(row, Sale))
            && StatementCell.SaysNothing(header.Cell(row, Repaid));
        return isDated
            ? noAmount && row.Cells.Any(SumsUp)
            : noAmount || SumsUp(row.Cells.First(cell => cell.Length > 0)) || header.IsRepeatedIn(row) || IsNote(row);
    }

    // The names of totals below a platform's bill, and its note of when it was written: too few cells to be a line.
    private bool IsNote(StatementRow row) => !row.Cells.Any(cell => StatementCell.Fen(cell) is not null);

    private static bool SumsUp(string cell) =>
        BankVocabulary.TotalWords.Any(word => cell.StartsWith(word, StringComparison.Ordinal));

    private void TakeAccount(StatementRow row)
    {
        string account = reader.AccountOf(row);
        if (Account is not null && account.Length > 0 && account != Account)
        {
            throw new RefusedException(StatementRefusal.SeveralAccounts, ("line", row.LineNo), ("first", Account),
                ("other", account));
        }

        Account ??= account.Length > 0 ? account : null;
    }

    private void Note(string code, StatementRow row)
    {
        (int first, int count) = oddities.GetValueOrDefault(code, (row.LineNo, 0));
        oddities[code] = (Math.Min(first, row.LineNo), count + 1);
    }

    private void LeaveOut(string reason, StatementRow row, LocalDate? day)
    {
        if (reason != LeftOutRow.NoMovement)
        {
            Note($"bank.{reason}", row);
        }

        if (leftOut.Count < MostLeftOutShown)
        {
            leftOut.Add(new LeftOutRow(row.LineNo, day, reason,
                StatementCell.Shorten(string.Join(' ', row.Cells.Where(cell => cell.Length > 0)), 200)));
        }
    }

    private IEnumerable<StatementWarning> WarningsAbout(StatementPreamble preamble)
    {
        int movements = figures.Count - fees + Count(LeftOutRow.Neutral) + Count(LeftOutRow.Closed);
        if (preamble.StatedLines is { } stated && stated != movements)
        {
            yield return StatementWarning.Of("bank.count-differs", ("stated", stated), ("found", movements));
        }

        if (header.Guessed.Count > 0)
        {
            yield return StatementWarning.Of("bank.columns-guessed", ("columns", string.Join("、", header.Guessed.Select(
                column => header.Found[column]))));
        }

        if (dates.IsSerial)
        {
            yield return StatementWarning.Of("bank.dates-serial", ("first", figures[0].OccurredOn));
        }

        if (dates.IsProved)
        {
            yield return StatementWarning.Of(
                dates.Order == DateOrder.DayFirst ? "bank.dates-day-first" : "bank.dates-month-first", ("first", figures[0].OccurredOn));
        }

        if (signs.Doubt is { } doubt)
        {
            yield return StatementWarning.Of(doubt, ("line", figures[0].LineNo));
        }

        if (fees > 0)
        {
            yield return StatementWarning.Of("bank.fees-split", ("count", fees));
        }

        if (!header.Has(Balance))
        {
            yield return StatementWarning.Of("bank.no-balances");
        }

        foreach ((string code, (int first, int count)) in oddities.OrderBy(oddity => oddity.Value.FirstLine))
        {
            yield return StatementWarning.Of(code, ("line", first), ("count", count));
        }
    }

    private int Count(string reason) => oddities.GetValueOrDefault($"bank.{reason}").Count;

    private static void RefuseOtherCurrency(string currency, int lineNo)
    {
        string bare = StatementCell.Bare(currency);
        if (!StatementCell.SaysNothing(bare) && !BankVocabulary.Renminbi.Contains(bare))
        {
            throw new RefusedException(StatementRefusal.OtherCurrency, ("line", lineNo),
                ("currency", StatementCell.Shorten(bare, 30)));
        }
    }
}

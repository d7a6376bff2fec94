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
    private readonly TotalRows totals;
    private readonly RowWidths widths;
    private List<LineFigures> figures = [];
    private string? accountAbove;
    private bool anotherTable;
    private int fees;

    private StatementTable(StatementHeader header, DateRule dates, StatementSigns signs)
    {
        (this.header, this.dates, this.signs, reader) = (header, dates, signs, new LineReader(header, dates, signs));
        (totals, widths) = (new TotalRows(header), new RowWidths(header));
    }

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
        int rows = header.Sheet.RefuseTooLong();
        StatementRow[] above =
            [.. header.Head.TakeWhile(row => row.LineNo < header.Row.LineNo || (header.Row.LineNo == 0 && row.LineNo <= header.LastLine))];
        StatementPreamble preamble = StatementPreamble.Of(above);
        MoneyUnit.RefuseOther(preamble.Currency ?? "", header.Row.LineNo);
        MoneyUnit.Refuse(header, above);
        DateRule days = DateRule.Of(header, header.Rows().Where(row => row.LineNo > header.LastLine), reading.Dates);
        StatementTable table = new(header, days, StatementSigns.Of(header, reading.Signs));
        table.Expect(Math.Min(rows, StatementFile.MostLines));
        table.accountAbove = preamble.Account;
        preamble = header.Continued.Count > 0 ? preamble with { StatedLines = null } : preamble;
        foreach (StatementHeader next in header.Continued)
        {
            table.TakePart(next.Row.LineNo, SheetFamily.AccountOf(next));
        }

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

    /// <summary>Lists that grow by themselves would take twice the room and leave as much behind.</summary>
    private void Expect(int rows)
    {
        figures.EnsureCapacity(rows);
        identities.Expect(rows);
    }

    private void Settle(StatementPreamble preamble)
    {
        Account ??= accountAbove;
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
        if (anotherTable)
        {
            LeaveOut(LeftOutRow.NoMovement, row, null);
            return;
        }

        LineMoment moment = reader.MomentOf(row);
        if (totals.Has(row, moment.Day))
        {
            // Another account's part of the file begins with its number.
            TakePart(row.LineNo, StatementPreamble.Of([row]).Account);
            anotherTable = figures.Count > 0 && moment.Day is null && BeginsAnother(row);
            Note("bank.rows-skipped", row);
            LeaveOut(LeftOutRow.NoMovement, row, moment.Day);
            return;
        }

        if (moment.Day is null)
        {
            throw LineMoment.BadDate(header, row, dates);
        }

        MoneyUnit.RefuseOther(header.Cell(row, StatementColumn.Currency), row.LineNo);
        TakeAccount(row);
        if (OrderState.IsClosed(header, row))
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

        if (widths.IsWide(row))
        {
            widths.RefuseShifted(row);
            Note("bank.row-too-wide", row);
        }

        if (line.BankSerial is { } serial && reader.IsGivenBack(row))
        {
            refunds.Add(serial);
        }

        if (OrderState.IsUnknown(header, row))
        {
            Note("bank.state-unknown", row);
        }

        totals.Saw(line.Amount.Units, StatementCell.Fen(header.Cell(row, Balance)));
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

    private void TakeAccount(StatementRow row)
    {
        string account = reader.AccountOf(row);
        if (Account is not null && account.Length > 0 && OwnAccount.MayBeOne(Account, account))
        {
            Account = account.AsSpan().ContainsAny("*xX") ? Account : account;
            return;
        }

        if (Account is not null && account.Length > 0)
        {
            throw new RefusedException(StatementRefusal.SeveralAccounts, ("line", row.LineNo), ("first", Account),
                ("other", account));
        }

        Account ??= account.Length > 0 ? account : null;
    }

    private void TakePart(int lineNo, string? account)
    {
        if (account is not null && (accountAbove ?? Account ?? SheetFamily.AccountOf(header)) is { } first && !OwnAccount.MayBeOne(first, account))
        {
            throw new RefusedException(StatementRefusal.SeveralAccounts, ("line", lineNo), ("first", first), ("other", account));
        }
    }

    // A table of totals may follow; but the same columns in another order would change in for out.
    private bool BeginsAnother(StatementRow row)
    {
        if (header.Another(row) is not { } other)
        {
            return false;
        }

        if (other.Names.Select(name => name.Whole).Order().SequenceEqual(header.Names.Take(header.Width).Select(name => name.Whole).Order()))
        {
            throw new RefusedException(StatementRefusal.HeaderChanges, ("line", row.LineNo), ("header", header.Row.LineNo));
        }

        Note("bank.another-table", row);
        return true;
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

        if (header.Sheet.HasHalves)
        {
            yield return StatementWarning.Of("bank.half-characters");
        }

        if (header.Continued.Count > 0)
        {
            yield return StatementWarning.Of("bank.sheets-joined", ("count", header.Continued.Count + 1),
                ("sheets", string.Join("、", header.Continued.Prepend(header).Select(each => each.Sheet.Name))));
        }

        if (header.SheetsLeft.Count > 0)
        {
            yield return StatementWarning.Of("bank.sheets-left", ("sheets", string.Join("、", header.SheetsLeft)));
        }

        if (reader.Fees.IsUnproved)
        {
            yield return StatementWarning.Of("bank.fees-unproved", ("column", header.Found[Fee]));
        }

        if (!header.Has(Balance) && header.OtherAmounts(reader.Fees.Counts) is { Count: > 0 } others)
        {
            yield return StatementWarning.Of("bank.amount-chosen", ("taken", header.Found[EitherWay]), ("others", string.Join("、", others)));
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
}

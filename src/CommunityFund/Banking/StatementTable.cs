using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>The rows below the header to lines: what is no movement is counted, what is half a movement is refused.</summary>
internal sealed class StatementTable
{
    /// <summary>Blank lines, totals and page heads a file may have besides its lines.</summary>
    public const int MostOtherRows = 20_000;

    private const int LongestText = 400, MostLeftOutShown = 500;

    private readonly StatementHeader header;
    private readonly DateRule dates;
    private readonly StatementSigns signs;
    private readonly LineIdentity identities;
    private readonly LineWords words;
    private readonly TotalRows totals;
    private readonly FeeRule fee;
    private readonly RowWidths widths;
    private readonly List<StatementLine> lines = [];
    private readonly List<LeftOutRow> leftOut = [];
    private readonly List<(StatementRow Row, LineMoment Moment)> closed = [];
    private readonly HashSet<string> refunds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int FirstLine, int Count)> oddities = new(StringComparer.Ordinal);
    private int fees;
    private string? accountAbove;
    private bool anotherTable;

    private StatementTable(StatementHeader header, DateRule dates, StatementSigns signs)
    {
        (this.header, this.dates, this.signs) = (header, dates, signs);
        (identities, words, totals, widths) = (new(header), new(header), new(header), new(header));
        fee = new FeeRule(header, IsPlatformBill, SignedIn);
        oddities.Clear();
    }

    public IReadOnlyList<StatementLine> Lines => lines;

    public IReadOnlyList<LeftOutRow> LeftOut => leftOut;

    public IReadOnlyList<StatementWarning> Warnings { get; private set; } = [];

    public string? Account { get; private set; }

    /// <param name="told">Hears now and then how many rows were read.</param>
    public static StatementTable Read(StatementHeader header, Action<int>? told, CancellationToken ct)
    {
        StatementReading reading = header.Reading;
        header.Sheet.RefuseTooLong();
        StatementRow[] above =
            [.. header.Head.TakeWhile(row => row.LineNo < header.Row.LineNo || (header.Row.LineNo == 0 && row.LineNo <= header.LastLine))];
        StatementPreamble preamble = StatementPreamble.Of(above);
        MoneyUnit.RefuseOther(preamble.Currency ?? "", header.Row.LineNo);
        MoneyUnit.Refuse(header, above);
        DateRule days = DateRule.Of(header, header.Rows().Where(row => row.LineNo > header.LastLine), reading.Dates);
        StatementTable table = new(header, days, StatementSigns.Of(header, reading.Signs));
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
                told?.Invoke(table.lines.Count);
            }
        }

        table.Settle(preamble);
        return table;
    }

    private void Settle(StatementPreamble preamble)
    {
        Account ??= accountAbove;
        foreach ((StatementRow row, LineMoment moment) in closed)
        {
            // What was paid and given back is closed too; then the giving back is in the file and names the payment.
            string? serial = Serial(row, isGivenBack: false);
            if (serial is not null && refunds.Any(refund => refund.StartsWith(serial, StringComparison.Ordinal)))
            {
                AddLine(row, moment);
            }
            else
            {
                LeaveOut(LeftOutRow.Closed, row, moment.Day);
            }
        }

        if (lines.Count == 0)
        {
            throw new RefusedException(StatementRefusal.NoLines, ("header", header.Row.LineNo));
        }

        if (closed.Count > 0)
        {
            lines.Sort((one, other) => one.LineNo.CompareTo(other.LineNo));
        }

        if (signs.IsByBalance)
        {
            BalanceChain.SignByBalance(lines);
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

        LineMoment moment = LineMoment.Of(header, row, dates);
        if (totals.Has(row, moment.Day))
        {
            // Another account's part of the file begins with its number.
            TakePart(row.LineNo, StatementPreamble.Of([row]).Account);
            anotherTable = lines.Count > 0 && moment.Day is null && BeginsAnother(row);
            Note("bank.rows-skipped", row);
            LeaveOut(LeftOutRow.NoMovement, row, moment.Day);
            return;
        }

        if (moment.Day is null)
        {
            throw LineMoment.BadDate(header, row, dates);
        }

        MoneyUnit.RefuseOther(header.Cell(row, StatementColumn.Currency), row.LineNo);
        TakeAccount(row, words.Of(row, StatementColumn.Account));
        if (OrderState.IsClosed(header, row))
        {
            closed.Add((row, moment));
            return;
        }

        AddLine(row, moment);
    }

    private void AddLine(StatementRow row, LineMoment moment)
    {
        if (lines.Count >= StatementFile.MostLines)
        {
            throw new RefusedException(StatementRefusal.TooManyLines, ("limit", StatementFile.MostLines));
        }

        if (AmountOf(row) is not { } amount)
        {
            LeaveOut(LeftOutRow.Neutral, row, moment.Day);
            return;
        }

        if (widths.IsWide(row))
        {
            widths.RefuseShifted(row);
            Note("bank.row-too-wide", row);
        }

        bool isGivenBack = IsGivenBack(row);
        string? serial = Serial(row, isGivenBack);
        if (isGivenBack && serial is not null)
        {
            refunds.Add(serial);
        }

        (string identity, bool serialRepeats) = identities.Of(serial, row);
        if (serialRepeats)
        {
            Note("bank.serial-repeated", row);
        }

        Amount? taken = fee.Of(row, amount), balance = StatementCell.ReadAmount(header.Cell(row, Balance), row.LineNo);
        StatementLine line = new(
            row.LineNo, moment.Day!.Value, moment.At, amount, taken is null || balance is null ? balance : balance - taken,
            words.Name(row, amount), words.Account(row, amount), words.Of(row, Summary), words.Remarks(row), serial, identity);
        lines.Add(line);
        totals.Saw(amount.Units, balance?.Units);
        if (OrderState.IsUnknown(header, row))
        {
            Note("bank.state-unknown", row);
        }

        if (taken is not null)
        {
            fees++;
            lines.Add(line with
            {
                Amount = taken,
                BalanceAfter = balance,
                Summary = "手续费",
                Remark = StatementCell.Shorten(line.Summary, LineWords.Longest),
                Identity = $"{line.Identity}#fee",
            });
        }
    }

    private bool IsPlatformBill => header.Has(Sale) || header.Has(Repaid);

    private Amount? AmountOf(StatementRow row)
    {
        if (IsPlatformBill)
        {
            return PlatformAmount(row);
        }

        Amount? moneyIn = AmountIn(row, MoneyIn), moneyOut = AmountIn(row, MoneyOut);
        Amount? either = header.HasBothWays ? null : AmountIn(row, EitherWay);
        if ((header.HasBothWays ? moneyIn ?? moneyOut : either) is null)
        {
            throw NoAmount(row);
        }

        (Amount? amount, bool isRed) = signs.Of(row, moneyIn, moneyOut, either);
        if (isRed)
        {
            Note("bank.red-amount", row);
        }

        return amount ?? (NeutralMove(row) is { } isIn ? (isIn ? either : -either!) : null);
    }

    private Amount PlatformAmount(StatementRow row)
    {
        Amount? sale = AmountIn(row, Sale) ?? AmountIn(row, EitherWay), refund = AmountIn(row, Repaid);
        if ((sale ?? refund) is null)
        {
            throw NoAmount(row);
        }

        Amount zero = Amount.Fen(0);
        bool isGivenBack = IsGivenBack(row), hasState = header.Cell(row, Status).Length > 0;
        return isGivenBack ? -(refund is { IsZero: false } ? refund : sale ?? zero)
            : hasState ? sale ?? zero
            : (sale ?? zero) - (refund ?? zero);
    }

    /// <summary>What a wallet does not count and yet moved.</summary>
    private bool? NeutralMove(StatementRow row)
    {
        string told = string.Join(' ', header.Cells(row, Summary).Concat(header.Cells(row, Status)));
        return BankVocabulary.NeutralMoves.Where(move => told.Contains(move.Word, StringComparison.Ordinal))
            .Select(move => move.IsIn).FirstOrDefault();
    }

    private bool IsGivenBack(StatementRow row) =>
        header.Has(Status) && header.Cells(row, Status).Any(BankVocabulary.GivenBack.Contains);

    private Amount? AmountIn(StatementRow row, StatementColumn column) =>
        StatementCell.ReadAmount(header.Cell(row, column), row.LineNo);

    private long? SignedIn(StatementRow row)
    {
        try
        {
            return AmountOf(row)?.Units;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private void TakeAccount(StatementRow row, string account)
    {
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

    // A table of totals may follow; but the same columns in another order would change in for out.
    private bool BeginsAnother(StatementRow row)
    {
        if (header.Another(row) is not { } other)
        {
            return false;
        }

        if (other.Has(EitherWay) == header.Has(EitherWay) && other.HasBothWays == header.HasBothWays
            && other.Names.Select(name => name.Whole).Order().SequenceEqual(header.Names.Take(header.Width).Select(name => name.Whole).Order()))
        {
            throw new RefusedException(StatementRefusal.HeaderChanges, ("line", row.LineNo), ("header", header.Row.LineNo));
        }

        Note("bank.another-table", row);
        return true;
    }

    private void TakePart(int lineNo, string? account)
    {
        if (account is not null && (accountAbove ?? Account ?? SheetFamily.AccountOf(header)) is { } first && !OwnAccount.MayBeOne(first, account))
        {
            throw new RefusedException(StatementRefusal.SeveralAccounts, ("line", lineNo), ("first", first), ("other", account));
        }
    }

    private string? Serial(StatementRow row, bool isGivenBack)
    {
        string serial = isGivenBack ? StatementCell.Bare(header.Cell(row, RefundSerial)) : "";
        serial = StatementCell.SaysNothing(serial) ? StatementCell.Bare(header.Cell(row, StatementColumn.Serial)) : serial;
        return StatementCell.SaysNothing(serial) || serial.Length > LineIdentity.LongestSerial ? null : serial;
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
        int movements = lines.Count - fees + Count(LeftOutRow.Neutral) + Count(LeftOutRow.Closed);
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
            yield return StatementWarning.Of("bank.dates-serial", ("first", lines[0].OccurredOn));
        }

        if (dates.IsProved)
        {
            yield return StatementWarning.Of(
                dates.Order == DateOrder.DayFirst ? "bank.dates-day-first" : "bank.dates-month-first", ("first", lines[0].OccurredOn));
        }

        if (signs.Doubt is { } doubt)
        {
            yield return StatementWarning.Of(doubt, ("line", lines[0].LineNo));
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

        if (fee.IsUnproved)
        {
            yield return StatementWarning.Of("bank.fees-unproved", ("column", header.Found[Fee]));
        }

        if (!header.Has(Balance) && header.OtherAmounts(fee.Counts) is { Count: > 0 } others)
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

    private static RefusedException NoAmount(StatementRow row) =>
        new(StatementRefusal.BadAmount, ("line", row.LineNo), ("typed", ""), ("reason", AmountText.NotANumber));
}

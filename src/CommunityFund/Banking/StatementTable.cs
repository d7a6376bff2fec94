using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>The rows below the header to lines: what is no movement is counted, what is half a movement is refused.</summary>
internal sealed class StatementTable
{
    /// <summary>Blank lines, totals and page heads a file may have besides its lines.</summary>
    public const int MostOtherRows = 20_000;

    private const int LongestText = 400;

    private readonly StatementHeader header;
    private readonly LineIdentity identities = new();
    private readonly List<StatementLine> lines = [];
    private readonly Dictionary<string, (int FirstLine, int Count)> oddities = new(StringComparer.Ordinal);

    private StatementTable(StatementHeader header) => this.header = header;

    public IReadOnlyList<StatementLine> Lines => lines;

    public IReadOnlyList<StatementWarning> Warnings { get; private set; } = [];

    public string? Account { get; private set; }

    public static StatementTable Read(IEnumerable<StatementRow> rows, StatementHeader header)
    {
        StatementTable table = new(header);
        List<StatementRow> above = [];
        foreach (StatementRow row in rows)
        {
            if (row.LineNo < header.Row.LineNo)
            {
                above.Add(row);
            }
            else if (row.LineNo > header.Row.LineNo)
            {
                table.Add(row);
            }
        }

        StatementPreamble preamble = StatementPreamble.Of(above);
        RefuseOtherCurrency(preamble.Currency ?? "", header.Row.LineNo);
        table.Account ??= preamble.Account;
        if (table.lines.Count == 0)
        {
            throw new RefusedException(StatementRefusal.NoLines, ("header", header.Row.LineNo));
        }

        table.Warnings = [.. table.WarningsAbout(preamble)];
        return table;
    }

    private void Add(StatementRow row)
    {
        LocalDate? day = LineMoment.Day(header, row);
        if (IsNoMovement(row, day is not null))
        {
            Note("bank.rows-skipped", row);
            return;
        }

        LocalDate occurredOn = day ?? throw LineMoment.BadDate(header, row);
        RefuseOtherCurrency(header.Cell(row, StatementColumn.Currency), row.LineNo);
        TakeAccount(row);
        if (AmountOf(row) is not { } amount)
        {
            Note("bank.no-direction", row);
            return;
        }

        if (lines.Count == StatementFile.MostLines)
        {
            throw new RefusedException(StatementRefusal.TooManyLines, ("limit", StatementFile.MostLines));
        }

        if (row.Cells.Skip(header.Width).Any(cell => cell.Length > 0))
        {
            Note("bank.row-too-wide", row);
        }

        string? serial = Serial(row);
        (string identity, bool serialRepeats) = identities.Of(serial, row);
        if (serialRepeats)
        {
            Note("bank.serial-repeated", row);
        }

        lines.Add(new StatementLine(
            row.LineNo, occurredOn, LineMoment.At(header, row, occurredOn), amount,
            StatementCell.ReadAmount(header.Cell(row, Balance), row.LineNo),
            Text(row, CounterpartyName), Text(row, CounterpartyAccount), Text(row, Summary), Remarks(row), serial, identity));
    }

    private bool IsNoMovement(StatementRow row, bool isDated)
    {
        bool noAmount = new[] { MoneyIn, MoneyOut, EitherWay }
            .All(column => StatementCell.SaysNothing(header.Cell(row, column)));
        return isDated
            ? noAmount && row.Cells.Any(SumsUp)
            : noAmount || SumsUp(row.Cells.First(cell => cell.Length > 0)) || header.IsRepeatedIn(row);
    }

    private static bool SumsUp(string cell) =>
        BankVocabulary.TotalWords.Any(word => cell.StartsWith(word, StringComparison.Ordinal));

    private Amount? AmountOf(StatementRow row)
    {
        if (header.HasBothWays)
        {
            Amount? moneyIn = AmountIn(row, MoneyIn), moneyOut = AmountIn(row, MoneyOut);
            if (moneyIn is { IsZero: false } && moneyOut is { IsZero: false })
            {
                throw new RefusedException(StatementRefusal.BothWays, ("line", row.LineNo), ("in", moneyIn), ("out", moneyOut));
            }

            if ((moneyIn ?? moneyOut) is null)
            {
                throw NoAmount(row);
            }

            NoteRed(row, (moneyIn is { IsNegative: true }) || (moneyOut is { IsNegative: true }));
            return (moneyIn ?? Ledger.Amount.Fen(0)) - (moneyOut ?? Ledger.Amount.Fen(0));
        }

        Amount amount = AmountIn(row, EitherWay) ?? throw NoAmount(row);
        if (!header.Has(Direction))
        {
            return amount;
        }

        string word = header.Cell(row, Direction);
        if (!BankVocabulary.Directions.TryGetValue(word, out bool? isIn))
        {
            throw new RefusedException(StatementRefusal.BadDirection, ("line", row.LineNo),
                ("typed", StatementCell.Shorten(word, 60)));
        }

        NoteRed(row, amount.IsNegative && isIn is not null);
        return isIn is { } known ? (known ? amount : -amount) : null;
    }

    private Amount? AmountIn(StatementRow row, StatementColumn column) =>
        StatementCell.ReadAmount(header.Cell(row, column), row.LineNo);

    private void NoteRed(StatementRow row, bool isRed)
    {
        if (isRed)
        {
            Note("bank.red-amount", row);
        }
    }

    private void TakeAccount(StatementRow row)
    {
        string account = Text(row, StatementColumn.Account);
        if (Account is not null && account.Length > 0 && account != Account)
        {
            throw new RefusedException(StatementRefusal.SeveralAccounts, ("line", row.LineNo), ("first", Account),
                ("other", account));
        }

        Account ??= account.Length > 0 ? account : null;
    }

    private string? Serial(StatementRow row)
    {
        string serial = StatementCell.Bare(header.Cell(row, StatementColumn.Serial));
        return StatementCell.SaysNothing(serial) || serial.Length > LineIdentity.LongestSerial ? null : serial;
    }

    private string Text(StatementRow row, StatementColumn column) =>
        StatementCell.Shorten(StatementCell.Bare(header.Cell(row, column)), LongestText);

    private string Remarks(StatementRow row) =>
        StatementCell.Shorten(string.Join("；", header.Cells(row, Remark)), LongestText);

    private void Note(string code, StatementRow row)
    {
        (int first, int count) = oddities.GetValueOrDefault(code, (row.LineNo, 0));
        oddities[code] = (first, count + 1);
    }

    private IEnumerable<StatementWarning> WarningsAbout(StatementPreamble preamble)
    {
        int movements = lines.Count + oddities.GetValueOrDefault("bank.no-direction").Count;
        if (preamble.StatedLines is { } stated && stated != movements)
        {
            yield return StatementWarning.Of("bank.count-differs", ("stated", stated), ("found", movements));
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

    private static RefusedException NoAmount(StatementRow row) =>
        new(StatementRefusal.BadAmount, ("line", row.LineNo), ("typed", ""), ("reason", AmountText.NotANumber));

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

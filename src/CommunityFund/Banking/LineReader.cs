using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>One row below the header to the line it is, the same as often as it is read.</summary>
internal sealed class LineReader
{
    private readonly StatementHeader header;
    private readonly DateRule dates;
    private readonly StatementSigns signs;
    private readonly LineWords words;
    private readonly HashSet<int> changing;
    private readonly StringBuilder cells = new();

    public LineReader(StatementHeader header, DateRule dates, StatementSigns signs)
    {
        (this.header, this.dates, this.signs, words) = (header, dates, signs, new LineWords(header));
        changing = [.. header.Places(Counter), .. header.Places(Status)];
        Fees = new FeeRule(header, IsPlatformBill, SignedIn);
    }

    /// <summary>What a column of fees means.</summary>
    public FeeRule Fees { get; }

    /// <summary>Whether the file tells of a platform's sales, gross.</summary>
    public bool IsPlatformBill => header.Has(Sale) || header.Has(Repaid);

    public LineMoment MomentOf(StatementRow row) => LineMoment.Of(header, row, dates);

    public bool IsGivenBack(StatementRow row) =>
        header.Has(Status) && header.Cells(row, Status).Any(BankVocabulary.GivenBack.Contains);

    public string AccountOf(StatementRow row) => words.Of(row, StatementColumn.Account);

    public string? SerialOf(StatementRow row, bool isGivenBack)
    {
        string serial = isGivenBack ? StatementCell.Bare(header.Cell(row, RefundSerial)) : "";
        serial = StatementCell.SaysNothing(serial) ? StatementCell.Bare(header.Cell(row, StatementColumn.Serial)) : serial;
        return StatementCell.SaysNothing(serial) || serial.Length > LineIdentity.LongestSerial || IsRounded(serial) ? null : serial;
    }

    /// <summary>The line, its identity without the ordinal.</summary>
    /// <exception cref="RefusedException">bank.* says what of the row cannot be read.</exception>
    public RowRead Of(StatementRow row, LineMoment moment)
    {
        (Amount? signed, bool isRed) = AmountOf(row);
        if (signed is not { } amount)
        {
            return new RowRead(null, isRed);
        }

        string? serial = SerialOf(row, IsGivenBack(row));
        return new RowRead(new StatementLine(
            row.LineNo, moment.Day!.Value, moment.At, amount,
            BalanceIn(row) is { } balance && Fees.Of(row, amount) is { } fee ? balance - fee : BalanceIn(row),
            words.Name(row, amount), words.Account(row, amount), words.Of(row, Summary), words.Remarks(row), serial,
            serial ?? HashOf(row)), isRed);
    }

    /// <summary>The fee as a line of its own; null if the row has none.</summary>
    public StatementLine? FeeOf(StatementRow row, StatementLine line) => Fees.Of(row, line.Amount) is { } fee ? line with
    {
        Amount = fee,
        BalanceAfter = BalanceIn(row),
        Summary = "手续费",
        Remark = StatementCell.Shorten(line.Summary, LineWords.Longest),
        Identity = $"{line.Identity}#fee",
    } : null;

    private Amount? BalanceIn(StatementRow row) => StatementCell.ReadAmount(header.Cell(row, Balance), row.LineNo);

    // 2.02603E+27: a spreadsheet made the number another one.
    private static bool IsRounded(string serial) =>
        serial.Contains("E+", StringComparison.OrdinalIgnoreCase) && serial.All(c => char.IsAsciiDigit(c) || c is '.' or 'E' or 'e' or '+');

    private long? SignedIn(StatementRow row)
    {
        try
        {
            return AmountOf(row).Amount?.Units;
        }
        catch (RefusedException)
        {
            return null;
        }
    }

    private (Amount? Amount, bool IsRed) AmountOf(StatementRow row)
    {
        if (IsPlatformBill)
        {
            return (PlatformAmount(row), false);
        }

        Amount? moneyIn = AmountIn(row, MoneyIn), moneyOut = AmountIn(row, MoneyOut);
        Amount? either = header.HasBothWays ? null : AmountIn(row, EitherWay);
        if ((header.HasBothWays ? moneyIn ?? moneyOut : either) is null)
        {
            throw NoAmount(row);
        }

        (Amount? amount, bool isRed) = signs.Of(row, moneyIn, moneyOut, either);
        return (amount ?? (NeutralMove(row) is { } isIn ? (isIn ? either : -either!) : null), isRed);
    }

    private Amount PlatformAmount(StatementRow row)
    {
        Amount? sale = AmountIn(row, Sale) ?? AmountIn(row, EitherWay), refund = AmountIn(row, Repaid);
        if ((sale ?? refund) is null)
        {
            throw NoAmount(row);
        }

        Amount zero = Amount.Fen(0);
        bool hasState = header.Cell(row, Status).Length > 0;
        return IsGivenBack(row) ? -(refund is { IsZero: false } ? refund : sale ?? zero)
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

    private Amount? AmountIn(StatementRow row, StatementColumn column) =>
        StatementCell.ReadAmount(header.Cell(row, column), row.LineNo);

    // What changes from export to export, a count or a state, names nothing.
    private string HashOf(StatementRow row)
    {
        int used = Array.FindLastIndex(row.Cells, cell => cell.Length > 0) + 1;
        cells.Clear();
        for (int i = 0; i < used; i++)
        {
            cells.Append(i == 0 ? "" : "\n").Append(changing.Contains(i) ? "" : row.Cells[i]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cells.ToString())));
    }

    private static RefusedException NoAmount(StatementRow row) =>
        new(StatementRefusal.BadAmount, ("line", row.LineNo), ("typed", ""), ("reason", AmountText.NotANumber));
}

/// <summary>What a row was found to be.</summary>
/// <param name="Line">Null if it moved nothing of this account.</param>
/// <param name="IsRed">Its amount is written in red, to take back another.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowRead(StatementLine? Line, bool IsRed);

using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>
/// A ledger as a table in the reader's language: the one thing that page, text and workbook draw, so that they cannot
/// disagree. It holds nothing but columns and rows, for whoever writes them.
/// </summary>
/// <param name="Title">Name of the ledger, and of the account where it is about one.</param>
/// <param name="File">Name of the ledger for a file.</param>
/// <param name="Feet">Totals below the rows.</param>
public sealed record LedgerSheet(
    string Title, string File, LedgerHead Head, IReadOnlyList<SheetColumn> Columns, IReadOnlyList<SheetRow> Rows,
    IReadOnlyList<SheetRow> Feet)
{
    /// <summary>More rows than this are for the export, which streams them: a formatted sheet is held in memory, at some 20 KB a
    /// row.</summary>
    public const int MostRows = 10_000;
}

/// <summary>What a column holds, which tells how it is aligned and drawn.</summary>
public enum SheetColumnKind
{
    /// <summary>A day, a period or a position.</summary>
    Day,

    /// <summary>A voucher's number; only lines have one.</summary>
    Voucher,

    /// <summary>Words, as long as they are.</summary>
    Words,

    /// <summary>A name: account, fund, counterparty.</summary>
    Name,

    /// <summary>What was written on a side.</summary>
    Money,

    /// <summary>借, 贷 or 平.</summary>
    Side,

    /// <summary>The size of a balance, whose side stands before it.</summary>
    Balance,
}

/// <summary>A column.</summary>
/// <param name="Width">In characters of a sheet.</param>
public sealed record SheetColumn(string Label, SheetColumnKind Kind, int Width)
{
    public bool IsMoney => Kind is SheetColumnKind.Money or SheetColumnKind.Balance;
}

/// <summary>What a row is.</summary>
public enum SheetRowKind
{
    /// <summary>A posted line, or what one of many has.</summary>
    Line,

    /// <summary>What is carried from elsewhere.</summary>
    Carried,

    /// <summary>What lines add up to.</summary>
    Total,
}

/// <summary>A row with as many cells as there are columns.</summary>
public sealed record SheetRow(SheetRowKind Kind, IReadOnlyList<SheetCell> Cells);

/// <summary>A cell: text or money, never both.</summary>
/// <param name="Note">A second line of words.</param>
public sealed record SheetCell(string Text = "", Amount? Amount = null, string? Note = null, SheetLink? Link = null)
{
    public static SheetCell Nothing { get; } = new();

    public static implicit operator SheetCell(string text) => new(text);

    public static SheetCell FromString(string text) => new(text);
}

/// <summary>Where a cell leads: to a voucher, or to the lines of an account.</summary>
/// <param name="Fund">Narrows the lines down to a fund alone.</param>
/// <param name="Period">Narrows the lines down to a month.</param>
public sealed record SheetLink(
    long? Voucher = null, string? Account = null, long? Fund = null, long? Counterparty = null, long? Project = null,
    int? Period = null);

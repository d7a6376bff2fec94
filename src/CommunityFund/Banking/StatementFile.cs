using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// A bank statement as the bank exported it, read and checked but not yet compared with the books. Lines stand in the
/// file's order; nothing is left out without a warning.
/// </summary>
public sealed record StatementFile
{
    /// <summary>The largest file that is read: a hundred thousand lines of a bank that writes much about each.</summary>
    public const int LargestBytes = 40 * 1024 * 1024;

    /// <summary>The most lines that one file may have.</summary>
    public const int MostLines = 100_000;

    private static readonly byte[] Silent = [.. " \t\r\n\0\u00EF\u00BB\u00BF\u00FE\u00FF".Select(c => (byte)c)];

    private StatementFile()
    {
    }

    /// <summary>The bank and kind of file, as a words key.</summary>
    public required string Source { get; init; }

    /// <summary>How the text was encoded: UTF-8, UTF-8 with BOM, UTF-16LE, UTF-16BE or GB18030; "" for a workbook.</summary>
    public required string Encoding { get; init; }

    /// <summary>The sheet that was read, behind the archive's entry it stands in; "" if the file is one table.</summary>
    public required string Sheet { get; init; }

    /// <summary>All sheets of the file.</summary>
    public required IReadOnlyList<string> Sheets { get; init; }

    /// <summary>The 1-based line of the header; 0 if there is none.</summary>
    public required int HeaderRow { get; init; }

    /// <summary>The columns that were understood, and what the file calls them.</summary>
    public required IReadOnlyDictionary<StatementColumn, string> Columns { get; init; }

    /// <summary>What each column means, in the file's order; null where it means nothing to us.</summary>
    public required IReadOnlyList<StatementColumn?> Meanings { get; init; }

    /// <summary>Names the header: files with the same one were made in the same way.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The profile that was used; null if none was.</summary>
    public required string? Profile { get; init; }

    /// <summary>Our account as the file writes it, perhaps masked; null if it does not.</summary>
    public required string? AccountNumber { get; init; }

    /// <summary>Always CNY: a file in another currency is refused.</summary>
    public string Currency { get; } = Commodity.Cny.Code;

    /// <summary>The movements, at least one; read from the file again whenever they are asked for, as long as it is there.</summary>
    public required IReadOnlyCollection<StatementLine> Lines { get; init; }

    /// <summary>The earliest line's day.</summary>
    public LocalDate FirstDay => Figures.Min(line => line.OccurredOn);

    /// <summary>The latest line's.</summary>
    public LocalDate LastDay => Figures.Max(line => line.OccurredOn);

    /// <summary>Rows that are no lines, the first few hundred of them.</summary>
    public required IReadOnlyList<LeftOutRow> LeftOut { get; init; }

    /// <summary>The balance before the first line in time, if the file has balances.</summary>
    public required Amount? Opening { get; init; }

    /// <summary>The balance after the last line in time, if the file has balances.</summary>
    public required Amount? Closing { get; init; }

    /// <summary>The first line, in order of time, whose balance does not follow from the one before; null if all do.</summary>
    public required int? FirstBrokenLine { get; init; }

    /// <summary>What a person should look at.</summary>
    public required IReadOnlyList<StatementWarning> Warnings { get; init; }

    /// <summary>SHA-256 of the file's bytes, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the lines say in numbers, in their order.</summary>
    internal IReadOnlyList<LineFigures> Figures { get; private init; } = [];

    /// <summary>Reads a file that someone chose on their computer; nothing in it is trusted.</summary>
    /// <exception cref="RefusedException">The file cannot be read in full: bank.* says what stands in the way.</exception>
    public static StatementFile Read(StatementBytes content, string fileName) => Read(content, fileName, StatementReading.Found, []);

    /// <param name="reading">What a person said about how it is to be read.</param>
    /// <param name="profiles">What was said about files with the same header.</param>
    /// <param name="told">Hears now and then how many lines there are.</param>
    internal static StatementFile Read(
        StatementBytes content, string fileName, StatementReading reading, IReadOnlyList<StatementProfile> profiles,
        Action<int>? told = null, CancellationToken ct = default)
    {
        IReadOnlyList<StatementSheet> sheets = SheetsOf(content, fileName, reading);
        StatementHeader header = new HeaderSearch(sheets, reading, profiles).Find();
        StatementTable table = StatementTable.Read(header, told, ct);
        BalanceChain chain = BalanceChain.Of(table.Figures);
        return new StatementFile
        {
            Source = header.Source,
            Encoding = header.Sheet.Encoding,
            Sheet = header.Sheet.Name,
            Sheets = [.. sheets.Select(sheet => sheet.Name)],
            HeaderRow = header.Row.LineNo,
            Columns = header.Found,
            Meanings = header.Meanings,
            Fingerprint = header.Fingerprint,
            Profile = header.Profile?.Name,
            AccountNumber = table.Account,
            Lines = table.Lines,
            Figures = table.Figures,
            LeftOut = table.LeftOut,
            Opening = chain.Opening,
            Closing = chain.Closing,
            FirstBrokenLine = chain.FirstBrokenLine,
            Warnings = chain.Break is { } broken ? [broken, .. table.Warnings] : table.Warnings,
            Sha256 = Convert.ToHexStringLower(content.Sha256()),
        };
    }

    /// <summary>The tables of a file, before anybody knows what stands in them.</summary>
    internal static IReadOnlyList<StatementSheet> SheetsOf(StatementBytes content, string fileName, StatementReading reading)
    {
        string name = StatementCell.Shorten(PlainText.Of(fileName), 100);
        if (content.Length > LargestBytes)
        {
            throw new RefusedException(StatementRefusal.FileTooLarge, ("megabytes", LargestBytes / 1024 / 1024));
        }

        return !SaysSomething(content) ? throw new RefusedException(StatementRefusal.EmptyFile)
            : StatementPackage.Sheets(content, name, reading.Encoding);
    }

    private static bool SaysSomething(StatementBytes content) =>
        content.Pieces().Any(piece => piece.AsSpan().IndexOfAnyExcept(Silent) >= 0);
}

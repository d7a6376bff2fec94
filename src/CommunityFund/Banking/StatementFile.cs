using System.Security.Cryptography;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// A bank statement as the bank exported it, read and checked but not yet compared with the books. Lines stand in the
/// file's order; nothing is left out without a warning.
/// </summary>
public sealed record StatementFile
{
    /// <summary>The largest file that is read; a year of a busy foundation is about one.</summary>
    public const int LargestBytes = 10 * 1024 * 1024;

    /// <summary>The most lines that one file may have.</summary>
    public const int MostLines = 100_000;

    private StatementFile()
    {
    }

    /// <summary>The bank and kind of file, as a words key.</summary>
    public required string Source { get; init; }

    /// <summary>How the text was encoded: UTF-8, UTF-8 with BOM, UTF-16LE, UTF-16BE or GB18030.</summary>
    public required string Encoding { get; init; }

    /// <summary>The 1-based line of the header.</summary>
    public required int HeaderRow { get; init; }

    /// <summary>The columns that were understood, and what the file calls them.</summary>
    public required IReadOnlyDictionary<StatementColumn, string> Columns { get; init; }

    /// <summary>Our account as the file writes it, perhaps masked; null if it does not.</summary>
    public required string? AccountNumber { get; init; }

    /// <summary>Always CNY: a file in another currency is refused.</summary>
    public string Currency { get; } = Commodity.Cny.Code;

    /// <summary>The movements, at least one.</summary>
    public required IReadOnlyList<StatementLine> Lines { get; init; }

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

    /// <summary>Reads a file that someone chose on their computer; nothing in it is trusted.</summary>
    /// <exception cref="RefusedException">The file cannot be read in full: bank.* says what stands in the way.</exception>
    public static StatementFile Read(byte[] content, string fileName)
    {
        if (content.Length > LargestBytes)
        {
            throw new RefusedException(StatementRefusal.FileTooLarge, ("megabytes", LargestBytes / 1024 / 1024));
        }

        (string text, string encoding) = content.Length == 0 ? ("", "UTF-8") : StatementText.Read(content, fileName);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new RefusedException(StatementRefusal.EmptyFile);
        }

        string[] lines = text.Split('\n');
        if (lines.Length > MostLines + StatementHeader.RowsSearched + StatementTable.MostOtherRows)
        {
            throw new RefusedException(StatementRefusal.TooManyLines, ("limit", MostLines));
        }

        StatementHeader header = StatementHeader.Find(lines);
        StatementTable table = StatementTable.Read(new StatementRows(lines, header.Delimiter, header.Width).Read(), header);
        BalanceChain chain = BalanceChain.Of(table.Lines);
        return new StatementFile
        {
            Source = header.Source,
            Encoding = encoding,
            HeaderRow = header.Row.LineNo,
            Columns = header.Found,
            AccountNumber = table.Account,
            Lines = table.Lines,
            Opening = chain.Opening,
            Closing = chain.Closing,
            FirstBrokenLine = chain.FirstBrokenLine,
            Warnings = chain.Break is { } broken ? [broken, .. table.Warnings] : table.Warnings,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
        };
    }
}

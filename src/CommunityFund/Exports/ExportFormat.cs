using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>The forms in which a body takes its books away.</summary>
public enum ExportFormat
{
    /// <summary>A journal for hledger.</summary>
    Hledger,

    /// <summary>A journal for beancount.</summary>
    Beancount,

    /// <summary>A ZIP of one CSV per table.</summary>
    Csv,

    /// <summary>Journal, vouchers, balances, chart, funds and names as one workbook.</summary>
    Workbook,

    /// <summary>The audit workbook with statements as PDF, documents, journal and tables in one ZIP.</summary>
    Package,
}

/// <summary>Names of the formats.</summary>
public static class ExportFormats
{
    /// <summary>There is no such format.</summary>
    public const string Unknown = "export.unknown-format";

    // A file's name is no list of funds.
    private const int MostNamed = 3;

    public static IReadOnlyList<ExportFormat> All { get; } = Enum.GetValues<ExportFormat>();

    /// <summary>As the command line and the words name it.</summary>
    public static string Key(this ExportFormat format) => format.ToString().ToLowerInvariant();

    /// <summary>Whether the books of an earlier day can be asked for.</summary>
    public static bool TakesDay(this ExportFormat format) => format is not ExportFormat.Csv;

    /// <summary>Whether the log is sealed first, so that what is taken away names a signed root of its own moment.</summary>
    public static bool IsSealed(this ExportFormat format) => format is ExportFormat.Workbook or ExportFormat.Package;

    /// <summary>qinghe-F01-2026-03-31.xlsx of one fund and those below it, without a fund's code of the whole book.</summary>
    public static string FileName(this ExportFormat format, ExportFacts facts) => format.FileName(
        string.Join('-', facts.Funds.Where(fund => fund.IsTop).Take(MostNamed).Select(fund => fund.Code).Prepend(facts.Code)), facts.Day);

    /// <summary>Whether some funds can be taken apart from the others.</summary>
    public static bool TakesFunds(this ExportFormat format) => format is not ExportFormat.Csv;

    /// <summary>qinghe-2026-03-31.journal, of characters that every file system holds.</summary>
    public static string FileName(this ExportFormat format, string book, NodaTime.LocalDate day)
    {
        string code = new([.. book.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')]);
        string name = string.Create(CultureInfo.InvariantCulture, $"{code}-{day.Year:0000}-{day.Month:00}-{day.Day:00}");
        return format switch
        {
            ExportFormat.Hledger => $"{name}.journal",
            ExportFormat.Beancount => $"{name}.beancount",
            ExportFormat.Csv => $"{name}-csv.zip",
            ExportFormat.Package => $"{name}-audit.zip",
            _ => $"{name}.xlsx",
        };
    }

    /// <exception cref="RefusedException">Nothing is called so.</exception>
    public static ExportFormat Read(string? typed) =>
        All.Where(format => format.Key() == typed).Select(format => (ExportFormat?)format).SingleOrDefault()
        ?? throw new RefusedException(Unknown, ("typed", typed ?? ""), ("formats", All.Select(format => format.Key()).ToArray()));
}

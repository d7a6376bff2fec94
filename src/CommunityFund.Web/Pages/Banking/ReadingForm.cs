using System.Globalization;
using CommunityFund.Banking;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>How a file is to be read, as a person chooses it beside the file's first rows.</summary>
public sealed class ReadingForm
{
    public string? Encoding { get; set; }

    public string? Sheet { get; set; }

    public int? HeaderRow { get; set; }

    public SignRule Signs { get; set; }

    public DateOrder Dates { get; set; }

    /// <summary>One for each column that was shown; empty for a column that means nothing to us.</summary>
    public List<string?> Columns { get; set; } = [];

    /// <summary>What was shown when the choice was made.</summary>
    public string? Was { get; set; }

    /// <summary>What the form shows for a reading, in one text that comes back with it.</summary>
    public static string Shown(string? sheet, string? encoding, int? header, IEnumerable<StatementColumn?> columns) => string.Create(
        CultureInfo.InvariantCulture, $"{sheet}\n{encoding}\n{header}\n{string.Join(',', columns)}");

    /// <summary>Columns belong to the table they were chosen for: of another sheet or encoding they are found anew, of another header
    /// too unless they were chosen with it; and what was only shown and not changed is not said.</summary>
    public StatementReading Reading(StatementReading before)
    {
        StatementColumn?[] columns = [.. Columns.Select(column =>
            Enum.TryParse(column, out StatementColumn known) && Enum.IsDefined(known) ? known : (StatementColumn?)null)];

        // A browser sends line ends in its own way.
        string[] was = (Was ?? "").ReplaceLineEndings("\n").Split('\n');
        bool sameTable = was.Length == 4 && was[0] == (Sheet ?? "") && was[1] == (Encoding ?? "");
        bool sameHeader = sameTable && was[2] == (HeaderRow?.ToString(CultureInfo.InvariantCulture) ?? "");
        bool sameColumns = sameTable && was[3] == string.Join(',', columns);
        return new StatementReading
        {
            Encoding = string.IsNullOrEmpty(Encoding) ? null : Encoding,
            Sheet = string.IsNullOrEmpty(Sheet) ? null : Sheet,
            HeaderRow = sameHeader && sameColumns && before.HeaderRow is null && before.Columns is null ? null : HeaderRow,
            Columns = !sameTable || columns.Length == 0 || (sameColumns && !sameHeader) ? null : sameColumns ? before.Columns : columns,
            Signs = Signs,
            Dates = Dates,
        };
    }
}

using System.Runtime.InteropServices;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>Where an export goes, in which language, and who is told how far it is.</summary>
/// <param name="Open">Opens the file, empty; called again if the database went away in the middle.</param>
public sealed record ExportTarget(Func<Stream> Open, Words Words, Action<ExportProgress>? Told = null)
{
    /// <summary>Makes a PDF; null where there are none to be.</summary>
    public Func<PaperSheet, CancellationToken, Task<byte[]>>? Print { get; init; }

    /// <summary>Whether the site makes it by itself, for nobody in particular.</summary>
    public bool BySite { get; init; }

    /// <summary>A register goes on on a further sheet after so many rows; a sheet of a workbook ends at 1,048,576.</summary>
    internal int RowsPerSheet { get; init; } = 1_000_000;

    /// <summary>Up to so many lines sums are live formulas over the journal; above that they are values.</summary>
    internal int LinesWithFormulas { get; init; } = 50_000;
}

/// <summary>How far an export is, in rows.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ExportProgress(long Done, long Total)
{
    public int Percent => Total <= 0 ? 0 : (int)Math.Min(100, 100 * Done / Total);
}

/// <summary>Counts rows and tells of them, not so often that telling costs anything.</summary>
internal sealed class ExportCount(Action<ExportProgress>? told, long total)
{
    private const int Step = 2000;
    private long _done;

    public void Row()
    {
        if (++_done % Step == 0)
        {
            told?.Invoke(new ExportProgress(_done, total));
        }
    }

    public void End() => told?.Invoke(new ExportProgress(total, total));
}

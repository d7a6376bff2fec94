using System.Globalization;
using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>The package of a closed month, ready to be taken.</summary>
/// <param name="Period">YYYYMM.</param>
/// <param name="Sha256">Of the file, in hexadecimal; its name says it too.</param>
public sealed record MonthPackage(int Period, string Path, string Sha256, long Bytes, Instant MadeAt);

/// <summary>
/// Audit packages of closed months. The site makes them by itself, one at a time, and keeps those of the last months of each book in the
/// data directory under their hash; a package that is made anew is another file.
/// </summary>
/// <param name="press">Prints the statements; null leaves them out.</param>
public sealed class MonthShelf(string dataDirectory, Words words, PdfPress? press)
{
    /// <summary>So many of a book's last months have their package; an earlier one is an export up to its last day.</summary>
    public const int Kept = 3;

    // The books stand on the same disk.
    private const long LeftOver = 1L << 30;

    private readonly string _directory = System.IO.Path.Combine(dataDirectory, "packages");
    private volatile Making? _making;

    /// <summary>How far the month is that is being made; null if it is not.</summary>
    public ExportProgress? ProgressOf(int book, int period) =>
        _making is { } making && making.Book == book && making.Period == period ? making.Progress : null;

    /// <summary>The package of a month; null while there is none.</summary>
    public MonthPackage? Find(int book, int period)
    {
        string of = Of(book), begins = string.Create(CultureInfo.InvariantCulture, $"{period}-");
        FileInfo? file = !Directory.Exists(of) ? null : new DirectoryInfo(of).EnumerateFiles($"{begins}*.zip")
            .Where(each => each.Name.Length == begins.Length + 64 + 4).MaxBy(each => each.LastWriteTimeUtc);
        return file is null ? null : new MonthPackage(
            period, file.FullName, file.Name[begins.Length..^4], file.Length, Instant.FromDateTimeUtc(file.LastWriteTimeUtc));
    }

    /// <summary>Makes the package of one month that has none, and takes away those of months that are long past.</summary>
    /// <param name="session">The operator's, in the book.</param>
    /// <returns>The month; null if all have theirs, or the disk is nearly full.</returns>
    public async Task<int?> MakeNext(FundSession session, CancellationToken ct)
    {
        MonthOfPackage[] last = [.. (await session.Ask(new ClosedMonths(), ct)).Take(Kept)];
        MonthOfPackage? next = last.FirstOrDefault(month => Find(session.Book, month.Period) is null);
        if (next is null)
        {
            TakeAway(session.Book, last);
            return null;
        }

        string of = Of(session.Book);
        _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(of)
            : Directory.CreateDirectory(of, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (new DriveInfo(of).AvailableFreeSpace < LeftOver)
        {
            return null;
        }

        Making making = new(session.Book, next.Period);
        _making = making;
        try
        {
            await Make(session, next, making, of, ct);
        }
        finally
        {
            _making = null;
        }

        return next.Period;
    }

    private async Task Make(FundSession session, MonthOfPackage month, Making making, string of, CancellationToken ct)
    {
        string path = System.IO.Path.Combine(of, string.Create(CultureInfo.InvariantCulture, $"{month.Period}.zip"));
        await session.Run(new StartExport(Guid.NewGuid(), ExportFormat.Package, month.LastDay), ct);
        using (PendingFile file = new(path))
        {
            await session.Ask(new ExportBook(ExportFormat.Package, month.LastDay)
            {
                To = new ExportTarget(file.Open, words, progress => making.Progress = progress)
                {
                    BySite = true,
                    Print = press is null ? null : (paper, stop) => press.Print(paper, words, stop),
                },
            }, ct);
            file.Finish();
        }

        string hash;
        await using (FileStream written = File.OpenRead(path))
        {
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(written, ct));
        }

        File.Move(path, System.IO.Path.Combine(of, string.Create(CultureInfo.InvariantCulture, $"{month.Period}-{hash}.zip")), overwrite: true);
    }

    private void TakeAway(int book, MonthOfPackage[] last)
    {
        string of = Of(book);
        foreach (string old in Directory.Exists(of) ? Directory.GetFiles(of, "*.zip") : [])
        {
            string name = System.IO.Path.GetFileName(old);
            if (!last.Any(month => name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{month.Period}-"), StringComparison.Ordinal)))
            {
                File.Delete(old);
            }
        }

        // What a run of the site that was killed left half-written.
        foreach (string left in Directory.Exists(of) ? Directory.GetFiles(of, ".*.part") : [])
        {
            File.Delete(left);
        }
    }

    private string Of(int book) => System.IO.Path.Combine(_directory, book.ToString(CultureInfo.InvariantCulture));

    private sealed class Making(int book, int period)
    {
        private volatile ExportProgressBox _progress = new(new ExportProgress(0, 1));

        public int Book { get; } = book;

        public int Period { get; } = period;

        public ExportProgress Progress
        {
            get => _progress.Value;
            set => _progress = new ExportProgressBox(value);
        }
    }

    private sealed record ExportProgressBox(ExportProgress Value);
}

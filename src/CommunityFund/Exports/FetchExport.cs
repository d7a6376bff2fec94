using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>A finished export leaves the site: what the log keeps of it.</summary>
/// <param name="Sha256">Of the file that leaves, in hexadecimal.</param>
public sealed record FetchExport(ExportFormat Format, LocalDate Day, string Sha256) : Query<bool>
{
    internal override Need Needs => Need.Any(ExportBook.Readers).ForWholeBook();

    internal override Task<bool> Answer(Work work, CancellationToken ct) => Task.FromResult(true);
}

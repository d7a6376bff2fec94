using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>The package of a closed month leaves the site: what the log keeps of it.</summary>
/// <param name="Period">YYYYMM.</param>
/// <param name="Sha256">Of the file that leaves, in hexadecimal.</param>
public sealed record FetchMonth(int Period, string Sha256) : Query<bool>
{
    internal override Need Needs => Need.Any(ExportBook.Readers).ForWholeBook();

    internal override Task<bool> Answer(Work work, CancellationToken ct) => Task.FromResult(true);
}

using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>A finished export leaves the site: what the log keeps of it.</summary>
/// <param name="Sha256">Of the file that leaves, in hexadecimal.</param>
/// <param name="Funds">The funds that are in it, which the roles must still reach; none for the whole book.</param>
public sealed record FetchExport(ExportFormat Format, LocalDate Day, string Sha256, IReadOnlyList<int> Funds) : Query<bool>
{
    internal override Need Needs => Funds.Count > 0 ? Need.Any(ExportBook.Readers).For(Funds) : Need.Any(ExportBook.Readers).ForWholeBook();

    internal override Task<bool> Answer(Work work, CancellationToken ct) => Task.FromResult(true);
}

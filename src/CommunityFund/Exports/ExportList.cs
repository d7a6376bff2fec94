using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>Whether the person may see how far the own exports are: no more than the right is asked.</summary>
public sealed record ExportList : Query<bool>
{
    internal override Need Needs => Need.Any(ExportBook.Readers);

    internal override Task<bool> Answer(Work work, CancellationToken ct) => Task.FromResult(true);
}

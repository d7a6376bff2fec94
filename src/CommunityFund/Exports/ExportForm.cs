using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>What there is to take away, for whoever may.</summary>
public sealed record ExportForm : Query<ExportFacts>
{
    internal override Need Needs => Need.Any(ExportBook.Readers);

    internal override async Task<ExportFacts> Answer(Work work, CancellationToken ct) =>
        (await ExportSource.Of(work, null, ct)).Facts;
}

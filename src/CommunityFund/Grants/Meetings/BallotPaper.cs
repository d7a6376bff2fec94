using CommunityFund.Books;

namespace CommunityFund.Grants.Meetings;

/// <summary>Ballots on paper, A4 upright: two on a sheet where there are few projects, else each on sheets of its own.</summary>
public static class BallotPaper
{
    /// <summary>The most projects of a ballot of half a sheet.</summary>
    internal const int Half = 8;

    public static PaperSheet Of(BlankBallotsView view, Words words) => new(
        words["ballots.title"], "", $"{words["ballots.title"]}-{view.Head.Title}-{view.Serials[0]}-{view.Serials[^1]}", PaperSide.Upright,
        typeof(BallotPrint), new Dictionary<string, object?> { [nameof(BallotPrint.View)] = view }, "ballot-print",
        view.Serials.Count * view.Projects.Count)
    {
        IsNumbered = false,
    };
}

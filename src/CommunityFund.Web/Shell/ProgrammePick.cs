using CommunityFund.TimeBank.Programmes;

namespace CommunityFund.Web.Shell;

/// <summary>
/// Which time bank a page shows; drawn only where the reader has several. <c>_ProgrammePick</c> is a form of its own,
/// <c>_ProgrammeField</c> the field inside a page's own form; both say <c>programme</c> in the query.
/// </summary>
/// <param name="At">The one that is shown; null for all of them.</param>
/// <param name="HasAll">Whether all of them can be shown together.</param>
public sealed record ProgrammePick(IReadOnlyList<ProgrammeChoice> Programmes, int? At, bool HasAll = false)
{
    public bool IsDrawn => Programmes.Count > 1;

    /// <summary>The rest of the query, which choosing keeps; the page of a list begins anew.</summary>
    public static IEnumerable<(string Name, string Value)> Kept(HttpRequest request) =>
        from part in request.Query
        where part.Key != "p" && !part.Key.Equals("programme", StringComparison.OrdinalIgnoreCase)
        from value in part.Value
        select (part.Key, value);
}

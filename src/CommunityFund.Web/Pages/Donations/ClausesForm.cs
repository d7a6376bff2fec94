using CommunityFund.Books;
using CommunityFund.Donations;
using NodaTime;

namespace CommunityFund.Web.Pages.Donations;

/// <summary>What an agreement or appeal limits, as typed: one purpose, one period, one area, each in its own words.</summary>
public sealed record ClausesForm
{
    public string? Purpose { get; init; }

    public List<string> Classes { get; init; } = [];

    public string? Period { get; init; }

    public string? From { get; init; }

    public string? Until { get; init; }

    public string? Area { get; init; }

    /// <summary>Names with commas between.</summary>
    public string? Communities { get; init; }

    /// <summary>The clauses that were written; a day that is none is told by <paramref name="day"/>.</summary>
    public IReadOnlyList<ClauseDraft> Drafts(Words words, Func<string, string?, LocalDate?> day)
    {
        LocalDate? from = day("Clauses.From", From), until = day("Clauses.Until", Until);
        List<ClauseDraft> drafts = [];
        if (!string.IsNullOrWhiteSpace(Purpose) || Classes.Count > 0)
        {
            drafts.Add(new ClauseDraft(ClauseKind.Purpose, string.IsNullOrWhiteSpace(Purpose)
                ? string.Join('、', Classes.Select(key => ProjectClass.Find(key)?.Zh ?? key)) : Purpose, Classes: Classes));
        }

        if (from is not null || until is not null || !string.IsNullOrWhiteSpace(Period))
        {
            drafts.Add(new ClauseDraft(ClauseKind.Period, string.IsNullOrWhiteSpace(Period)
                ? words[from is null ? "clause.until" : until is null ? "clause.from" : "clause.from-until", from!, until!] : Period, from, until));
        }

        string[] communities = (Communities ?? "").Split([',', '，', '、', ';', '；'],
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (!string.IsNullOrWhiteSpace(Area) || communities.Length > 0)
        {
            drafts.Add(new ClauseDraft(ClauseKind.Area,
                string.IsNullOrWhiteSpace(Area) ? string.Join('、', communities) : Area, Communities: communities));
        }

        return drafts;
    }
}

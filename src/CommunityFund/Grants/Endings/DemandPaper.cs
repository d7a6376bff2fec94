using CommunityFund.Books;

namespace CommunityFund.Grants.Endings;

/// <summary>追缴通知书 and 催缴通知 on A4.</summary>
public static class DemandPaper
{
    /// <param name="days">The step of the ladder; null for the demand itself.</param>
    public static PaperSheet Of(EndingView view, DemandShown demand, int? days, Words words) => new(
        days is { } late ? words["endings.reminder", late] : words["endings.demand"], view.Body, $"{words["endings.demand"].Value}-{demand.Code}",
        PaperSide.Upright, typeof(DemandPrint), new Dictionary<string, object?>
        {
            [nameof(DemandPrint.View)] = view,
            [nameof(DemandPrint.Demand)] = demand,
            [nameof(DemandPrint.Days)] = days,
        }, "award-print");
}

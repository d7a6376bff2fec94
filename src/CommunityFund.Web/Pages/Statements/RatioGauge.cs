using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Web.Pages.Statements;

/// <summary>A share as a bar of 1,000 parts: what is spent, what is pledged beside it, the line to reach or to keep below, and where the
/// year is heading. The same figures stand beside it.</summary>
/// <param name="Spent">Length of the bar.</param>
/// <param name="Pledged">End of the paler part behind it; null if there is none.</param>
/// <param name="Limit">Place of the line; null if it is not known.</param>
/// <param name="Linear">Place of the mark of 31 December; null if the year is over.</param>
public sealed record RatioGauge(int Spent, int? Pledged, int? Limit, int? Linear)
{
    private const decimal Parts = 1000m;

    public static RatioGauge Of(RatioTest test)
    {
        if (!test.Law.IsLeast)
        {
            // Spending and what it may be grow together, so the share itself is drawn.
            decimal share = test.Ratio ?? 0, end = Math.Max(test.Law.Share * 1.6m, share * 1.05m);
            return new RatioGauge(Part(share, end), null, Part(test.Law.Share, end), null);
        }

        decimal longest = new[] { test.SoFar, test.Pledged, test.Linear, test.Limit }.OfType<Amount>().Max(amount => (decimal)amount.Units);
        decimal whole = Math.Max(1m, longest * 1.05m);
        return new RatioGauge(
            Part(test.SoFar.Units, whole), test.Pledged is { } pledged ? Part(pledged.Units, whole) : null,
            test.Limit is { } limit ? Part(limit.Units, whole) : null, test.Linear is { } linear ? Part(linear.Units, whole) : null);
    }

    private static int Part(decimal part, decimal whole) => (int)Math.Clamp(part * Parts / whole, 0m, Parts);
}

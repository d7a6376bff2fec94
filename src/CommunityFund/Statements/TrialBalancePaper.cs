using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>The trial balance as it is signed and bound.</summary>
public static class TrialBalancePaper
{
    public static PaperSheet Of(TrialBalanceView view, Words words) => new(
        words["statement.trial-balance"], view.Body, Path.GetFileNameWithoutExtension(TrialBalanceWorkbook.FileName(view, words)),
        PaperSide.Across, typeof(TrialBalancePrint), new Dictionary<string, object?> { [nameof(TrialBalancePrint.View)] = view },
        "statement-print", view.Rows.Count);
}

using CommunityFund.Books;

namespace CommunityFund.Banking.Reconciling;

/// <summary>余额调节表 as it is signed and bound: A4, with room for three signatures.</summary>
public static class ReconciliationPaper
{
    public static PaperSheet Of(ReconciliationView view, Words words) => new(
        words["reconcile.title"], view.Sheet.Body, Path.GetFileNameWithoutExtension(ReconciliationWorkbook.FileName(view.Sheet, words)),
        PaperSide.Upright, typeof(ReconciliationPrint),
        new Dictionary<string, object?> { [nameof(ReconciliationPrint.View)] = view }, "reconciliation-print", view.Sheet.Items.Count);
}

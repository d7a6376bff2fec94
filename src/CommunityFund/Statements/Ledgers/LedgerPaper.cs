using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>A ledger as it is bound.</summary>
public static class LedgerPaper
{
    public static PaperSheet Of(LedgerSheet sheet, Words words) => new(
        sheet.Title, sheet.Head.Body, Path.GetFileNameWithoutExtension(LedgerWorkbook.FileName(sheet, words)), PaperSide.Across,
        typeof(LedgerPrint), new Dictionary<string, object?> { [nameof(LedgerPrint.Sheet)] = sheet }, "statement-print",
        sheet.Rows.Count);
}

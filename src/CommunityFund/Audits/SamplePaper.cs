using CommunityFund.Books;

namespace CommunityFund.Audits;

/// <summary>The worksheet on A4, with boxes to tick and room for signatures.</summary>
public static class SamplePaper
{
    public static PaperSheet Of(SampleSheetView view, Words words) => new(
        words["audit.sheet.title"], view.Body, $"{words["audit.sheet.title"]}-{view.Id}", PaperSide.Across, typeof(SamplePrint),
        new Dictionary<string, object?> { [nameof(SamplePrint.Sheet)] = view }, "sample-sheet", view.Rows.Count);
}

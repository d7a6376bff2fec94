using CommunityFund.Books;

namespace CommunityFund.Grants.Applications;

/// <summary>申请书 as it is printed: A4, with the hash of the text it shows.</summary>
public static class ApplicationPaper
{
    public static PaperSheet Of(ApplicationView view, Words words) => new(
        words["application.title"], view.Body,
        $"{words["application.title"]}-{(view.Number.Length > 0 ? view.Number : view.Text.Title)}", PaperSide.Upright,
        typeof(ApplicationPrint), new Dictionary<string, object?> { [nameof(ApplicationPrint.View)] = view }, "application-print",
        view.Text.Budget.Lines.Count + view.Text.Plan.Steps.Count);
}

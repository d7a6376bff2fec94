using CommunityFund.Books;

namespace CommunityFund.Grants.Awards;

/// <summary>What is hung out and what is signed, on A4.</summary>
public static class GrantPapers
{
    /// <summary>公示, for the wall.</summary>
    public static PaperSheet Notice(NoticeView view, Words words) => new(
        words["awards.notice-title", view.RoundTitle], view.Body, $"{words["awards.notice"].Value}-{view.RoundCode}-{view.Id}", PaperSide.Upright,
        typeof(NoticePrint), new Dictionary<string, object?> { [nameof(NoticePrint.View)] = view }, "award-print", view.Cases.Count);

    /// <summary>资助协议.</summary>
    public static PaperSheet Agreement(GrantAgreementView view, Words words) => new(
        words["awards.agreement"], view.Body, $"{words["awards.agreement"].Value}-{view.Grant.Number}-{view.PaperVersion}", PaperSide.Upright,
        typeof(AgreementPrint), new Dictionary<string, object?> { [nameof(AgreementPrint.View)] = view }, "award-print", view.Terms.Budget.Count);

    /// <summary>职责合同.</summary>
    public static PaperSheet Duty(GrantAgreementView view, Words words) => new(
        words["awards.duty"], view.Body, $"{words["awards.duty"].Value}-{view.Grant.Number}-{view.PaperVersion}", PaperSide.Upright,
        typeof(DutyPrint), new Dictionary<string, object?> { [nameof(DutyPrint.View)] = view }, "award-print");
}

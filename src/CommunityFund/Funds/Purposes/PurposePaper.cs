using CommunityFund.Books;

namespace CommunityFund.Funds.Purposes;

/// <summary>变更捐赠用途 as it is signed and filed: A4, old and new words, and what each donor said.</summary>
public static class PurposePaper
{
    public static PaperSheet Of(PurposeChangeView view, Words words) => new(
        words["purpose.title"], view.Body, $"{words["purpose.title"]}-{view.FundCode}-{view.Id}", PaperSide.Upright,
            typeof(PurposePrint),
        new Dictionary<string, object?> { [nameof(PurposePrint.View)] = view }, "purpose-print", view.Gifts.Count);
}

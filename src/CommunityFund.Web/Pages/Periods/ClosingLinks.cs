using CommunityFund.Periods;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Periods;

/// <summary>Where each matter of the checklist is cured.</summary>
internal static class ClosingLinks
{
    /// <param name="KeepsBank">The reader may open the bank's pages.</param>
    public sealed record View(IReadOnlyList<ClosingCheck> Checks, bool KeepsBank);

    /// <summary>The page of one open item; null if the reader has none.</summary>
    public static string? Of(ClosingMatter matter, OpenItem item, bool keepsBank) => matter switch
    {
        ClosingMatter.Order => $"/Periods/Close?period={item.Id}",
        ClosingMatter.Waiting => $"/Vouchers/Show?id={item.Id}",
        ClosingMatter.BankLines when keepsBank => $"/Banking/Line?id={item.Id}",
        ClosingMatter.Reconciled when item.Says!.Key.EndsWith(".stale", StringComparison.Ordinal) => "/Reconciliation",
        ClosingMatter.Reconciled =>
            $"/Reconciliation/Sheet?account={item.Id}&day={LocalDatePattern.Iso.Format(item.Day!.Value)}",
        ClosingMatter.Debts => $"/Payments/Debt?id={item.Id}",
        ClosingMatter.Transit => $"/Payments/Transfer?id={item.Id}",
        ClosingMatter.Restricted or ClosingMatter.Commitments or ClosingMatter.Floors or ClosingMatter.Holds => $"/Funds/Show?id={item.Id}",
        _ => null,
    };

    /// <summary>The page of the matter as a whole, with the words of its link; null where nothing is to be done.</summary>
    public static (string Href, string Words)? Of(ClosingCheck check, bool keepsBank) => (check.Matter, check.Mark) switch
    {
        (_, ClosingMark.Fine) => null,
        (ClosingMatter.Opening, _) when keepsBank => ("/Vouchers/Opening", "nav.opening"),
        (ClosingMatter.Rule, _) => ("/Periods/Rules", "close.rules"),
        (ClosingMatter.BankLines, _) when keepsBank => ("/Banking", "nav.bank-lines"),
        (ClosingMatter.Suspense, _) when keepsBank => ("/Banking/Suspense", "nav.suspense"),
        (ClosingMatter.Cash, _) => ("/CashBox", "nav.cash-box"),
        (ClosingMatter.Receipts, _) => ("/Donations/Receipts/Ranges", "nav.receipts"),
        (ClosingMatter.Holds or ClosingMatter.Restricted or ClosingMatter.Books, _) => ("/Checks", "nav.checks"),
        _ => null,
    };
}

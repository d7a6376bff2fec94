using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>How vouchers are named on pages.</summary>
internal static class VoucherWords
{
    /// <summary>2026-02 记-20, where vouchers of several months stand together: numbers begin anew each month.</summary>
    public static string NumberIn(this Words words, int period, string series, int number) =>
        $"{words.PeriodOf(period)} {words.NumberOf(series, number)}";

    /// <summary>已被 记-12（2026-03-20）冲销.</summary>
    public static string CorrectedBy(this Words words, VoucherLink link) => words[(link.Kind, link.State) switch
    {
        (VoucherKind.Reversal, VoucherState.Posted) => "voucher.link.reversed-by",
        (VoucherKind.Reversal, _) => "voucher.link.reversal-waits",
        (_, VoucherState.Posted) => "voucher.link.corrected-by",
        _ => "voucher.link.correction-waits",
    }, words.Named(link)];

    public static string PeriodOf(this Words words, int period) => words.Show(new PeriodNumber(period));

    /// <summary>The lines as a reversal will write them.</summary>
    public static IReadOnlyList<VoucherViewLine> Red(IReadOnlyList<VoucherViewLine> lines) =>
        [.. lines.Select(line => line with { Amount = -line.Amount })];

    public static string ColourOf(VoucherState state) => state switch
    {
        VoucherState.Prepared => "bg-yellow-lt",
        VoucherState.Posted => "bg-green-lt",
        VoucherState.Rejected => "bg-red-lt",
        _ => "bg-secondary-lt",
    };
}

using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Pages.Audits;

/// <summary>Where a voucher stands, in words.</summary>
internal static class Places
{
    /// <summary>2026-03 记-12, or the voucher's own number while it is not posted.</summary>
    public static string Of(RemarkedVoucher row, Words words) => row is { Series: { } series, Number: { } number }
        ? $"{words.Show(new PeriodNumber(row.Period))} {words.Show(new Series(series))}-{number}"
        : words["audits.waiting-voucher", row.Id];

    public static string Of(SampleSheetRow row, Words words) =>
        $"{words.Show(new PeriodNumber(row.Period))} {words.Show(new Series(row.Series))}-{row.Number}";
}

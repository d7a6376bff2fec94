using CommunityFund.Books;

namespace CommunityFund.Vouchers;

/// <summary>Vouchers as they are bound: two on a sheet of A4.</summary>
public static class VoucherPaper
{
    /// <param name="body">Name of the legal entity.</param>
    public static PaperSheet Of(IReadOnlyList<VoucherView> vouchers, string body, Words words)
    {
        VoucherSlip[] slips = [.. vouchers.SelectMany(voucher => VoucherSlip.Of(voucher, words))];
        return new PaperSheet(words["voucher.sheet"], "", File(vouchers, body, words), PaperSide.Upright, typeof(VoucherPrint),
            new Dictionary<string, object?>
            {
                [nameof(VoucherPrint.Slips)] = slips,
                [nameof(VoucherPrint.Body)] = body,
            },
            "voucher-print", slips.Sum(slip => slip.Rows.Count));
    }

    /// <summary>记账凭证-清河慈善会-2026-03-记-1-记-20.</summary>
    private static string File(IReadOnlyList<VoucherView> vouchers, string body, Words words)
    {
        List<string> parts = [words["print.file"], body];
        if (vouchers.Count > 0)
        {
            parts.Add(words.Show(new PeriodNumber(vouchers[0].Period)));
            parts.AddRange(new[] { vouchers[0], vouchers[^1] }.Distinct()
                .Select(voucher => voucher is { Series: { } series, Number: { } number } ? words.NumberOf(series, number)
                    : words.Show(voucher.VoucherId)));
        }

        return string.Join('-', parts);
    }
}

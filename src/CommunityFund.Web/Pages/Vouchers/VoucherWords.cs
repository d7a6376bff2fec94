using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;

namespace CommunityFund.Web.Pages.Vouchers;

/// <summary>How vouchers are named on pages.</summary>
internal static class VoucherWords
{
    /// <summary>记-3.</summary>
    public static string NumberOf(this Words words, string series, int number) => $"{words.Show(new Series(series))}-{number}";

    /// <summary>Who reviewed a posted voucher: a person, or the rule by its name.</summary>
    public static string Reviewer(this Words words, VoucherView voucher) => words.Reviewer(voucher.Decider, voucher.ReviewRule);

    public static string Reviewer(this Words words, string? decider, string? rule) => decider ?? (rule is null ? "" : words[$"review-rule.{rule}"]);

    /// <summary>2026-02 记-20, where vouchers of several months stand together: numbers begin anew each month.</summary>
    public static string NumberIn(this Words words, int period, string series, int number) =>
        $"{words.PeriodOf(period)} {words.NumberOf(series, number)}";

    /// <summary>记-3（2026-03-02）; a waiting voucher has its day only.</summary>
    public static string Named(this Words words, VoucherLink link) => link is { Series: { } series, Number: { } number }
        ? words["voucher.link.named", words.NumberOf(series, number), link.OccurredOn] : words.Show(link.OccurredOn);

    /// <summary>冲销 记-3（2026-03-02）.</summary>
    public static string Corrects(this Words words, VoucherKind kind, VoucherLink original) =>
        words[kind == VoucherKind.Reversal ? "voucher.link.reverses" : "voucher.link.corrects", words.Named(original)];

    /// <summary>已被 记-12（2026-03-20）冲销.</summary>
    public static string CorrectedBy(this Words words, VoucherLink link) => words[(link.Kind, link.State) switch
    {
        (VoucherKind.Reversal, VoucherState.Posted) => "voucher.link.reversed-by",
        (VoucherKind.Reversal, _) => "voucher.link.reversal-waits",
        (_, VoucherState.Posted) => "voucher.link.corrected-by",
        _ => "voucher.link.correction-waits",
    }, words.Named(link)];

    public static string PeriodOf(this Words words, int period) => words.Show(new PeriodNumber(period));

    /// <summary>捐赠收入—限定性收入: a restriction belongs to the account's name where income and expense are told apart by it.</summary>
    public static string AccountOf(this Words words, VoucherViewLine line) => (line.Class, line.Restriction) switch
    {
        (AccountClass.Income, Restriction.Restricted) => words["voucher.account.restricted-income", line.AccountName],
        (AccountClass.Income, Restriction.Unrestricted) => words["voucher.account.unrestricted-income", line.AccountName],
        (AccountClass.Expense, Restriction.Restricted) => words["voucher.account.restricted-expense", line.AccountName],
        (AccountClass.Expense, Restriction.Unrestricted) => words["voucher.account.unrestricted-expense", line.AccountName],
        _ => line.AccountName,
    };

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

using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>How vouchers and their accounts are named, on pages and on paper.</summary>
public static class VoucherNames
{
    /// <summary>记-3.</summary>
    public static string NumberOf(this Words words, string series, int number) => $"{words.Show(new Series(series))}-{number}";

    /// <summary>记-3（2026-03-02）; a waiting voucher has its day only.</summary>
    public static string Named(this Words words, VoucherLink link) => link is { Series: { } series, Number: { } number }
        ? words["voucher.link.named", words.NumberOf(series, number), link.OccurredOn] : words.Show(link.OccurredOn);

    /// <summary>冲销 记-3（2026-03-02）.</summary>
    public static string Corrects(this Words words, VoucherKind kind, VoucherLink original) =>
        words[kind == VoucherKind.Reversal ? "voucher.link.reverses" : "voucher.link.corrects", words.Named(original)];

    /// <summary>Who reviewed a posted voucher: a person, or the rule by its name.</summary>
    public static string Reviewer(this Words words, VoucherView voucher) => words.Reviewer(voucher.Decider, voucher.ReviewRule);

    public static string Reviewer(this Words words, string? decider, string? rule) =>
        decider ?? (rule is null ? "" : words[$"review-rule.{rule}"]);

    /// <summary>捐赠收入—限定性收入: a restriction belongs to the account's name where income and expense are told apart by it.</summary>
    public static string AccountOf(this Words words, VoucherViewLine line) => (line.Class, line.Restriction) switch
    {
        (AccountClass.Income, Restriction.Restricted) => words["voucher.account.restricted-income", line.AccountName],
        (AccountClass.Income, Restriction.Unrestricted) => words["voucher.account.unrestricted-income", line.AccountName],
        (AccountClass.Expense, Restriction.Restricted) => words["voucher.account.restricted-expense", line.AccountName],
        (AccountClass.Expense, Restriction.Unrestricted) => words["voucher.account.unrestricted-expense", line.AccountName],
        _ => line.AccountName,
    };
}

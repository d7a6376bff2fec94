using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Receipts;

/// <summary>Who keeps the register of receipts, who reads it, and how numbers are typed.</summary>
public static class ReceiptKeeping
{
    /// <summary>What is typed is no code of a receipt.</summary>
    public const string BadCode = "receipt.bad-code";

    /// <summary>What is typed is no number of a receipt.</summary>
    public const string BadNumber = "receipt.bad-number";

    /// <summary>A reason is missing or too long.</summary>
    public const string ReasonMissing = "receipt.reason-missing";

    /// <summary>It is dated in the future.</summary>
    public const string InTheFuture = "receipt.in-the-future";

    public static IReadOnlyList<Role> Keeping { get; } = [Role.Accountant, Role.Cashier];

    public static IReadOnlyList<Role> Readers { get; } =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    internal static string Code(string typed) =>
        Digits(typed) is { Length: 8 } code ? code : throw new RefusedException(BadCode, ("typed", PlainText.Of(typed)));

    /// <summary>Ten digits; a spreadsheet may have eaten the zeros in front.</summary>
    internal static string Number(string typed) => Digits(typed) is { Length: > 0 and <= 10 } number
        ? number.PadLeft(10, '0') : throw new RefusedException(BadNumber, ("typed", PlainText.Of(typed)));

    internal static string Reason(string typed) =>
        PlainText.Of(typed) is { Length: > 0 and <= 200 } reason ? reason : throw new RefusedException(ReasonMissing, ("limit", 200));

    internal static Task<bool> IsInRange(Work work, string code, string number, CancellationToken ct, bool onlyPaper = false) =>
        work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (select 1 from receipt_range where book_id = {work.Book} and code = {code} and {number} between first_number and last_number
                              and (not {onlyPaper} or medium = 'paper')) as "Value"
            """).SingleAsync(ct);

    private static string Digits(string typed)
    {
        string plain = PlainText.Of(typed).Replace(" ", "", StringComparison.Ordinal);
        return plain.All(char.IsAsciiDigit) ? plain : "";
    }
}

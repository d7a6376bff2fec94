using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Receipts;

/// <summary>Why numbers of a range were never used, such as a form that was spoiled in print.</summary>
public sealed record ExplainMissing(Guid Key, string Code, string FirstNumber, string LastNumber, [property: Personal] string Reason)
    : Command<int>(Key)
{
    /// <summary>None of the numbers is missing, or too many are named at once.</summary>
    public const string NoneMissing = "receipt.none-missing";

    private const int Most = 1000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    /// <returns>How many numbers have the reason now.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        string code = ReceiptKeeping.Code(Code), reason = ReceiptKeeping.Reason(Reason);
        long first = long.Parse(ReceiptKeeping.Number(FirstNumber), CultureInfo.InvariantCulture),
            last = long.Parse(ReceiptKeeping.Number(LastNumber), CultureInfo.InvariantCulture);
        int given = last - first >= Most ? 0 : await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into receipt_gap (book_id, code, number, reason, given_by, given_at)
            select {work.Book}, {code}, lpad(n::text, 10, '0'), {reason}, {work.ActorId}, {work.Now.ToDateTimeUtc()}
              from receipt_numbers_missing({work.Book}) m
              cross join lateral generate_series(greatest(m.first_number::bigint, {first}), least(m.last_number::bigint, {last})) n
             where m.code = {code}
            """, ct);
        return given > 0 ? given : throw new RefusedException(NoneMissing, ("code", code), ("limit", Most));
    }
}

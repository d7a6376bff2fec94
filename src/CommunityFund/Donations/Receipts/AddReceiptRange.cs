using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>The finance bureau has handed out numbers of official receipts.</summary>
public sealed record AddReceiptRange(Guid Key, string Code, string FirstNumber, string LastNumber, ReceiptMedium Medium, LocalDate ReceivedOn)
    : Command<long>(Key)
{
    /// <summary>The last number lies before the first, or there are more than anybody is given.</summary>
    public const string BadRange = "receipt.bad-range";

    /// <summary>The most numbers of one range.</summary>
    public const int Most = 1_000_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string first = ReceiptKeeping.Number(FirstNumber), last = ReceiptKeeping.Number(LastNumber);
        long count = long.Parse(last, System.Globalization.CultureInfo.InvariantCulture)
            - long.Parse(first, System.Globalization.CultureInfo.InvariantCulture) + 1;
        if (count is < 1 or > Most)
        {
            throw new RefusedException(BadRange, ("first", first), ("last", last), ("limit", Most));
        }

        if (ReceivedOn > work.Today)
        {
            throw new RefusedException(ReceiptKeeping.InTheFuture, ("day", ReceivedOn));
        }

        ReceiptRange range = new()
        {
            BookId = work.Book,
            Code = ReceiptKeeping.Code(Code),
            FirstNumber = first,
            LastNumber = last,
            Medium = Medium,
            ReceivedOn = ReceivedOn,
            AddedBy = work.ActorId,
            AddedAt = work.Now,
        };
        work.Db.Add(range);
        await work.Db.SaveChangesAsync(ct);
        return range.ReceiptRangeId;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>A reservation's way.</summary>
public enum RedemptionState
{
    /// <summary>预约中: points and piece are spoken for.</summary>
    Reserved,

    /// <summary>已领取.</summary>
    HandedOver,

    /// <summary>已退回: the points went back to the lots they came from.</summary>
    Released,
}

/// <summary>How the cost of what was handed out stands.</summary>
public enum RedemptionCost
{
    /// <summary>It has none in money.</summary>
    None,

    /// <summary>Its voucher waits for review.</summary>
    Waiting,

    /// <summary>In the books.</summary>
    Booked,

    /// <summary>Its voucher was rejected or reversed, and it is gone all the same: an accountant prepares it again.</summary>
    ToBook,
}

/// <summary>One piece for one person: spoken for with its points, then handed out or given back.</summary>
public sealed class Redemption
{
    /// <summary>There is no such reservation, or it is another's.</summary>
    public const string Unknown = "redemption.unknown";

    /// <summary>It was handed out or given back already.</summary>
    public const string OutOfTurn = "redemption.out-of-turn";

    // No I, O, 0 or 1, which are taken for each other.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int CodeLength = 6, SaltBytes = 16;

    public required int BookId { get; init; }

    public long RedemptionId { get; init; }

    public required long CatalogueItemId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    public required long PersonId { get; init; }

    public required int Points { get; init; }

    public required LocalDate ReservedOn { get; init; }

    /// <summary>The last day to collect.</summary>
    public required LocalDate ExpiresOn { get; init; }

    public required byte[] Salt { get; init; }

    /// <summary>The entry that reserved its points.</summary>
    public required long ReserveEntryNo { get; init; }

    public required long ReservedBy { get; init; }

    public required Instant ReservedAt { get; init; }

    public RedemptionState State { get; set; }

    /// <summary>The entry that redeemed the points or gave them back.</summary>
    public long? EndEntryNo { get; set; }

    /// <summary>Who handed it out or gave it back; null where its days were over.</summary>
    public long? EndedBy { get; set; }

    public LocalDate? EndedOn { get; set; }

    public Instant? EndedAt { get; set; }

    public RedemptionCost Cost { get; set; }

    /// <summary>Fen that it cost.</summary>
    public long Units { get; set; }

    public long? StockPaperId { get; set; }

    public long? VoucherId { get; set; }

    /// <summary>The month's settlement with the merchant.</summary>
    public long? MerchantSettlementId { get; set; }

    internal static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltBytes);

    /// <summary>What is shown at the counter: the number and a code that nobody can guess from it.</summary>
    internal string PickupCode(Foundation foundation)
    {
        byte[] about = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{BookId} {RedemptionId} ")), .. Salt];
        byte[] drawn = HMACSHA256.HashData(foundation.KeyFor("pickup-code"), about);
        string code = new([.. drawn.Take(CodeLength).Select(one => Letters[one % Letters.Length])]);
        return string.Create(CultureInfo.InvariantCulture, $"{RedemptionId}-{code}");
    }

    /// <summary>The number in front of what was typed or scanned; 0 if there is none.</summary>
    public static long NumberIn(string? typed) =>
        long.TryParse(Plain(typed).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    internal bool Opens(Foundation foundation, string? typed) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(PickupCode(foundation)), Encoding.UTF8.GetBytes(Plain(typed)));

    /// <summary>The reservation, locked.</summary>
    internal static async Task<Redemption> Lock(Work work, long redemption, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from redemption where book_id = {work.Book} and redemption_id = {redemption} for no key update", ct);
        Redemption row = await work.Db.Set<Redemption>().SingleOrDefaultAsync(
            each => each.BookId == work.Book && each.RedemptionId == redemption, ct) ?? throw new RefusedException(Unknown);
        await work.Db.Entry(row).ReloadAsync(ct);
        return row;
    }

    /// <summary>The programme of a reservation, for whoever has to reach it; 0 if there is none.</summary>
    internal static Task<int> ProgrammeOf(Work work, long redemption, CancellationToken ct) => work.Db.Set<Redemption>()
        .Where(row => row.BookId == work.Book && row.RedemptionId == redemption).Select(row => row.FundId).FirstOrDefaultAsync(ct);

    internal void MustWait()
    {
        if (State != RedemptionState.Reserved)
        {
            throw new RefusedException(OutOfTurn, ("number", RedemptionId), ("state", Term.Of(State)));
        }
    }

    private static string Plain(string? typed) => PlainText.Of(typed).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    internal sealed class Mapping : IEntityTypeConfiguration<Redemption>
    {
        public void Configure(EntityTypeBuilder<Redemption> entity)
        {
            entity.HasKey(row => new { row.BookId, row.RedemptionId });
            entity.Property(row => row.RedemptionId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Cost).AsCode();
        }
    }
}

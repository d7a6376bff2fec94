using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Redemptions;

/// <summary>How far a merchant's month has come.</summary>
public enum MerchantMonthState
{
    /// <summary>On the payment desk.</summary>
    Owed,

    /// <summary>The bank has paid it and a voucher says so.</summary>
    Paid,
}

/// <summary>月结: what a merchant is owed for a month's redemptions, as one amount for the payment desk.</summary>
public sealed class MerchantSettlement
{
    public required int BookId { get; init; }

    public long MerchantSettlementId { get; init; }

    public required long MerchantId { get; init; }

    /// <summary>The month's first day.</summary>
    public required LocalDate Month { get; init; }

    public required int Pieces { get; init; }

    /// <summary>Fen.</summary>
    public required long Units { get; init; }

    public MerchantMonthState State { get; set; }

    public required long ExpectationId { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal static async Task<MerchantSettlement> Lock(Work work, long settlement, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from merchant_settlement where book_id = {work.Book} and merchant_settlement_id = {settlement} for no key update", ct);
        MerchantSettlement row = await work.Db.Set<MerchantSettlement>()
            .SingleAsync(each => each.BookId == work.Book && each.MerchantSettlementId == settlement, ct);
        await work.Db.Entry(row).ReloadAsync(ct);
        return row;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<MerchantSettlement>
    {
        public void Configure(EntityTypeBuilder<MerchantSettlement> entity)
        {
            entity.HasKey(row => new { row.BookId, row.MerchantSettlementId });
            entity.Property(row => row.MerchantSettlementId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

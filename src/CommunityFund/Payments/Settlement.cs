using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Where a settlement stands.</summary>
public enum SettlementState
{
    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>In the books.</summary>
    Posted,

    /// <summary>Its voucher was dropped or reversed: the platform's lines may be settled anew.</summary>
    Undone,
}

/// <summary>What a payment platform paid out: its lines of gifts, less its fee, are one line of the bank.</summary>
public sealed class Settlement
{
    public required int BookId { get; init; }

    public long SettlementId { get; init; }

    /// <summary>The own account with the platform.</summary>
    public required int PlatformId { get; init; }

    public required long BankLineId { get; init; }

    public required long Gross { get; init; }

    public required long Fee { get; init; }

    public required SettlementState State { get; set; }

    public long? VoucherId { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Settlement>
    {
        public void Configure(EntityTypeBuilder<Settlement> entity)
        {
            entity.HasKey(row => new { row.BookId, row.SettlementId });
            entity.Property(row => row.SettlementId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A line of the platform's bill that a settlement pays out.</summary>
public sealed class SettlementLine
{
    public required int BookId { get; init; }

    public required long SettlementId { get; init; }

    public required long BankLineId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<SettlementLine>
    {
        public void Configure(EntityTypeBuilder<SettlementLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.SettlementId, row.BankLineId });
    }
}

/// <summary>The settlement's voucher was posted.</summary>
[Consequence("settlement-posted", 1)]
internal sealed record SettlementPosted(long Settlement) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override Task Happen(Work work, CancellationToken ct) => SettlementMove.To(work, Settlement, SettlementState.Posted, ct);
}

/// <summary>The settlement's voucher was rejected, withdrawn or reversed.</summary>
[Consequence("settlement-undone", 1)]
internal sealed record SettlementUndone(long Settlement) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override Task Happen(Work work, CancellationToken ct) => SettlementMove.To(work, Settlement, SettlementState.Undone, ct);
}

/// <summary>A settlement shares the fate of its voucher.</summary>
internal static class SettlementMove
{
    public static async Task To(Work work, long settlement, SettlementState state, CancellationToken ct) =>
        (await work.Db.Set<Settlement>().SingleAsync(row => row.BookId == work.Book && row.SettlementId == settlement, ct)).State = state;
}

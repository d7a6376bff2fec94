using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>Where unspent money stands that is to come back.</summary>
public enum GrantReturnState
{
    /// <summary>待到账.</summary>
    Announced,

    /// <summary>已退回.</summary>
    Returned,

    /// <summary>已取消.</summary>
    Dropped,
}

/// <summary>余款退回: unspent money that the lead announced, and the bank's line that brought it.</summary>
public sealed class GrantReturn
{
    public required int BookId { get; init; }

    public long GrantReturnId { get; init; }

    public required long TrancheId { get; init; }

    public required long Units { get; init; }

    public required GrantReturnState State { get; set; }

    public required long AnnouncedBy { get; init; }

    public required Instant AnnouncedAt { get; init; }

    public required long ExpectationId { get; init; }

    public long? VoucherId { get; set; }

    /// <summary>What is announced for a tranche and has not come, in fen.</summary>
    internal static Task<long> Announced(Work work, long tranche, CancellationToken ct) => work.Db.Set<GrantReturn>()
        .Where(row => row.BookId == work.Book && row.TrancheId == tranche && row.State == GrantReturnState.Announced)
        .SumAsync(row => row.Units, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantReturn>
    {
        public void Configure(EntityTypeBuilder<GrantReturn> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantReturnId });
            entity.Property(row => row.GrantReturnId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What a clause from outside limits.</summary>
public enum ClauseKind
{
    /// <summary>用途: what the money is for.</summary>
    Purpose,

    /// <summary>期限: the days on which it may be spent.</summary>
    Period,

    /// <summary>地域: where it may be spent.</summary>
    Area,
}

/// <summary>
/// One clause of donor, grantor or law, in its words: added and never changed. It binds the restricted gifts received from its
/// day on, or only those whose voucher names it.
/// </summary>
public sealed class FundClause
{
    public required int BookId { get; init; }

    public long FundClauseId { get; init; }

    public required int FundId { get; init; }

    public required ClauseKind Kind { get; init; }

    public required string Words { get; init; }

    /// <summary>Where the words stand: number of the agreement, of the appeal, article of a law.</summary>
    public string Source { get; init; } = "";

    /// <summary>First day of a period; null if it has none.</summary>
    public LocalDate? FromDay { get; init; }

    /// <summary>Last day of a period; null if it has none.</summary>
    public LocalDate? UntilDay { get; init; }

    /// <summary>Keys of the project classes a purpose allows; empty if only its words say so.</summary>
    public string[] Classes { get; init; } = [];

    /// <summary>The communities an area allows; empty if only its words say so.</summary>
    public string[] Communities { get; init; } = [];

    /// <summary>Clauses of the fund in whose place it stands for the gifts that name it: a change of purpose the donor agreed to.</summary>
    public long[] Replaces { get; init; } = [];

    /// <summary>True if it binds every restricted gift received from <see cref="InForceFrom"/> on.</summary>
    public required bool ForAll { get; init; }

    /// <summary>Null: since the fund began.</summary>
    public LocalDate? InForceFrom { get; init; }

    /// <summary>Null: with the fund itself.</summary>
    public long? AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<FundClause>
    {
        public void Configure(EntityTypeBuilder<FundClause> entity)
        {
            entity.HasKey(clause => new { clause.BookId, clause.FundClauseId });
            entity.Property(clause => clause.FundClauseId).ValueGeneratedOnAdd();
            entity.Property(clause => clause.Kind).AsCode();
        }
    }
}

/// <summary>A clause that the gift of a voucher is under beside those of its whole fund.</summary>
public sealed class VoucherClause
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long FundClauseId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<VoucherClause>
    {
        public void Configure(EntityTypeBuilder<VoucherClause> entity) =>
            entity.HasKey(named => new { named.BookId, named.VoucherId, named.FundClauseId });
    }
}

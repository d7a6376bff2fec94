using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>A gift that a case is about.</summary>
public sealed class PurposeChangeLot
{
    public required int BookId { get; init; }

    public required long PurposeChangeId { get; init; }

    public required long LotId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PurposeChangeLot>
    {
        public void Configure(EntityTypeBuilder<PurposeChangeLot> entity) =>
            entity.HasKey(row => new { row.BookId, row.PurposeChangeId, row.LotId });
    }
}

/// <summary>Words of a case that take the place of the gifts' clauses of the same kind.</summary>
public sealed class PurposeChangeClause
{
    public required int BookId { get; init; }

    public required long PurposeChangeId { get; init; }

    public required ClauseKind Kind { get; init; }

    public required string Words { get; init; }

    public LocalDate? FromDay { get; init; }

    public LocalDate? UntilDay { get; init; }

    public string[] Classes { get; init; } = [];

    public string[] Communities { get; init; } = [];

    /// <summary>The clause of the fund that they became when they were agreed; the database writes it.</summary>
    public long? FundClauseId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PurposeChangeClause>
    {
        public void Configure(EntityTypeBuilder<PurposeChangeClause> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PurposeChangeId, row.Kind });
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>What a donor said; who was not heard has no row, and silence is no consent.</summary>
public enum ConsentAnswer
{
    /// <summary>To all that is left of the gift.</summary>
    Yes,

    /// <summary>To an amount of it.</summary>
    Part,

    /// <summary>To nothing.</summary>
    No,
}

/// <summary>How a donor said it.</summary>
public enum ConsentWay
{
    /// <summary>补充协议.</summary>
    Agreement,

    /// <summary>A letter or a form on paper, signed.</summary>
    Letter,

    /// <summary>Mail or message.</summary>
    Message,

    /// <summary>In a meeting that has minutes.</summary>
    Meeting,

    /// <summary>Otherwise; the document says how.</summary>
    Other,
}

/// <summary>What the donor of one gift said to a change, as it was noted. The last one noted counts.</summary>
public sealed class PurposeConsent
{
    public required int BookId { get; init; }

    public long PurposeConsentId { get; init; }

    public required long PurposeChangeId { get; init; }

    public required long LotId { get; init; }

    public required ConsentAnswer Answer { get; init; }

    /// <summary>The amount, where the consent is to a part.</summary>
    public long? Units { get; init; }

    public required LocalDate SaidOn { get; init; }

    public required ConsentWay Way { get; init; }

    /// <summary>What proves it, and where that is kept.</summary>
    public required string Document { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PurposeConsent>
    {
        public void Configure(EntityTypeBuilder<PurposeConsent> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PurposeConsentId });
            entity.Property(row => row.PurposeConsentId).ValueGeneratedOnAdd();
            entity.Property(row => row.Answer).AsCode();
            entity.Property(row => row.Way).AsCode();
        }
    }
}

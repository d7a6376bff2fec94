using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Somebody the books know by id: a natural person or an organisation. The only place where a name stands.</summary>
public sealed class Person
{
    public long PersonId { get; init; }

    public required PersonKind Kind { get; init; }

    public required string Name { get; set; }

    public required Instant CreatedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> entity)
        {
            entity.HasKey(person => person.PersonId);
            entity.Property(person => person.PersonId).ValueGeneratedOnAdd();
            entity.Property(person => person.Kind).AsCode();
        }
    }
}

/// <summary>Natural person or organisation.</summary>
public enum PersonKind
{
    /// <summary>自然人.</summary>
    Person,

    /// <summary>单位.</summary>
    Organisation,
}

/// <summary>A role of a person in a book, for a fund and all below it (or the whole book), until a day.</summary>
public sealed class RoleGrant
{
    public long RoleGrantId { get; init; }

    public required long PersonId { get; init; }

    public required Role Role { get; init; }

    public required int BookId { get; init; }

    public int? FundId { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public LocalDate? ValidUntil { get; set; }

    public long? GrantedBy { get; init; }

    public required Instant GrantedAt { get; init; }

    /// <summary>The second of the two who gave the role; null where the operator gave it.</summary>
    public long? ConfirmedBy { get; init; }

    public long? ProposalId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<RoleGrant>
    {
        public void Configure(EntityTypeBuilder<RoleGrant> entity)
        {
            entity.HasKey(grant => grant.RoleGrantId);
            entity.Property(grant => grant.RoleGrantId).ValueGeneratedOnAdd();
            entity.Property(grant => grant.Role).AsCode();
        }
    }
}

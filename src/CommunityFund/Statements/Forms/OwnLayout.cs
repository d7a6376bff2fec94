using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>A version of a file of statements that the foundation laid out itself. Nothing of it changes; a later one takes its place.</summary>
public sealed class OwnLayout
{
    public required int BookId { get; init; }

    public long StatementLayoutId { get; init; }

    /// <summary>Key of the standard whose accounts it names.</summary>
    public required string Standard { get; init; }

    /// <summary>Name of the file, without .yaml.</summary>
    public required string File { get; init; }

    /// <summary>Empty takes the file away.</summary>
    public required string Text { get; init; }

    public required string Reason { get; init; }

    public required long SetBy { get; init; }

    public required Instant SetAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<OwnLayout>
    {
        public void Configure(EntityTypeBuilder<OwnLayout> entity)
        {
            entity.ToTable("statement_layout").HasKey(row => new { row.BookId, row.StatementLayoutId });
            entity.Property(row => row.StatementLayoutId).ValueGeneratedOnAdd();
        }
    }
}

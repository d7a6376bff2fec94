using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.Books;

/// <summary>An account of a book: lasting, whatever the standard of the day calls it.</summary>
public sealed class LedgerAccount
{
    public required int BookId { get; init; }

    public required int AccountId { get; init; }

    public required string Key { get; init; }

    public int? ParentId { get; init; }

    public required AccountClass Class { get; init; }

    public required AccountRole Role { get; init; }

    public required string Commodity { get; init; }

    /// <summary>True for a sub-account that the foundation added below an account of the standard.</summary>
    public bool Added { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<LedgerAccount>
    {
        public void Configure(EntityTypeBuilder<LedgerAccount> entity)
        {
            entity.ToTable("account").HasKey(account => new { account.BookId, account.AccountId });
            entity.Property(account => account.AccountId).ValueGeneratedNever();
            entity.Property(account => account.Class).AsCode();
            entity.Property(account => account.Role).AsCode();
        }
    }
}

/// <summary>What one standard calls an account.</summary>
public sealed class AccountName
{
    public required int BookId { get; init; }

    public required int AccountId { get; init; }

    public required string Standard { get; init; }

    public required string Code { get; init; }

    public required string NameZh { get; init; }

    public required string NameEn { get; init; }

    public required string Pinyin { get; init; }

    public required Side NormalSide { get; init; }

    public required bool NeedsRestriction { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AccountName>
    {
        public void Configure(EntityTypeBuilder<AccountName> entity)
        {
            entity.HasKey(name => new { name.BookId, name.AccountId, name.Standard });
            entity.Property(name => name.NormalSide).AsCode();
        }
    }
}

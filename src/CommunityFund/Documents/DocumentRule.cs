using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Documents;

/// <summary>What a voucher must have before it is posted.</summary>
public enum Evidence
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A document, or the bank's own line.</summary>
    BankLine,

    /// <summary>A document; for money that came in the bank's own line is enough.</summary>
    BankLineIn,

    /// <summary>A file or a registered paper original, always.</summary>
    Document,
}

/// <summary>From which day on vouchers of one kind need what; the latest set counts.</summary>
public sealed class DocumentRule
{
    public required int BookId { get; init; }

    public required VoucherKind Kind { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public required Evidence Evidence { get; init; }

    public required long SetBy { get; init; }

    public required Instant SetAt { get; init; }

    /// <summary>What holds where nobody has set anything (会计基础工作规范 第五十一条第四款).</summary>
    public static Evidence DefaultOf(VoucherKind kind) => kind == VoucherKind.Ordinary ? Evidence.BankLineIn : Evidence.None;

    internal sealed class Mapping : IEntityTypeConfiguration<DocumentRule>
    {
        public void Configure(EntityTypeBuilder<DocumentRule> entity)
        {
            entity.HasKey(rule => new { rule.BookId, rule.Kind, rule.ValidFrom, rule.SetAt });
            entity.Property(rule => rule.Kind).AsCode();
            entity.Property(rule => rule.Evidence).AsCode();
        }
    }
}

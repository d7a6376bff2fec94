using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Whether a rule looks at money in or money out.</summary>
public enum BankWay
{
    /// <summary>Money in.</summary>
    In,

    /// <summary>Money out.</summary>
    Out,
}

/// <summary>What to propose for lines that look alike. A rule books nothing; a person accepts what it proposes.</summary>
public sealed class BankRule
{
    public required int BookId { get; init; }

    public long BankRuleId { get; init; }

    public required BankWay Way { get; init; }

    /// <summary>Lines of this account only; null is any.</summary>
    public int? BankAccountId { get; set; }

    /// <summary>The counterparty's name, or empty for any.</summary>
    public required string Party { get; set; }

    /// <summary>Words in the bank's text, or empty for any.</summary>
    public required string Words { get; set; }

    public required DisposalKind Kind { get; set; }

    public int? FundId { get; set; }

    public int? AccountId { get; set; }

    public required string CashFlow { get; set; }

    /// <summary>U, R or empty: as the fund says.</summary>
    public required string Restriction { get; set; }

    public required string Narrative { get; set; }

    /// <summary>Made from two equal choices, not by hand.</summary>
    public required bool Learned { get; init; }

    public bool Off { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    public long? ChangedBy { get; set; }

    public Instant? ChangedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<BankRule>
    {
        public void Configure(EntityTypeBuilder<BankRule> entity)
        {
            entity.HasKey(rule => new { rule.BookId, rule.BankRuleId });
            entity.Property(rule => rule.BankRuleId).ValueGeneratedOnAdd();
            entity.Property(rule => rule.Way).AsCode();
            entity.Property(rule => rule.Kind).AsCode();
        }
    }
}

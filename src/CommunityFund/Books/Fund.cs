using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Kinds of fund; general and agency exist once per book.</summary>
public enum FundKind
{
    /// <summary>The host's own money: the one fund without a floor, because what the bank debits is a fact.</summary>
    General,

    /// <summary>社区基金.</summary>
    Community,

    /// <summary>专项基金: for a special purpose. What a board sets aside (内部指定) is no kind of fund but a designation.</summary>
    Special,

    /// <summary>冠名基金.</summary>
    Named,

    /// <summary>微基金.</summary>
    Micro,

    /// <summary>Technical fund of money held for others (受托代理).</summary>
    Agency,

    /// <summary>Technical fund of a time bank programme.</summary>
    Programme,
}

/// <summary>Whether a fund takes part.</summary>
public enum FundState
{
    /// <summary>May receive and spend.</summary>
    Open,

    /// <summary>May receive, not spend.</summary>
    Frozen,

    /// <summary>Neither.</summary>
    Closed,
}

/// <summary>A fund of the body: no legal person, a dimension of every line, with its own cash and its own restriction.</summary>
public sealed class Fund
{
    public required int BookId { get; init; }

    public required int FundId { get; init; }

    public required string Code { get; init; }

    public required string Name { get; set; }

    public required FundKind Kind { get; init; }

    public int? ParentId { get; set; }

    /// <summary>What a gift to this fund is unless its own agreement says more.</summary>
    public required Restriction DefaultRestriction { get; init; }

    /// <summary>The outside words it was opened with; empty for an unrestricted fund. Its clauses say what came later.</summary>
    public string Clause { get; init; } = "";

    /// <summary>本金下限; follows the decisions about the fund.</summary>
    public long PrincipalMinimum { get; init; }

    /// <summary>Follows the decisions about the fund.</summary>
    public FundState State { get; init; }

    public required LocalDate OpenedOn { get; init; }

    /// <summary>True for funds that people give to and spend from; technical funds are not.</summary>
    public bool IsOwn => Kind is not (FundKind.Agency or FundKind.Programme);

    internal sealed class Mapping : IEntityTypeConfiguration<Fund>
    {
        public void Configure(EntityTypeBuilder<Fund> entity)
        {
            entity.HasKey(fund => new { fund.BookId, fund.FundId });
            entity.Property(fund => fund.FundId).ValueGeneratedNever();
            entity.Property(fund => fund.Kind).AsCode();
            entity.Property(fund => fund.State).AsCode();
            entity.Property(fund => fund.DefaultRestriction).AsCode();
            entity.Ignore(fund => fund.IsOwn);
        }
    }
}

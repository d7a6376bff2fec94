using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Money;

/// <summary>What money of a grant did.</summary>
public enum MoneyMove
{
    /// <summary>承诺: promised by an award or an amendment (Dr 9101).</summary>
    Committed,

    /// <summary>承诺取消: given up, not to be paid.</summary>
    Cancelled,

    /// <summary>拨付: paid, which fulfils the promise.</summary>
    Paid,

    /// <summary>核销: became an expense.</summary>
    Acquitted,

    /// <summary>退回: came back unspent.</summary>
    Returned,

    /// <summary>结转: an advance of one tranche that goes on as the next one's; no voucher, for the books know no tranche.</summary>
    Carried,

    /// <summary>追缴: claimed back.</summary>
    Demanded,

    /// <summary>追回: paid back on a claim.</summary>
    Recovered,

    /// <summary>核销坏账: a claim given up.</summary>
    WrittenOff,

    /// <summary>核销后收回: paid after its claim was given up, to the fund that bore the loss; no claim, and in no sum.</summary>
    RecoveredLate,
}

/// <summary>One movement of a grant's money in one fund, with the voucher that books it. Negative takes an earlier one back. Never changed; the
/// database keeps the sums in <see cref="TrancheFund"/> and <see cref="GrantFund"/> and refuses one that the voucher does not say.</summary>
public sealed class GrantMoney
{
    public required int BookId { get; init; }

    public long GrantMoneyId { get; init; }

    public required long GrantId { get; init; }

    /// <summary>Null for what is promised or given up as a whole.</summary>
    public long? TrancheId { get; init; }

    public required int FundId { get; init; }

    public required MoneyMove Move { get; init; }

    public required long Units { get; init; }

    /// <summary>Null for what is carried from tranche to tranche.</summary>
    public long? VoucherId { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required Instant At { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantMoney>
    {
        public void Configure(EntityTypeBuilder<GrantMoney> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantMoneyId });
            entity.Property(row => row.GrantMoneyId).ValueGeneratedOnAdd();
            entity.Property(row => row.Move).AsCode();
        }
    }
}

/// <summary>A grant's money in one fund; sums kept by the database.</summary>
public sealed class GrantFund
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required int FundId { get; init; }

    public required long Committed { get; init; }

    public required long Cancelled { get; init; }

    public required long Paid { get; init; }

    public required long Acquitted { get; init; }

    public required long Returned { get; init; }

    public required long Demanded { get; init; }

    public required long Recovered { get; init; }

    public required long WrittenOff { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantFund>
    {
        public void Configure(EntityTypeBuilder<GrantFund> entity) => entity.HasKey(row => new { row.BookId, row.GrantId, row.FundId });
    }
}

/// <summary>A tranche's plan and money in one fund. The plan is split over the award's funds as the grant starts, restricted money first; the
/// sums are kept by the database.</summary>
public sealed class TrancheFund
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required int FundId { get; init; }

    /// <summary>The order in which funds pay: those with gifts reserved for the grant come first.</summary>
    public required short Place { get; init; }

    public required long Planned { get; set; }

    public long Cancelled { get; private set; }

    public long Paid { get; private set; }

    public long Acquitted { get; private set; }

    public long Returned { get; private set; }

    /// <summary>Carried in from the tranche before, less what was carried on.</summary>
    public long Carried { get; private set; }

    public long Demanded { get; private set; }

    /// <summary>What is paid and not accounted for.</summary>
    public long Advance => Paid + Carried - Acquitted - Returned - Demanded;

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheFund>
    {
        public void Configure(EntityTypeBuilder<TrancheFund> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.FundId });
            entity.Ignore(row => row.Advance);
            foreach (string kept in (string[])[nameof(Cancelled), nameof(Paid), nameof(Acquitted), nameof(Returned), nameof(Carried),
                nameof(Demanded)])
            {
                PropertyBuilder property = entity.Property(kept);
                property.ValueGeneratedOnAddOrUpdate();
                property.Metadata.SetBeforeSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
                property.Metadata.SetAfterSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
            }
        }
    }
}

/// <summary>A gift reserved for a grant that a voucher of its project uses; written by the database, and ended when the voucher is dropped or
/// reversed.</summary>
public sealed class GrantLotLoan
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required long LotId { get; init; }

    public required long Units { get; init; }

    public Instant? EndedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantLotLoan>
    {
        public void Configure(EntityTypeBuilder<GrantLotLoan> entity) =>
            entity.HasKey(row => new { row.BookId, row.VoucherId, row.GrantId, row.AwardNo, row.LotId });
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds.Fees;

/// <summary>How far a rule about the fee has come.</summary>
public enum FeeRuleState
{
    /// <summary>Written by one; another has still to compare it with what was agreed.</summary>
    Proposed,

    /// <summary>In force from its day on.</summary>
    Confirmed,

    /// <summary>Not confirmed, or taken back.</summary>
    Dropped,
}

/// <summary>管理费: how much of the gifts to a fund goes to the general fund, because those who gave agreed to it.</summary>
public sealed class FeeRule
{
    /// <summary>Ten in a hundred, in hundredths of a percent.</summary>
    public const short Cap = 1000;

    /// <summary>There is no such rule, or it is decided.</summary>
    public const string Gone = "fee.rule-gone";

    public required int BookId { get; init; }

    public long FeeRuleId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Number of the agreement whose gifts it is for; empty for every gift to the fund that has none of its own.</summary>
    public required string Agreement { get; init; }

    /// <summary>Hundredths of a percent; 0 ends a fee.</summary>
    public required short Basis { get; init; }

    public required LocalDate FromDay { get; init; }

    /// <summary>Where it was agreed.</summary>
    public required string Source { get; init; }

    public required FeeRuleState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal static async ValueTask<Need> NeedOf(Work work, long rule, CancellationToken ct) =>
        Need.Any(FundSigners.Deciding).For(await work.Db.Set<FeeRule>()
            .Where(row => row.BookId == work.Book && row.FeeRuleId == rule).Select(row => row.FundId).ToListAsync(ct));

    /// <summary>The rule that waits, locked.</summary>
    internal static async Task<FeeRule> Waiting(Work work, long rule, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fee_rule where book_id = {work.Book} and fee_rule_id = {rule} for no key update", ct);
        return await work.Db.Set<FeeRule>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.FeeRuleId == rule
            && row.State == FeeRuleState.Proposed, ct) ?? throw new RefusedException(Gone);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<FeeRule>
    {
        public void Configure(EntityTypeBuilder<FeeRule> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FeeRuleId });
            entity.Property(row => row.FeeRuleId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

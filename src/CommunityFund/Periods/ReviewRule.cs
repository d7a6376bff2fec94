using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>How far a decision about a rule has come.</summary>
public enum RuleState
{
    /// <summary>A second person has to agree.</summary>
    Waiting,

    /// <summary>In force from its day on.</summary>
    Approved,

    /// <summary>Not agreed, or taken back.</summary>
    Dropped,
}

/// <summary>
/// 自动审核规则: one decision of two people that a rule may review by itself from a day on, or no more (会计软件基本功能和服务规范
/// 第二十一条). What a rule covers is fixed and proved by the database.
/// </summary>
public sealed class ReviewRule
{
    /// <summary>Vouchers that carry income and expense of a period into net assets when it closes.</summary>
    public const string MonthClose = "month-close";

    /// <summary>Vouchers that give up what was promised when an award's agreement was not signed in time.</summary>
    public const string LapsedCommitments = SignedCommitment.Rule;

    /// <summary>Hours that a second party confirmed, the points for them, and what holders do with their own.</summary>
    public const string ConfirmedHours = "confirmed-hours";

    /// <summary>There is no such rule.</summary>
    public const string Unknown = "review-rule.unknown";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "review-rule.gone";

    /// <summary>All rules that there are.</summary>
    public static IReadOnlyList<string> Keys { get; } = [MonthClose, LapsedCommitments, ConfirmedHours];

    public required int BookId { get; init; }

    public long ReviewRuleId { get; init; }

    public required string Key { get; init; }

    /// <summary>True if the rule reviews from the day on, false if it ends.</summary>
    public required bool Begins { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public required string Reason { get; init; }

    /// <summary>Null for the operator, who set the book up.</summary>
    public long? ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public RuleState State { get; private set; }

    public long? DecidedBy { get; private set; }

    public Instant? DecidedAt { get; private set; }

    internal static async Task<bool> IsInForce(Work work, string key, LocalDate day, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<bool>(
            $"""select rule_in_force({work.Book}, {key}, {day.ToDateOnly()}) as "Value" """).SingleAsync(ct);

    /// <summary>The key, if there is such a rule.</summary>
    internal static string Known(string key) => Keys.Contains(key) ? key : throw new RefusedException(Unknown);

    internal static async Task<ReviewRule> ToDecide(Work work, long rule, CancellationToken ct) =>
        await work.Db.Set<ReviewRule>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ReviewRuleId == rule
            && row.State == RuleState.Waiting, ct) ?? throw new RefusedException(Gone);

    internal void Decide(Work work, RuleState state) => (State, DecidedBy, DecidedAt) = (state, work.ActorId, work.Now);

    internal sealed class Mapping : IEntityTypeConfiguration<ReviewRule>
    {
        public void Configure(EntityTypeBuilder<ReviewRule> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ReviewRuleId });
            entity.Property(row => row.ReviewRuleId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode().ValueGeneratedOnAdd();
        }
    }
}

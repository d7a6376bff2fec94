using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Screening;

/// <summary>What the desk looks at before an application goes on, clause by clause of the guide.</summary>
public enum ScreeningCheck
{
    /// <summary>申报主体符合指南.</summary>
    WhoMay,

    /// <summary>需求与调研一致.</summary>
    Need,

    /// <summary>没有禁止的开支.</summary>
    Forbidden,

    /// <summary>金额和自筹符合指南, prices believable.</summary>
    Money,

    /// <summary>计划和指标可以检查.</summary>
    Plan,

    /// <summary>总负责人、财务负责人、确认人各是一人.</summary>
    Team,

    /// <summary>附件齐全.</summary>
    Papers,

    /// <summary>没有重复申报.</summary>
    Duplicates,

    /// <summary>过往项目.</summary>
    Record,
}

/// <summary>What was found.</summary>
public enum CheckVerdict
{
    /// <summary>符合.</summary>
    Ok,

    /// <summary>符合，有说明.</summary>
    Note,

    /// <summary>不符合.</summary>
    Not,
}

/// <summary>The last answer to a check.</summary>
public sealed record CheckAnswer(ScreeningCheck Check, CheckVerdict Verdict, string Note, long By, Instant At);

/// <summary>An answer to a check. A later one takes its place; both stay.</summary>
public sealed class GrantCheck
{
    public required int BookId { get; init; }

    public long GrantCheckId { get; init; }

    public required long GrantId { get; init; }

    public required ScreeningCheck Kind { get; init; }

    public required CheckVerdict Verdict { get; init; }

    /// <summary>What was seen; needed unless all is well.</summary>
    public required string Note { get; init; }

    public required long CheckedBy { get; init; }

    public required Instant CheckedAt { get; init; }

    /// <summary>The last answer to each check, in the checks' order.</summary>
    internal static async Task<IReadOnlyList<CheckAnswer>> Last(Work work, long grant, CancellationToken ct) =>
    [
        .. (await work.Db.Set<GrantCheck>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant)
                .OrderByDescending(row => row.GrantCheckId).ToListAsync(ct))
            .DistinctBy(row => row.Kind).OrderBy(row => row.Kind)
            .Select(row => new CheckAnswer(row.Kind, row.Verdict, row.Note, row.CheckedBy, row.CheckedAt)),
    ];

    internal sealed class Mapping : IEntityTypeConfiguration<GrantCheck>
    {
        public void Configure(EntityTypeBuilder<GrantCheck> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantCheckId });
            entity.Property(row => row.GrantCheckId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.Verdict).AsCode();
        }
    }
}

using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>What the steering group decides about a ranked case.</summary>
public enum DecisionKind
{
    /// <summary>拟资助, in whole or in part.</summary>
    Recommend,

    /// <summary>候补, with a place in the line.</summary>
    Waitlist,

    /// <summary>不予资助.</summary>
    Refuse,
}

/// <summary>A decision about a case; the newest version counts. A departure from the ranking has its reason, which is published.</summary>
public sealed class GrantDecision
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short Version { get; init; }

    /// <summary>Where the case stood when it was decided.</summary>
    public required int StateVersion { get; init; }

    public required DecisionKind Kind { get; init; }

    /// <summary>What is given, in fen; of a waiting case what it would be given.</summary>
    public required long Units { get; init; }

    /// <summary>Its place in the line; null unless it waits.</summary>
    public short? Place { get; init; }

    /// <summary>Key of the project's class, which clauses of gifts ask about; or empty.</summary>
    public required string ProjectClass { get; init; }

    /// <summary>Its rank at the meeting; null if no meeting ranked it.</summary>
    public short? Rank { get; init; }

    public short? TallyVersion { get; init; }

    /// <summary>It departs from the ranking of the meeting.</summary>
    public required bool Inverts { get; init; }

    /// <summary>It gives less than was asked.</summary>
    public required bool Cuts { get; init; }

    public required string Reason { get; init; }

    /// <summary>Where the minutes are.</summary>
    public required string Minutes { get; init; }

    public required long DecidedBy { get; init; }

    public required Instant DecidedAt { get; init; }

    internal static Task<GrantDecision?> Newest(Work work, long grant, CancellationToken ct) =>
        work.Db.Set<GrantDecision>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDecision>
    {
        public void Configure(EntityTypeBuilder<GrantDecision> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.Version });
            entity.Property(row => row.Version).ValueGeneratedNever();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>What a fund of the pool gives of it.</summary>
public sealed class GrantDecisionFund
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short Version { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDecisionFund>
    {
        public void Configure(EntityTypeBuilder<GrantDecisionFund> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.Version, row.FundId });
    }
}

/// <summary>Who speaks before a case is decided.</summary>
public enum OpinionOf
{
    /// <summary>领导小组成员.</summary>
    Leader,

    /// <summary>专家.</summary>
    Expert,
}

/// <summary>What an opinion comes to.</summary>
public enum Stance
{
    /// <summary>赞成.</summary>
    For,

    /// <summary>赞成，减少金额.</summary>
    Less,

    /// <summary>反对.</summary>
    Against,
}

/// <summary>What a leader or an expert says of a ranked case.</summary>
public sealed class GrantOpinion
{
    public required int BookId { get; init; }

    public long GrantOpinionId { get; init; }

    public required long GrantId { get; init; }

    public required long PersonId { get; init; }

    public required OpinionOf SpeaksAs { get; init; }

    public required Stance Stance { get; init; }

    public required string Words { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantOpinion>
    {
        public void Configure(EntityTypeBuilder<GrantOpinion> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantOpinionId });
            entity.Property(row => row.GrantOpinionId).ValueGeneratedOnAdd();
            entity.Property(row => row.SpeaksAs).AsCode();
            entity.Property(row => row.Stance).AsCode();
        }
    }
}

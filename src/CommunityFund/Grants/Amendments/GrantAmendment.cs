using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>What an amendment changes.</summary>
public enum AmendmentKind
{
    /// <summary>预算行之间调剂.</summary>
    Shift,

    /// <summary>延期.</summary>
    Extend,

    /// <summary>更换负责人.</summary>
    Team,

    /// <summary>追加金额.</summary>
    AmountUp,

    /// <summary>减少金额.</summary>
    AmountDown,

    /// <summary>变更用途: no amendment, but a case of its own.</summary>
    Purpose,
}

/// <summary>Where an amendment stands.</summary>
public enum AmendmentState
{
    /// <summary>待决定.</summary>
    Requested,

    /// <summary>已生效.</summary>
    InForce,

    /// <summary>未同意.</summary>
    Rejected,

    /// <summary>已撤回.</summary>
    Withdrawn,
}

/// <summary>变更申请: a whole new version of what was agreed, beside the grant that stays active. The newest that is in force counts.</summary>
public sealed class GrantAmendment
{
    /// <summary>There is no such amendment.</summary>
    public const string Unknown = "amendment.unknown";

    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AmendmentNo { get; init; }

    public required short AwardNo { get; init; }

    /// <summary>The amendment that was in force when it was asked for; zero is the agreement.</summary>
    public required short BasedOn { get; init; }

    public required AmendmentKind Kind { get; init; }

    public required AmendmentState State { get; set; }

    public required string Reason { get; init; }

    /// <summary>The most that a line changes against what people decided last, in hundredths of a percent.</summary>
    public required int Share { get; init; }

    /// <summary>Small enough for the lead to make alone.</summary>
    public required bool BySelf { get; init; }

    public required LocalDate EndsOn { get; init; }

    public required long LeadId { get; init; }

    public required long FinLeadId { get; init; }

    public required long LeadBefore { get; init; }

    public required long FinBefore { get; init; }

    /// <summary>What the grant gets more, or less where negative, in fen.</summary>
    public required long Units { get; init; }

    /// <summary>What each fund gives more, as JSON; said with the first signature.</summary>
    public string Shares { get; set; } = "[]";

    /// <summary>Number of the resolution.</summary>
    public string Resolution { get; set; } = "";

    /// <summary>What the public is told of it.</summary>
    public string Notice { get; set; } = "";

    /// <summary>Why it was not agreed to.</summary>
    public string Reply { get; set; } = "";

    public required long AskedBy { get; init; }

    public required Instant AskedAt { get; init; }

    /// <summary>The last of the ten working days for a decision.</summary>
    public required LocalDate DueOn { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public long? VoucherId { get; set; }

    internal IReadOnlyList<FundShare> Given
    {
        get => JsonSerializer.Deserialize<FundShare[]>(Shares, CommandJson.Plain)!;
        set => Shares = JsonSerializer.Serialize(value, CommandJson.Plain);
    }

    /// <summary>Who decides about a kind, each another person.</summary>
    internal static IReadOnlyList<GrantMover> Deciders(AmendmentKind kind) => kind == AmendmentKind.AmountUp
        ? [GrantMover.Steer, GrantMover.ApproverL2] : [GrantMover.Desk, GrantMover.ApproverL1];

    /// <summary>One that waits, with its grant, both locked.</summary>
    internal static async Task<(GrantCase Grant, GrantAmendment Amendment)> Waiting(Work work, long grant, int no, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        await work.Db.Entry(row).ReloadAsync(ct);
        GrantAmendment amendment = await work.Db.Set<GrantAmendment>().SingleOrDefaultAsync(each => each.BookId == work.Book
            && each.GrantId == grant && each.AmendmentNo == no, ct) ?? throw new RefusedException(Unknown, ("title", row.Title), ("no", no));
        await work.Db.Entry(amendment).ReloadAsync(ct);
        return amendment.State == AmendmentState.Requested ? (row, amendment)
            : throw new RefusedException(AmendmentNeeds.Decided, ("title", row.Title), ("no", no), ("state", amendment.State));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAmendment>
    {
        public void Configure(EntityTypeBuilder<GrantAmendment> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AmendmentNo });
            entity.Property(row => row.AmendmentNo).ValueGeneratedNever();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Shares).HasColumnType("jsonb");
            entity.Ignore(row => row.Given);
        }
    }
}

/// <summary>A line of the budget as an amendment has it.</summary>
public sealed class GrantAmendedLine
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AmendmentNo { get; init; }

    public required short No { get; init; }

    public required string What { get; init; }

    public required long Units { get; init; }

    public required long OwnUnits { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAmendedLine>
    {
        public void Configure(EntityTypeBuilder<GrantAmendedLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AmendmentNo, row.No });
    }
}

/// <summary>A tranche as an amendment has it, and what was left of it to plan with before.</summary>
public sealed class GrantAmendedTranche
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AmendmentNo { get; init; }

    public required short No { get; init; }

    public required long Units { get; init; }

    public required long UnitsBefore { get; init; }

    public required LocalDate EarliestOn { get; init; }

    public required string Condition { get; init; }

    public required LocalDate ReportDueOn { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAmendedTranche>
    {
        public void Configure(EntityTypeBuilder<GrantAmendedTranche> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AmendmentNo, row.No });
    }
}

/// <summary>What a fund gives more.</summary>
public sealed class GrantAmendedFund
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AmendmentNo { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAmendedFund>
    {
        public void Configure(EntityTypeBuilder<GrantAmendedFund> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AmendmentNo, row.FundId });
    }
}

/// <summary>A signature under an amendment.</summary>
public sealed class GrantAmendmentSignature
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AmendmentNo { get; init; }

    public required GrantMover Mover { get; init; }

    public required long PersonId { get; init; }

    public required Instant At { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAmendmentSignature>
    {
        public void Configure(EntityTypeBuilder<GrantAmendmentSignature> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AmendmentNo, row.Mover });
            entity.Property(row => row.Mover).AsCode();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>How far a demand has come.</summary>
public enum DemandState
{
    /// <summary>已拟.</summary>
    Drafted,

    /// <summary>已签发; its letter goes out, its voucher is to be written.</summary>
    Signed,

    /// <summary>凭证待审核.</summary>
    Prepared,

    /// <summary>已入账: the claim stands.</summary>
    Stands,

    /// <summary>已撤销 before it stood.</summary>
    Withdrawn,
}

/// <summary>追缴通知: what a grant's people have to pay back, drafted by one and signed by another.</summary>
public sealed class GrantDemand
{
    /// <summary>There is no such demand.</summary>
    public const string Unknown = "demand.unknown";

    /// <summary>It stands elsewhere already.</summary>
    public const string OutOfTurn = "demand.out-of-turn";

    public required int BookId { get; init; }

    public long GrantDemandId { get; init; }

    public required long GrantId { get; init; }

    public required short No { get; init; }

    public required string Reason { get; init; }

    /// <summary>Until when it is to be paid.</summary>
    public required LocalDate DueOn { get; init; }

    public required DemandState State { get; set; }

    public required long DraftedBy { get; init; }

    public required Instant DraftedAt { get; init; }

    public long? SignedBy { get; set; }

    public Instant? SignedAt { get; set; }

    public long? VoucherId { get; set; }

    public LocalDate? StandsOn { get; set; }

    /// <summary>What whoever pays is asked to write.</summary>
    internal static string CodeOf(GrantCase grant, GrantDemand demand) => $"{grant.Number}-ZJ{demand.No}";

    internal static async Task<GrantDemand> Find(Work work, long demand, CancellationToken ct) =>
        await work.Db.Set<GrantDemand>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantDemandId == demand, ct)
            ?? throw new RefusedException(Unknown, ("demand", demand));

    /// <summary>The demand, locked after its grant, if it is in one of the states.</summary>
    internal static async Task<(GrantDemand Demand, GrantCase Grant)> Lock(Work work, long demand, CancellationToken ct, params DemandState[] states)
    {
        GrantCase grant = await GrantCase.Lock(work, (await Find(work, demand, ct)).GrantId, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_demand where book_id = {work.Book} and grant_demand_id = {demand} for no key update", ct);
        GrantDemand row = await work.Db.Set<GrantDemand>().SingleAsync(each => each.BookId == work.Book && each.GrantDemandId == demand, ct);
        await work.Db.Entry(row).ReloadAsync(ct);
        return states.Contains(row.State) ? (row, grant)
            : throw new RefusedException(OutOfTurn, ("no", row.No), ("title", grant.Title), ("state", row.State));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDemand>
    {
        public void Configure(EntityTypeBuilder<GrantDemand> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId });
            entity.Property(row => row.GrantDemandId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>What a demand claims of a tranche in one fund.</summary>
public sealed class GrantDemandPart
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    public required long TrancheId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Advanced and not accounted for.</summary>
    public required long OpenUnits { get; init; }

    /// <summary>Accepted, and found not to be allowed.</summary>
    public required long RefusedUnits { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDemandPart>
    {
        public void Configure(EntityTypeBuilder<GrantDemandPart> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.TrancheId, row.FundId });
    }
}

/// <summary>催缴 was sent at a step of the ladder.</summary>
public sealed class GrantDemandReminder
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    /// <summary>15, 30 or 60 days after the demand was due.</summary>
    public required short Days { get; init; }

    public required LocalDate SentOn { get; init; }

    public required string Way { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDemandReminder>
    {
        public void Configure(EntityTypeBuilder<GrantDemandReminder> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.Days });
            entity.Property(row => row.Days).ValueGeneratedNever();
        }
    }
}

/// <summary>How far a reduction has come.</summary>
public enum CutState
{
    /// <summary>凭证待审核.</summary>
    Prepared,

    /// <summary>已入账.</summary>
    Stands,

    /// <summary>凭证已退回.</summary>
    Dropped,
}

/// <summary>核减追缴: a part of a claim that is accepted as spent for the project after all, by resolution.</summary>
public sealed class GrantDemandCut
{
    public required int BookId { get; init; }

    public required long GrantDemandId { get; init; }

    public required short No { get; init; }

    public required long TrancheId { get; init; }

    public required long Units { get; init; }

    public required string Reason { get; init; }

    public required string Resolution { get; init; }

    public required CutState State { get; set; }

    public required long VoucherId { get; init; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantDemandCut>
    {
        public void Configure(EntityTypeBuilder<GrantDemandCut> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantDemandId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
            entity.Property(row => row.State).AsCode();
        }
    }
}

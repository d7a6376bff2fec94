using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>How a gift was promised.</summary>
public enum PledgeForm
{
    /// <summary>By a written agreement.</summary>
    Written,

    /// <summary>In public: broadcast, press or internet.</summary>
    Public,

    /// <summary>By word of mouth.</summary>
    Spoken,
}

/// <summary>Why a pledge is waited for no more.</summary>
public enum PledgeRelease
{
    /// <summary>The donor's means got much worse, which was reported to the civil affairs office and made public (慈善法 41).</summary>
    Hardship,

    /// <summary>The donor is not bound and took it back.</summary>
    NotBinding,

    /// <summary>Another pledge took its place.</summary>
    Replaced,
}

/// <summary>捐赠承诺: noted and told in the notes to the statements, never an entry; only what came in is income.</summary>
public sealed class Pledge
{
    /// <summary>There is no such pledge.</summary>
    public const string Unknown = "pledge.unknown";

    /// <summary>The pledge was released.</summary>
    public const string Released = "pledge.released";

    public required int BookId { get; init; }

    public long PledgeId { get; init; }

    public required long DonorId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    public required PledgeForm Form { get; init; }

    /// <summary>Its purpose is relief of poverty, of the weak, or of disaster (慈善法 3 (1) to (3)), for which a written promise binds.</summary>
    public required bool ForRelief { get; init; }

    public required LocalDate PledgedOn { get; init; }

    /// <summary>Number of the agreement, or where and when it was said.</summary>
    public required string About { get; init; }

    public required long NotedBy { get; init; }

    public required Instant NotedAt { get; init; }

    public LocalDate? ReleasedOn { get; set; }

    public PledgeRelease? ReleaseKind { get; set; }

    public string Reason { get; set; } = "";

    public long? ReleasedBy { get; set; }

    public Instant? ReleasedAt { get; set; }

    /// <summary>The body may go to court for it (慈善法 41).</summary>
    public bool IsEnforceable => Form == PledgeForm.Public || (Form == PledgeForm.Written && ForRelief);

    /// <summary>The pledge, locked, if nobody was released from it.</summary>
    internal static async Task<Pledge> Lock(Work work, long pledge, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from pledge where book_id = {work.Book} and pledge_id = {pledge} for no key update", ct);
        Pledge row = await work.Db.Set<Pledge>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.PledgeId == pledge, ct)
            ?? throw new RefusedException(Unknown);
        return row.ReleasedOn is null ? row : throw new RefusedException(Released, ("day", row.ReleasedOn), ("reason", row.Reason));
    }

    internal static async Task<Need> MayKeep(Work work, long pledge, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.Set<Pledge>().Where(row => row.BookId == work.Book && row.PledgeId == pledge).Select(row => row.FundId).ToListAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<Pledge>
    {
        public void Configure(EntityTypeBuilder<Pledge> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PledgeId });
            entity.Property(row => row.PledgeId).ValueGeneratedOnAdd();
            entity.Property(row => row.Form).AsCode();
            entity.Property(row => row.ReleaseKind).HasConversion(
                kind => Codes.Kebab(kind!.Value), code => Codes.Parse<PledgeRelease>(code));
            entity.Ignore(row => row.IsEnforceable);
        }
    }
}

/// <summary>One instalment of a pledge.</summary>
public sealed class PledgeDue
{
    public required int BookId { get; init; }

    public required long PledgeId { get; init; }

    public required short DueNo { get; init; }

    public required LocalDate DueOn { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PledgeDue>
    {
        public void Configure(EntityTypeBuilder<PledgeDue> entity) =>
            entity.HasKey(row => new { row.BookId, row.PledgeId, row.DueNo });
    }
}

/// <summary>A gift that fulfils a pledge, with the part of it that does.</summary>
public sealed class PledgeGift
{
    public required int BookId { get; init; }

    public required long PledgeId { get; init; }

    public required long DonationId { get; init; }

    public required long Units { get; init; }

    public required long LinkedBy { get; init; }

    public required Instant LinkedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PledgeGift>
    {
        public void Configure(EntityTypeBuilder<PledgeGift> entity) =>
            entity.HasKey(row => new { row.BookId, row.PledgeId, row.DonationId });
    }
}

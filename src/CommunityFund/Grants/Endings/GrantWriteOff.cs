using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>How far a write-off has come.</summary>
public enum WriteOffState
{
    /// <summary>已拟.</summary>
    Drafted,

    /// <summary>已决议.</summary>
    Resolved,

    /// <summary>凭证待审核.</summary>
    Prepared,

    /// <summary>已入账.</summary>
    Posted,

    /// <summary>已撤销.</summary>
    Withdrawn,
}

/// <summary>核销坏账: what is left of a claim is given up by resolution, and a fund bears it so that restricted money is whole again.</summary>
public sealed class GrantWriteOff
{
    /// <summary>There is no such write-off.</summary>
    public const string Unknown = "write-off.unknown";

    /// <summary>It stands elsewhere already.</summary>
    public const string OutOfTurn = "write-off.out-of-turn";

    public required int BookId { get; init; }

    public long GrantWriteOffId { get; init; }

    public required long GrantId { get; init; }

    public required int BearerFundId { get; init; }

    public required long Units { get; init; }

    public required string Reason { get; init; }

    /// <summary>What is told to the public about it.</summary>
    public required string Disclosure { get; init; }

    public required WriteOffState State { get; set; }

    public required long DraftedBy { get; init; }

    public required Instant DraftedAt { get; init; }

    public string Resolution { get; set; } = "";

    public long? ResolvedBy { get; set; }

    public Instant? ResolvedAt { get; set; }

    public long? VoucherId { get; set; }

    /// <summary>The write-off, locked after its grant, if it is in one of the states.</summary>
    internal static async Task<(GrantWriteOff Row, GrantCase Grant)> Lock(
        Work work, long writeOff, CancellationToken ct, params WriteOffState[] states)
    {
        long? of = await work.Db.Set<GrantWriteOff>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantWriteOffId == writeOff)
            .Select(row => (long?)row.GrantId).SingleOrDefaultAsync(ct);
        GrantCase grant = await GrantCase.Lock(work, of ?? throw new RefusedException(Unknown, ("number", writeOff)), ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_write_off where book_id = {work.Book} and grant_write_off_id = {writeOff} for no key update", ct);
        GrantWriteOff row = await work.Db.Set<GrantWriteOff>().SingleAsync(each => each.BookId == work.Book && each.GrantWriteOffId == writeOff, ct);
        await work.Db.Entry(row).ReloadAsync(ct);
        return states.Contains(row.State) ? (row, grant)
            : throw new RefusedException(OutOfTurn, ("title", grant.Title), ("state", row.State));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantWriteOff>
    {
        public void Configure(EntityTypeBuilder<GrantWriteOff> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantWriteOffId });
            entity.Property(row => row.GrantWriteOffId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

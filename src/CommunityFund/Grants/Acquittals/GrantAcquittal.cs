using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>Where an acquittal stands.</summary>
public enum AcquittalState
{
    /// <summary>审核中: the desk decides line by line.</summary>
    Submitted,

    /// <summary>全部退回.</summary>
    Returned,

    /// <summary>待记账复核: its voucher waits.</summary>
    Booked,

    /// <summary>已入账.</summary>
    Posted,

    /// <summary>已冲销.</summary>
    Undone,
}

/// <summary>核销: receipts handed in for a tranche, with the two names that stand behind them. Every hand-in is a version of its own.</summary>
public sealed class GrantAcquittal
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short Version { get; init; }

    /// <summary>经手人.</summary>
    public required long HandlerId { get; init; }

    /// <summary>证明人.</summary>
    public required long WitnessId { get; init; }

    public required long SubmittedBy { get; init; }

    public required Instant SubmittedAt { get; init; }

    public required AcquittalState State { get; set; }

    public long? VoucherId { get; set; }

    /// <summary>The one that is under review or waits for its voucher.</summary>
    internal static Task<GrantAcquittal?> Open(Work work, long tranche, CancellationToken ct) => work.Db.Set<GrantAcquittal>()
        .SingleOrDefaultAsync(row => row.BookId == work.Book && row.TrancheId == tranche
            && (row.State == AcquittalState.Submitted || row.State == AcquittalState.Booked), ct);

    internal Task<List<GrantAcquittalLine>> Lines(Work work, CancellationToken ct) => work.Db.Set<GrantAcquittalLine>()
        .Where(row => row.BookId == BookId && row.TrancheId == TrancheId && row.Version == Version).OrderBy(row => row.Line).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAcquittal>
    {
        public void Configure(EntityTypeBuilder<GrantAcquittal> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.Version });
            entity.Property(row => row.Version).ValueGeneratedNever();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A receipt in an acquittal, and what the desk decided about it.</summary>
public sealed class GrantAcquittalLine
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required short Version { get; init; }

    public required short Line { get; init; }

    public required long GrantReceiptId { get; init; }

    /// <summary>What of the receipt the grant pays, in fen.</summary>
    public required long Units { get; init; }

    /// <summary>Null as long as nobody decided.</summary>
    public bool? Accepted { get; set; }

    public string Reason { get; set; } = "";

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAcquittalLine>
    {
        public void Configure(EntityTypeBuilder<GrantAcquittalLine> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.Version, row.Line });
            entity.Property(row => row.Line).ValueGeneratedNever();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>How far money between own accounts has come.</summary>
public enum OwnTransferState
{
    /// <summary>To be moved; neither bank has told of it.</summary>
    Planned,

    /// <summary>Booked.</summary>
    Moved,

    /// <summary>Given up.</summary>
    Dropped,
}

/// <summary>Money that is to go from one own account to another, expected on either side.</summary>
public sealed class OwnTransfer
{
    /// <summary>There is no such transfer.</summary>
    public const string Unknown = "own-transfer.unknown";

    /// <summary>It has moved, was dropped, or is in a batch.</summary>
    public const string OutOfTurn = "own-transfer.out-of-turn";

    public required int BookId { get; init; }

    public long OwnTransferId { get; init; }

    public required int FromAccount { get; init; }

    public required int ToAccount { get; init; }

    public required long Units { get; init; }

    public required LocalDate MoveOn { get; init; }

    public required string Reason { get; init; }

    public required OwnTransferState State { get; set; }

    public required long PlannedBy { get; init; }

    public required Instant PlannedAt { get; init; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    public long? OutExpectation { get; set; }

    public long? InExpectation { get; set; }

    internal static async Task<OwnTransfer> Lock(Work work, long transfer, CancellationToken ct, params OwnTransferState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from own_transfer where book_id = {work.Book} and own_transfer_id = {transfer} for no key update", ct);
        OwnTransfer row = await work.Db.Set<OwnTransfer>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.OwnTransferId == transfer, ct)
            ?? throw new RefusedException(Unknown, ("transfer", transfer));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", Term.Of(row.State)));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<OwnTransfer>
    {
        public void Configure(EntityTypeBuilder<OwnTransfer> entity)
        {
            entity.HasKey(row => new { row.BookId, row.OwnTransferId });
            entity.Property(row => row.OwnTransferId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>How far a reconciliation has come.</summary>
public enum ReconciliationState
{
    /// <summary>Made by one, to be confirmed by another.</summary>
    Prepared,

    /// <summary>Confirmed: what it ticked off stays ticked off.</summary>
    Locked,

    /// <summary>Sent back or taken back.</summary>
    Dropped,

    /// <summary>Was locked and opened again by two.</summary>
    Unlocked,
}

/// <summary>
/// 银行存款余额调节: what bank and books said of an account on a day, signed by two. It keeps what was left on either side as it
/// stood; the database proves that both sides come to the same, and keeps the matches within it.
/// </summary>
public sealed class Reconciliation
{
    /// <summary>There is no such reconciliation, or it is not in the state for this.</summary>
    public const string Gone = "reconciliation.gone";

    /// <summary>Bank and books do not come to the same.</summary>
    public const string Unequal = "reconciliation.unequal";

    /// <summary>The bank's lines do not say that balance, so that it is somebody's who read it from paper.</summary>
    public const string NotByLines = "reconciliation.not-by-lines";

    /// <summary>Another one of the account waits.</summary>
    public const string WaitsAlready = "reconciliation.waits-already";

    /// <summary>Unlocking was asked for already, or was not.</summary>
    public const string UnlockAsked = "reconciliation.unlock-asked";

    internal static readonly Role[] Signers = [Role.Accountant, Role.VoucherReviewer];

    public required int BookId { get; init; }

    public long ReconciliationId { get; init; }

    public required int BankAccountId { get; init; }

    public required LocalDate StatementDay { get; init; }

    /// <summary>Fen that the bank says it holds at the end of the day.</summary>
    public required long StatementUnits { get; init; }

    public required bool FromPaper { get; init; }

    /// <summary>Fen that the books say, own and held for others.</summary>
    public required long BookedUnits { get; init; }

    public ReconciliationState State { get; set; }

    public required long PreparedBy { get; init; }

    public required Instant PreparedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Why it was dropped.</summary>
    public string Reason { get; set; } = "";

    public long? UnlockAskedBy { get; set; }

    public Instant? UnlockAskedAt { get; set; }

    public string UnlockReason { get; set; } = "";

    public long? UnlockedBy { get; set; }

    public Instant? UnlockedAt { get; set; }

    /// <summary>The reconciliation in the state asked for, locked for a decision.</summary>
    internal static async Task<Reconciliation> Lock(Work work, long id, ReconciliationState state, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from reconciliation where book_id = {work.Book} and reconciliation_id = {id} for no key update", ct);
        return await work.Db.Set<Reconciliation>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.ReconciliationId == id && row.State == state, ct)
            ?? throw new RefusedException(Gone);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Reconciliation>
    {
        public void Configure(EntityTypeBuilder<Reconciliation> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ReconciliationId });
            entity.Property(row => row.ReconciliationId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>未达账项 as it stood: a line the books do not know, or a voucher the bank does not show.</summary>
public sealed class ReconciliationItem
{
    public required int BookId { get; init; }

    public required long ReconciliationId { get; init; }

    public required int ItemNo { get; init; }

    public long? BankLineId { get; init; }

    public long? VoucherId { get; init; }

    public required LocalDate OccurredOn { get; init; }

    /// <summary>Fen; positive is money in.</summary>
    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<ReconciliationItem>
    {
        public void Configure(EntityTypeBuilder<ReconciliationItem> entity) =>
            entity.HasKey(row => new { row.BookId, row.ReconciliationId, row.ItemNo });
    }
}

/// <summary>A voucher that was seen on a statement on paper.</summary>
public sealed class BankTick
{
    public required int BookId { get; init; }

    public long BankTickId { get; init; }

    public required int BankAccountId { get; init; }

    public required long VoucherId { get; init; }

    /// <summary>The day the statement reaches to.</summary>
    public required LocalDate SeenOn { get; init; }

    public required long TickedBy { get; init; }

    public required Instant TickedAt { get; init; }

    public long? UndoneBy { get; set; }

    public Instant? UndoneAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<BankTick>
    {
        public void Configure(EntityTypeBuilder<BankTick> entity)
        {
            entity.HasKey(row => new { row.BookId, row.BankTickId });
            entity.Property(row => row.BankTickId).ValueGeneratedOnAdd();
        }
    }
}

using System.Linq.Expressions;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>How far a batch has come.</summary>
public enum BatchState
{
    /// <summary>Waits for a second person to let it go.</summary>
    Made,

    /// <summary>May go to the bank.</summary>
    Released,

    /// <summary>Taken back before the bank had it.</summary>
    Withdrawn,
}

/// <summary>How far one payment of a batch has come.</summary>
public enum PaymentState
{
    /// <summary>The bank has not answered.</summary>
    Waiting,

    /// <summary>The bank says it went; its own line will show it.</summary>
    Succeeded,

    /// <summary>The bank says it did not go; it stands on the payment desk again.</summary>
    Failed,

    /// <summary>Its batch was taken back.</summary>
    Dropped,

    /// <summary>The bank's line is booked.</summary>
    Paid,
}

/// <summary>付款批次: payments that go to the bank in one file.</summary>
public sealed class PaymentBatch
{
    /// <summary>There is no such batch.</summary>
    public const string Unknown = "payment.unknown-batch";

    /// <summary>Somebody has moved the batch on.</summary>
    public const string OutOfTurn = "payment.out-of-turn";

    public required int BookId { get; init; }

    public long PaymentBatchId { get; init; }

    public required int BankAccountId { get; init; }

    public required LocalDate PayOn { get; init; }

    public required short RowCount { get; init; }

    public required long Total { get; init; }

    public required BatchState State { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    public long? ReleasedBy { get; set; }

    public Instant? ReleasedAt { get; set; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    internal static async Task<PaymentBatch> Lock(Work work, long batch, CancellationToken ct, params BatchState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from payment_batch where book_id = {work.Book} and payment_batch_id = {batch} for no key update", ct);
        PaymentBatch row = await work.Db.Set<PaymentBatch>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PaymentBatchId == batch, ct)
            ?? throw new RefusedException(Unknown, ("batch", batch));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", Term.Of(row.State)));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<PaymentBatch>
    {
        public void Configure(EntityTypeBuilder<PaymentBatch> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PaymentBatchId });
            entity.Property(row => row.PaymentBatchId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One payment of a batch: a debt, a transfer between own accounts, or what another feature waits for.</summary>
public sealed class PaymentRow
{
    public required int BookId { get; init; }

    public required long PaymentBatchId { get; init; }

    public required short RowNo { get; init; }

    public long? DebtId { get; init; }

    public long? OwnTransferId { get; init; }

    /// <summary>What is waited for of another feature, such as a tranche of a grant.</summary>
    public long? ExpectationId { get; init; }

    public long? PayeeAccountId { get; init; }

    public required long Units { get; init; }

    public required PaymentState State { get; set; }

    /// <summary>The bank's reason, in its words.</summary>
    public string BankSays { get; set; } = "";

    public long? PaymentResultId { get; set; }

    public Instant? ToldAt { get; set; }

    /// <summary>What the feature hears of that waits for this payment; null for debts and transfers, which are this feature's own.</summary>
    internal async Task<Consequence?> Awaited(Work work, CancellationToken ct) => ExpectationId is not { } id ? null
        : Consequence.Read(await work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && row.ExpectationId == id)
            .Select(row => row.ThenMove).SingleAsync(ct));

    /// <summary>The bank's line is booked, with or without a result file before it.</summary>
    internal static Task Paid(Work work, Expression<Func<PaymentRow, bool>> which, CancellationToken ct) =>
        Move(work, which, PaymentState.Paid, [PaymentState.Waiting, PaymentState.Succeeded], ct);

    internal static Task Unpaid(Work work, Expression<Func<PaymentRow, bool>> which, CancellationToken ct) =>
        Move(work, which, PaymentState.Succeeded, [PaymentState.Paid], ct);

    private static async Task Move(Work work, Expression<Func<PaymentRow, bool>> which, PaymentState to, PaymentState[] from, CancellationToken ct)
    {
        foreach (PaymentRow row in await work.Db.Set<PaymentRow>().Where(row => row.BookId == work.Book && from.Contains(row.State))
            .Where(which).ToListAsync(ct))
        {
            row.State = to;
        }
    }

    internal sealed class Mapping : IEntityTypeConfiguration<PaymentRow>
    {
        public void Configure(EntityTypeBuilder<PaymentRow> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PaymentBatchId, row.RowNo });
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A file of the bank that says what became of a batch.</summary>
public sealed class PaymentResult
{
    public required int BookId { get; init; }

    public long PaymentResultId { get; init; }

    public required long PaymentBatchId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required string FileName { get; init; }

    public required short RowCount { get; init; }

    public required short Succeeded { get; init; }

    public required short Failed { get; init; }

    /// <summary>Rows that fit none, or say otherwise than before.</summary>
    public required short LeftOpen { get; init; }

    public required long ReadBy { get; init; }

    public required Instant ReadAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PaymentResult>
    {
        public void Configure(EntityTypeBuilder<PaymentResult> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PaymentResultId });
            entity.Property(row => row.PaymentResultId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>A file that was taken for the bank, as it was taken.</summary>
public sealed class PaymentFile
{
    public required int BookId { get; init; }

    public long PaymentFileId { get; init; }

    public required long PaymentBatchId { get; init; }

    public required string Layout { get; init; }

    /// <summary>csv or xlsx.</summary>
    public required string Format { get; init; }

    public required byte[] Sha256 { get; init; }

    public required byte[] Content { get; init; }

    public required long TakenBy { get; init; }

    public required Instant TakenAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PaymentFile>
    {
        public void Configure(EntityTypeBuilder<PaymentFile> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PaymentFileId });
            entity.Property(row => row.PaymentFileId).ValueGeneratedOnAdd();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>Whose cause it is that a gift goes back (rulings 19).</summary>
public enum GiftRefundCause
{
    /// <summary>The donor, the agreement or the law.</summary>
    Outside,

    /// <summary>Ours: we did not do what was agreed.</summary>
    Own,
}

/// <summary>The life of a refund.</summary>
public enum GiftRefundState
{
    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>It is owed; the bank's line is waited for.</summary>
    Owed,

    /// <summary>The bank has paid it.</summary>
    Paid,

    /// <summary>Its voucher was rejected or withdrawn.</summary>
    Dropped,

    /// <summary>Its voucher was reversed.</summary>
    Undone,
}

/// <summary>What of a gift goes back to who gave it.</summary>
public sealed class GiftRefund
{
    public required int BookId { get; init; }

    public long GiftRefundId { get; init; }

    /// <summary>The gift, as the lot of its income.</summary>
    public required long LotId { get; init; }

    public required long Units { get; init; }

    public required GiftRefundCause Cause { get; init; }

    /// <summary>The clause of the agreement, the resolution, the article of the law.</summary>
    public required string Basis { get; init; }

    public required LocalDate DecidedOn { get; init; }

    /// <summary>Where the donor is paid, or empty.</summary>
    public required string PartyAccount { get; init; }

    public required GiftRefundState State { get; set; }

    public long? VoucherId { get; set; }

    public long? ExpectationId { get; set; }

    public required long RecordedBy { get; init; }

    public required Instant RecordedAt { get; init; }

    internal static Task<GiftRefund> Of(Work work, long refund, CancellationToken ct) =>
        work.Db.Set<GiftRefund>().SingleAsync(row => row.BookId == work.Book && row.GiftRefundId == refund, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GiftRefund>
    {
        public void Configure(EntityTypeBuilder<GiftRefund> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftRefundId });
            entity.Property(row => row.GiftRefundId).ValueGeneratedOnAdd();
            entity.Property(row => row.Cause).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>The voucher was posted: it is owed, and the bank's line is waited for.</summary>
[Consequence("owe-gift-refund", 1)]
internal sealed record OweGiftRefund(long Refund) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        GiftRefund refund = await GiftRefund.Of(work, Refund, ct);
        refund.ExpectationId = await Awaited(work, refund, ct);
        refund.State = GiftRefundState.Owed;
    }

    internal static async Task<long> Awaited(Work work, GiftRefund refund, CancellationToken ct)
    {
        GiftLot lot = await work.Db.Set<GiftLot>().AsNoTracking().SingleAsync(row => row.BookId == work.Book && row.LotId == refund.LotId, ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        Amount amount = Amount.Fen(refund.Units);
        return await new Expected(ExpectationKind.Refund, -amount, GiftRefundEntry.Narrative, refund.DecidedOn,
            [
                new ExpectedLine(GiftRefundEntry.Payable(chart), await work.FundById(lot.FundId, ct), Side.Debit, amount, CashFlow.OtherPaid,
                    new Tags(Counterparty: lot.CounterpartyId)),
            ],
            $"TK{refund.GiftRefundId}", lot.CounterpartyId, refund.PartyAccount, Then: new GiftRefundPaid(refund.GiftRefundId),
            Undo: new GiftRefundUnpaid(refund.GiftRefundId)).Write(work, ct);
    }
}

/// <summary>The voucher was rejected or withdrawn.</summary>
[Consequence("drop-gift-refund", 1)]
internal sealed record DropGiftRefund(long Refund) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await GiftRefund.Of(work, Refund, ct)).State = GiftRefundState.Dropped;
}

/// <summary>The voucher was reversed: nothing goes back.</summary>
[Consequence("undo-gift-refund", 1)]
internal sealed record UndoGiftRefund(long Refund) : Consequence
{
    /// <summary>The donor was paid, or the payment's voucher waits.</summary>
    public const string PaidAlready = "gift-refund.paid-already";

    /// <summary>A refund is reversed and recorded anew: a blue voucher would not take what goes back from the same gift.</summary>
    public const string NotCorrected = "gift-refund.not-corrected";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        GiftRefund refund = await GiftRefund.Of(work, Refund, ct);
        Expectation awaited = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == refund.ExpectationId, ct);
        if (refund.State == GiftRefundState.Paid || awaited.VoucherId is not null)
        {
            throw new RefusedException(PaidAlready);
        }

        (awaited.ClosedBy, awaited.ClosedAt) = (work.ActorId, work.Now);
        refund.State = GiftRefundState.Undone;
    }

    internal override Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct) =>
        throw new RefusedException(NotCorrected);
}

/// <summary>The bank has paid it and the voucher that says so was posted.</summary>
[Consequence("gift-refund-paid", 1)]
internal sealed record GiftRefundPaid(long Refund) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct) => (await GiftRefund.Of(work, Refund, ct)).State = GiftRefundState.Paid;
}

/// <summary>The voucher of the payment was reversed: it is owed again.</summary>
[Consequence("gift-refund-unpaid", 1)]
internal sealed record GiftRefundUnpaid(long Refund) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) => (await GiftRefund.Of(work, Refund, ct)).State = GiftRefundState.Owed;

    /// <summary>退汇: another line of the bank is waited for.</summary>
    internal override async Task CameBack(Work work, long line, CancellationToken ct)
    {
        GiftRefund refund = await GiftRefund.Of(work, Refund, ct);
        refund.State = GiftRefundState.Owed;
        refund.ExpectationId = await OweGiftRefund.Awaited(work, refund, ct);
    }

    internal override async Task StaysPaid(Work work, long expectation, CancellationToken ct)
    {
        GiftRefund refund = await GiftRefund.Of(work, Refund, ct);
        Expectation again = await work.Db.Set<Expectation>()
            .SingleAsync(row => row.BookId == work.Book && row.ExpectationId == refund.ExpectationId, ct);
        (again.ClosedBy, again.ClosedAt) = again.VoucherId is null ? (work.ActorId, work.Now)
            : throw new RefusedException(UndoGiftRefund.PaidAlready);
        (refund.ExpectationId, refund.State) = (expectation, GiftRefundState.Paid);
    }
}

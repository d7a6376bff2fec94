using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Where a settlement stands.</summary>
public enum SettlementState
{
    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>In the books.</summary>
    Posted,

    /// <summary>Its voucher was dropped or reversed: the platform's lines may be settled anew.</summary>
    Undone,
}

/// <summary>What a payment platform paid out: its lines of gifts, less its fee, are one line of the bank.</summary>
public sealed class Settlement
{
    public required int BookId { get; init; }

    public long SettlementId { get; init; }

    /// <summary>The own account with the platform.</summary>
    public required int PlatformId { get; init; }

    public required long BankLineId { get; init; }

    public required long Gross { get; init; }

    public required long Fee { get; init; }

    public required SettlementState State { get; set; }

    public long? VoucherId { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Settlement>
    {
        public void Configure(EntityTypeBuilder<Settlement> entity)
        {
            entity.HasKey(row => new { row.BookId, row.SettlementId });
            entity.Property(row => row.SettlementId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A line of the platform's bill that a settlement pays out.</summary>
public sealed class SettlementLine
{
    public required int BookId { get; init; }

    public required long SettlementId { get; init; }

    public required long BankLineId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<SettlementLine>
    {
        public void Configure(EntityTypeBuilder<SettlementLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.SettlementId, row.BankLineId });
    }
}

/// <summary>The settlement's voucher was posted.</summary>
[Consequence("settlement-posted", 1)]
internal sealed record SettlementPosted(long Settlement) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await SettlementUndone.Find(work, Settlement, ct)).State = SettlementState.Posted;
}

/// <summary>The settlement's voucher was rejected, withdrawn or reversed.</summary>
[Consequence("settlement-undone", 1)]
internal sealed record SettlementUndone(long Settlement) : Consequence
{
    /// <summary>A correction takes another amount from the platform than the lines that were settled.</summary>
    public const string OtherThanSettled = "settlement.other-than-settled";

    internal override Need Needs => Need.Person;

    /// <summary>A blue voucher that is posted with the red one settles the same lines.</summary>
    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Settlement settlement = await Find(work, Settlement, ct);
        if (await BlueVoucher.Of(work, settlement.VoucherId!.Value, ct) is { } blue)
        {
            settlement.VoucherId = blue;
        }
        else
        {
            settlement.State = SettlementState.Undone;
        }
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        Settlement settlement = await Find(work, Settlement, ct);
        int platform = (await OwnBankAccount.All(work, ct)).Single(account => account.Id == settlement.PlatformId).Account;
        if (!await BlueVoucher.MovesAsMuch(work, blue, settlement.VoucherId!.Value, platform, ct))
        {
            throw new RefusedException(OtherThanSettled, ("gross", Amount.Fen(settlement.Gross)));
        }

        return (blue with { Undo = this }, _ => { });
    }

    internal static Task<Settlement> Find(Work work, long settlement, CancellationToken ct) =>
        work.Db.Set<Settlement>().SingleAsync(row => row.BookId == work.Book && row.SettlementId == settlement, ct);
}

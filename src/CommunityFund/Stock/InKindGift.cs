using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Stock;

/// <summary>The life of a gift in kind.</summary>
public enum InKindState
{
    /// <summary>Its voucher waits for review.</summary>
    Waiting,

    /// <summary>In the books, or noted where nothing is to be booked.</summary>
    Accepted,

    /// <summary>Its voucher was rejected or withdrawn.</summary>
    Dropped,

    /// <summary>Its voucher was reversed.</summary>
    Reversed,
}

/// <summary>What is given.</summary>
public enum InKindThing
{
    /// <summary>存货.</summary>
    Goods,

    /// <summary>固定资产.</summary>
    FixedAsset,

    /// <summary>无形资产.</summary>
    IntangibleAsset,

    /// <summary>文物资源 (2004: 文物文化资产).</summary>
    Heritage,

    /// <summary>服务捐赠.</summary>
    Service,
}

/// <summary>Where a fair value comes from, in the order of 财会〔2020〕9号 二.</summary>
public enum FairSource
{
    /// <summary>No fair value was looked for.</summary>
    None,

    /// <summary>捐赠方的出厂价、销售价.</summary>
    DonorPrice,

    /// <summary>政府指导价.</summary>
    GuidePrice,

    /// <summary>知名大型电商平台同类商品价格.</summary>
    MarketPrice,

    /// <summary>第三方机构估价.</summary>
    Appraisal,
}

/// <summary>What a value in the books rests on.</summary>
public enum ValueBasis
{
    /// <summary>The amount on the donor's invoice or the like.</summary>
    Evidence,

    /// <summary>公允价值.</summary>
    FairValue,

    /// <summary>名义金额, one yuan.</summary>
    Nominal,

    /// <summary>备查: noted and disclosed, not booked.</summary>
    Memo,
}

/// <summary>A gift that is no money.</summary>
public sealed class InKindGift
{
    public required int BookId { get; init; }

    public long InKindGiftId { get; init; }

    public required int FundId { get; init; }

    /// <summary>Null for an anonymous gift.</summary>
    public long? DonorId { get; init; }

    public required LocalDate ReceivedOn { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    /// <summary>Fen in the books.</summary>
    public required long Units { get; init; }

    public long? VoucherId { get; set; }

    public required InKindState State { get; set; }

    public required long RecordedBy { get; init; }

    public required Instant RecordedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<InKindGift>
    {
        public void Configure(EntityTypeBuilder<InKindGift> entity)
        {
            entity.HasKey(row => new { row.BookId, row.InKindGiftId });
            entity.Property(row => row.InKindGiftId).ValueGeneratedOnAdd();
            entity.Property(row => row.Restriction).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One thing of a gift in kind, with what its value rests on.</summary>
public sealed class InKindGiftLine
{
    public required int BookId { get; init; }

    public required long InKindGiftId { get; init; }

    public required short LineNo { get; init; }

    public required InKindThing Kind { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    public required long Quantity { get; init; }

    public long? EvidenceUnits { get; init; }

    public long? FairUnits { get; init; }

    public required FairSource FairSource { get; init; }

    public required ValueBasis Basis { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<InKindGiftLine>
    {
        public void Configure(EntityTypeBuilder<InKindGiftLine> entity)
        {
            entity.HasKey(row => new { row.BookId, row.InKindGiftId, row.LineNo });
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.FairSource).AsCode();
            entity.Property(row => row.Basis).AsCode();
        }
    }
}

/// <summary>The voucher was posted.</summary>
[Consequence("accept-in-kind", 1)]
internal sealed record AcceptInKind(long Gift, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Done, ct);
        InKindGift gift = await InKindFate.Of(work, Gift, ct);
        gift.State = InKindState.Accepted;
        await GiftRegister.Decide(work, gift.VoucherId!.Value, isPosted: true, ct);
    }
}

/// <summary>The voucher was rejected or withdrawn.</summary>
[Consequence("drop-in-kind", 1)]
internal sealed record DropInKind(long Gift, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        await StockFate.Set(work, Moves, StockMoveState.Dropped, ct);
        InKindGift gift = await InKindFate.Of(work, Gift, ct);
        gift.State = InKindState.Dropped;
        await GiftRegister.Decide(work, gift.VoucherId!.Value, isPosted: false, ct);
    }
}

/// <summary>The voucher was reversed; what was handed out meanwhile stands in the way.</summary>
[Consequence("undo-in-kind", 1)]
internal sealed record UndoInKind(long Gift, IReadOnlyList<long> Moves) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        InKindGift gift = await InKindFate.Of(work, Gift, ct);
        long? blue = Moves.Count > 0 ? await StockFate.Undo(work, Moves, ct) : await BlueVoucher.Of(work, gift.VoucherId!.Value, ct);
        (gift.State, gift.VoucherId) = blue is null ? (InKindState.Reversed, gift.VoucherId) : (InKindState.Accepted, blue);
        if (blue is { } anew)
        {
            await GiftRegister.Enter(work, anew, gift.ReceivedOn, GiftRegister.InKind, isPosted: true, ct);
        }
    }

    internal override async Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct)
    {
        await StockFate.RefuseOther(work, (await InKindFate.Of(work, Gift, ct)).VoucherId!.Value, blue, isGift: true, ct);
        return (blue with { Undo = this }, _ => { });
    }
}

internal static class InKindFate
{
    public static Task<InKindGift> Of(Work work, long gift, CancellationToken ct) =>
        work.Db.Set<InKindGift>().SingleAsync(row => row.BookId == work.Book && row.InKindGiftId == gift, ct);
}

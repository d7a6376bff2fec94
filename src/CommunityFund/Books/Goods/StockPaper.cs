using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Why goods come or go.</summary>
public enum StockPaperKind
{
    /// <summary>受赠入库.</summary>
    Gift,

    /// <summary>采购入库.</summary>
    Purchase,

    /// <summary>They stand in the books already and enter the register.</summary>
    Opening,

    /// <summary>发放.</summary>
    Issue,

    /// <summary>报损.</summary>
    WriteOff,

    /// <summary>退还捐赠人.</summary>
    Return,

    /// <summary>移库.</summary>
    Transfer,

    /// <summary>盘点.</summary>
    Count,
}

/// <summary>入库单, 出库单 and the like: what the moves of one business share.</summary>
public sealed class StockPaper
{
    /// <summary>No words, or too many.</summary>
    public const string BadWords = "stock.bad-words";

    /// <summary>The words name the party, who is a natural person.</summary>
    public const string PartyInWords = "stock.party-in-words";

    private const int MostWords = 200;

    public required int BookId { get; init; }

    public long StockPaperId { get; init; }

    public required StockPaperKind Kind { get; init; }

    public required int FundId { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required string Words { get; init; }

    /// <summary>Who gave, sold or received; null if nobody is to be recorded.</summary>
    public long? PartyId { get; init; }

    public string ProjectClass { get; init; } = "";

    public long? ProjectId { get; init; }

    public long? InKindGiftId { get; init; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    /// <summary>Writes it.</summary>
    internal static async Task<StockPaper> Begin(
        Work work, StockPaperKind kind, Fund fund, LocalDate day, string words, long? party, CancellationToken ct, long? gift = null,
        string projectClass = "", long? project = null)
    {
        if (day > work.Today)
        {
            throw new RefusedException(VoucherWriter.InTheFuture, ("day", day), ("today", work.Today));
        }

        string said = PlainText.Of(words);
        StockPaper paper = new()
        {
            BookId = work.Book,
            Kind = kind,
            FundId = fund.FundId,
            OccurredOn = day,
            Words = said.Length is > 0 and <= MostWords ? said : throw new RefusedException(BadWords, ("limit", MostWords)),
            PartyId = party,
            ProjectClass = projectClass,
            ProjectId = project,
            InKindGiftId = gift,
            MadeBy = work.ActorId,
            MadeAt = work.Now,
        };
        work.Db.Add(paper);
        await work.Db.SaveChangesAsync(ct);
        return paper;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<StockPaper>
    {
        public void Configure(EntityTypeBuilder<StockPaper> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockPaperId });
            entity.Property(row => row.StockPaperId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

/// <summary>The life of a move; it shares the fate of its voucher.</summary>
public enum StockMoveState
{
    /// <summary>Its voucher waits; what goes out is held.</summary>
    Waiting,

    /// <summary>It happened.</summary>
    Done,

    /// <summary>Its voucher was rejected or withdrawn.</summary>
    Dropped,
}

/// <summary>So many of a lot came to a place or left it.</summary>
public sealed class StockMove
{
    public required int BookId { get; init; }

    public long StockMoveId { get; init; }

    public required long StockPaperId { get; init; }

    public required long StockLotId { get; init; }

    public required long StockPlaceId { get; init; }

    public required LocalDate OccurredOn { get; init; }

    /// <summary>Out is below zero.</summary>
    public required long Quantity { get; init; }

    /// <summary>Fen, with the sign of the quantity; nought between places and for goods that are only noted.</summary>
    public required long Units { get; init; }

    public long? VoucherId { get; set; }

    public required StockMoveState State { get; set; }

    /// <summary>The move that a reversal undid by this one.</summary>
    public long? UndoesMoveId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<StockMove>
    {
        public void Configure(EntityTypeBuilder<StockMove> entity)
        {
            entity.HasKey(row => new { row.BookId, row.StockMoveId });
            entity.Property(row => row.StockMoveId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

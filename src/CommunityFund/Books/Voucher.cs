using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What a voucher is for.</summary>
public enum VoucherKind
{
    /// <summary>Business.</summary>
    Ordinary,

    /// <summary>Opening balances.</summary>
    Opening,

    /// <summary>Closing of a period.</summary>
    Close,

    /// <summary>Red voucher that undoes another.</summary>
    Reversal,

    /// <summary>Blue voucher that puts another right.</summary>
    Correction,

    /// <summary>Change-over from one standard to the next, part of the new year's opening.</summary>
    Conversion,
}

/// <summary>The life of a voucher; from prepared one step, and no way back.</summary>
public enum VoucherState
{
    /// <summary>Waits for another person.</summary>
    Prepared,

    /// <summary>In the books, with a number.</summary>
    Posted,

    /// <summary>Sent back by the reviewer, with a reason.</summary>
    Rejected,

    /// <summary>Taken back by its maker.</summary>
    Withdrawn,
}

/// <summary>
/// 记账凭证: an entry on its way into the books. The app writes it once and never changes it; its fate is written by the
/// functions of the posting door.
/// </summary>
public sealed class Voucher
{
    public required int BookId { get; init; }

    public long VoucherId { get; init; }

    public required VoucherKind Kind { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required int Period { get; init; }

    public required long NarrativeId { get; init; }

    public required short LineCount { get; init; }

    public required long Total { get; init; }

    /// <summary>SHA-256 of its documents in their order; written by the database as they are enclosed.</summary>
    public byte[][] DocumentHashes { get; private set; } = [];

    /// <summary>The entry that a reversal or correction puts right.</summary>
    public long? CorrectsEntryNo { get; init; }

    /// <summary>The first voucher of its bundle; null on that one and on a voucher that stands alone.</summary>
    public long? BundleId { get; init; }

    public required long MakerId { get; init; }

    public required Instant PreparedAt { get; init; }

    public string? ThenMove { get; init; }

    public string? OtherwiseMove { get; init; }

    /// <summary>What follows when the posted voucher is reversed.</summary>
    public string? UndoMove { get; init; }

    public bool Proved { get; private set; }

    /// <summary>The series it is numbered in, once proved.</summary>
    public string? Series { get; private set; }

    /// <summary>Canonical form of what stands before the signatures, between proof and posting.</summary>
    public string? FormBefore { get; private set; }

    /// <summary>Canonical form of what follows the signatures, between proof and posting.</summary>
    public string? FormAfter { get; private set; }

    /// <summary>Its lines may take something from a fund, so the fund is looked at when it posts.</summary>
    public bool MayFall { get; private set; }

    public bool MovesRestricted { get; private set; }

    public bool MovesAgency { get; private set; }

    /// <summary>It posts only with a document, by the rule in force when it was proved.</summary>
    public bool NeedsDocument { get; private set; }

    public VoucherState State { get; private set; }

    public long? DecidedBy { get; private set; }

    public Instant? DecidedAt { get; private set; }

    public string Reason { get; private set; } = "";

    public long? EntryNo { get; private set; }

    /// <summary>Entry of the reversal that undid this voucher.</summary>
    public long? ReversedBy { get; private set; }

    internal sealed class Mapping : IEntityTypeConfiguration<Voucher>
    {
        public void Configure(EntityTypeBuilder<Voucher> entity)
        {
            entity.HasKey(voucher => new { voucher.BookId, voucher.VoucherId });
            entity.Property(voucher => voucher.VoucherId).ValueGeneratedOnAdd();
            entity.Property(voucher => voucher.Kind).AsCode();
            entity.Property(voucher => voucher.State).AsCode();
            entity.Property(voucher => voucher.ThenMove).HasColumnType("jsonb");
            entity.Property(voucher => voucher.OtherwiseMove).HasColumnType("jsonb");
            entity.Property(voucher => voucher.UndoMove).HasColumnType("jsonb");
            foreach (string doors in (string[])[nameof(Proved), nameof(State), nameof(DecidedBy), nameof(DecidedAt),
                nameof(Reason), nameof(EntryNo), nameof(ReversedBy), nameof(Series), nameof(FormBefore),
                nameof(FormAfter), nameof(MayFall), nameof(MovesRestricted), nameof(MovesAgency),
                nameof(NeedsDocument), nameof(DocumentHashes)])
            {
                PropertyBuilder property = entity.Property(doors);
                property.ValueGeneratedOnAddOrUpdate();
                property.Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
                property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
            }
        }
    }
}

/// <summary>One line of a voucher.</summary>
public sealed class VoucherLine : Line
{
    public required long VoucherId { get; init; }

    /// <summary>The outside words that narrow a restricted inflow; empty takes the fund's.</summary>
    public string Clause { get; init; } = "";

    /// <summary>What the line carries, as the kernel has it; its own words left out.</summary>
    internal Tags Tags => new(
        Codes.RestrictionOf(Restriction), Ledger.CashFlow.Find(CashFlow), Movement, Text(ProjectClass), ProjectId, CounterpartyId,
        EnterpriseId, DocumentId, Clause: Text(Clause));

    private static string? Text(string text) => text.Length > 0 ? text : null;

    internal sealed class Mapping : IEntityTypeConfiguration<VoucherLine>
    {
        public void Configure(EntityTypeBuilder<VoucherLine> entity)
        {
            entity.HasKey(line => new { line.BookId, line.VoucherId, line.LineNo });
            MapLine(entity);
        }
    }
}

/// <summary>What lines of vouchers and of the journal have in common.</summary>
public abstract class Line
{
    public required int BookId { get; init; }

    public required short LineNo { get; init; }

    public required int AccountId { get; init; }

    public required int FundId { get; init; }

    public required string Commodity { get; init; }

    public required Side Side { get; init; }

    /// <summary>Signed smallest units; negative is red ink.</summary>
    public required long Units { get; init; }

    /// <summary>U, R or empty; see <see cref="Codes"/>.</summary>
    public required string Restriction { get; init; }

    public required string CashFlow { get; init; }

    public required MovementKind Movement { get; init; }

    public required string ProjectClass { get; init; }

    public long? ProjectId { get; init; }

    public long? CounterpartyId { get; init; }

    public long? EnterpriseId { get; init; }

    public long? DocumentId { get; init; }

    public required long NarrativeId { get; init; }

    private protected static void MapLine<T>(EntityTypeBuilder<T> entity)
        where T : Line
    {
        entity.Property(line => line.Side).AsCode();
        entity.Property(line => line.Movement).AsCode();
    }
}

/// <summary>Words beside a salt; the log covers their digest only.</summary>
public sealed class Narrative
{
    public required int BookId { get; init; }

    public long NarrativeId { get; init; }

    public required byte[] Salt { get; init; }

    /// <summary>Null once blanked.</summary>
    public required string? Text { get; init; }

    public required byte[] Digest { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Narrative>
    {
        public void Configure(EntityTypeBuilder<Narrative> entity)
        {
            entity.HasKey(narrative => new { narrative.BookId, narrative.NarrativeId });
            entity.Property(narrative => narrative.NarrativeId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>Money of a fund that a waiting voucher has spoken for.</summary>
public sealed class Hold
{
    public required int BookId { get; init; }

    public long HoldId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    public long? VoucherId { get; init; }

    public required Instant PlacedAt { get; init; }

    public Instant? ReleasedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Hold>
    {
        public void Configure(EntityTypeBuilder<Hold> entity) => entity.HasKey(hold => new { hold.BookId, hold.HoldId });
    }
}

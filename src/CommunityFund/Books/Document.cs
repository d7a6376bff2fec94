using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>What a document is, by its bytes; what it says of itself counts for nothing.</summary>
public enum FileKind
{
    /// <summary>PDF: e-invoices, bank slips, agreements.</summary>
    Pdf,

    /// <summary>A photo or scan.</summary>
    Jpeg,

    /// <summary>A screenshot or scan.</summary>
    Png,

    /// <summary>A photo as newer phones take it.</summary>
    Heic,

    /// <summary>The national layout format (GB/T 33190) of e-invoices and fiscal receipts.</summary>
    Ofd,

    /// <summary>The data file of an e-invoice or e-voucher.</summary>
    Xml,

    /// <summary>A workbook: rosters, calculations.</summary>
    Xlsx,

    /// <summary>A text: resolutions, agreements.</summary>
    Docx,

    /// <summary>No file: an original on paper, registered with its place.</summary>
    Paper,
}

/// <summary>原始凭证: a file that proves vouchers, kept as it came under the SHA-256 of its bytes. Its content is read apart.</summary>
public sealed class Document
{
    public required int BookId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required int SizeBytes { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Document>
    {
        public void Configure(EntityTypeBuilder<Document> entity)
        {
            entity.HasKey(document => new { document.BookId, document.Sha256 });
            entity.Property(document => document.Format).AsCode();
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}

/// <summary>A document's place with one voucher, under the name it was given there.</summary>
public sealed class VoucherDocument
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required short Ordinal { get; init; }

    public required byte[] Sha256 { get; init; }

    public required string Name { get; init; }

    /// <summary>How many it counts for among the attachments: one for a file, as many as there are for paper.</summary>
    public required short Sheets { get; init; }

    public string? InvoiceNumber { get; init; }

    /// <summary>The voucher that had it first, where one document proves several.</summary>
    public long? SharedWith { get; init; }

    public required long AddedBy { get; init; }

    public required Instant AddedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<VoucherDocument>
    {
        public void Configure(EntityTypeBuilder<VoucherDocument> entity) =>
            entity.HasKey(row => new { row.BookId, row.VoucherId, row.Ordinal });
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>What somebody who oversees the books says about a voucher.</summary>
public enum RemarkKind
{
    /// <summary>询问.</summary>
    Question,

    /// <summary>整改意见, with a day until which it is put right.</summary>
    Finding,
}

/// <summary>How grave a finding is.</summary>
public enum RemarkSeverity
{
    /// <summary>轻微.</summary>
    Slight,

    /// <summary>一般.</summary>
    Ordinary,

    /// <summary>严重.</summary>
    Serious,
}

/// <summary>What is done to a remark.</summary>
public enum RemarkMove
{
    /// <summary>Written.</summary>
    Raised,

    /// <summary>Answered by an accountant.</summary>
    Answered,

    /// <summary>The answer does not do.</summary>
    SentBack,

    /// <summary>Settled, for good.</summary>
    Closed,
}

/// <summary>Where a remark stands.</summary>
public enum RemarkState
{
    /// <summary>Waits for an answer.</summary>
    Open,

    /// <summary>Waits for those who oversee.</summary>
    Answered,

    /// <summary>Settled.</summary>
    Closed,
}

/// <summary>A question or finding about a voucher; what becomes of it stands in its steps.</summary>
public sealed class AuditRemark
{
    /// <summary>There is no such remark, or its voucher is out of the reader's reach.</summary>
    public const string Unknown = "audit.unknown-remark";

    /// <summary>Nothing, or too much, is written.</summary>
    public const string WordsMissing = "audit.words-missing";

    /// <summary>Somebody was quicker, or the page is old.</summary>
    public const string Moved = "audit.remark-moved";

    /// <summary>Where it stands, this is not done.</summary>
    public const string OutOfTurn = "audit.remark-out-of-turn";

    /// <summary>Nobody answers what they asked, nor settles what they answered.</summary>
    public const string OtherPerson = "audit.remark-other-person";

    /// <summary>The longest question, answer or reason.</summary>
    public const int Longest = 1000;

    public required int BookId { get; init; }

    public long AuditRemarkId { get; init; }

    public required long VoucherId { get; init; }

    /// <summary>The sample in whose course it was raised.</summary>
    public long? AuditSampleId { get; init; }

    public required RemarkKind Kind { get; init; }

    /// <summary>Of a finding.</summary>
    public RemarkSeverity? Severity { get; init; }

    public required long RaisedBy { get; init; }

    public required Instant RaisedAt { get; init; }

    /// <summary>The remark and its steps, if the reader sees its voucher.</summary>
    internal static async Task<(AuditRemark Remark, IReadOnlyList<AuditRemarkStep> Steps)> Of(Work work, long remark, CancellationToken ct)
    {
        IQueryable<Voucher> readable = ReadableVouchers.Of(work, AuditRoles.Reading);
        AuditRemark found = await work.Db.Set<AuditRemark>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.AuditRemarkId == remark
                && readable.Any(voucher => voucher.VoucherId == row.VoucherId), ct)
            ?? throw new RefusedException(Unknown, ("number", remark));
        return (found, await work.Db.Set<AuditRemarkStep>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.AuditRemarkId == remark).OrderBy(row => row.StepNo).ToListAsync(ct));
    }

    /// <summary>The funds of its voucher, all of which a role must reach; none for a remark that is not there.</summary>
    internal static async Task<IReadOnlyList<int>> FundsOf(Work work, long remark, CancellationToken ct) =>
        await (from row in work.Db.Set<AuditRemark>()
               join line in work.Db.VoucherLines on new { row.BookId, row.VoucherId } equals new { line.BookId, line.VoucherId }
               where row.BookId == work.Book && row.AuditRemarkId == remark
               select line.FundId).Distinct().ToListAsync(ct);

    internal static RemarkState StateOf(RemarkMove last) => last switch
    {
        RemarkMove.Closed => RemarkState.Closed,
        RemarkMove.Answered => RemarkState.Answered,
        _ => RemarkState.Open,
    };

    internal static string Words(string typed) => PlainText.Of(typed) is { Length: > 0 and <= Longest } words
        ? words : throw new RefusedException(WordsMissing, ("limit", Longest));

    internal sealed class Mapping : IEntityTypeConfiguration<AuditRemark>
    {
        public void Configure(EntityTypeBuilder<AuditRemark> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AuditRemarkId });
            entity.Property(row => row.AuditRemarkId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.Severity).AsCode();
        }
    }
}

/// <summary>A step of a remark.</summary>
public sealed class AuditRemarkStep
{
    public required int BookId { get; init; }

    public required long AuditRemarkId { get; init; }

    public required short StepNo { get; init; }

    public required RemarkMove Move { get; init; }

    public required string Words { get; init; }

    /// <summary>When an answer is due.</summary>
    public LocalDate? DueOn { get; init; }

    public required long DoneBy { get; init; }

    public required Instant DoneAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AuditRemarkStep>
    {
        public void Configure(EntityTypeBuilder<AuditRemarkStep> entity)
        {
            entity.HasKey(row => new { row.BookId, row.AuditRemarkId, row.StepNo });
            entity.Property(row => row.Move).AsCode();
        }
    }
}

/// <summary>A paper that came with an answer.</summary>
public sealed class AuditRemarkPaper
{
    public required int BookId { get; init; }

    public required long AuditRemarkId { get; init; }

    public required short StepNo { get; init; }

    public required long FiledDocumentId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<AuditRemarkPaper>
    {
        public void Configure(EntityTypeBuilder<AuditRemarkPaper> entity) =>
            entity.HasKey(row => new { row.BookId, row.AuditRemarkId, row.StepNo, row.FiledDocumentId });
    }
}

using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>资助协议 with its tranches, budget and indicators; the newest version counts, and signatures belong to one.</summary>
public sealed class GrantAgreement
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short Version { get; init; }

    public required LocalDate StartsOn { get; init; }

    public required LocalDate EndsOn { get; init; }

    public required string Forbidden { get; init; }

    /// <summary>How unspent money comes back.</summary>
    public required string Returns { get; init; }

    /// <summary>Of what it says; whoever signs signs this.</summary>
    public required byte[] Sha256 { get; init; }

    public required long DraftedBy { get; init; }

    public required Instant DraftedAt { get; init; }

    internal static Task<GrantAgreement?> Newest(Work work, GrantAward award, CancellationToken ct) =>
        work.Db.Set<GrantAgreement>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == award.GrantId && row.AwardNo == award.AwardNo)
            .OrderByDescending(row => row.Version).FirstOrDefaultAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAgreement>
    {
        public void Configure(EntityTypeBuilder<GrantAgreement> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.Version });
            entity.Property(row => row.Version).ValueGeneratedNever();
        }
    }
}

/// <summary>拨付期: a part of the award, the day before which it is not paid, and what it waits for.</summary>
public sealed class GrantTranche
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short Version { get; init; }

    public required short No { get; init; }

    public required long Units { get; init; }

    public required LocalDate EarliestOn { get; init; }

    public required string Condition { get; init; }

    public required LocalDate ReportDueOn { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantTranche>
    {
        public void Configure(EntityTypeBuilder<GrantTranche> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.Version, row.No });
    }
}

/// <summary>A line of the budget as agreed.</summary>
public sealed class GrantAgreedLine
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short Version { get; init; }

    public required short No { get; init; }

    public required string What { get; init; }

    public required long Units { get; init; }

    /// <summary>What the group itself brings to it.</summary>
    public required long OwnUnits { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantAgreedLine>
    {
        public void Configure(EntityTypeBuilder<GrantAgreedLine> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.Version, row.No });
    }
}

/// <summary>An indicator with where it stands now and where it shall come.</summary>
public sealed class GrantBaseline
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short Version { get; init; }

    public required short No { get; init; }

    public required string Indicator { get; init; }

    public required string Baseline { get; init; }

    public required string Target { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantBaseline>
    {
        public void Configure(EntityTypeBuilder<GrantBaseline> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.Version, row.No });
    }
}

/// <summary>What is signed.</summary>
public enum GrantPaper
{
    /// <summary>资助协议.</summary>
    Agreement,

    /// <summary>职责合同.</summary>
    Duty,
}

/// <summary>Who signs it.</summary>
public enum GrantSide
{
    /// <summary>总负责人.</summary>
    Lead,

    /// <summary>财务负责人.</summary>
    FinLead,

    /// <summary>The body.</summary>
    Body,
}

/// <summary>A signature, by phone or on a paper that is filed.</summary>
public sealed class GrantSigning
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    public required short Version { get; init; }

    public required GrantPaper Paper { get; init; }

    public required GrantSide Side { get; init; }

    public required long PersonId { get; init; }

    /// <summary>The signed paper; null if it was signed by phone.</summary>
    public long? FiledDocumentId { get; init; }

    public required long NotedBy { get; init; }

    public required Instant At { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantSigning>
    {
        public void Configure(EntityTypeBuilder<GrantSigning> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.AwardNo, row.Version, row.Paper, row.Side });
            entity.Property(row => row.Paper).AsCode();
            entity.Property(row => row.Side).AsCode();
        }
    }
}

/// <summary>Whose account a grant is paid to.</summary>
public enum PayeeKind
{
    /// <summary>居委会.</summary>
    Committee,

    /// <summary>承接的社会组织.</summary>
    Carrier,

    /// <summary>供应商.</summary>
    Supplier,
}

/// <summary>The account of the register of payees that a grant is paid to; the newest counts.</summary>
public sealed class GrantPayee
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short No { get; init; }

    public required long PayeeAccountId { get; init; }

    public required PayeeKind Kind { get; init; }

    public required long NamedBy { get; init; }

    public required Instant NamedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantPayee>
    {
        public void Configure(EntityTypeBuilder<GrantPayee> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.No });
            entity.Property(row => row.No).ValueGeneratedNever();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

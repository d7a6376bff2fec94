using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Why somebody is owed.</summary>
public enum DebtKind
{
    /// <summary>报销: somebody paid out of the own pocket.</summary>
    Claim,

    /// <summary>A supplier's bill.</summary>
    Bill,
}

/// <summary>How far a debt has come.</summary>
public enum DebtState
{
    /// <summary>Waits to be approved.</summary>
    Submitted,

    /// <summary>Went back with reasons, to be put right and sent again.</summary>
    Returned,

    /// <summary>Approved; an accountant writes its voucher.</summary>
    Approved,

    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>In the books as a debt; to be paid.</summary>
    Owed,

    /// <summary>The bank has paid it and a voucher says so.</summary>
    Paid,

    /// <summary>Taken back by who sent it in.</summary>
    Withdrawn,
}

/// <summary>
/// What the body owes somebody: an expense claim or a supplier's bill. The debt is booked when it is approved and its voucher
/// reviewed, for the expense is of the day it was incurred; paying only relieves it.
/// </summary>
public sealed class Debt
{
    /// <summary>There is no such debt, or it does not concern the reader.</summary>
    public const string Unknown = "debt.unknown";

    /// <summary>Somebody has decided about it; the facts say how it stands.</summary>
    public const string OutOfTurn = "debt.out-of-turn";

    public required int BookId { get; init; }

    public long DebtId { get; init; }

    public required DebtKind Kind { get; init; }

    public required long CreditorId { get; init; }

    /// <summary>摘要 of its vouchers; no name of a natural person.</summary>
    public required string Title { get; set; }

    public required LocalDate DueOn { get; set; }

    /// <summary>Counts how often it was sent in; its lines and papers are those of this version.</summary>
    public short Version { get; set; } = 1;

    public required DebtState State { get; set; }

    public required long SubmittedBy { get; init; }

    public required Instant SubmittedAt { get; set; }

    public long? ApprovedBy { get; set; }

    public Instant? ApprovedAt { get; set; }

    /// <summary>Why it went back the last time.</summary>
    public string Reply { get; set; } = "";

    public long? RepliedBy { get; set; }

    public Instant? RepliedAt { get; set; }

    /// <summary>The voucher that books the debt.</summary>
    public long? VoucherId { get; set; }

    /// <summary>The blue voucher that is to book it instead once it has put the other right.</summary>
    public long? BlueVoucherId { get; set; }

    public long? ExpectationId { get; set; }

    /// <summary>What the bank is asked to write beside the payment, so that its line is found again.</summary>
    internal static string CodeOf(DebtKind kind, long debt) => $"{(kind == DebtKind.Claim ? "BX" : "HK")}{debt}";

    /// <summary>The debt, locked, if it is in one of the states.</summary>
    internal static async Task<Debt> Lock(Work work, long debt, CancellationToken ct, params DebtState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from debt where book_id = {work.Book} and debt_id = {debt} for no key update", ct);
        Debt row = await work.Db.Set<Debt>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.DebtId == debt, ct)
            ?? throw new RefusedException(Unknown, ("debt", debt));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", Term.Of(row.State)));
    }

    /// <summary>The funds that its lines draw on; none if there is no such debt.</summary>
    internal static Task<List<int>> FundsOf(Work work, long debt, CancellationToken ct) =>
        (from line in work.Db.Set<DebtLine>()
         join row in work.Db.Set<Debt>() on new { line.BookId, line.DebtId, line.Version } equals new { row.BookId, row.DebtId, row.Version }
         where line.BookId == work.Book && line.DebtId == debt
         select line.FundId).Distinct().ToListAsync(ct);

    internal static Task<List<DebtLine>> LinesOf(Work work, Debt debt, CancellationToken ct) => work.Db.Set<DebtLine>().AsNoTracking()
        .Where(line => line.BookId == work.Book && line.DebtId == debt.DebtId && line.Version == debt.Version)
        .OrderBy(line => line.LineNo).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<Debt>
    {
        public void Configure(EntityTypeBuilder<Debt> entity)
        {
            entity.HasKey(row => new { row.BookId, row.DebtId });
            entity.Property(row => row.DebtId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One thing that was bought or paid for.</summary>
public sealed class DebtLine
{
    public required int BookId { get; init; }

    public required long DebtId { get; init; }

    public required short Version { get; init; }

    public required short LineNo { get; init; }

    public required LocalDate OccurredOn { get; init; }

    public required string What { get; init; }

    public required long Units { get; init; }

    public required int FundId { get; init; }

    public required int AccountId { get; init; }

    public required Restriction Restriction { get; init; }

    public long? ProjectId { get; init; }

    public string? InvoiceNumber { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<DebtLine>
    {
        public void Configure(EntityTypeBuilder<DebtLine> entity)
        {
            entity.HasKey(line => new { line.BookId, line.DebtId, line.Version, line.LineNo });
            entity.Property(line => line.Restriction).AsCode();
        }
    }
}

/// <summary>A paper of one version of a debt; the voucher encloses it later. Its content is read apart.</summary>
public sealed class DebtDocument
{
    public required int BookId { get; init; }

    public required long DebtId { get; init; }

    public required short Version { get; init; }

    public required short Ordinal { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required string Name { get; init; }

    public required short Sheets { get; init; }

    public string? InvoiceNumber { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<DebtDocument>
    {
        public void Configure(EntityTypeBuilder<DebtDocument> entity)
        {
            entity.HasKey(row => new { row.BookId, row.DebtId, row.Version, row.Ordinal });
            entity.Property(row => row.Format).AsCode();
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}

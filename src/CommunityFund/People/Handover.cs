using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>移交清册: what stood in the books when a keeper changed. It is drawn up once and signed by three.</summary>
public sealed class Handover
{
    public required int BookId { get; init; }

    public long HandoverId { get; init; }

    public required Role Role { get; init; }

    public required long FromId { get; init; }

    public required long ToId { get; init; }

    public required long SupervisorId { get; init; }

    public required long DrawnBy { get; init; }

    public required Instant DrawnAt { get; init; }

    /// <summary>A <see cref="HandoverContent"/> as text, so that its digest is of what was signed.</summary>
    public required string Content { get; init; }

    public required byte[] Digest { get; init; }

    internal bool IsSignedBy(long person) => person == FromId || person == ToId || person == SupervisorId;

    internal sealed class Mapping : IEntityTypeConfiguration<Handover>
    {
        public void Configure(EntityTypeBuilder<Handover> entity)
        {
            entity.HasKey(row => new { row.BookId, row.HandoverId });
            entity.Property(row => row.HandoverId).ValueGeneratedOnAdd();
            entity.Property(row => row.Role).AsCode();
        }
    }
}

/// <summary>One of the three has signed.</summary>
public sealed class HandoverSignature
{
    public required int BookId { get; init; }

    public required long HandoverId { get; init; }

    public required long PersonId { get; init; }

    public required Instant SignedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<HandoverSignature>
    {
        public void Configure(EntityTypeBuilder<HandoverSignature> entity) =>
            entity.HasKey(row => new { row.BookId, row.HandoverId, row.PersonId });
    }
}

/// <summary>A cash or bank account and what stands on it.</summary>
public sealed record HandedAccount(string Code, string Name, Amount Balance);

/// <summary>A voucher that waits for review. Words are left out: they may have to go one day, and this stays.</summary>
public sealed record HandedVoucher(long VoucherId, LocalDate OccurredOn, Amount Total, long MakerId);

/// <summary>A bank line that nobody has booked or set aside.</summary>
public sealed record HandedLine(LocalDate OccurredOn, Amount Amount, string BankAccount);

/// <summary>The last number given in a series.</summary>
public sealed record HandedNumber(int Period, string Series, int Number);

/// <summary>Everything that is handed over, as it stood at one moment.</summary>
public sealed record HandoverContent(
    IReadOnlyList<HandedAccount> Accounts, IReadOnlyList<HandedVoucher> Vouchers, IReadOnlyList<HandedLine> Lines,
    IReadOnlyList<int> OpenPeriods, IReadOnlyList<HandedNumber> LastNumbers, long LastEntry);

using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Who keeps the account.</summary>
public enum BankAccountKind
{
    /// <summary>A bank: 银行存款.</summary>
    Bank,

    /// <summary>A payment platform such as Alipay or WeChat Pay: 其他货币资金 until it settles.</summary>
    Platform,
}

/// <summary>An account at a bank or platform and the ledger account that mirrors it.</summary>
public sealed class BankAccount
{
    public required int BookId { get; init; }

    public required int BankAccountId { get; init; }

    public required int AccountId { get; init; }

    /// <summary>Where the books keep what lies in it for others; null until there is any.</summary>
    public int? AgencyAccountId { get; set; }

    public required string Number { get; init; }

    public required string BankName { get; init; }

    public BankAccountKind Kind { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<BankAccount>
    {
        public void Configure(EntityTypeBuilder<BankAccount> entity)
        {
            entity.HasKey(account => new { account.BookId, account.BankAccountId });
            entity.Property(account => account.BankAccountId).ValueGeneratedNever();
            entity.Property(account => account.Kind).AsCode();
        }
    }
}

/// <summary>A statement file that was imported.</summary>
public sealed class BankFile
{
    public required int BookId { get; init; }

    public long BankFileId { get; init; }

    public required int BankAccountId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required string FileName { get; init; }

    public required string Source { get; init; }

    public required string Encoding { get; init; }

    public required int HeaderRow { get; init; }

    public required int LineCount { get; init; }

    public required int NewCount { get; init; }

    public required LocalDate FirstDay { get; init; }

    public required LocalDate LastDay { get; init; }

    public long? ClosingUnits { get; init; }

    public required long ImportedBy { get; init; }

    public required Instant ImportedAt { get; init; }

    /// <summary>The sheet or the archive's entry that was read.</summary>
    public string Sheet { get; init; } = "";

    /// <summary>The header's fingerprint.</summary>
    public string Layout { get; init; } = "";

    public int DoubtfulCount { get; init; }

    public long? UndoneBy { get; init; }

    public Instant? UndoneAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<BankFile>
    {
        public void Configure(EntityTypeBuilder<BankFile> entity)
        {
            entity.HasKey(file => new { file.BookId, file.BankFileId });
            entity.Property(file => file.BankFileId).ValueGeneratedOnAdd();

            // Only the database undoes a file.
            entity.Property(file => file.UndoneBy).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
            entity.Property(file => file.UndoneAt).Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        }
    }
}

/// <summary>What a person decided about a bank line that carries no voucher.</summary>
public enum BankLineState
{
    /// <summary>Waits to be disposed of.</summary>
    New,

    /// <summary>Set aside: no room for it yet, or somebody has to be asked.</summary>
    Held,

    /// <summary>Needs no voucher, with the reason.</summary>
    Ignored,

    /// <summary>May be a line that another source told of; a person decides.</summary>
    Doubtful,
}

/// <summary>One line of a bank statement. Which voucher rests on it, the voucher says.</summary>
public sealed class BankLine
{
    public required int BookId { get; init; }

    public long BankLineId { get; init; }

    public required int BankAccountId { get; init; }

    public required long BankFileId { get; init; }

    public required int LineNo { get; init; }

    /// <summary>The bank's serial, or a hash of the cells with an ordinal among equal lines.</summary>
    public required string Identity { get; init; }

    public required LocalDate OccurredOn { get; init; }

    /// <summary>Fen; positive is money in.</summary>
    public required long Units { get; init; }

    public long? BalanceAfter { get; init; }

    public required string CounterpartyName { get; init; }

    public required string CounterpartyAccount { get; init; }

    public required string Summary { get; init; }

    public required string Remark { get; init; }

    public string? Serial { get; init; }

    public BankLineState State { get; set; }

    public string Reason { get; set; } = "";

    /// <summary>The line that this one may be, or was found to be.</summary>
    public long? DoubleOf { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<BankLine>
    {
        public void Configure(EntityTypeBuilder<BankLine> entity)
        {
            entity.HasKey(line => new { line.BookId, line.BankLineId });
            entity.Property(line => line.BankLineId).ValueGeneratedOnAdd();
            entity.Property(line => line.State).AsCode();
        }
    }
}

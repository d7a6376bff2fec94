using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>Who gets the service or the goods that the government pays for.</summary>
public enum PublicReceiver
{
    /// <summary>Residents, whom the body chooses.</summary>
    Residents,

    /// <summary>The government itself.</summary>
    Payer,

    /// <summary>Persons or units that the government named.</summary>
    Named,
}

/// <summary>What government money is, by the answers.</summary>
public enum PublicNature
{
    /// <summary>政府补助: not in exchange, income on control.</summary>
    Subsidy,

    /// <summary>政府购买服务: an exchange, income as it is accepted.</summary>
    Services,

    /// <summary>受托代理: it passes through.</summary>
    Agency,
}

/// <summary>A contract or grant letter of a government body, with the answers that decide what its money is.</summary>
public sealed class PublicContract
{
    /// <summary>There is no such contract, or the reader's role does not reach it.</summary>
    public const string Unknown = "public.unknown";

    /// <summary>Nobody else has agreed to the answers yet.</summary>
    public const string NotAgreed = "public.not-agreed";

    public required int BookId { get; init; }

    public long PublicContractId { get; init; }

    public required long PayerId { get; init; }

    public required string Number { get; init; }

    public required string Title { get; init; }

    public required LocalDate SignedOn { get; init; }

    public required long Units { get; init; }

    public required int FundId { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    public required long FiledDocumentId { get; init; }

    public required PublicReceiver Receiver { get; init; }

    /// <summary>The money is the price of something agreed, which the government accepts.</summary>
    public required bool InExchange { get; init; }

    /// <summary>The body may choose who benefits.</summary>
    public required bool MayChoose { get; init; }

    /// <summary>The body may change who benefits, or for what.</summary>
    public required bool MayChange { get; init; }

    /// <summary>What is not used, or not used as agreed, goes back.</summary>
    public required bool ReturnDuty { get; init; }

    public required PublicNature Nature { get; init; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>What the answers say; PostgreSQL says the same in a check.</summary>
    public static PublicNature NatureOf(PublicReceiver receiver, bool inExchange, bool mayChoose, bool mayChange) =>
        receiver == PublicReceiver.Named && !mayChoose && !mayChange ? PublicNature.Agency
        : inExchange || receiver == PublicReceiver.Payer ? PublicNature.Services
        : PublicNature.Subsidy;

    internal static Task<List<int>> FundOf(Work work, long contract, CancellationToken ct) => work.Db.Set<PublicContract>()
        .Where(row => row.BookId == work.Book && row.PublicContractId == contract).Select(row => row.FundId).ToListAsync(ct);

    /// <summary>The contract, locked.</summary>
    internal static async Task<PublicContract> Lock(Work work, long contract, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from public_contract where book_id = {work.Book} and public_contract_id = {contract} for no key update",
                ct);
        return await work.Db.Set<PublicContract>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.PublicContractId == contract, ct)
            ?? throw new RefusedException(Unknown, ("contract", contract));
    }

    /// <summary>The contract, locked, if two people agreed to its answers.</summary>
    internal static async Task<PublicContract> Agreed(Work work, long contract, CancellationToken ct)
    {
        PublicContract row = await Lock(work, contract, ct);
        return row.State == RegisterState.Agreed ? row : throw new RefusedException(NotAgreed, ("number", row.Number));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<PublicContract>
    {
        public void Configure(EntityTypeBuilder<PublicContract> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PublicContractId });
            entity.Property(row => row.PublicContractId).ValueGeneratedOnAdd();
            entity.Property(row => row.Restriction).AsCode();
            entity.Property(row => row.Receiver).AsCode();
            entity.Property(row => row.Nature).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Whether a condition was kept.</summary>
public enum ConditionState
{
    /// <summary>Nobody has said yet.</summary>
    Open,

    /// <summary>Kept.</summary>
    Met,

    /// <summary>Not kept.</summary>
    Broken,
}

/// <summary>A condition of the contract: what, and until when.</summary>
public sealed class PublicCondition
{
    public required int BookId { get; init; }

    public long PublicConditionId { get; init; }

    public required long PublicContractId { get; init; }

    public required string What { get; init; }

    public required LocalDate UntilDay { get; init; }

    public required ConditionState State { get; set; }

    public string Note { get; set; } = "";

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<PublicCondition>
    {
        public void Configure(EntityTypeBuilder<PublicCondition> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PublicConditionId });
            entity.Property(row => row.PublicConditionId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A part of the money and when it is due; the bank's line is waited for.</summary>
public sealed class PublicInstalment
{
    public required int BookId { get; init; }

    public required long PublicContractId { get; init; }

    public required short No { get; init; }

    public required long Units { get; init; }

    public required LocalDate DueOn { get; init; }

    public long? ExpectationId { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<PublicInstalment>
    {
        public void Configure(EntityTypeBuilder<PublicInstalment> entity) =>
            entity.HasKey(row => new { row.BookId, row.PublicContractId, row.No });
    }
}

/// <summary>What a voucher of a contract is about.</summary>
public enum PublicRole
{
    /// <summary>Money came in.</summary>
    Receipt,

    /// <summary>A part of the service was accepted.</summary>
    Acceptance,

    /// <summary>Money must go back.</summary>
    Refund,
}

/// <summary>A voucher that names a contract.</summary>
public sealed class PublicVoucher
{
    public required int BookId { get; init; }

    public required long VoucherId { get; init; }

    public required long PublicContractId { get; init; }

    public required PublicRole Role { get; init; }

    /// <summary>Of the instalment that came in; 0 for the others.</summary>
    public required short No { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<PublicVoucher>
    {
        public void Configure(EntityTypeBuilder<PublicVoucher> entity)
        {
            entity.HasKey(row => new { row.BookId, row.VoucherId, row.PublicContractId, row.No });
            entity.Property(row => row.Role).AsCode();
        }
    }
}

/// <summary>Why money goes back.</summary>
public enum RefundReason
{
    /// <summary>The payer or the law asks for it.</summary>
    Outside,

    /// <summary>Our own doing.</summary>
    Own,
}

/// <summary>Money that must go back (返还义务), booked as a debt and paid later.</summary>
public sealed class PublicRefund
{
    public required int BookId { get; init; }

    public long PublicRefundId { get; init; }

    public required long PublicContractId { get; init; }

    public required long Units { get; init; }

    public required RefundReason Cause { get; init; }

    public required string Reason { get; init; }

    public required LocalDate PayBy { get; init; }

    public long? VoucherId { get; set; }

    public long? ExpectationId { get; set; }

    public required long MadeBy { get; init; }

    public required Instant MadeAt { get; init; }

    internal static Task<PublicRefund> Of(Work work, long refund, CancellationToken ct) =>
        work.Db.Set<PublicRefund>().SingleAsync(row => row.BookId == work.Book && row.PublicRefundId == refund, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<PublicRefund>
    {
        public void Configure(EntityTypeBuilder<PublicRefund> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PublicRefundId });
            entity.Property(row => row.PublicRefundId).ValueGeneratedOnAdd();
            entity.Property(row => row.Cause).AsCode();
        }
    }
}

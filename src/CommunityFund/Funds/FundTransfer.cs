using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>How far a transfer has come.</summary>
public enum TransferState
{
    /// <summary>Signed for the giving fund.</summary>
    Proposed,

    /// <summary>Signed for both; its voucher is to be written.</summary>
    Agreed,

    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>In the books.</summary>
    Posted,

    /// <summary>Its voucher was reversed in red.</summary>
    Reversed,

    /// <summary>Not agreed for the receiving fund.</summary>
    Refused,

    /// <summary>Taken back by one of those who signed.</summary>
    Withdrawn,
}

/// <summary>调拨: money from one own fund to another, signed for both sides by two persons (rulings 13).</summary>
public sealed class FundTransfer
{
    /// <summary>There is no such transfer.</summary>
    public const string Unknown = "transfer.unknown";

    /// <summary>Somebody has decided about it; the facts say how it stands.</summary>
    public const string OutOfTurn = "transfer.out-of-turn";

    public required int BookId { get; init; }

    public long FundTransferId { get; init; }

    public required int FromFund { get; init; }

    public required int ToFund { get; init; }

    public required long Units { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Reason { get; init; }

    /// <summary>Resolution or agreement; may be empty.</summary>
    public required string Source { get; init; }

    public required TransferState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? AgreedBy { get; set; }

    public Instant? AgreedAt { get; set; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    public string Reply { get; set; } = "";

    public long? VoucherId { get; set; }

    /// <summary>The plan for the end of the giving fund that it carries out.</summary>
    public long? FundEndingId { get; init; }

    /// <summary>Which of the plan's homes it goes to.</summary>
    public short? HomeNo { get; init; }

    /// <summary>The transfer, locked, if it is in one of the states.</summary>
    internal static async Task<FundTransfer> Lock(Work work, long transfer, CancellationToken ct, params TransferState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund_transfer where book_id = {work.Book} and fund_transfer_id = {transfer} for no key update", ct);
        FundTransfer row = await work.Db.Set<FundTransfer>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.FundTransferId == transfer, ct)
            ?? throw new RefusedException(Unknown, ("transfer", transfer));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", row.State));
    }

    /// <summary>The giving and the receiving fund; none if there is no such transfer.</summary>
    internal static async Task<(int From, int To)?> FundsOf(Work work, long transfer, CancellationToken ct)
    {
        var funds = await work.Db.Set<FundTransfer>().Where(row => row.BookId == work.Book && row.FundTransferId == transfer)
            .Select(row => new { row.FromFund, row.ToFund }).SingleOrDefaultAsync(ct);
        return funds is null ? null : (funds.FromFund, funds.ToFund);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<FundTransfer>
    {
        public void Configure(EntityTypeBuilder<FundTransfer> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FundTransferId });
            entity.Property(row => row.FundTransferId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

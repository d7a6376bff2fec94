using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>What allows a purpose to change (慈善法第五十六条).</summary>
public enum PurposeBasis
{
    /// <summary>Each donor's own consent.</summary>
    Consent,

    /// <summary>The fund-raising plan was filed anew, which binds every gift of it.</summary>
    Refiling,
}

/// <summary>How far a case has come.</summary>
public enum PurposeChangeState
{
    /// <summary>What the donors say is being collected.</summary>
    Open,

    /// <summary>Another person agreed; its voucher is to be written.</summary>
    Agreed,

    /// <summary>Its voucher waits for review.</summary>
    Prepared,

    /// <summary>In the books.</summary>
    Posted,

    /// <summary>Its voucher was reversed in red.</summary>
    Reversed,

    /// <summary>Not agreed.</summary>
    Refused,

    /// <summary>Taken back by who opened it.</summary>
    Withdrawn,
}

/// <summary>变更捐赠用途: new words in the place of old ones for gifts that came already, as far as those who gave them consent.</summary>
public sealed class PurposeChange
{
    /// <summary>There is no such case, or the reader's roles do not reach its fund.</summary>
    public const string Unknown = "purpose.unknown";

    /// <summary>It stands elsewhere already; the facts say where.</summary>
    public const string OutOfTurn = "purpose.out-of-turn";

    public required int BookId { get; init; }

    public long PurposeChangeId { get; init; }

    public required int FundId { get; init; }

    public required string Reason { get; init; }

    public required PurposeBasis Basis { get; init; }

    /// <summary>Number under which the plan was filed anew; empty where donors consent.</summary>
    public required string FilingNumber { get; init; }

    public LocalDate? FiledOn { get; init; }

    public required PurposeChangeState State { get; set; }

    public required long OpenedBy { get; init; }

    public required Instant OpenedAt { get; init; }

    public long? AgreedBy { get; set; }

    public Instant? AgreedAt { get; set; }

    public long? EndedBy { get; set; }

    public Instant? EndedAt { get; set; }

    public string Reply { get; set; } = "";

    public long? VoucherId { get; set; }

    /// <summary>The donors agreed that their agreement's principal is no longer kept.</summary>
    public bool LiftsPrincipal { get; init; }

    /// <summary>The case, locked, if it is in one of the states.</summary>
    internal static async Task<PurposeChange> Lock(Work work, long change, CancellationToken ct,
        params PurposeChangeState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from purpose_change where book_id = {work.Book} and purpose_change_id = {change} for no key update", ct);
        PurposeChange row = await work.Db.Set<PurposeChange>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PurposeChangeId == change, ct)
            ?? throw new RefusedException(Unknown, ("change", change));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", row.State));
    }

    internal static async ValueTask<Need> NeedOf(Work work, IReadOnlyList<Role> roles, long change, CancellationToken ct) =>
        Need.Any(roles).For(await work.Db.Set<PurposeChange>()
            .Where(row => row.BookId == work.Book && row.PurposeChangeId == change).Select(row => row.FundId).ToListAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<PurposeChange>
    {
        public void Configure(EntityTypeBuilder<PurposeChange> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PurposeChangeId });
            entity.Property(row => row.PurposeChangeId).ValueGeneratedOnAdd();
            entity.Property(row => row.Basis).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

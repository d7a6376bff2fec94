using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>How far an agreement or appeal has come.</summary>
public enum PromiseState
{
    /// <summary>Written by one; another has still to confirm it.</summary>
    Proposed,

    /// <summary>Confirmed: nothing of it changes any more.</summary>
    Confirmed,

    /// <summary>Not confirmed, or taken back.</summary>
    Dropped,
}

/// <summary>How often the donor is to hear what became of the gift.</summary>
public enum ReportEvery
{
    /// <summary>No report is promised.</summary>
    None,

    /// <summary>Every three months.</summary>
    Quarter,

    /// <summary>Every six months.</summary>
    HalfYear,

    /// <summary>Every year.</summary>
    Year,

    /// <summary>Once, after the period for which the money was given.</summary>
    End,
}

/// <summary>捐赠协议: what donor and foundation agreed, as structure. Its clauses are clauses of the fund and bind the gifts that name it.</summary>
public sealed class GiftAgreement
{
    /// <summary>There is no such agreement in this book, or the reader's roles do not reach its fund.</summary>
    public const string Unknown = "agreement.unknown";

    public required int BookId { get; init; }

    public long GiftAgreementId { get; init; }

    public required string Number { get; init; }

    public required long DonorId { get; init; }

    public required int FundId { get; init; }

    public required LocalDate SignedOn { get; init; }

    /// <summary>The sum promised, in fen; null if none is.</summary>
    public long? Promised { get; init; }

    /// <summary>The management fee in hundredths of a percent; 0 for none.</summary>
    public required short FeeBasis { get; init; }

    /// <summary>冠名; empty for none.</summary>
    public required string Honours { get; init; }

    public required ReportEvery ReportEvery { get; init; }

    /// <summary>How many days after the end of its period a report is due.</summary>
    public required short ReportDays { get; init; }

    /// <summary>What of the gift must stay, in fen; 0 if all may be spent.</summary>
    public required long PrincipalMinimum { get; init; }

    /// <summary>What goes back to the donor, and when, in the agreement's words.</summary>
    public required string ReturnClause { get; init; }

    public required PromiseState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public string Reply { get; set; } = "";

    /// <summary>Who may confirm or refuse what another wrote.</summary>
    internal static readonly Role[] Signers = [Role.Accountant, Role.VoucherReviewer, Role.ApproverL1, Role.ApproverL2, Role.Steer];

    internal static async Task<GiftAgreement> Waiting(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from gift_agreement where book_id = {work.Book} and gift_agreement_id = {id} for update", ct);
        GiftAgreement row = await work.Db.Set<GiftAgreement>().SingleOrDefaultAsync(
            row => row.BookId == work.Book && row.GiftAgreementId == id, ct) ?? throw new RefusedException(Unknown, ("agreement", id));
        return row.State == PromiseState.Proposed ? row
            : throw new RefusedException(ConstraintRefusal.PromiseOutOfTurn, ("state", Term.Of(row.State)));
    }

    /// <summary>Of its fund; nothing where there is none, which then finds it unknown.</summary>
    internal static async ValueTask<Need> NeedOf(Work work, IReadOnlyList<Role> roles, long id, CancellationToken ct) =>
        Need.Any(roles).For(await work.Db.Set<GiftAgreement>().Where(row => row.BookId == work.Book && row.GiftAgreementId == id)
            .Select(row => row.FundId).ToListAsync(ct));

    internal sealed class Mapping : IEntityTypeConfiguration<GiftAgreement>
    {
        public void Configure(EntityTypeBuilder<GiftAgreement> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftAgreementId });
            entity.Property(row => row.GiftAgreementId).ValueGeneratedOnAdd();
            entity.Property(row => row.ReportEvery).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

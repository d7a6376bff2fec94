using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>How much the body has to say in an enterprise (rulings 25).</summary>
public enum Influence
{
    /// <summary>控制.</summary>
    Control,

    /// <summary>共同控制.</summary>
    Joint,

    /// <summary>重大影响.</summary>
    Significant,

    /// <summary>None of these: the cost method.</summary>
    None,
}

/// <summary>Of what an enterprise gives a share.</summary>
public enum ShareKind
{
    /// <summary>Nothing is agreed; it gives what it likes.</summary>
    None,

    /// <summary>A part of its profit.</summary>
    Profit,

    /// <summary>A part of its turnover.</summary>
    Turnover,

    /// <summary>The same sum each period.</summary>
    Fixed,
}

/// <summary>A social enterprise (社会企业): an organisation of the register of people, with what was agreed with it in
/// versions.</summary>
public sealed class Enterprise
{
    /// <summary>There is no such enterprise, or the reader's role does not reach it.</summary>
    public const string Unknown = "enterprise.unknown";

    public required int BookId { get; init; }

    public long EnterpriseId { get; init; }

    public required long PersonId { get; init; }

    public required long RecordedBy { get; init; }

    public required Instant RecordedAt { get; init; }

    /// <summary>The enterprise, if it is of this book.</summary>
    internal static async Task<Enterprise> Of(Work work, long id, CancellationToken ct) =>
        await work.Db.Set<Enterprise>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.EnterpriseId == id, ct)
            ?? throw new RefusedException(Unknown, ("enterprise", id));

    internal sealed class Mapping : IEntityTypeConfiguration<Enterprise>
    {
        public void Configure(EntityTypeBuilder<Enterprise> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EnterpriseId });
            entity.Property(row => row.EnterpriseId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>One version of what was agreed with an enterprise: proposed by one, agreed by another, and never changed.</summary>
public sealed class EnterpriseTerm
{
    /// <summary>Nothing that was agreed with the enterprise is in force on the day.</summary>
    public const string NoneInForce = "enterprise.no-term";

    /// <summary>There is no such version, or it is decided already.</summary>
    public const string Gone = "enterprise.term-gone";

    public required int BookId { get; init; }

    public long EnterpriseTermId { get; init; }

    public required long EnterpriseId { get; init; }

    public required LocalDate InForceFrom { get; init; }

    /// <summary>The community it serves.</summary>
    public required string Community { get; init; }

    /// <summary>Held by the body, in millionths.</summary>
    public required int StakePpm { get; init; }

    public required Influence Influence { get; init; }

    public required bool IsRelated { get; init; }

    /// <summary>How it is related to the body; empty if it is not.</summary>
    public required string RelatedHow { get; init; }

    public required ShareKind Share { get; init; }

    /// <summary>The part of profit or turnover, in millionths.</summary>
    public required int RatePpm { get; init; }

    public required long FixedUnits { get; init; }

    public required long FloorUnits { get; init; }

    public long? CapUnits { get; init; }

    /// <summary>Places of a yuan that a share is rounded to, half up: 2 for fen, 0 for whole yuan.</summary>
    public required short Decimals { get; init; }

    /// <summary>Days from verification to the due day.</summary>
    public required short DaysToPay { get; init; }

    /// <summary>The fund it gives to.</summary>
    public required int FundId { get; init; }

    public required Restriction Restriction { get; init; }

    public required string Clause { get; init; }

    /// <summary>Number of the agreement.</summary>
    public required string Agreement { get; init; }

    public required long FiledDocumentId { get; init; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Whether its profit counts year by year (权益法) or only what it pays out (成本法).</summary>
    public bool IsEquityMethod => Influence != Influence.None;

    internal ShareRule Rule => new(Share, RatePpm, FixedUnits, FloorUnits, CapUnits, Decimals);

    /// <summary>What is in force with an enterprise on a day.</summary>
    internal static async Task<EnterpriseTerm> On(Work work, long enterprise, LocalDate day, CancellationToken ct) =>
        await work.Db.Set<EnterpriseTerm>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.EnterpriseId == enterprise && row.State == RegisterState.Agreed
                && row.InForceFrom <= day)
            .OrderByDescending(row => row.InForceFrom).ThenByDescending(row => row.EnterpriseTermId).FirstOrDefaultAsync(ct)
        ?? throw new RefusedException(NoneInForce, ("day", day));

    /// <summary>The funds that versions of the enterprise give to, for whoever answers for it.</summary>
    internal static Task<List<int>> FundsOf(Work work, long enterprise, CancellationToken ct) => work.Db.Set<EnterpriseTerm>()
        .Where(row => row.BookId == work.Book && row.EnterpriseId == enterprise).Select(row =>
            row.FundId).Distinct().ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<EnterpriseTerm>
    {
        public void Configure(EntityTypeBuilder<EnterpriseTerm> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EnterpriseTermId });
            entity.Property(row => row.EnterpriseTermId).ValueGeneratedOnAdd();
            entity.Property(row => row.Influence).AsCode();
            entity.Property(row => row.Share).AsCode();
            entity.Property(row => row.Restriction).AsCode();
            entity.Property(row => row.State).AsCode();
            entity.Ignore(row => row.IsEquityMethod);
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Rounds;

/// <summary>How money given to a grantee stands in the books until it is accounted for (grants.md 5.3); fixed for the round.</summary>
public enum AdvancePolicy
{
    /// <summary>先拨付后核销: an advance until each receipt is accepted.</summary>
    AdvanceThenAcquit,

    /// <summary>拨付即列支: cost when paid, for legal entities.</summary>
    ExpenseOnDisbursement,
}

/// <summary>A call for applications with its guide, dates, caps and pool. Entered by one, opened by another.</summary>
public sealed class GrantRound
{
    /// <summary>There is no such round.</summary>
    public const string Unknown = "round.unknown";

    public required int BookId { get; init; }

    public long GrantRoundId { get; init; }

    /// <summary>Short, as it leads the applications' numbers: <c>2026-1</c>.</summary>
    public required string Code { get; init; }

    public required string Title { get; init; }

    /// <summary>What residents said they need: who was asked, how many, when.</summary>
    public required string Survey { get; init; }

    /// <summary>Who may apply.</summary>
    public required string WhoMay { get; init; }

    /// <summary>What the money may not buy.</summary>
    public required string Forbidden { get; init; }

    /// <summary>What else the guide says.</summary>
    public required string Guide { get; init; }

    public required LocalDate OpensOn { get; init; }

    /// <summary>The last day of application, to its end by the server's clock.</summary>
    public required LocalDate ClosesOn { get; init; }

    /// <summary>The most that one application may ask for, in fen.</summary>
    public required long CapUnits { get; init; }

    /// <summary>The least share that the group brings itself, in hundredths of a percent of the whole budget.</summary>
    public required short OwnBasis { get; init; }

    public required AdvancePolicy Policy { get; init; }

    /// <summary>Working days for screening, in all.</summary>
    public required short ScreeningDays { get; init; }

    /// <summary>Working days for a correction.</summary>
    public required short CorrectionDays { get; init; }

    /// <summary>Days of public notice.</summary>
    public required short NoticeDays { get; init; }

    /// <summary>Working days from award to agreement.</summary>
    public required short AgreementDays { get; init; }

    public required RegisterState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>The round, locked.</summary>
    internal static async Task<GrantRound> Lock(Work work, long round, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_round where book_id = {work.Book} and grant_round_id = {round} for no key update", ct);
        return await work.Db.Set<GrantRound>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantRoundId == round, ct)
            ?? throw new RefusedException(Unknown, ("round", round));
    }

    /// <summary>The funds of its pool; none if there is no such round.</summary>
    internal static Task<List<int>> FundsOf(Work work, long round, CancellationToken ct) => work.Db.Set<GrantRoundPool>()
        .Where(row => row.BookId == work.Book && row.GrantRoundId == round).Select(row => row.FundId).ToListAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantRound>
    {
        public void Configure(EntityTypeBuilder<GrantRound> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantRoundId });
            entity.Property(row => row.GrantRoundId).ValueGeneratedOnAdd();
            entity.Property(row => row.Policy).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>What a fund puts into a round's pool.</summary>
public sealed class GrantRoundPool
{
    public required int BookId { get; init; }

    public required long GrantRoundId { get; init; }

    public required int FundId { get; init; }

    public required long Units { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantRoundPool>
    {
        public void Configure(EntityTypeBuilder<GrantRoundPool> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantRoundId, row.FundId });
    }
}

/// <summary>A need that the survey found, for applications to rest on.</summary>
public sealed class GrantRoundNeed
{
    public required int BookId { get; init; }

    public required long GrantRoundId { get; init; }

    public required short No { get; init; }

    public required string What { get; init; }

    /// <summary>How many residents named it.</summary>
    public required int Voices { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GrantRoundNeed>
    {
        public void Configure(EntityTypeBuilder<GrantRoundNeed> entity) =>
            entity.HasKey(row => new { row.BookId, row.GrantRoundId, row.No });
    }
}

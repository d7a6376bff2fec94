using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Funds.Endings;

/// <summary>What says where the rest goes (慈善法第五十八条).</summary>
public enum EndingRule
{
    /// <summary>The fund-raising plan or the agreement does.</summary>
    Agreed,

    /// <summary>Neither does: to a fund with the same or a similar aim.</summary>
    Similar,
}

/// <summary>How far the end of a fund has come.</summary>
public enum EndingState
{
    /// <summary>Another person has to agree.</summary>
    Proposed,

    /// <summary>Agreed: what is left is on its way.</summary>
    Agreed,

    /// <summary>The fund is closed.</summary>
    Closed,

    /// <summary>Not agreed, or given up.</summary>
    Dropped,
}

/// <summary>终止方案: where what is left of a fund goes, before it is closed for good.</summary>
public sealed class FundEnding
{
    /// <summary>There is no such plan, or it stands elsewhere.</summary>
    public const string Gone = "ending.gone";

    public required int BookId { get; init; }

    public long FundEndingId { get; init; }

    public required int FundId { get; init; }

    public required EndingRule Rule { get; init; }

    public required string Reason { get; init; }

    /// <summary>Where it is said: plan, agreement, resolution.</summary>
    public required string Source { get; init; }

    /// <summary>By the charter's own thresholds a major flow of funds, which is published within thirty days.</summary>
    public required bool IsMajor { get; init; }

    public required EndingState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    public LocalDate? ClosedOn { get; set; }

    /// <summary>The plan, locked, if it is in one of the states.</summary>
    internal static async Task<FundEnding> Lock(Work work, long ending, CancellationToken ct, params EndingState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund_ending where book_id = {work.Book} and fund_ending_id = {ending} for no key update", ct);
        return await work.Db.Set<FundEnding>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.FundEndingId == ending
            && states.Contains(row.State), ct) ?? throw new RefusedException(Gone);
    }

    /// <summary>Over the fund, and over those that receive.</summary>
    internal static async ValueTask<Need> NeedOf(Work work, long ending, bool withHomes, CancellationToken ct)
    {
        List<int> funds = await work.Db.Set<FundEnding>().Where(row => row.BookId == work.Book && row.FundEndingId == ending)
            .Select(row => row.FundId).ToListAsync(ct);
        if (withHomes)
        {
            funds.AddRange(await work.Db.Set<FundEndingHome>().Where(row => row.BookId == work.Book && row.FundEndingId == ending)
                .Select(row => row.ToFund).ToListAsync(ct));
        }

        return Need.Any(FundSigners.Deciding).For(funds);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<FundEnding>
    {
        public void Configure(EntityTypeBuilder<FundEnding> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FundEndingId });
            entity.Property(row => row.FundEndingId).ValueGeneratedOnAdd();
            entity.Property(row => row.Rule).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Where some of what is left goes.</summary>
public sealed class FundEndingHome
{
    public required int BookId { get; init; }

    public required long FundEndingId { get; init; }

    public required short HomeNo { get; init; }

    public required Restriction Restriction { get; init; }

    public required int ToFund { get; init; }

    /// <summary>The restricted gifts that go there.</summary>
    public required long[] Lots { get; init; }

    /// <summary>What binds them there, where not every clause of this fund binds that one too; else empty.</summary>
    public required string Aim { get; init; }

    /// <summary>The clause of the receiving fund that the aim became; the database writes it.</summary>
    public long? FundClauseId { get; init; }

    /// <summary>And those by which classes, communities and days that bound the gifts bind them there; the database writes them.</summary>
    public long[] KeptClauses { get; init; } = [];

    internal sealed class Mapping : IEntityTypeConfiguration<FundEndingHome>
    {
        public void Configure(EntityTypeBuilder<FundEndingHome> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FundEndingId, row.HomeNo });
            entity.Property(row => row.Restriction).AsCode();
        }
    }
}

/// <summary>What has to be published.</summary>
public enum DisclosureKind
{
    /// <summary>Where the rest went: within three months.</summary>
    Leftover,

    /// <summary>A major flow of funds: within thirty days.</summary>
    Flow,
}

/// <summary>Something about a closed fund that has to be published by a day, and stands on its page until it is.</summary>
public sealed class FundDisclosure
{
    public required int BookId { get; init; }

    public long FundDisclosureId { get; init; }

    public required int FundId { get; init; }

    public required long FundEndingId { get; init; }

    public required DisclosureKind Kind { get; init; }

    public required LocalDate DueOn { get; init; }

    /// <summary>Where it was published.</summary>
    public string? PublishedAt { get; set; }

    public LocalDate? PublishedOn { get; set; }

    public long? DoneBy { get; set; }

    public Instant? DoneAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<FundDisclosure>
    {
        public void Configure(EntityTypeBuilder<FundDisclosure> entity)
        {
            entity.HasKey(row => new { row.BookId, row.FundDisclosureId });
            entity.Property(row => row.FundDisclosureId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
        }
    }
}

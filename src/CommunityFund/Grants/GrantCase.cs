using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants;

/// <summary>One application and the grant it may become, from draft to agreement. Its state moves only by <see cref="GrantMoves"/>.</summary>
public sealed class GrantCase
{
    /// <summary>There is no such application, or the reader has no part in it.</summary>
    public const string Unknown = "grant.unknown";

    public required int BookId { get; init; }

    public long GrantId { get; init; }

    public required long GrantRoundId { get; init; }

    /// <summary>Given when it is submitted, counted up within the round; empty before.</summary>
    public string Number { get; set; } = "";

    public required string Title { get; set; }

    /// <summary>The community it is for.</summary>
    public required string Community { get; set; }

    /// <summary>总负责人.</summary>
    public required long LeadId { get; set; }

    /// <summary>财务负责人; never the lead.</summary>
    public long? FinLeadId { get; set; }

    /// <summary>Who confirms it for the neighbourhood committee or organisation; never the lead.</summary>
    public long? SignerId { get; set; }

    /// <summary>Who typed it: the lead, or somebody of the desk from a paper that is enclosed (代填).</summary>
    public required long FilledBy { get; init; }

    public required GrantState State { get; set; }

    /// <summary>Counts the moves; a page sends it back, so that a stale page is refused.</summary>
    public required int StateVersion { get; set; }

    /// <summary>Until when the next step is due; null if nothing is.</summary>
    public LocalDate? DueOn { get; set; }

    /// <summary>Asked of the round, in fen: the sum of the budget without the group's own part.</summary>
    public long Requested { get; set; }

    /// <summary>What the group itself brings, in fen.</summary>
    public long OwnUnits { get; set; }

    public required Instant CreatedAt { get; init; }

    public Instant? SubmittedAt { get; set; }

    /// <summary>The case, locked.</summary>
    internal static async Task<GrantCase> Lock(Work work, long grant, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from grant_case where book_id = {work.Book} and grant_id = {grant} for no key update", ct);
        return await work.Db.Set<GrantCase>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantId == grant, ct)
            ?? throw new RefusedException(Unknown, ("grant", grant));
    }

    /// <summary>The people whose application it is: lead, financial lead, signer, whoever filled it in, and the team.</summary>
    internal async Task<IReadOnlySet<long>> People(Work work, CancellationToken ct) =>
        (await Applications.GrantMember.Of(work, GrantId, ct)).Append(LeadId).Append(FilledBy).Append(FinLeadId ?? LeadId).Append(SignerId ?? LeadId)
            .ToHashSet();

    internal sealed class Mapping : IEntityTypeConfiguration<GrantCase>
    {
        public void Configure(EntityTypeBuilder<GrantCase> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId });
            entity.Property(row => row.GrantId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>What takes two persons.</summary>
public enum ProposalKind
{
    /// <summary>A role for somebody.</summary>
    Grant,

    /// <summary>A new password for somebody with duties.</summary>
    ResetPassword,

    /// <summary>Somebody signs in without a second factor until it is set up anew.</summary>
    ResetTotp,

    /// <summary>Another matrix of duties that are kept apart.</summary>
    Duties,

    /// <summary>Which roles must have a second factor.</summary>
    SecondFactor,
}

/// <summary>How far it has come.</summary>
public enum ProposalState
{
    /// <summary>A second person has to look.</summary>
    Waiting,

    /// <summary>It was done.</summary>
    Confirmed,

    /// <summary>It was dropped.</summary>
    Dropped,
}

/// <summary>Proposed by one, confirmed by another, and neither is the one it is about.</summary>
public sealed class Proposal
{
    /// <summary>The same waits already.</summary>
    public const string WaitsAlready = "proposal.waits-already";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "proposal.gone";

    public required int BookId { get; init; }

    public long ProposalId { get; init; }

    public required ProposalKind Kind { get; init; }

    public long? PersonId { get; init; }

    public string? Role { get; init; }

    public int? FundId { get; init; }

    public LocalDate? ValidFrom { get; init; }

    public LocalDate? ValidUntil { get; init; }

    /// <summary>The preset of duties, or the roles that need a second factor, by commas.</summary>
    public string Setting { get; init; } = "";

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public ProposalState State { get; private set; }

    public long? DecidedBy { get; private set; }

    public Instant? DecidedAt { get; private set; }

    internal Duty Duty => new(PersonId!.Value, Codes.Parse<Role>(Role!), FundId, ValidFrom!.Value, ValidUntil);

    internal static async Task<long> Add(Work work, Proposal proposal, CancellationToken ct)
    {
        await Roster.Lock(work, ct);
        if (await work.Db.Set<Proposal>().AnyAsync(row => row.BookId == work.Book && row.State == ProposalState.Waiting
            && row.Kind == proposal.Kind && row.PersonId == proposal.PersonId && row.Role == proposal.Role
            && row.FundId == proposal.FundId && row.Setting == proposal.Setting, ct))
        {
            throw new RefusedException(WaitsAlready);
        }

        work.Db.Add(proposal);
        await work.Db.SaveChangesAsync(ct);
        return proposal.ProposalId;
    }

    internal static async Task<Proposal> ToDecide(Work work, long proposal, CancellationToken ct)
    {
        await Roster.Lock(work, ct);
        return await work.Db.Set<Proposal>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ProposalId == proposal
            && row.State == ProposalState.Waiting, ct) ?? throw new RefusedException(Gone);
    }

    internal void Decide(Work work, ProposalState state) =>
        (State, DecidedBy, DecidedAt) = (state, work.ActorId, work.Now);

    internal sealed class Mapping : IEntityTypeConfiguration<Proposal>
    {
        public void Configure(EntityTypeBuilder<Proposal> entity)
        {
            entity.ToTable("people_proposal").HasKey(row => new { row.BookId, row.ProposalId });
            entity.Property(row => row.ProposalId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

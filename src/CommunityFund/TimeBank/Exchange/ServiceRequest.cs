using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Exchange;

/// <summary>Where a request stands.</summary>
public enum ServiceState
{
    /// <summary>Waits for somebody who helps.</summary>
    Open,

    /// <summary>It is said who helps.</summary>
    Matched,

    /// <summary>Whoever helped says from when to when.</summary>
    Done,

    /// <summary>A second party confirmed it; hours and points moved.</summary>
    Confirmed,

    /// <summary>Nobody is to come.</summary>
    Cancelled,

    /// <summary>Nobody came forward in time.</summary>
    Lapsed,

    /// <summary>Confirmed, and taken back by two.</summary>
    Corrected,
}

/// <summary>In whose place somebody asks.</summary>
public enum AskedAs
{
    /// <summary>For oneself.</summary>
    Self,

    /// <summary>代填: a family member or guardian.</summary>
    Family,

    /// <summary>代填: the coordinator, for somebody without a phone.</summary>
    Coordinator,
}

/// <summary>A step of a request.</summary>
public enum ServiceMove
{
    /// <summary>Somebody asks.</summary>
    Ask,

    /// <summary>The coordinator says who helps.</summary>
    Match,

    /// <summary>Who was to help cannot.</summary>
    Unmatch,

    /// <summary>It was done.</summary>
    Report,

    /// <summary>It was not as reported.</summary>
    Return,

    /// <summary>A second party agrees.</summary>
    Confirm,

    /// <summary>It is not needed any more.</summary>
    Cancel,

    /// <summary>Its time has passed.</summary>
    Lapse,

    /// <summary>It gets another day.</summary>
    Reopen,

    /// <summary>Taken back after a dispute.</summary>
    Correct,
}

/// <summary>Somebody asks for some hours of a neighbour's help. Times of day are minutes after midnight.</summary>
public sealed class ServiceRequest
{
    /// <summary>There is no such request, or it is not the reader's business.</summary>
    public const string Unknown = "exchange.unknown";

    /// <summary>The request stands where this cannot be done.</summary>
    public const string OutOfTurn = "exchange.out-of-turn";

    /// <summary>What may follow on what; the database has the same.</summary>
    internal static IReadOnlyList<(ServiceState? From, ServiceMove Move, ServiceState To)> Moves { get; } =
    [
        (null, ServiceMove.Ask, ServiceState.Open),
        (ServiceState.Open, ServiceMove.Match, ServiceState.Matched),
        (ServiceState.Open, ServiceMove.Cancel, ServiceState.Cancelled),
        (ServiceState.Open, ServiceMove.Lapse, ServiceState.Lapsed),
        (ServiceState.Lapsed, ServiceMove.Reopen, ServiceState.Open),
        (ServiceState.Matched, ServiceMove.Unmatch, ServiceState.Open),
        (ServiceState.Matched, ServiceMove.Report, ServiceState.Done),
        (ServiceState.Matched, ServiceMove.Cancel, ServiceState.Cancelled),
        (ServiceState.Done, ServiceMove.Return, ServiceState.Matched),
        (ServiceState.Done, ServiceMove.Confirm, ServiceState.Confirmed),
        (ServiceState.Done, ServiceMove.Cancel, ServiceState.Cancelled),
        (ServiceState.Confirmed, ServiceMove.Correct, ServiceState.Corrected),
    ];

    public required int BookId { get; init; }

    public long ServiceRequestId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    /// <summary>Whom the help is for, and whose hours it takes.</summary>
    public required long ReceiverId { get; init; }

    public required long AskedBy { get; init; }

    public required AskedAs AskedAs { get; init; }

    public required Instant AskedAt { get; init; }

    /// <summary>Kind of service, a word that the rules have a rate for.</summary>
    public required string Role { get; init; }

    /// <summary>What is to be done, in short and without names.</summary>
    public required string Words { get; init; }

    public required string Place { get; init; }

    public required LocalDate WantedOn { get; set; }

    public required short FromMinute { get; set; }

    public required short UntilMinute { get; set; }

    /// <summary>Planned.</summary>
    public required int Minutes { get; init; }

    public required bool IsUrgent { get; init; }

    public required string UrgentReason { get; init; }

    public long? ProjectId { get; init; }

    public ServiceState State { get; set; }

    public int StateVersion { get; set; } = 1;

    /// <summary>Who helps.</summary>
    public long? ProviderId { get; set; }

    /// <summary>Who said that it was done: the provider, or a coordinator in the provider's place.</summary>
    public long? ReportedBy { get; set; }

    public LocalDate? ServedOn { get; set; }

    public short? ServedFrom { get; set; }

    public short? ServedUntil { get; set; }

    /// <summary>Rounded by the rule and within its cap.</summary>
    public int? ServedMinutes { get; set; }

    public long? UsedEntryNo { get; set; }

    public long? EarnedEntryNo { get; set; }

    public long? PointsEntryNo { get; set; }

    /// <summary>Nobody came forward before its day had passed.</summary>
    internal bool IsPast(LocalDate today) => State == ServiceState.Open && WantedOn < today;

    /// <summary>As it is shown: a request whose day has passed has lapsed, written down or not.</summary>
    internal ServiceState Seen(LocalDate today) => IsPast(today) ? ServiceState.Lapsed : State;

    /// <summary>The request, locked until the transaction ends.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static async Task<ServiceRequest> Locked(Work work, long id, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from service_request where book_id = {work.Book} and service_request_id = {id} for no key update", ct);
        return await work.Db.Set<ServiceRequest>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.ServiceRequestId == id, ct)
            ?? throw new RefusedException(Unknown);
    }

    /// <summary>The programme of a request, for the right that it takes; 0 for none.</summary>
    internal static Task<int> ProgrammeOf(Work work, long id, CancellationToken ct) => work.Db.Set<ServiceRequest>()
        .Where(row => row.BookId == work.Book && row.ServiceRequestId == id).Select(row => row.FundId).FirstOrDefaultAsync(ct);

    /// <exception cref="RefusedException">The request does not stand there.</exception>
    internal void RefuseUnless(ServiceState state)
    {
        if (State != state)
        {
            throw new RefusedException(OutOfTurn, ("state", State));
        }
    }

    /// <summary>Takes a step: the log first, which the database lets the request follow, with whatever else was set on it.</summary>
    /// <exception cref="RefusedException">The step does not follow on where it stands.</exception>
    internal async Task Move(Work work, ServiceMove move, long actor, CancellationToken ct, string reason = "", Action? set = null)
    {
        ServiceState to = Moves.FirstOrDefault(rule => rule.From == State && rule.Move == move) is { From: not null } listed
            ? listed.To : throw new RefusedException(OutOfTurn, ("state", State));
        work.Db.Add(ServiceLog.Of(this, StateVersion + 1, move, State, to, actor, work.Now, reason));
        await work.Db.SaveChangesAsync(ct);
        (State, StateVersion) = (to, StateVersion + 1);
        set?.Invoke();
        await work.Db.SaveChangesAsync(ct);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceRequest>
    {
        public void Configure(EntityTypeBuilder<ServiceRequest> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceRequestId });
            entity.Property(row => row.ServiceRequestId).ValueGeneratedOnAdd();
            entity.Property(row => row.AskedAs).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>A step that was taken, by whom and when.</summary>
public sealed class ServiceLog
{
    public required int BookId { get; init; }

    public required long ServiceRequestId { get; init; }

    public required int StateVersion { get; init; }

    public required ServiceMove Move { get; init; }

    public ServiceState? FromState { get; init; }

    public required ServiceState ToState { get; init; }

    public required long ActorId { get; init; }

    public required Instant At { get; init; }

    public required string Reason { get; init; }

    internal static ServiceLog Of(
        ServiceRequest request, int version, ServiceMove move, ServiceState? from, ServiceState to, long actor, Instant at, string reason) => new()
        {
            BookId = request.BookId,
            ServiceRequestId = request.ServiceRequestId,
            StateVersion = version,
            Move = move,
            FromState = from,
            ToState = to,
            ActorId = actor,
            At = at,
            Reason = reason,
        };

    internal sealed class Mapping : IEntityTypeConfiguration<ServiceLog>
    {
        public void Configure(EntityTypeBuilder<ServiceLog> entity)
        {
            entity.HasKey(row => new { row.BookId, row.ServiceRequestId, row.StateVersion });
            entity.Property(row => row.Move).AsCode();
            entity.Property(row => row.FromState).AsCode();
            entity.Property(row => row.ToState).AsCode();
        }
    }
}

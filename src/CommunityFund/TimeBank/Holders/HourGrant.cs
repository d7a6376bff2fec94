using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>Where an elder's hours come from.</summary>
public enum HourGrantKind
{
    /// <summary>启动时间: nobody has served them.</summary>
    Started,

    /// <summary>Out of the pool.</summary>
    Allotted,
}

/// <summary>The way of something that takes two people.</summary>
public enum TwoHandState
{
    /// <summary>Proposed.</summary>
    Waiting,

    /// <summary>A second person agreed, and it stands in the books.</summary>
    Posted,

    /// <summary>Not agreed to, or taken back.</summary>
    Dropped,
}

/// <summary>Hours for an elder that the elder did not earn: one coordinator proposes, another agrees.</summary>
public sealed class HourGrant
{
    /// <summary>Nobody knows how old the person is.</summary>
    public const string BirthdayMissing = "hour-grant.birthday-missing";

    /// <summary>Too young, or a group.</summary>
    public const string NotElder = "hour-grant.not-elder";

    /// <summary>The elder would have been started with more than the rules allow.</summary>
    public const string BeyondElder = "hour-grant.beyond-elder";

    /// <summary>All elders together would have been started with more than the rules allow for the year.</summary>
    public const string BeyondYear = "hour-grant.beyond-year";

    /// <summary>The pool has less.</summary>
    public const string BeyondPool = "hour-grant.beyond-pool";

    /// <summary>One waits for this elder already.</summary>
    public const string OneWaits = "hour-grant.one-waits";

    /// <summary>Nobody can decide about what does not say why.</summary>
    public const string ReasonMissing = "hour-grant.reason-missing";

    /// <summary>Whoever proposes or agrees is the elder or close to the elder.</summary>
    public const string Close = "hour-grant.close";

    internal const int LongestReason = 100;

    public required int BookId { get; init; }

    public long HourGrantId { get; init; }

    public required int FundId { get; init; }

    public required long PersonId { get; init; }

    public required HourGrantKind Kind { get; init; }

    public required long Minutes { get; init; }

    public required string Reason { get; init; }

    public TwoHandState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Where it stands in the books.</summary>
    public long? EntryNo { get; set; }

    /// <summary>Proves it against the rules of the day, when it is proposed and again when it is agreed to.</summary>
    /// <exception cref="RefusedException">The person is no elder, or there would be too much of it.</exception>
    internal static async Task Prove(Work work, Fund programme, HourGrantKind kind, long person, long minutes, CancellationToken ct)
    {
        Member elder = await Member.Of(work, programme.FundId, person, ct);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, work.Today, ct);
        if (elder.Kind == MemberKind.Group || elder.BornOn is { } born && born.PlusYears(rule.ElderAge) > work.Today)
        {
            throw new RefusedException(NotElder, ("age", rule.ElderAge));
        }

        if (elder.BornOn is null)
        {
            throw new RefusedException(BirthdayMissing, ("age", rule.ElderAge));
        }

        if (await Member.AreClose(work, work.ActorId, person, ct))
        {
            throw new RefusedException(Close);
        }

        await HourGift.RefuseBeyond(work, programme, person, minutes, ct);
        if (kind == HourGrantKind.Started)
        {
            long elderHas = await Started(work, programme, null, person, ct), yearHas = await Started(work, programme, work.Today.Year, null, ct);
            Refuse(BeyondElder, rule.StartMinutes, elderHas, minutes);
            Refuse(BeyondYear, rule.StartYearCap, yearHas, minutes);
        }
        else
        {
            Refuse(BeyondPool, await PoolOf(work, programme, ct), 0, minutes);
        }
    }

    /// <summary>What the pool holds, in minutes.</summary>
    internal static Task<long> PoolOf(Work work, Fund programme, CancellationToken ct) => NetOf(work, programme.FundId, "hours-pool", ct);

    /// <summary>Debits less credits of an account in a programme.</summary>
    internal static Task<long> NetOf(Work work, int programme, string account, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select coalesce(sum(f.net), 0)::bigint as "Value" from account a join fund_position f using (book_id, account_id)
         where a.book_id = {work.Book} and a.key = {account} and f.fund_id = {programme}
        """).SingleAsync(ct);

    /// <summary>Start hours given in a year, to one person or all, less what was taken back.</summary>
    internal static Task<long> Started(Work work, Fund programme, int? year, long? person, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""select hours_started({work.Book}, {programme.FundId}, {year}::integer, {person}::bigint) as "Value" """).SingleAsync(ct);

    private static void Refuse(string code, long limit, long used, long minutes)
    {
        if (used + minutes > limit)
        {
            throw new RefusedException(code, ("limit", Amount.OfUnits(limit, Commodity.Hour)),
                ("left", Amount.OfUnits(Math.Max(0, limit - used), Commodity.Hour)));
        }
    }

    internal sealed class Mapping : IEntityTypeConfiguration<HourGrant>
    {
        public void Configure(EntityTypeBuilder<HourGrant> entity)
        {
            entity.HasKey(row => new { row.BookId, row.HourGrantId });
            entity.Property(row => row.HourGrantId).ValueGeneratedOnAdd();
            entity.Property(row => row.Kind).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}

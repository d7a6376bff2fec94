using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>兑换准备: what it costs to replace a point with goods, and the fund that stands behind the points that are out. A version counts from its
/// day on; it promises nobody money, for points are never cashed.</summary>
public sealed class PointReserve
{
    public required int BookId { get; init; }

    public long PointReserveId { get; init; }

    /// <summary>The programme.</summary>
    public required int FundId { get; init; }

    public required int ReserveFundId { get; init; }

    public required int FenPerPoint { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public required string Reason { get; init; }

    public ProgrammeRuleState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<PointReserve>
    {
        public void Configure(EntityTypeBuilder<PointReserve> entity)
        {
            entity.HasKey(row => new { row.BookId, row.PointReserveId });
            entity.Property(row => row.PointReserveId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>One person proposes the cost of a point and the fund behind it; another decides.</summary>
/// <param name="Cost">What one point costs to replace.</param>
public sealed record ProposePointReserve(
    Guid Key, int Programme, int ReserveFund, Amount Cost, LocalDate ValidFrom, string Reason) : Command<long>(Key)
{
    /// <summary>The cost lies outside its range.</summary>
    public const string BadCost = "point-reserve.bad-cost";

    /// <summary>The fund holds no own money that could stand behind points.</summary>
    public const string BadFund = "point-reserve.bad-fund";

    /// <summary>Nobody can decide about what does not say why.</summary>
    public const string ReasonMissing = "point-reserve.reason-missing";

    /// <summary>A version waits already.</summary>
    public const string OneWaits = "point-reserve.one-waits";

    private const int MostFen = 100_000;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ProposeProgrammeRule.Deciders).For(Programme));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        string reason = PlainText.Of(Reason);
        if (Cost.Units is < 1 or > MostFen)
        {
            throw new RefusedException(BadCost, ("limit", Amount.Fen(MostFen)));
        }

        if (reason.Length is 0 or > HourGrant.LongestReason)
        {
            throw new RefusedException(ReasonMissing, ("limit", HourGrant.LongestReason));
        }

        if ((await work.FundById(ReserveFund, ct)).Kind is FundKind.Programme or FundKind.Agency)
        {
            throw new RefusedException(BadFund);
        }

        if (await work.Db.Set<PointReserve>().AnyAsync(row => row.BookId == work.Book && row.FundId == Programme
            && row.State == ProgrammeRuleState.Waiting, ct))
        {
            throw new RefusedException(OneWaits, ("programme", programme.Name));
        }

        PointReserve reserve = new()
        {
            BookId = work.Book,
            FundId = Programme,
            ReserveFundId = ReserveFund,
            FenPerPoint = checked((int)Cost.Units),
            ValidFrom = ValidFrom,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(reserve);
        await work.Db.SaveChangesAsync(ct);
        return reserve.PointReserveId;
    }
}

/// <summary>Another person agrees, or it is dropped, by whoever proposed it too.</summary>
public sealed record DecidePointReserve(Guid Key, long Reserve, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "point-reserve.own";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "point-reserve.gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(ProposeProgrammeRule.Deciders).For(
        await work.Db.Set<PointReserve>().Where(row => row.BookId == work.Book && row.PointReserveId == Reserve).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from point_reserve where book_id = {work.Book} and point_reserve_id = {Reserve} for update", ct);
        PointReserve reserve = await work.Db.Set<PointReserve>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.PointReserveId == Reserve
            && row.State == ProgrammeRuleState.Waiting, ct) ?? throw new RefusedException(Gone);
        if (Agrees && reserve.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        (reserve.State, reserve.DecidedBy, reserve.DecidedAt) =
            (Agrees ? ProgrammeRuleState.Approved : ProgrammeRuleState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>The steering group decides about a ranked case: money now, a place in the line, or none.</summary>
/// <param name="Shares">What each fund gives; empty for a refusal.</param>
/// <param name="Place">Its place in the line; only of a case that waits.</param>
/// <param name="ProjectClass">Key of the project's class, which the clauses of gifts ask about; may be empty.</param>
/// <param name="Minutes">Where the minutes of the decision are.</param>
public sealed record DecideCase(
    Guid Key, long Grant, int Version, DecisionKind Kind, IReadOnlyList<FundShare> Shares, int? Place, string ProjectClass, string Reason,
    string Minutes) : Command<GrantMoved>(Key)
{
    /// <summary>Amounts, place or class do not fit the kind of decision.</summary>
    public const string BadForm = "decision.bad-form";

    /// <summary>The minutes are not named.</summary>
    public const string MinutesMissing = "decision.minutes-missing";

    /// <summary>More than the case asked for.</summary>
    public const string AboveAsked = "decision.above-asked";

    /// <summary>A fund that put nothing into the round's pool.</summary>
    public const string NotInPool = "decision.not-in-pool";

    /// <summary>It departs from the ranking, and nobody said why.</summary>
    public const string InversionUnexplained = "decision.inversion-unexplained";

    /// <summary>It gives less than was asked, and nobody said why.</summary>
    public const string CutUnexplained = "decision.cut-unexplained";

    /// <summary>Somebody waits at that place.</summary>
    public const string PlaceTaken = "decision.place-taken";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, Move, ct);

    private GrantMove Move => Kind switch
    {
        DecisionKind.Recommend => GrantMove.Recommend,
        DecisionKind.Waitlist => GrantMove.PutOnWaitlist,
        _ => GrantMove.NotSelect,
    };

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        if (grant.State != GrantState.Ranked || grant.StateVersion != Version)
        {
            throw new RefusedException(GrantMoves.Stale, ("title", grant.Title), ("state", grant.State));
        }

        (string reason, string minutes, string projectClass) = (PlainText.Of(Reason), PlainText.Of(Minutes), PlainText.Of(ProjectClass));
        long units = await Checked(work, grant, reason, minutes, projectClass, ct);
        RankedCase? ranked = await Ranking.Of(work, Grant, ct);
        bool inverts = ranked is not null && await Ranking.Inverts(work, grant, ranked, Kind, ct), cuts = Kind != DecisionKind.Refuse
            && units < grant.Requested;
        if (reason.Length == 0 && (inverts || cuts))
        {
            throw new RefusedException(inverts ? InversionUnexplained : CutUnexplained, ("title", grant.Title), ("rank", ranked?.Rank),
                ("asked", Amount.Fen(grant.Requested)), ("given", Amount.Fen(units)));
        }

        GrantDecision decision = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            Version = (short)(1 + ((await GrantDecision.Newest(work, Grant, ct))?.Version ?? 0)),
            StateVersion = Version,
            Kind = Kind,
            Units = units,
            Place = (short?)Place,
            ProjectClass = projectClass,
            Rank = ranked?.Rank,
            TallyVersion = ranked?.TallyVersion,
            Inverts = inverts,
            Cuts = cuts,
            Reason = reason,
            Minutes = minutes,
            DecidedBy = work.ActorId,
            DecidedAt = work.Now,
        };
        work.Db.Add(decision);
        work.Db.AddRange(Shares.Where(share => share.Amount.IsPositive).Select(share => new GrantDecisionFund
        {
            BookId = work.Book,
            GrantId = Grant,
            Version = decision.Version,
            FundId = share.Fund,
            Units = share.Amount.Units,
        }));
        await work.Db.SaveChangesAsync(ct);
        LocalDate due = WorkingDays.After(work.Today, 3);
        return await GrantMoves.Make(work, Grant, Version, Move, reason, minutes, ct,
            due: _ => Kind == DecisionKind.Recommend ? due : null);
    }

    private async Task<long> Checked(Work work, GrantCase grant, string reason, string minutes, string projectClass, CancellationToken ct)
    {
        bool gives = Kind != DecisionKind.Refuse;
        FundShare[] given = [.. Shares.Where(share => !share.Amount.IsZero)];
        if (given.Any(share => share.Amount.Commodity != Commodity.Cny || !share.Amount.IsPositive)
            || given.Select(share => share.Fund).Distinct().Count() != given.Length || given.Length > 0 != gives
            || (Kind == DecisionKind.Waitlist) != (Place is >= 1 and <= 999) || (Kind != DecisionKind.Waitlist && Place is not null)
            || (projectClass.Length > 0 && Books.ProjectClass.Find(projectClass) is not { For.Count: 0 }) || reason.Length > 500)
        {
            throw new RefusedException(BadForm, ("title", grant.Title));
        }

        if (minutes.Length is 0 or > 100)
        {
            throw new RefusedException(MinutesMissing, ("title", grant.Title));
        }

        if (reason.Length == 0 && !gives)
        {
            throw new RefusedException(GrantMoves.ReasonMissing, ("move", GrantMove.NotSelect), ("limit", 500));
        }

        Int128 sum = given.Aggregate((Int128)0, (total, share) => total + share.Amount.Units);
        if (sum > grant.Requested)
        {
            throw new RefusedException(AboveAsked, ("title", grant.Title), ("asked", Amount.Fen(grant.Requested)));
        }

        List<int> pool = await work.Db.Set<Rounds.GrantRoundPool>().Where(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId)
            .Select(row => row.FundId).ToListAsync(ct);
        if (given.FirstOrDefault(share => !pool.Contains(share.Fund)) is { } stranger)
        {
            throw new RefusedException(NotInPool, ("fund", (await work.FundById(stranger.Fund, ct)).Name));
        }

        if (Place is { } place && await Ranking.IsTaken(work, grant, place, ct))
        {
            throw new RefusedException(PlaceTaken, ("place", place));
        }

        return (long)sum;
    }
}

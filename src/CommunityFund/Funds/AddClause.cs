using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>
/// One more clause from outside. It narrows only what comes after it: restricted gifts received from its day on, or only gifts
/// whose voucher names it. Widening or changing what binds gifts already received is another matter (变更捐赠用途).
/// </summary>
/// <param name="Words">As they stand in the agreement, appeal or law.</param>
/// <param name="Source">Number of the agreement, article of the law.</param>
/// <param name="From">First day of a period.</param>
/// <param name="Until">Last day of a period.</param>
/// <param name="Classes">Keys of the project classes a purpose allows; none leaves it to the words.</param>
/// <param name="Communities">Communities an area allows; none leaves it to the words.</param>
/// <param name="InForceFrom">From which day on it binds every restricted gift; null binds only gifts that name it.</param>
public sealed record AddClause(
    Guid Key, int Fund, ClauseKind Kind, [property: Personal] string Words, [property: Personal] string Source, LocalDate? From,
    LocalDate? Until, LocalDate? InForceFrom, IReadOnlyList<string>? Classes = null, IReadOnlyList<string>? Communities = null)
    : Command<long>(Key)
{
    /// <summary>Classes stand with a purpose, communities with an area, and both are known.</summary>
    public const string BadLimits = "clause.bad-limits";

    /// <summary>A period has a first or a last day, in this order; other clauses have none.</summary>
    public const string BadPeriod = "clause.bad-period";

    /// <summary>An unrestricted fund is bound by nobody.</summary>
    public const string Unrestricted = "clause.unrestricted";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        bool isPeriod = Kind == ClauseKind.Period;
        if (isPeriod != (From ?? Until) is not null || From > Until)
        {
            throw new RefusedException(BadPeriod);
        }

        if ((InForceFrom is not null && fund.DefaultRestriction != Restriction.Restricted) || !fund.IsOwn)
        {
            throw new RefusedException(Unrestricted, ("fund", fund.Name));
        }

        string[] classes = [.. Classes ?? []], communities = [.. (Communities ?? []).Select(PlainText.Of).Where(text => text.Length > 0)];
        if ((classes.Length > 0 && Kind != ClauseKind.Purpose) || (communities.Length > 0 && Kind != ClauseKind.Area)
            || classes.Length > 20 || communities.Length > 20
            || classes.Any(key => ProjectClass.Find(key) is not { For.Count: 0 }) || communities.Any(text => text.Length > 60))
        {
            throw new RefusedException(BadLimits);
        }

        FundClause clause = new()
        {
            Classes = classes,
            Communities = communities,
            BookId = work.Book,
            FundId = Fund,
            Kind = Kind,
            Words = FundSigners.Said(Words, 500),
            Source = FundSigners.Said(Source, 200),
            FromDay = From,
            UntilDay = Until,
            ForAll = InForceFrom is not null,
            InForceFrom = InForceFrom,
            AddedBy = work.ActorId,
            AddedAt = work.Now,
        };
        work.Db.Add(clause);
        await work.Db.SaveChangesAsync(ct);
        return clause.FundClauseId;
    }
}

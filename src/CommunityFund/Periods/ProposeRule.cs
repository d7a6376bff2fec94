using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Periods;

/// <summary>One person proposes that a rule begins or ends on a day; another decides.</summary>
/// <param name="Of">Which rule.</param>
public sealed record ProposeRule(
    Guid Key, bool Begins, LocalDate ValidFrom, [property: Personal] string Reason, string Of = ReviewRule.MonthClose) : Command<long>(Key)
{
    /// <summary>From that day on it is so already.</summary>
    public const string NothingChanges = "review-rule.nothing-changes";

    /// <summary>Nobody can decide about what does not say why.</summary>
    public const string ReasonMissing = "review-rule.reason-missing";

    private const int Limit = 200;

    internal static readonly Role[] Deciders = [Role.Accountant, Role.VoucherReviewer, Role.Admin];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Deciders).ForWholeBook().Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string key = ReviewRule.Known(Of);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > Limit)
        {
            throw new RefusedException(ReasonMissing, ("limit", Limit));
        }

        if (await ReviewRule.IsInForce(work, key, ValidFrom, ct) == Begins)
        {
            throw new RefusedException(NothingChanges, ("day", ValidFrom));
        }

        ReviewRule rule = new()
        {
            BookId = work.Book,
            Key = key,
            Begins = Begins,
            ValidFrom = ValidFrom,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(rule);
        await work.Db.SaveChangesAsync(ct);
        return rule.ReviewRuleId;
    }
}

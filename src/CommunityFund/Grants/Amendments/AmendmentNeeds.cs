using CommunityFund.Books;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Amendments;

/// <summary>What stands in the way of an amendment (grants.md 5.2, move 18).</summary>
internal static class AmendmentNeeds
{
    /// <summary>Only an active grant is amended.</summary>
    public const string NotActive = "amendment.not-active";

    /// <summary>Late reports delay amendments.</summary>
    public const string Late = "amendment.late";

    /// <summary>The last day has passed.</summary>
    public const string Ended = "amendment.ended";

    /// <summary>One at a time.</summary>
    public const string OneOpen = "amendment.one-open";

    /// <summary>Another purpose is a case of its own.</summary>
    public const string OtherPurpose = "amendment.purpose";

    /// <summary>Work that was reopened gets neither time nor money.</summary>
    public const string WasReopened = "amendment.reopened";

    /// <summary>It was decided already.</summary>
    public const string Decided = "amendment.decided";

    /// <summary>How much of a line the lead shifts alone, in hundredths of a percent.</summary>
    internal const int SelfShare = 1_000;

    /// <summary>Working days for a decision.</summary>
    internal const int DaysToDecide = 10;

    /// <summary>Why nothing is amended now; null where it may be.</summary>
    /// <param name="kind">Null where nobody has chosen yet.</param>
    public static async Task<Refusal?> WhyNot(Work work, GrantCase grant, AmendmentKind? kind, bool isDecision, CancellationToken ct)
    {
        if (kind == AmendmentKind.Purpose)
        {
            return Refuse(OtherPurpose, ("title", grant.Title));
        }

        if (grant.State != GrantState.Active)
        {
            return Refuse(NotActive, ("title", grant.Title), ("state", Term.Of(grant.State)));
        }

        long[] people = [.. new[] { grant.LeadId, grant.FinLeadId ?? grant.LeadId }.Distinct()];
        if (await OverdueAdvance.Days(work, people, ct) is { } days)
        {
            return Refuse(Late, ("title", grant.Title), ("days", days));
        }

        LocalDate ends = (await AgreedTerm.Now(work, grant.GrantId, ct))!.EndsOn;
        if (ends < work.Today)
        {
            return Refuse(Ended, ("title", grant.Title), ("day", ends));
        }

        if (kind is AmendmentKind.Extend or AmendmentKind.AmountUp && await work.Db.Set<GrantReopening>().AnyAsync(row => row.BookId == work.Book
            && row.GrantId == grant.GrantId, ct))
        {
            return Refuse(WasReopened, ("title", grant.Title));
        }

        return !isDecision && await work.Db.Set<GrantAmendment>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
            && row.State == AmendmentState.Requested).Select(row => (short?)row.AmendmentNo).FirstOrDefaultAsync(ct) is { } open
            ? Refuse(OneOpen, ("title", grant.Title), ("no", open)) : null;
    }

    private static Refusal Refuse(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}

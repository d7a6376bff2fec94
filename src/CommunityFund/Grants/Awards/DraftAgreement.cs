using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The desk writes down what is to be signed; what was signed of an earlier version counts no more.</summary>
public sealed record DraftAgreement(Guid Key, long Grant, int Version, AgreementTerms Terms) : Command<int>(Key)
{
    /// <summary>Agreements are written while an award waits for them.</summary>
    public const string NotAwarded = "agreement.not-awarded";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    /// <returns>The version.</returns>
    internal override async Task<int> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, GrantAward award) = await Waiting(work, Grant, Version, ct);
        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        AgreementTerms terms = Terms.Checked(grant, award.Units);
        short version = (short)(1 + ((await GrantAgreement.Newest(work, award, ct))?.Version ?? 0));
        work.Db.Add(new GrantAgreement
        {
            BookId = work.Book,
            GrantId = Grant,
            AwardNo = award.AwardNo,
            Version = version,
            StartsOn = terms.StartsOn,
            EndsOn = terms.EndsOn,
            Forbidden = terms.Forbidden,
            Returns = terms.Returns,
            Sha256 = terms.Digest(grant, award, version),
            DraftedBy = work.ActorId,
            DraftedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(terms.Tranches.Select((each, at) => new GrantTranche
        {
            BookId = work.Book,
            GrantId = Grant,
            AwardNo = award.AwardNo,
            Version = version,
            No = (short)(at + 1),
            Units = each.Amount.Units,
            EarliestOn = each.EarliestOn,
            Condition = each.Condition,
            ReportDueOn = each.ReportDueOn,
        }));
        work.Db.AddRange(terms.Budget.Select((each, at) => new GrantAgreedLine
        {
            BookId = work.Book,
            GrantId = Grant,
            AwardNo = award.AwardNo,
            Version = version,
            No = (short)(at + 1),
            What = each.What,
            Units = each.Amount.Units,
            OwnUnits = each.Own.Units,
        }));
        work.Db.AddRange(terms.Indicators.Select((each, at) => new GrantBaseline
        {
            BookId = work.Book,
            GrantId = Grant,
            AwardNo = award.AwardNo,
            Version = version,
            No = (short)(at + 1),
            Indicator = each.Indicator,
            Baseline = each.Baseline,
            Target = each.Target,
        }));
        await work.Db.SaveChangesAsync(ct);
        return version;
    }

    /// <summary>The case, locked, with the award that waits for its papers.</summary>
    internal static async Task<(GrantCase Grant, GrantAward Award)> Waiting(Work work, long grant, int version, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, grant, ct);
        if (row.StateVersion != version)
        {
            throw new RefusedException(GrantMoves.Stale, ("title", row.Title), ("state", row.State));
        }

        return row.State == GrantState.Awarded && await GrantAward.Open(work, grant, ct) is { } award
            ? (row, award) : throw new RefusedException(NotAwarded, ("title", row.Title), ("state", row.State));
    }
}

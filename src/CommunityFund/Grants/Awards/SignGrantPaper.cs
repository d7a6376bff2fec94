using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>Somebody signs the agreement or the duty contract: by phone as the person signed in, or on paper, which the desk keeps.</summary>
/// <param name="PaperVersion">The version that was read.</param>
/// <param name="Documents">The signed paper, where the desk notes it for the other side.</param>
public sealed record SignGrantPaper(
    Guid Key, long Grant, int Version, int PaperVersion, GrantPaper Paper, GrantSide Side, IReadOnlyList<Enclosure>? Documents = null)
    : Command<Done>(Key)
{
    /// <summary>There is nothing to sign yet.</summary>
    public const string Nothing = "signing.nothing";

    /// <summary>It was written anew since it was read.</summary>
    public const string Rewritten = "signing.rewritten";

    /// <summary>This side does not sign this paper.</summary>
    public const string OtherSide = "signing.other-side";

    /// <summary>It is signed already.</summary>
    public const string Before = "signing.before";

    /// <summary>The paper that the desk notes is missing.</summary>
    public const string PaperMissing = "signing.paper-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        (Side == GrantSide.Body ? Need.Any(Role.Desk, Role.ApproverL1) : Need.Any(Role.Lead, Role.FinLead, Role.Desk)).Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        if (Side == (Paper == GrantPaper.Agreement ? GrantSide.FinLead : GrantSide.Body))
        {
            throw new RefusedException(OtherSide, ("paper", Paper), ("side", Side));
        }

        (GrantCase grant, GrantAward award) = await DraftAgreement.Waiting(work, Grant, Version, ct);
        GrantAgreement newest = await GrantAgreement.Newest(work, award, ct) ?? throw new RefusedException(Nothing, ("title", grant.Title));
        if (newest.Version != PaperVersion)
        {
            throw new RefusedException(Rewritten, ("title", grant.Title), ("version", newest.Version));
        }

        if (grant.FinLeadId is null || grant.FinLeadId == grant.LeadId)
        {
            throw new RefusedException(AwardNeeds.OneLead, ("title", grant.Title));
        }

        if (await work.Db.Set<GrantSigning>().AnyAsync(row => row.BookId == work.Book && row.GrantId == Grant && row.AwardNo == award.AwardNo
            && row.Version == newest.Version && row.Paper == Paper && row.Side == Side, ct))
        {
            throw new RefusedException(Before, ("paper", Paper), ("side", Side));
        }

        long person = Side switch
        {
            GrantSide.Lead => grant.LeadId,
            GrantSide.FinLead => grant.FinLeadId.Value,
            _ => work.ActorId,
        };
        bool isRelated = (await grant.People(work, ct)).Contains(work.ActorId);
        if (Side == GrantSide.Body && isRelated)
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        bool notes = person != work.Actor;
        if (notes && (isRelated || !work.Rights.Holds(Role.Desk)))
        {
            throw new RefusedException(GrantMoves.NotYours, ("title", grant.Title), ("mover", Term.Of(Side)));
        }

        if (notes && Documents is not { Count: > 0 })
        {
            throw new RefusedException(PaperMissing, ("side", Side));
        }

        work.Db.Add(new GrantSigning
        {
            BookId = work.Book,
            GrantId = Grant,
            AwardNo = award.AwardNo,
            Version = newest.Version,
            Paper = Paper,
            Side = Side,
            PersonId = person,
            FiledDocumentId = Documents is { Count: > 0 } papers ? await FiledDocument.Keep(work, papers, ct) : null,
            NotedBy = work.ActorId,
            At = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

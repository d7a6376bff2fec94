using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The panel registers an objection that came by word or on paper, by somebody it knows; the case waits for an answer.</summary>
public sealed record RegisterObjection(
    Guid Key, long Grant, int Version, [property: Personal] string Name, [property: Personal] string Contact,
    [property: Personal] string Words, [property: Personal] string Evidence) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Panel));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string contact, string words, string evidence) = GrantObjection.Read(Name, Contact, Words, Evidence);
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        long notice = await work.Db.Set<GrantNoticeCase>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderByDescending(row => row.GrantNoticeId).Select(row => row.GrantNoticeId).FirstOrDefaultAsync(ct);
        if (notice == 0)
        {
            throw new RefusedException(Workflow<GrantMover, GrantState, GrantMove, GrantFacts>.NotInTable, ("state", grant.State),
                ("move", GrantMove.LodgeObjection));
        }

        GrantObjection objection = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            GrantNoticeId = notice,
            PersonId = (await Counterparty.FindOrAdd(work, PersonKind.Person, Name, ct))!.Value,
            Contact = ObjectorContact.Seal(work, work.Book, Grant, contact),
            Words = words,
            Evidence = evidence,
            CameBy = ObjectionCame.Panel,
            CameAt = work.Now,
            State = ObjectionState.Registered,
            RegisteredBy = work.ActorId,
            RegisteredAt = work.Now,
            DueOn = WorkingDays.After(work.Today, GrantObjection.AnswerDays),
        };
        await TakeUp(work, grant, Version, objection, isNew: true, ct);
        return objection.GrantObjectionId;
    }

    /// <summary>The first objection stops the case; further ones are answered with it.</summary>
    internal static async Task<Done> TakeUp(Work work, GrantCase grant, int version, GrantObjection objection, bool isNew, CancellationToken ct)
    {
        if (isNew)
        {
            work.Db.Add(objection);
        }

        await work.Db.SaveChangesAsync(ct);
        if (grant.State == GrantState.Objected && grant.StateVersion == version)
        {
            AwardFacts facts = await AwardFacts.Of(work, grant, ct);
            if (facts.WindowEnds < work.Today && objection.CameBy == ObjectionCame.Panel)
            {
                throw new RefusedException(AwardNeeds.WindowOver, ("title", grant.Title), ("until", facts.WindowEnds));
            }

            return (await grant.People(work, ct)).Contains(work.ActorId)
                ? throw new RefusedException(GrantMoves.Related, ("title", grant.Title)) : Done.It;
        }

        await GrantMoves.Make(work, grant.GrantId, version, GrantMove.LodgeObjection, AsReason(objection), "", ct, due: _ => objection.DueOn);
        return Done.It;
    }

    // The log says that there is one and where to read it; what somebody said of others stays with the objection.
    private static string AsReason(GrantObjection objection) => $"异议 {objection.GrantObjectionId}";
}

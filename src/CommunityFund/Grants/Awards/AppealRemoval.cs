using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The lead appeals against a removal, once; the steering group lets the panel look again.</summary>
/// <param name="Words">What the lead says.</param>
/// <param name="Contact">Where the answer goes.</param>
public sealed record AppealRemoval(
    Guid Key, long Grant, int Version, [property: Personal] string Words, [property: Personal] string Contact, string Resolution)
    : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.AppealRemoval, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        (string contact, string words, _) = GrantObjection.Read("appeal", Contact, Words, "");
        string resolution = PlainText.Of(Resolution);
        if (resolution.Length is 0 or > 100)
        {
            throw new RefusedException(AnswerObjection.ResolutionMissing);
        }

        NodaTime.LocalDate due = WorkingDays.After(work.Today, GrantObjection.AnswerDays);
        return await GrantMoves.Make(work, Grant, Version, GrantMove.AppealRemoval, resolution, resolution, ct, async (grant, _, _) =>
        {
            work.Db.Add(new GrantObjection
            {
                BookId = work.Book,
                GrantId = Grant,
                GrantNoticeId = await work.Db.Set<GrantNoticeCase>().Where(row => row.BookId == work.Book && row.GrantId == Grant)
                    .MaxAsync(row => row.GrantNoticeId, ct),
                PersonId = grant.LeadId,
                Contact = ObjectorContact.Seal(work, work.Book, Grant, contact),
                Words = words,
                Evidence = "",
                CameBy = ObjectionCame.Appeal,
                CameAt = work.Now,
                State = ObjectionState.Registered,
                RegisteredBy = work.ActorId,
                RegisteredAt = work.Now,
                DueOn = due,
            });
            return [];
        }, _ => due);
    }
}

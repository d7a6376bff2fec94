using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>A lead begins an application; or somebody of the desk does, for a group that brought its form on paper (代填), which is enclosed.
/// </summary>
/// <param name="Lead">Whose application it is, where somebody of the desk fills it in; empty for one's own.</param>
/// <param name="Papers">The form on paper, where somebody of the desk fills it in.</param>
public sealed record StartApplication(Guid Key, long Round, string Title, string Community, [property: Personal] string Lead = "",
    IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>Title or community are missing or too long.</summary>
    public const string WordsMissing = "application.words-missing";

    /// <summary>The desk fills in for a lead, who is named, with the paper; a lead begins only an own application.</summary>
    public const string WhoseIsIt = "application.whose-is-it";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Lead, Role.Desk));

    /// <returns>The application.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (string title, string community, string lead) = (PlainText.Of(Title), PlainText.Of(Community), PlainText.Of(Lead));
        if (title.Length is 0 or > 100 || community.Length is 0 or > 60)
        {
            throw new RefusedException(WordsMissing);
        }

        bool isForAnother = lead.Length > 0;
        if (!work.Rights.Holds(isForAnother ? Role.Desk : Role.Lead))
        {
            throw new RefusedException(WhoseIsIt);
        }

        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.GrantRoundId == Round && row.State != RegisterState.Dropped, ct)
            ?? throw new RefusedException(GrantRound.Unknown, ("round", Round));
        long leader = isForAnother ? (await Counterparty.FindOrAdd(work, PersonKind.Person, lead, ct))!.Value : work.ActorId;
        if (isForAnother && leader == work.ActorId)
        {
            throw new RefusedException(WhoseIsIt);
        }

        GrantCase row = new()
        {
            BookId = work.Book,
            GrantRoundId = round.GrantRoundId,
            Title = title,
            Community = community,
            LeadId = leader,
            FilledBy = work.ActorId,
            State = GrantLife.Table.Start,
            StateVersion = 1,
            DueOn = round.ClosesOn,
            CreatedAt = work.Now,
        };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        GrantFacts facts = await GrantFacts.Of(work, row, ct);
        if (RoundNeeds.IsOpen(facts) is { } closed)
        {
            throw new RefusedException(closed);
        }

        work.Db.Add(new GrantLog
        {
            BookId = work.Book,
            GrantId = row.GrantId,
            StateVersion = 1,
            Move = GrantMove.Create,
            ToState = row.State,
            ActorId = work.ActorId,
            At = work.Now,
            Reason = "",
            Clause = "",
            Facts = facts.Logged(),
            Vouchers = [],
        });
        if (isForAnother)
        {
            await AttachToApplication.Add(work, row.GrantId, Papers, isOriginal: true, ct);
        }

        await work.Db.SaveChangesAsync(ct);
        return row.GrantId;
    }
}

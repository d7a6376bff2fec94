using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>What a leader or expert says of a ranked case. Leaders speak for themselves; for an expert the desk or a leader writes it
/// down.</summary>
/// <param name="Expert">The expert's name; empty for one's own opinion.</param>
public sealed record NoteOpinion(
    Guid Key, long Grant, [property: Personal] string Expert, Stance Stance, string Words) : Command<long>(Key)
{
    /// <summary>Opinions are about cases that are ranked and not decided.</summary>
    public const string NotRanked = "opinion.not-ranked";

    /// <summary>The words are missing or too long.</summary>
    public const string WordsMissing = "opinion.words-missing";

    /// <summary>The desk writes down what experts say and has no opinion itself.</summary>
    public const string ExpertMissing = "opinion.expert-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Steer, Role.Desk));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GrantCase grant = await GrantCase.Lock(work, Grant, ct);
        string words = PlainText.Of(Words);
        if (words.Length is 0 or > 500)
        {
            throw new RefusedException(WordsMissing, ("limit", 500));
        }

        if (grant.State != GrantState.Ranked)
        {
            throw new RefusedException(NotRanked, ("title", grant.Title), ("state", grant.State));
        }

        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        long? expert = await Counterparty.FindOrAdd(work, PersonKind.Person, Expert, ct);
        if (expert is null && !work.Rights.Holds(Role.Steer))
        {
            throw new RefusedException(ExpertMissing);
        }

        if (expert is { } said && (await grant.People(work, ct)).Contains(said))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        GrantOpinion opinion = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            PersonId = expert ?? work.ActorId,
            SpeaksAs = expert is null ? OpinionOf.Leader : OpinionOf.Expert,
            Stance = Stance,
            Words = words,
            NotedBy = work.ActorId,
            NotedAt = work.Now,
        };
        work.Db.Add(opinion);
        await work.Db.SaveChangesAsync(ct);
        return opinion.GrantOpinionId;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.ChangeOver;

/// <summary>An accountant proposes that the book goes over to the standard that follows; nothing changes before another person has
/// confirmed it.</summary>
/// <param name="Resolution">The resolution or notice that decides it.</param>
public sealed record ProposeChangeOver(Guid Key, [property: Personal] string Resolution) : Command<long>(Key)
{
    /// <summary>A proposal waits already.</summary>
    public const string Already = "change-over.already-proposed";

    /// <summary>Nobody can judge a change of method that rests on nothing.</summary>
    public const string ResolutionMissing = "change-over.resolution-missing";

    private const int Longest = 200;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        NextStandard next = await NextStandard.Ready(work, ct);
        string resolution = PlainText.Of(Resolution);
        if (resolution.Length is 0 or > Longest)
        {
            throw new RefusedException(ResolutionMissing, ("limit", Longest));
        }

        if (await work.Db.Set<StandardChange>().AnyAsync(
            row => row.BookId == work.Book && row.ValidFrom == next.Day && row.State != ChangeState.Dropped, ct))
        {
            throw new RefusedException(Already);
        }

        StandardChange change = new()
        {
            BookId = work.Book,
            ValidFrom = next.Day,
            FromStandard = next.Mapping.From.Key,
            ToStandard = next.Mapping.To.Key,
            MappingSha256 = next.Mapping.Sha256,
            Resolution = resolution,
            State = ChangeState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(change);
        await work.Db.SaveChangesAsync(ct);
        return change.ChangeOverId;
    }
}

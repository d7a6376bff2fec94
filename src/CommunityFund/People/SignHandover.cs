using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>One of the three signs the list of what is handed over.</summary>
public sealed record SignHandover(Guid Key, long Handover) : Command<Done>(Key)
{
    /// <summary>There is no such list in this book.</summary>
    public const string Unknown = "handover.unknown";

    /// <summary>The person is none of the three.</summary>
    public const string NotYours = "handover.not-yours";

    /// <summary>The person has signed it.</summary>
    public const string SignedAlready = "handover.signed-already";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person.Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Handover handover = await work.Db.Set<Handover>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.HandoverId == Handover, ct)
            ?? throw new RefusedException(Unknown);
        if (!handover.IsSignedBy(work.ActorId))
        {
            throw new RefusedException(NotYours);
        }

        if (await work.Db.Set<HandoverSignature>().AnyAsync(row => row.BookId == work.Book && row.HandoverId == Handover
            && row.PersonId == work.ActorId, ct))
        {
            throw new RefusedException(SignedAlready);
        }

        work.Db.Add(new HandoverSignature
        {
            BookId = work.Book,
            HandoverId = Handover,
            PersonId = work.ActorId,
            SignedAt = work.Now,
        });
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.ChangeOver;

/// <summary>Another person confirms the change-over: from its day on the book is kept by the new standard, for good.</summary>
public sealed record ConfirmChangeOver(Guid Key, long Change) : Command<Done>(Key)
{
    /// <summary>Nobody signs twice.</summary>
    public const string SamePerson = "change-over.same-person";

    /// <summary>The table is another than the one that was proposed.</summary>
    public const string OtherMapping = "change-over.other-mapping";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.VoucherReviewer).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        StandardChange change = await StandardChange.Lock(work, Change, ct);
        if (change.ProposedBy == work.ActorId)
        {
            throw new RefusedException(SamePerson);
        }

        NextStandard next = await NextStandard.Ready(work, ct);
        if (next.Mapping.To.Key != change.ToStandard || !next.Mapping.Sha256.AsSpan().SequenceEqual(change.MappingSha256))
        {
            throw new RefusedException(OtherMapping);
        }

        (change.State, change.DecidedBy, change.DecidedAt) = (ChangeState.Confirmed, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        work.Db.Add(new BookStandard { BookId = work.Book, ValidFrom = change.ValidFrom, Standard = change.ToStandard });
        await work.Db.SaveChangesAsync(ct);
        work.ForgetCharts();
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.CashBox;

/// <summary>A note was a mistake: it is not booked, and stays on record with the reason.</summary>
public sealed record DropCashNote(Guid Key, long Note, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(CashNote.Keepers).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string reason = PlainText.Of(Reason);
        CashNote note = await CashNote.Waiting(work, Note, ct);
        (note.Reason, note.DroppedBy, note.DroppedAt) = reason.Length is > 0 and <= CashNote.Longest
            ? (reason, work.ActorId, work.Now) : throw new RefusedException(CashNote.BadWords, ("limit", CashNote.Longest));
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Tranches;

/// <summary>核对用款申请: the desk has gone through its list, and the request goes on to the approvers.</summary>
/// <param name="UseOk">用途: what it is for is in the budget and the agreement.</param>
/// <param name="PapersOk">票据: quotations, contracts or lists fit it.</param>
/// <param name="ProgressOk">进度: the project stands where the plan says.</param>
public sealed record CheckTranche(Guid Key, long Tranche, int Version, bool UseOk, bool PapersOk, bool ProgressOk, string Note) : Command<Done>(Key)
{
    /// <summary>The note is too long.</summary>
    public const string NoteTooLong = "tranche-request.note-too-long";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => TrancheMoves.NeedOf(work, Tranche, TrancheMove.Check, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        string note = PlainText.Of(Note ?? "") is { Length: <= 500 } said ? said : throw new RefusedException(NoteTooLong, ("limit", 500));
        Tranche row = await Tranches.Tranche.Lock(work, Tranche, ct);
        if (row.State == TrancheState.Requested && row.StateVersion == Version && UseOk && PapersOk && ProgressOk)
        {
            work.Db.Add(new TrancheCheck
            {
                BookId = work.Book,
                TrancheId = row.TrancheId,
                RequestNo = row.RequestNo,
                UseOk = UseOk,
                PapersOk = PapersOk,
                ProgressOk = ProgressOk,
                Note = note,
                CheckedBy = work.ActorId,
                CheckedAt = work.Now,
            });
            await work.Db.SaveChangesAsync(ct);
        }

        await TrancheMoves.Make(work, Tranche, Version, TrancheMove.Check, null, ct);
        return Done.It;
    }
}

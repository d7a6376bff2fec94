using CommunityFund.Books;
using CommunityFund.Grants.Screening;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>What was to be corrected is corrected: lead and signer both sign, in either order, and the new text is kept beside the old one.
/// The first signature closes the text.</summary>
/// <param name="Sha256">Of the text that was shown, in hexadecimal.</param>
public sealed record ResubmitApplication(Guid Key, long Grant, int StateVersion, string Sha256) : Command<GrantMoved>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Resubmit, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        GrantCase row = await GrantCase.Lock(work, Grant, ct);
        if (row.State == GrantState.CorrectionRequested)
        {
            await SignOffApplication.Shown(work, row, Sha256, ct);
        }

        LocalDate due = await StartScreening.DueOf(work, row, ct);
        bool isKept = false;
        GrantMoved moved = await GrantMoves.Make(work, Grant, StateVersion, GrantMove.Resubmit, null, null, ct,
            async (grant, _, _) =>
            {
                await SignOffApplication.Keep(work, grant, Sha256, ct);
                isKept = true;
                return [];
            },
            _ => due);
        return moved.Happened == isKept ? moved : throw new InvalidOperationException("A corrected text was not kept.");
    }
}

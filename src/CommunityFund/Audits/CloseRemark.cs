using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Audits;

/// <summary>Settled, with the reason: by whoever raised it or another who oversees.</summary>
/// <param name="Step">The last step that the page showed.</param>
public sealed record CloseRemark(Guid Key, long Remark, short Step, string Words) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => RemarkTurns.NeedOf(work, Remark, AuditRoles.Overseeing, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await RemarkTurns.Take(work, Remark, Step, RemarkMove.Closed, Words, null, ct);
        return Done.It;
    }
}

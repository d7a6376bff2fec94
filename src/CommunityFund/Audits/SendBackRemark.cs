using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Audits;

/// <summary>The answer does not do: those who oversee say why, and may give a new day.</summary>
/// <param name="Step">The last step that the page showed.</param>
/// <param name="Due">Nothing in it leaves the day as it was.</param>
public sealed record SendBackRemark(Guid Key, long Remark, short Step, string Words, RemarkDue Due) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => RemarkTurns.NeedOf(work, Remark, AuditRoles.Overseeing, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await RemarkTurns.Take(work, Remark, Step, RemarkMove.SentBack, Words, Due.Day(work, isNeeded: false), ct);
        return Done.It;
    }
}

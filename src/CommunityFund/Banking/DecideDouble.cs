using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>A person says whether a doubtful line is the one that another source told of. Both real: it waits to be dealt with. The
/// same: it needs no voucher, and names the line that it is.</summary>
public sealed record DecideDouble(Guid Key, long Line, bool IsSame) : Command<Done>(Key)
{
    /// <summary>The reason of a line that is another one; shown in the reader's words.</summary>
    public const string SameLine = "same-line";

    /// <summary>Nobody doubts the line.</summary>
    public const string NotDoubtful = "bank-line.not-doubtful";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        BankLine line = await UndecidedLine.Lock(work, Line, mayBePartly: false, ct);
        if (line.State != BankLineState.Doubtful)
        {
            throw new RefusedException(NotDoubtful);
        }

        (line.State, line.Reason) = IsSame ? (BankLineState.Ignored, SameLine) : (BankLineState.New, "");
        (line.DecidedBy, line.DecidedAt) = (work.ActorId, work.Now);
        return Done.It;
    }
}

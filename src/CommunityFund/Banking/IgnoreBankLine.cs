using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>The line needs no voucher, for a reason that somebody will ask for one day.</summary>
public sealed record IgnoreBankLine(Guid Key, long Line, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await UndecidedLine.Decide(work, Line, BankLineState.Ignored, UndecidedLine.Told(Reason), ct);
        return Done.It;
    }
}

using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>The line is set aside: no fund can bear it yet, or somebody has to be asked what it is.</summary>
public sealed record HoldBankLine(Guid Key, long Line, [property: Personal] string Reason) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await UndecidedLine.Decide(work, Line, BankLineState.Held, UndecidedLine.Told(Reason), ct);
        return Done.It;
    }
}

using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>A held or ignored line waits to be disposed of again.</summary>
public sealed record RestoreBankLine(Guid Key, long Line) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await UndecidedLine.Decide(work, Line, BankLineState.New, "", ct);
        return Done.It;
    }
}

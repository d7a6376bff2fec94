using CommunityFund.Books;

namespace CommunityFund.People;

/// <summary>An administrator lets a person in, with a first password that has to be changed at once.</summary>
public sealed record AddLogin(Guid Key, NewLogin Login, bool MustChange = true) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Admin).Proved());

    internal override async Task<long> Apply(Work work, CancellationToken ct) => (await Login.Add(work, MustChange, ct)).PersonId;
}

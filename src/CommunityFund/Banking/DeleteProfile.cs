using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>A profile goes: files with its header are read by what is found again. What was imported by it stays.</summary>
public sealed record DeleteProfile(Guid Key, long Profile) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        work.Db.Remove(await BankProfile.Of(work, Profile, ct));
        return Done.It;
    }
}

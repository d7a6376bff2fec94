using CommunityFund.Books;

namespace CommunityFund.Banking;

/// <summary>A profile gets another name.</summary>
public sealed record RenameProfile(Guid Key, long Profile, string Name) : Command<Done>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        BankProfile profile = await BankProfile.Of(work, Profile, ct);
        profile.Name = await BankProfile.NameTyped(work, Name, profile.Fingerprint, ct);
        return Done.It;
    }
}

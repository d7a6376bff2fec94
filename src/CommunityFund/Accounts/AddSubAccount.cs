using CommunityFund.Books;

namespace CommunityFund.Accounts;

/// <summary>The foundation divides an account of the standard.</summary>
public sealed record AddSubAccount(Guid Key, string ParentKey, string Suffix, string NameZh, string NameEn, string Pinyin)
    : Command<string>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant, Role.Admin).ForWholeBook());

    internal override async Task<string> Apply(Work work, CancellationToken ct) =>
        (await new SubAccount(ParentKey, Suffix, NameZh, NameEn, Pinyin).Add(work, ct)).Key;
}

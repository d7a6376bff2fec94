using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>
/// An account as one standard writes it. The key names the same lasting thing under every standard; the rest is dated.
/// </summary>
/// <param name="Key">English slug that posting rules use.</param>
/// <param name="Code">Digits; a sub-account's code begins with its parent's.</param>
/// <param name="NameZh">The name that vouchers and books must show.</param>
/// <param name="NameEn">The name for English readers.</param>
/// <param name="Class">Where it stands in the chart.</param>
/// <param name="NormalSide">The side on which its balance normally stands; contra accounts stand on the other.</param>
/// <param name="Role">Its part in own cash and available money.</param>
/// <param name="Commodity">What it counts; only memorandum accounts count hours or points.</param>
/// <param name="Pinyin">Lower-case initials of the Chinese name, for quick finding.</param>
/// <param name="NeedsRestriction">True if every line must say 限定 or 非限定 under this standard.</param>
/// <param name="ParentKey">The account it is a part of, or null.</param>
public sealed record StandardAccount(
    string Key,
    string Code,
    string NameZh,
    string NameEn,
    AccountClass Class,
    Side NormalSide,
    AccountRole Role,
    Commodity Commodity,
    string Pinyin,
    bool NeedsRestriction,
    string? ParentKey)
{
    /// <summary>The account as the kernel's entries carry it.</summary>
    public Account ToAccount() => new(Key, Code, Class, NormalSide, Role, NeedsRestriction);
}

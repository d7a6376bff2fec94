using NodaTime;

namespace CommunityFund.Books;

/// <summary>An accounting system of the Ministry of Finance: its chart of accounts and the days it is in force.</summary>
/// <param name="Key">The name of its folder under reports/, such as <c>cn-npo-2026</c>.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Source">The number of the official document: 财会〔2024〕25号.</param>
/// <param name="From">First day in force.</param>
/// <param name="To">Last day in force, or null while no other has taken its place.</param>
/// <param name="Accounts">The chart, in the order of the file.</param>
public sealed record Standard(
    string Key,
    string NameZh,
    string NameEn,
    string Source,
    LocalDate From,
    LocalDate? To,
    IReadOnlyList<StandardAccount> Accounts)
{
    /// <summary>Whether books of this day are kept by this standard.</summary>
    public bool IsInForce(LocalDate day) => From <= day && (To is not { } last || day <= last);

    /// <summary>The account with a key.</summary>
    /// <exception cref="ArgumentException">This standard has no such account.</exception>
    public StandardAccount Account(string key) =>
        Accounts.FirstOrDefault(account => account.Key == key) ?? throw new ArgumentException($"{Key} has no account '{key}'.");
}

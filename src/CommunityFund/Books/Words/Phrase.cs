using System.Text.RegularExpressions;

namespace CommunityFund.Books;

/// <summary>One text in both languages, with {fact} or {0} placeholders.</summary>
internal sealed partial record Phrase(string Zh, string En, string Source)
{
    public string In(Language language) => language == Language.English ? En : Zh;

    /// <summary>Fills each placeholder once; what is filled in is never searched for placeholders again.</summary>
    public static string Fill(string text, Func<string, string?> valueOf) =>
        Placeholder().Replace(text, match => valueOf(match.Groups["name"].Value) ?? match.Value);

    public static IReadOnlySet<string> PlaceholdersOf(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\{(?<name>[A-Za-z0-9-]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}

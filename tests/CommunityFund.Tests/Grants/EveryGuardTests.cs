using System.Reflection;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Grants;

namespace CommunityFund.Tests.Grants;

/// <summary>
/// Every guard of a grant's life has its sentence in <see cref="GuardSentences"/> and a test that provokes it. That one does is told by the text
/// of the tests: whoever provokes a guard writes down which one is expected, and the words are held where the refusal is caught.
/// </summary>
public sealed partial class EveryGuardTests
{
    private static readonly string Root = Books.SourceTree.Root;

    private static readonly string Provoked = string.Join('\n', Directory
        .EnumerateFiles(Path.Combine(Root, "tests", "CommunityFund.Tests", "Grants"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetFileName(file).StartsWith(nameof(GuardSentences), StringComparison.Ordinal)
            && Path.GetFileNameWithoutExtension(file) != nameof(EveryGuardTests)).Select(File.ReadAllText));

    [Fact]
    public void Every_code_has_its_sentence_and_none_is_kept_for_a_code_that_is_gone()
    {
        string[] codes = [.. Codes().Select(field => (string)field.GetRawConstantValue()!), .. Walls().Select(name => $"database.{name.Replace('_', '-')}")];
        codes.Except(GuardSentences.All.Keys).Order(StringComparer.Ordinal).ShouldBeEmpty();
        GuardSentences.All.Keys.Except(codes).Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_is_provoked_by_a_test() =>
        Codes().Select(field => $"{field.DeclaringType!.Name}.{field.Name}").Where(code => !Names(code)).ShouldBeEmpty();

    [Fact]
    public void Every_wall_of_the_database_is_run_against_by_a_test() =>
        Walls().Where(name => !Names(name) && !Names($"database.{name.Replace('_', '-')}")).ShouldBeEmpty();

    private static readonly string[] Rooms =
    [
        "CommunityFund.Grants", "CommunityFund.Grants.Rounds", "CommunityFund.Grants.Applications", "CommunityFund.Grants.Screening",
        "CommunityFund.Grants.Bans", "CommunityFund.Grants.Meetings", "CommunityFund.Grants.Awards", "CommunityFund.Grants.Tranches",
        "CommunityFund.Grants.Money", "CommunityFund.Grants.Acquittals", "CommunityFund.Grants.Registers", "CommunityFund.Grants.Amendments",
        "CommunityFund.Grants.Endings", "CommunityFund.Grants.Closings",
    ];

    /// <summary>Codes of refusals; other constants of the folder have no dot.</summary>
    private static List<FieldInfo> Codes() =>
    [
        .. typeof(GrantCase).Assembly.GetTypes().Where(type => Rooms.Contains(type.Namespace, StringComparer.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(field => field.IsLiteral && field.GetRawConstantValue() is string code && code.Contains('.', StringComparison.Ordinal)),
    ];

    /// <summary>What the migrations of grants refuse by a name of their own.</summary>
    private static List<string> Walls()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Root, "migrations"), "*.sql").Order(StringComparer.Ordinal)];
        int first = Array.FindIndex(files, file => file.EndsWith("_grants.sql", StringComparison.Ordinal));
        int last = Array.FindLastIndex(files, file => file.EndsWith("_grant_hands.sql", StringComparison.Ordinal));
        string before = string.Join('\n', files[..first].Select(File.ReadAllText));
        string[] later = [.. files[(last + 1)..].Where(file => file.EndsWith("_announced_returns.sql", StringComparison.Ordinal))];
        string grants = string.Join('\n', files[first..(last + 1)].Concat(later).Select(File.ReadAllText));
        HashSet<string> named = [.. ConstraintRefusal.NamedCodes.Select(code => code["database.".Length..].Replace('-', '_'))];
        return
        [
            .. RefusedName().Matches(grants).Select(match => match.Groups["name"].Value).Distinct()
                .Where(name => named.Contains(name)
                    && !Regex.IsMatch(before, $@"\b{name}\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5))),
        ];
    }

    private static bool Names(string code) =>
        Regex.IsMatch(Provoked, $@"(?<![\w.]){Regex.Escape(code)}\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

    [GeneratedRegex(@"(?:refuse\('|constraint |unique index )(?<name>[a-z]+(?:_[a-z]+)+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RefusedName();
}

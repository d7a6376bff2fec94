using System.Reflection;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Books;

/// <summary>Every text in the repository exists, in both languages, and says the same facts in both.</summary>
public sealed partial class WordsTests
{
    // Marks and names that are the same in every language.
    private static readonly string[] SameInBoth =
    [
        "text.comma", "language.en", "voucher.link.named", "apply.mover-name", "apply.cannot", "days.day", "story.stands", "story.as", "amend.gives-is",
        "verify.at-sheet", "export.cover.made-by", "holder.paper.programme",
    ];

    // A language is named in its own script, whatever the reader's.
    private static readonly string[] ChineseInEnglish = ["language.zh"];

    private static readonly Dictionary<string, Phrase> Phrases = Read().ToDictionary(StringComparer.Ordinal);

    [Fact]
    public void Every_key_has_one_file_and_both_languages() => Should.NotThrow(() => Words.Of(Read()));

    [Fact]
    public void Both_languages_have_the_same_placeholders() =>
        Phrases.Where(entry => !Phrase.PlaceholdersOf(entry.Value.Zh).SetEquals(Phrase.PlaceholdersOf(entry.Value.En)))
            .Select(entry => entry.Key).ShouldBeEmpty();

    [Fact]
    public void English_words_have_no_chinese_characters() =>
        Phrases.Where(entry => Chinese().IsMatch(entry.Value.En))
            .Select(entry => entry.Key).Except(ChineseInEnglish).ShouldBeEmpty();

    [Fact]
    public void Chinese_words_have_chinese_characters() =>
        Phrases.Where(entry => !Chinese().IsMatch(entry.Value.Zh))
            .Select(entry => entry.Key).Except(SameInBoth).ShouldBeEmpty();

    [Fact]
    public void Every_refusal_has_words() =>
        RefusalCodes().Where(code => !Phrases.ContainsKey($"refusal.{code}")).ShouldBeEmpty();

    [Fact]
    public void Every_refusal_that_has_words_is_declared_beside_a_rule() =>
        Phrases.Keys.Where(key => key.StartsWith("refusal.", StringComparison.Ordinal))
            .Select(key => key["refusal.".Length..]).Except(RefusalCodes()).ShouldBeEmpty();

    [Fact]
    public void Every_name_of_the_kernel_has_words()
    {
        IEnumerable<string> names = typeof(Amount).Assembly.GetExportedTypes().Where(type => type.IsEnum)
            .SelectMany(type => Enum.GetValues(type).Cast<Enum>()).Select(value => Term.Of(value).Key)
            .Concat(CashFlow.All.Select(item => $"term.cash-flow.{item.Key}"))
            .Concat(Commodity.All.SelectMany(commodity => new[] { $"term.Commodity.{commodity}", $"amount.{commodity}" }))
            .Concat(new[] { Series.Cash, Series.General, Series.Commitments, Series.Hours, Series.Points }
                .Select(series => $"term.Series.{series.Code}"));
        names.Where(key => !Phrases.ContainsKey(key)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_key_that_a_source_file_asks_for_exists()
    {
        IEnumerable<string> missing =
            from file in new[] { "*.cshtml", "*.razor", "*.cs" }.SelectMany(kind => SourceTree.Files("src", kind))
            from Match match in AskedFor().Matches(File.ReadAllText(file))
            let key = match.Groups["key"].Value
            where !Phrases.ContainsKey(key)
            select $"{Path.GetRelativePath(SourceTree.Root, file)}: {key}";
        missing.ShouldBeEmpty();
    }

    private static IEnumerable<KeyValuePair<string, Phrase>> Read() => SourceTree.Files("src", "words.yaml").SelectMany(file =>
    {
        using StreamReader text = new(file);
        return WordsFile.Read(Path.GetRelativePath(SourceTree.Root, file), text).ToList();
    });

    private static HashSet<string> RefusalCodes() =>
    [
        .. new[] { typeof(Amount).Assembly, typeof(Words).Assembly }
            .SelectMany(assembly => assembly.GetTypes()).Where(type => type.Name != nameof(Account.Keys))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(field => field is { IsLiteral: true } && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Concat(SourceTree.Files("src/CommunityFund.Web", "*.cs").SelectMany(file => WebCodes().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups["code"].Value))
            .Concat(ConstraintRefusal.NamedCodes)
            .Where(value => CodeShape().IsMatch(value)),
    ];

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Chinese();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeShape();

    // The site itself is not referred to from here; its few codes are read off its source.
    [GeneratedRegex("""public const string \w+ = "(?<code>[^"]+)";""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WebCodes();

    // Keys made of parts ("error.{code}.title") cannot be read off the source; the page's own test shows those.
    [GeneratedRegex("""(?<![A-Za-z])([Ww]ords|_words|W)(\[|\.Text\()"(?<key>[^"{]+)"|new Term\("(?<key>[^"{]+)"\)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AskedFor();
}

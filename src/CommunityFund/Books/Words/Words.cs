using System.Globalization;
using System.Reflection;
using CommunityFund.Ledger;
using Microsoft.Extensions.Localization;

namespace CommunityFund.Books;

/// <summary>
/// Every text a person sees, in Chinese and English, read once from the words.yaml files that the assemblies embed.
/// The indexers speak the language of <see cref="CultureInfo.CurrentUICulture"/>; a refusal's words are under
/// <c>refusal.&lt;code&gt;</c> and its facts fill the placeholders.
/// </summary>
public sealed class Words : IStringLocalizer
{
    private readonly Dictionary<string, Phrase> _phrases;
    private readonly Action<string> _missing;

    private Words(Dictionary<string, Phrase> phrases, Action<string> missing) => (_phrases, _missing) = (phrases, missing);

    /// <summary>All keys, for tests and lists.</summary>
    public IReadOnlyCollection<string> Keys => _phrases.Keys;

    public LocalizedString this[string name] => this[name, []];

    public LocalizedString this[string name, params object[] arguments] =>
        new(name, Text(name, arguments, CultureInfo.CurrentUICulture), !Has(name));

    /// <summary>
    /// Reads the words of the assemblies. A key that is asked for and missing goes to <paramref name="missing"/> and is
    /// then shown as it is; without <paramref name="missing"/> it is a fault of the program and throws.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two files give words for the same key.</exception>
    /// <exception cref="FormatException">A file has another shape, or a key lacks one of the languages.</exception>
    public static Words From(IEnumerable<Assembly> assemblies, Action<string>? missing = null) =>
        Of(assemblies.SelectMany(Embedded), missing);

    internal static Words Of(IEnumerable<KeyValuePair<string, Phrase>> phrases, Action<string>? missing = null)
    {
        Dictionary<string, Phrase> known = new(StringComparer.Ordinal);
        foreach (var (key, phrase) in phrases)
        {
            if (!known.TryAdd(key, phrase))
            {
                throw new InvalidOperationException($"'{key}' has words in {known[key].Source} and in {phrase.Source}.");
            }
        }

        return new Words(known, missing ?? (key => throw new KeyNotFoundException($"No words for '{key}'.")));
    }

    /// <summary>Whether there are words for a key.</summary>
    public bool Has(string key) => _phrases.ContainsKey(key);

    /// <summary>A refusal's rule, facts and who can put it right, in the reader's language.</summary>
    public string Of(Refusal refusal, CultureInfo? reader = null) => Named($"refusal.{refusal.Code}", refusal.Facts, reader);

    /// <summary>A text whose {name}s are filled with facts by name.</summary>
    public string Named(string key, IReadOnlyDictionary<string, object?> facts, CultureInfo? reader = null)
    {
        Readable readable = For(reader);
        return Phrase.Fill(Find(key, reader), name => facts.TryGetValue(name, out object? fact)
            ? readable.Of(fact)
            : Missing($"{key} {{{name}}}"));
    }

    /// <summary>A plain text whose {0}, {1} are filled with arguments formatted for the reader.</summary>
    public string Text(string key, IReadOnlyList<object?> arguments, CultureInfo? reader = null)
    {
        Readable readable = For(reader);
        return Phrase.Fill(Find(key, reader), name =>
            int.TryParse(name, CultureInfo.InvariantCulture, out int i) && i >= 0 && i < arguments.Count
                ? readable.Of(arguments[i])
                : Missing($"{key} {{{name}}}"));
    }

    /// <summary>One value as the reader sees it: an amount with its unit, a date, the name of an enum's value.</summary>
    public string Show(object? value, CultureInfo? reader = null) => For(reader).Of(value);

    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
        _phrases.Keys.Order(StringComparer.Ordinal).Select(key => new LocalizedString(key, Find(key, null)));

    private static IEnumerable<KeyValuePair<string, Phrase>> Embedded(Assembly assembly)
    {
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (name.StartsWith("words/", StringComparison.Ordinal) && name.EndsWith("/words.yaml", StringComparison.Ordinal))
            {
                using StreamReader text = new(assembly.GetManifestResourceStream(name)!);
                foreach (var phrase in WordsFile.Read($"{assembly.GetName().Name}:{name}", text))
                {
                    yield return phrase;
                }
            }
        }
    }

    private Readable For(CultureInfo? reader) => new(this, reader ?? CultureInfo.CurrentUICulture);

    private string Find(string key, CultureInfo? reader) => _phrases.TryGetValue(key, out Phrase? phrase)
        ? phrase.In(Languages.Of(reader ?? CultureInfo.CurrentUICulture))
        : Missing(key) ?? key;

    private string? Missing(string key)
    {
        _missing(key);
        return null;
    }
}

using YamlDotNet.RepresentationModel;

namespace CommunityFund.Books;

/// <summary>
/// Reads one words.yaml: <c>key: { zh: "...", en: "..." }</c>. Maps may be nested; their keys are joined by dots.
/// </summary>
internal static class WordsFile
{
    public static IEnumerable<KeyValuePair<string, Phrase>> Read(string source, TextReader text)
    {
        YamlStream yaml = [];
        yaml.Load(text);
        return yaml.Documents.SelectMany(document => Under("", document.RootNode, source));
    }

    private static IEnumerable<KeyValuePair<string, Phrase>> Under(string key, YamlNode node, string source)
    {
        if (node is not YamlMappingNode map)
        {
            throw Wrong(source, node, $"'{key}' is neither a map nor a pair of zh and en");
        }

        if (!map.Children.Values.Any(child => child is YamlScalarNode))
        {
            return map.Children.SelectMany(child => Under(Join(key, child.Key), child.Value, source));
        }

        return Text(map, "zh") is { } zh && Text(map, "en") is { } en && map.Children.Count == 2
            ? [KeyValuePair.Create(key, new Phrase(zh, en, source))]
            : throw Wrong(source, node, $"'{key}' needs zh and en, and nothing beside them");
    }

    private static string Join(string key, YamlNode part) => key.Length == 0 ? $"{part}" : $"{key}.{part}";

    private static string? Text(YamlMappingNode map, string language) =>
        map.Children.TryGetValue(new YamlScalarNode(language), out YamlNode? node)
            && node is YamlScalarNode { Value: { } value } && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static FormatException Wrong(string source, YamlNode node, string why) =>
        new($"{source}, line {node.Start.Line}: {why}.");
}

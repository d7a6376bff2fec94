using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Books;

/// <summary>One map of a chart's file, each field with the line it stands on, so that every refusal names its line.</summary>
internal sealed class StandardFields
{
    private readonly string _file;
    private readonly int _line;
    private readonly Dictionary<string, (YamlNode Value, int Line)> _fields = new(StringComparer.Ordinal);

    private StandardFields(string file, YamlMappingNode map) => (_file, _line) = (file, LineOf(map.Start));

    /// <summary>Reads a map that may have these fields and no others.</summary>
    public static StandardFields Of(string file, YamlNode node, IReadOnlySet<string> allowed)
    {
        if (node is not YamlMappingNode map)
        {
            throw StandardFile.Broken(file, LineOf(node.Start), StandardFlaw.WrongShape, Scalar(node));
        }

        StandardFields fields = new(file, map);
        foreach (var (key, value) in map.Children)
        {
            int line = LineOf(key.Start);
            string name = Scalar(key);
            if (!allowed.Contains(name))
            {
                throw StandardFile.Broken(file, line, StandardFlaw.UnknownField, name);
            }

            fields._fields.Add(name, (value, line));
        }

        return fields;
    }

    public static int LineOf(Mark mark) => checked((int)mark.Line);

    /// <summary>The line of a field, or of the map where the field is absent.</summary>
    public int LineOf(string name) => _fields.TryGetValue(name, out var field) ? field.Line : _line;

    /// <summary>Whether the field is there and not blank.</summary>
    public bool Has(string name) => _fields.TryGetValue(name, out var field) && field.Value is not YamlScalarNode { Value: null or "" };

    public StandardFields Map(string name, IReadOnlySet<string> allowed) => Of(_file, Needed(name), allowed);

    public YamlSequenceNode List(string name) =>
        Needed(name) as YamlSequenceNode ?? throw Broken(name, StandardFlaw.WrongShape, name);

    /// <summary>A list that may be absent.</summary>
    public IEnumerable<YamlNode> ListOrNone(string name) => Has(name) ? List(name) : [];

    public string Text(string name) => TextOrNull(name) ?? throw Broken(name, StandardFlaw.MissingField, name);

    public string? TextOrNull(string name)
    {
        if (!_fields.TryGetValue(name, out var field))
        {
            return null;
        }

        return field.Value is YamlScalarNode text
            ? string.IsNullOrWhiteSpace(text.Value) ? null : text.Value
            : throw Broken(name, StandardFlaw.WrongShape, name);
    }

    /// <summary>A text that keeps to a form, such as digits only.</summary>
    public string Text(string name, Func<string, bool> form, StandardFlaw flaw)
    {
        string text = Text(name);
        return form(text) ? text : throw Broken(name, flaw, text);
    }

    public T Choice<T>(string name, IReadOnlyDictionary<string, T> words)
    {
        string text = Text(name);
        return words.TryGetValue(text, out T? value) ? value : throw Broken(name, StandardFlaw.BadWord, text);
    }

    public T ChoiceOr<T>(string name, IReadOnlyDictionary<string, T> words, T otherwise) =>
        TextOrNull(name) is null ? otherwise : Choice(name, words);

    public Exception Broken(string name, StandardFlaw flaw, string detail) =>
        StandardFile.Broken(_file, LineOf(name), flaw, detail);

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";

    private YamlNode Needed(string name) =>
        _fields.TryGetValue(name, out var field) && field.Value is not YamlScalarNode { Value: null or "" }
            ? field.Value
            : throw Broken(name, StandardFlaw.MissingField, name);
}

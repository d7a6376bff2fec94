using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CommunityFund.Books;

/// <summary>Reads YAML that is no deeper than people write it: the reader of documents goes down by calling itself, and a text of brackets
/// alone would end the process.</summary>
internal sealed class ShallowParser(IParser inner) : IParser
{
    private const int Deepest = 16;
    private readonly Stack<string> _open = new();

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        if (!inner.MoveNext())
        {
            return false;
        }

        switch (inner.Current)
        {
            case MappingStart or SequenceStart:
                _open.Push(((NodeEvent)inner.Current).Anchor is { IsEmpty: false } anchor ? anchor.Value : "");
                break;
            case MappingEnd or SequenceEnd:
                _open.Pop();
                break;
            case AnchorAlias alias when _open.Contains(alias.Value.Value):
                throw new YamlException(alias.Start, alias.End, "A part that contains itself.");
            default:
                break;
        }

        return _open.Count <= Deepest ? true
            : throw new YamlException(inner.Current!.Start, inner.Current.End, "Too many levels.");
    }
}

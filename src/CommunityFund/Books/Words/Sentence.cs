namespace CommunityFund.Books;

/// <summary>A fact that is itself a sentence: a key of some words.yaml with facts of its own, said in the reader's language.</summary>
public sealed record Sentence(string Key, IReadOnlyDictionary<string, object?> Facts)
{
    public static Sentence Of(string key, params (string Name, object? Value)[] facts) =>
        new(key, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}

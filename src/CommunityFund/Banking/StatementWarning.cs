namespace CommunityFund.Banking;

/// <summary>Something odd in a statement file that a person should look at; it never stops the reading.</summary>
/// <param name="Code">As for a refusal; the words stand under <c>warning.</c> and this code.</param>
/// <param name="Facts">What the reader needs to know, by name.</param>
public sealed record StatementWarning(string Code, IReadOnlyDictionary<string, object?> Facts)
{
    internal static StatementWarning Of(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}

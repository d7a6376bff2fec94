namespace CommunityFund.Books;

/// <summary>A fact or argument that is itself a word: a key of some words.yaml, shown in the reader's language.</summary>
public sealed record Term(string Key)
{
    /// <summary>The name of an enum's value: <c>term.Side.Debit</c>.</summary>
    public static Term Of(Enum value) => new($"term.{value.GetType().Name}.{value}");
}

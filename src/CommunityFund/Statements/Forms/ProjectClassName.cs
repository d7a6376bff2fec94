using CommunityFund.Books;

namespace CommunityFund.Statements;

/// <summary>What a class of projects is called.</summary>
internal static class ProjectClassName
{
    public static Bilingual Of(string key) => ProjectClass.Find(key) is { } known ? new(known.Zh, known.En) : new(key, key);
}

namespace CommunityFund.Statements;

/// <summary>What a class of projects is called.</summary>
internal static class ProjectClassName
{
    public static Bilingual Of(string key) => new(key, key);
}

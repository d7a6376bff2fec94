namespace CommunityFund.Tests.Books;

/// <summary>The repository's own files, found from wherever the tests run.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "lib"];

    public static string Root { get; } = Above(AppContext.BaseDirectory);

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(NotOurs.Contains));

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "CommunityFund.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No CommunityFund.sln above the tests."));
}

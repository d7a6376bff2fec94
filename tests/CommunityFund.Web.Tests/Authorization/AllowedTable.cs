using CommunityFund.Books;

namespace CommunityFund.Web.Tests.Authorization;

/// <summary>
/// Who may do what, one line per page, command, query and endpoint: <c>kind name: roles</c>. "everybody" is whoever is signed in,
/// "anyone" also a stranger, "operator" nobody but the machine's own command line; an exclamation mark after the name asks for a
/// recent proof. What the program has and the table lacks, or the other way round, fails.
/// </summary>
internal sealed class AllowedTable
{
    public static IReadOnlyList<Role> Roles { get; } = Enum.GetValues<Role>();

    private readonly Dictionary<string, string> _lines;

    private AllowedTable(Dictionary<string, string> lines) => _lines = lines;

    public IEnumerable<string> Names => _lines.Keys;

    public static AllowedTable Read() => new(File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Authorization", "allowed.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0].TrimEnd('!'), parts => string.Join(": ", parts), StringComparer.Ordinal));

    /// <summary>The line of something the program has, or a remark that it is missing.</summary>
    public string Line(string name) => _lines.GetValueOrDefault(name, $"{name}: (not in allowed.txt)");

    /// <summary>How a line reads for what was found.</summary>
    public static string Write(string name, bool proof, IReadOnlyCollection<Role> allowed, bool evenWithoutRole) =>
        $"{name}{(proof ? "!" : "")}: " + (evenWithoutRole ? "everybody" : allowed.Count == 0 ? "operator" : string.Join(' ', allowed.Order()));
}

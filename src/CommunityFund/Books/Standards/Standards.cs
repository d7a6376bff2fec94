using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>The standards the program ships, read once from <c>reports/*/accounts.yaml</c>.</summary>
public static class Standards
{
    /// <summary>Refusal: no standard is in force on the day.</summary>
    public const string NoneInForce = "standard.none-in-force";

    private const string Folder = "reports/";
    private const string FileName = "/accounts.yaml";

    // Lazy, so that a broken file is refused in its own words and not wrapped in a type initializer's failure.
    private static readonly Lazy<IReadOnlyList<Standard>> Shipped = new(() =>
        [.. Files().Select(Read).OrderBy(standard => standard.From)]);

    private static readonly Lazy<IReadOnlyList<StandardMapping>> Mapped = new(() =>
        [.. Names().Where(name => name.Contains("/from-", StringComparison.Ordinal)).Select(ReadMapping)]);

    /// <summary>All of them, oldest first.</summary>
    /// <exception cref="RefusedException">A file is broken.</exception>
    public static IReadOnlyList<Standard> All => Shipped.Value;

    /// <summary>The standard with a key, or null.</summary>
    public static Standard? Find(string key) => All.FirstOrDefault(standard => standard.Key == key);

    /// <summary>The standard by which the books of a day are kept.</summary>
    /// <exception cref="RefusedException">None is in force on <paramref name="day"/>.</exception>
    public static Standard InForce(LocalDate day) =>
        All.FirstOrDefault(standard => standard.IsInForce(day))
        ?? throw new RefusedException(NoneInForce, ("date", day), ("standards", All.Select(each => each.Source).ToList()));

    /// <summary>How books kept by a standard go over to the one that follows it, read from <c>reports/*/from-*.yaml</c>; null while
    /// none follows.</summary>
    /// <exception cref="RefusedException">A file is broken.</exception>
    public static StandardMapping? After(string key) => Mapped.Value.FirstOrDefault(mapping => mapping.From.Key == key);

    private static IEnumerable<string> Files() => Names().Where(name => name.EndsWith(FileName, StringComparison.Ordinal));

    private static IEnumerable<string> Names() => typeof(Standards).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal));

    private static StandardMapping ReadMapping(string file)
    {
        using StreamReader text = new(typeof(Standards).Assembly.GetManifestResourceStream(file)!);
        return StandardMappingFile.Read(file, text.ReadToEnd(), All);
    }

    private static Standard Read(string file)
    {
        using StreamReader text = new(typeof(Standards).Assembly.GetManifestResourceStream(file)!);
        return StandardFile.Read(file, text);
    }
}

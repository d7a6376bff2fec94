using System.Collections.Frozen;
using System.Globalization;

namespace CommunityFund.Books;

/// <summary>What kind of project a cost is for, whatever the standard; read from <c>reports/project-classes.yaml</c>.</summary>
public sealed record ProjectClass(string Key, string Zh, string En)
{
    private const string FileName = "reports/project-classes.yaml";

    private static readonly Lazy<IReadOnlyList<ProjectClass>> Shipped = new(() =>
    {
        using StreamReader text = new(typeof(ProjectClass).Assembly.GetManifestResourceStream(FileName)!);
        return Read(FileName, text);
    });

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create("classes");
    private static readonly FrozenSet<string> Fields = FrozenSet.Create("key", "zh", "en");

    /// <summary>All of them, in the order of the file.</summary>
    /// <exception cref="Ledger.RefusedException">The file is broken.</exception>
    public static IReadOnlyList<ProjectClass> All => Shipped.Value;

    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;

    /// <summary>The class with a key, or null.</summary>
    public static ProjectClass? Find(string key) => All.FirstOrDefault(each => each.Key == key);

    /// <summary>Reads the classes; <paramref name="file"/> is the name that a refusal shows.</summary>
    /// <exception cref="Ledger.RefusedException">The file is broken.</exception>
    public static IReadOnlyList<ProjectClass> Read(string file, TextReader text)
    {
        Dictionary<string, ProjectClass> classes = [];
        StandardFields head = StandardFields.Of(file, StandardFile.Root(file, text), HeadFields);
        foreach (StandardFields fields in head.List("classes").Select(node => StandardFields.Of(file, node, Fields)))
        {
            string key = fields.Text("key", StandardFile.IsSlug, StandardFlaw.BadKey);
            if (!classes.TryAdd(key, new ProjectClass(key, fields.Text("zh"), fields.Text("en"))))
            {
                throw fields.Broken("key", StandardFlaw.DuplicateKey, key);
            }
        }

        return [.. classes.Values];
    }
}

using System.Collections.Frozen;
using System.Globalization;

namespace CommunityFund.Books;

/// <summary>What kind of project a cost is for, whatever the standard; read from <c>reports/project-classes.yaml</c>.</summary>
/// <param name="For">Keys of the accounts whose lines carry it; empty for income and expenses.</param>
public sealed record ProjectClass(string Key, string Zh, string En, IReadOnlyList<string> For)
{
    private const string FileName = "reports/project-classes.yaml";

    private static readonly Lazy<IReadOnlyList<ProjectClass>> Shipped = new(() =>
    {
        using StreamReader text = new(typeof(ProjectClass).Assembly.GetManifestResourceStream(FileName)!);
        return Read(FileName, text);
    });

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create("classes");
    private static readonly FrozenSet<string> Fields = FrozenSet.Create("key", "zh", "en", "for");

    /// <summary>All of them, in the order of the file.</summary>
    /// <exception cref="Ledger.RefusedException">The file is broken.</exception>
    public static IReadOnlyList<ProjectClass> All => Shipped.Value;

    public string Name => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? En : Zh;

    /// <summary>Whether a line of the account may carry it.</summary>
    public bool Fits(Ledger.Account account) => For.Count > 0
        ? For.Any(key => account.Key == key || account.Key.StartsWith(key + ".", StringComparison.Ordinal))
        : account.Class is Ledger.AccountClass.Income or Ledger.AccountClass.Expense;

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
            if (!classes.TryAdd(key, new ProjectClass(
                key, fields.Text("zh"), fields.Text("en"), [.. fields.ListOrNone("for").Select(node => node.ToString())])))
            {
                throw fields.Broken("key", StandardFlaw.DuplicateKey, key);
            }
        }

        return [.. classes.Values];
    }
}

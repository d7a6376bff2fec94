using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>The statements the program ships for each standard, read once from <c>reports/*/statements/*.yaml</c>.</summary>
internal static class StatementLayouts
{
    /// <summary>Refusal: the standard has no such statement.</summary>
    public const string Unknown = "statement.unknown-form";

    private static readonly Lazy<ILookup<string, StatementLayout>> Read = new(() =>
        Standards.All.SelectMany(Of).ToLookup(form => form.Standard, StringComparer.Ordinal));

    /// <summary>In the order of their sections and files.</summary>
    /// <exception cref="RefusedException">A file is broken.</exception>
    public static IReadOnlyList<StatementLayout> Shipped(string standard) => [.. Read.Value[standard].OrderBy(form => form.Section)];

    /// <summary>Those of the standard in force, and what the foundation added.</summary>
    public static Task<IReadOnlyList<StatementLayout>> Of(Work work, FormChart chart, CancellationToken ct) => Task.FromResult(Shipped(chart.Standard));

    private static IEnumerable<StatementLayout> Of(Standard standard)
    {
        FormAccounts accounts = FormAccounts.Of(standard);
        string folder = $"reports/{standard.Key}/statements/";
        return typeof(StatementLayouts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .SelectMany(name => StatementLayoutFile.Read(name, TextOf(name), standard.Key, accounts));
    }

    private static string TextOf(string name)
    {
        using StreamReader text = new(typeof(StatementLayouts).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}

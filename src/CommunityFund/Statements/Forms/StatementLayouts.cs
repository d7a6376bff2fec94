using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>The statements of a standard: those the program ships in <c>reports/*/statements/*.yaml</c>, with what the foundation laid out
/// itself in their place or beside them.</summary>
internal static class StatementLayouts
{
    /// <summary>Refusal: the standard has no such statement.</summary>
    public const string Unknown = "statement.unknown-form";

    private const int MostParts = 5_000;

    private static readonly Lazy<ILookup<string, StatementLayout>> Read = new(() =>
        Standards.All.SelectMany(standard => Files(standard.Key).SelectMany(file =>
            StatementLayoutFile.Read(file.Name, file.Text, standard.Key, FormAccounts.Of(standard))))
        .ToLookup(form => form.Standard, StringComparer.Ordinal));

    /// <summary>In the order of their sections and files.</summary>
    /// <exception cref="RefusedException">A file is broken.</exception>
    public static IReadOnlyList<StatementLayout> Shipped(string standard) => [.. Read.Value[standard].OrderBy(form => form.Section)];

    /// <summary>Name and text of the shipped files of a standard.</summary>
    public static IEnumerable<(string Name, string Text)> Files(string standard)
    {
        string folder = $"reports/{standard}/statements/";
        return typeof(StatementLayouts).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (name, TextOf(name)));
    }

    /// <summary>All that can be drawn for a chart.</summary>
    public static async Task<IReadOnlyList<StatementLayout>> Of(Work work, FormChart chart, CancellationToken ct) =>
        With(await Own(work, chart.Standard, ct), chart);

    /// <summary>The last version of every file of the foundation.</summary>
    public static async Task<IReadOnlyList<OwnLayout>> Own(Work work, string standard, CancellationToken ct) =>
        [.. (await work.Db.Set<OwnLayout>().AsNoTracking().Where(row => row.BookId == work.Book && row.Standard == standard)
                .Where(row => !work.Db.Set<OwnLayout>().Any(later => later.BookId == row.BookId && later.Standard == row.Standard
                    && later.File == row.File && later.StatementLayoutId > row.StatementLayoutId))
                .OrderBy(row => row.File).ToListAsync(ct)).Where(row => row.Text.Length > 0)];

    /// <summary>Shipped statements with the foundation's own; one of its own takes the place of a shipped one of the same key.</summary>
    /// <exception cref="RefusedException">A file is broken, or two files lay out the same statement.</exception>
    public static IReadOnlyList<StatementLayout> With(IReadOnlyList<OwnLayout> own, FormChart chart)
    {
        List<StatementLayout> theirs = [];
        foreach (OwnLayout file in own.Where(file => file.Text.Length > 0))
        {
            foreach (StatementLayout form in StatementLayoutFile.Read($"{file.File}.yaml", file.Text, chart.Standard, chart.Accounts))
            {
                theirs.Add(theirs.Exists(each => each.Key == form.Key)
                    ? throw new RefusedException(SetStatementLayout.Twice, ("statement", form.Key), ("file", $"{file.File}.yaml"))
                    : form with { IsOwn = true });
            }
        }

        IEnumerable<StatementLayout> shipped = Shipped(chart.Standard)
            .Select(form => theirs.Find(own => own.Key == form.Key) ?? form);
        return [.. shipped.Concat(theirs).DistinctBy(form => form.Key).OrderBy(form => form.Section)];
    }

    /// <summary>That every formula which names another statement names a row and column that it has.</summary>
    /// <exception cref="RefusedException">One does not.</exception>
    public static void Prove(IReadOnlyList<StatementLayout> forms)
    {
        Dictionary<string, StatementLayout> byKey = forms.ToDictionary(form => form.Key, StringComparer.Ordinal);
        foreach (StatementLayout form in forms)
        {
            IEnumerable<FormulaTerm> terms = form.Formulas.SelectMany(formula => formula.Terms);
            foreach (FormulaTerm term in terms.Where(term => term.Statement is not null))
            {
                StatementLayout other = byKey.GetValueOrDefault(term.Statement!) ?? throw new RefusedException(Unknown, ("typed", term.Text));
                if (other.Rows.All(row => row.Key != term.Row) || (term.Column is { } column && other.Columns.All(each => each.Key != column)))
                {
                    throw new RefusedException(Statement.UnknownPart, ("statement", other.Title), ("part", term.Text));
                }
            }
        }

        // Drawn once over nothing: a circle through several statements shows here and not to whoever opens them.
        Reckoning nothing = new(forms, [], FormAccounts.Of(Standards.Find(forms[0].Standard)!), isProof: true);
        foreach (StatementLayout form in forms)
        {
            foreach (FormRow row in form.Rows.Where(row => !row.IsHeading))
            {
                foreach (FormColumn column in form.Columns)
                {
                    _ = nothing.Figure(form, row, column);
                }
            }
        }

        // Statements that add each other's rows twice would be taken apart for ever when somebody asks where a figure comes from.
        Dictionary<(FormRow, FormColumn), long> sizes = [];
        foreach (StatementLayout form in forms)
        {
            FormRow? large = form.Rows.FirstOrDefault(row => form.Columns.Any(column => Size(form, row, column) > MostParts));
            if (large is not null)
            {
                throw new RefusedException(SetStatementLayout.TooManyParts, ("statement", form.Title), ("row", large.Name));
            }
        }

        long Size(StatementLayout form, FormRow row, FormColumn column)
        {
            if (!sizes.TryGetValue((row, column), out long size))
            {
                size = column.Sum.Count > 0 ? column.Sum.Sum(key => Size(form, row, form.Columns.First(each => each.Key == key)))
                    : (row.Formula ?? column.Formula)?.Terms.Sum(term =>
                    {
                        StatementLayout of = term.Statement is { } other ? byKey[other] : form;
                        return term.Row is not { } key ? 1 : Math.Min(MostParts + 1, Size(
                            of, of.Rows.First(each => each.Key == key),
                            term.Column is { } named ? of.Columns.First(each => each.Key == named) : column));
                    }) ?? 1;
                sizes[(row, column)] = size;
            }

            return size;
        }
    }

    private static string TextOf(string name)
    {
        using StreamReader text = new(typeof(StatementLayouts).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}

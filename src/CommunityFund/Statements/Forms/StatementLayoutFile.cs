using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CommunityFund.Books;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Statements;

/// <summary>
/// Reads a file of statements. Accountants write these files, so whatever is wrong, circular or counts an account twice is refused with
/// file, line and reason before a figure is shown.
/// </summary>
internal static class StatementLayoutFile
{
    // A hundred more than the largest form has; a statement is read by people.
    private const int MostStatements = 40, MostRows = 200;

    private static readonly FrozenSet<string> FileFields = FrozenSet.Create("statements");

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create(
        "statement", "number", "zh", "en", "at", "of", "section", "from", "columns", "rows", "controls");

    private static readonly FrozenSet<string> ColumnFields = FrozenSet.Create(
        "key", "head", "zh", "en", "of", "filter", "sum", "when", "formula");

    private static readonly FrozenSet<string> RowFields = FrozenSet.Create(
        "key", "line", "zh", "en", "side", "in", "total", "heading", "each", "of", "columns", "filter", "formula");

    private static readonly FrozenSet<string> ControlFields = FrozenSet.Create("zh", "en", "left", "right");

    private static readonly FrozenSet<string> NameFields = FrozenSet.Create("zh", "en");

    private static readonly FrozenDictionary<string, bool> DayOrSpan = Words(("day", true), ("span", false));

    private static readonly FrozenDictionary<string, bool> BookOrFund = Words(("book", false), ("fund", true));

    private static readonly FrozenDictionary<string, bool> BalancesOrLines = Words(("balances", false), ("lines", true));

    private static readonly FrozenDictionary<string, bool> YesNo = Words(("true", true), ("false", false));

    private static readonly FrozenDictionary<string, Measure> Measures = Kebabs<Measure>();

    private static readonly FrozenDictionary<string, ColumnUse> Uses = Kebabs<ColumnUse>();

    private static readonly FrozenDictionary<string, FormSide> Sides = Kebabs<FormSide>();

    private static readonly FrozenDictionary<string, EachOf> Eachs = Kebabs<EachOf>();

    private static readonly FrozenDictionary<string, FormSection> Sections = Kebabs<FormSection>();

    /// <summary>Reads the statements of a file, checked by themselves and against the accounts; other statements are looked up later.</summary>
    /// <param name="file">The name that a refusal shows.</param>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static IReadOnlyList<StatementLayout> Read(string file, string text, string standard, FormAccounts accounts)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        YamlNode root = StandardFile.Root(file, new StringReader(text));
        bool isMany = root is YamlMappingNode map && map.Children.ContainsKey(new YamlScalarNode("statements"));
        IEnumerable<YamlNode> nodes = isMany ? StandardFields.Of(file, root, FileFields).List("statements") : [root];
        List<StatementLayout> forms = [];
        foreach (YamlNode node in nodes)
        {
            StandardFields head = StandardFields.Of(file, node, HeadFields);
            if (forms.Count == MostStatements)
            {
                throw head.Broken("statement", StandardFlaw.TooLarge, "statements");
            }

            StatementLayout form = FormOf(file, head, standard, digest);
            if (forms.Exists(each => each.Key == form.Key))
            {
                throw head.Broken("statement", StandardFlaw.DuplicateRow, form.Key);
            }

            new FormProof(file, form, accounts).Prove();
            forms.Add(form);
        }

        return forms;
    }

    private static StatementLayout FormOf(string file, StandardFields head, string standard, string digest)
    {
        List<FormColumn> columns = [];
        foreach (YamlNode node in head.List("columns"))
        {
            StandardFields fields = StandardFields.Of(file, node, ColumnFields);
            FormColumn column = ColumnOf(fields);
            Once(columns, each => each.Key == column.Key, fields, "key", column.Key);
            string? unknown = column.Sum.FirstOrDefault(key => !columns.Exists(each => each.Key == key));
            columns.Add(unknown is null ? column : throw fields.Broken("sum", StandardFlaw.UnknownColumn, unknown));
        }

        if (columns.Count == 0)
        {
            throw head.Broken("columns", StandardFlaw.MissingField, "columns");
        }

        List<FormRow> rows = [];
        foreach (YamlNode node in head.List("rows"))
        {
            StandardFields fields = StandardFields.Of(file, node, RowFields);
            if (rows.Count == MostRows)
            {
                throw fields.Broken("zh", StandardFlaw.TooLarge, "rows");
            }

            FormRow row = RowOf(fields, rows.Count);
            Once(rows, each => each.Key == row.Key, fields, "key", row.Key);
            string? unknown = row.Columns.FirstOrDefault(key => columns.TrueForAll(column => column.Key != key));
            if (unknown is not null)
            {
                throw fields.Broken("columns", StandardFlaw.UnknownColumn, unknown);
            }

            Once(rows, each => row.Line.Length > 0 && each.Line == row.Line, fields, "line", row.Line);
            rows.Add(row);
        }

        List<FormControl> controls = [];
        foreach (YamlNode node in head.ListOrNone("controls"))
        {
            StandardFields fields = StandardFields.Of(file, node, ControlFields);
            controls.Add(new FormControl(NameOf(fields), FormulaOf(fields, "left")!, FormulaOf(fields, "right")!, fields.LineOf("left")));
        }

        return new StatementLayout(
            head.Text("statement", StandardFile.IsSlug, StandardFlaw.BadKey), standard, head.TextOrNull("number") ?? "", NameOf(head),
            head.Choice("at", DayOrSpan), head.ChoiceOr("of", BookOrFund, otherwise: false),
            head.ChoiceOr("section", Sections, FormSection.Own), head.ChoiceOr("from", BalancesOrLines, otherwise: false), columns, rows,
            controls, digest);
    }

    private static FormColumn ColumnOf(StandardFields fields)
    {
        string[] sum = [.. fields.ListOrNone("sum").Select(node => (node as YamlScalarNode)?.Value ?? "")];
        return new FormColumn(
            fields.Text("key", StandardFile.IsSlug, StandardFlaw.BadKey),
            fields.Has("head") ? NameOf(fields.Map("head", NameFields)) : null, NameOf(fields),
            sum.Length > 0 ? null : fields.Choice("of", Measures), FilterOf(fields), sum,
            fields.ChoiceOr("when", Uses, ColumnUse.Always), FormulaOf(fields, "formula", needed: false));
    }

    private static FormRow RowOf(StandardFields fields, int number) => new()
    {
        Key = fields.TextOrNull("key") is null ? FormattableString.Invariant($"row-{number + 1}")
            : fields.Text("key", StandardFile.IsSlug, StandardFlaw.BadKey),
        Line = fields.TextOrNull("line") ?? "",
        Name = NameOf(fields),
        Side = fields.ChoiceOr("side", Sides, FormSide.Left),
        Indent = fields.ChoiceOr("in", Indents, 0),
        IsTotal = fields.ChoiceOr("total", YesNo, otherwise: false),
        IsHeading = fields.ChoiceOr("heading", YesNo, otherwise: false),
        Each = fields.Has("each") ? fields.Choice("each", Eachs) : null,
        Of = fields.Has("of") ? fields.Choice("of", Measures) : null,
        Columns = [.. fields.ListOrNone("columns").Select(node => (node as YamlScalarNode)?.Value ?? "")],
        Filter = FilterOf(fields),
        Formula = FormulaOf(fields, "formula", needed: false),
        At = fields.LineOf(fields.Has("formula") ? "formula" : "zh"),
    };

    private static readonly FrozenDictionary<string, int> Indents = Words(("0", 0), ("1", 1), ("2", 2), ("3", 3));

    private static LineFilter FilterOf(StandardFields fields) => fields.TextOrNull("filter") is not { } text ? LineFilter.Everything
        : LineFilter.Read(text, out string wrong) ?? throw fields.Broken("filter", StandardFlaw.BadFilter, wrong);

    internal static Formula? FormulaOf(StandardFields fields, string name, bool needed = true)
    {
        if ((needed ? fields.Text(name) : fields.TextOrNull(name)) is not { } text)
        {
            return null;
        }

        try
        {
            return Formula.Read(text);
        }
        catch (FormulaException fault)
        {
            throw fields.Broken(name, fault.Flaw, fault.Message);
        }
        catch (RegexMatchTimeoutException)
        {
            throw fields.Broken(name, StandardFlaw.TooLarge, name);
        }
    }

    private static Bilingual NameOf(StandardFields fields) => new(fields.Text("zh"), fields.Text("en"));

    private static void Once<T>(List<T> before, Predicate<T> same, StandardFields fields, string name, string detail)
    {
        if (before.Exists(same))
        {
            throw fields.Broken(name, StandardFlaw.DuplicateRow, detail);
        }
    }

    private static FrozenDictionary<string, T> Words<T>(params (string Word, T Value)[] words) =>
        words.ToFrozenDictionary(pair => pair.Word, pair => pair.Value, StringComparer.Ordinal);

    private static FrozenDictionary<string, T> Kebabs<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToFrozenDictionary(Codes.Kebab, StringComparer.Ordinal);
}

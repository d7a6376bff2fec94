using System.Collections.Frozen;
using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Statements;

/// <summary>The law's ratios with the formulas they are made of. Accountants edit the file, so a mistake is refused with line and
/// reason before anything is judged by it.</summary>
/// <param name="Figures">One row for each <see cref="RatioFigure"/>, in one column of the year.</param>
internal sealed record LawRuleFile(StatementLayout Figures, IReadOnlyList<LawRule> Rules)
{
    private const string Name = "reports/law/charity-ratios.yaml";

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create("figures", "rules");

    private static readonly FrozenSet<string> FigureFields = FrozenSet.Create("key", "zh", "en", "formula");

    private static readonly FrozenSet<string> RuleFields = FrozenSet.Create(
        "key", "zh", "en", "source", "mark", "kinds", "public", "charity", "net-assets", "from", "to", "weight", "least", "most");

    private static readonly FrozenSet<string> TierFields = FrozenSet.Create("at-least", "below");

    private static readonly FrozenSet<string> TestFields = FrozenSet.Create("what", "share", "of", "exempt-below");

    private static readonly FrozenDictionary<string, RatioFigure> FigureWords = Kebabs<RatioFigure>();

    // What is a sum of days, as a share can be of.
    private static readonly FrozenDictionary<string, RatioFigure> Spent =
        LawRatios.Shown.ToFrozenDictionary(Codes.Kebab, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, RatioBase> Bases = Kebabs<RatioBase>();

    private static readonly FrozenDictionary<string, RuleMark> Marks = Kebabs<RuleMark>();

    private static readonly FrozenDictionary<string, BodyKind> Kinds = Kebabs<BodyKind>();

    private static readonly FrozenDictionary<string, bool?> YesNoAny =
        new Dictionary<string, bool?> { ["yes"] = true, ["no"] = false, ["any"] = null }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, bool> Weights =
        new Dictionary<string, bool> { ["binds"] = false, ["shown"] = true }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Lazy<LawRuleFile> File = new(() =>
    {
        using StreamReader text = new(typeof(LawRuleFile).Assembly.GetManifestResourceStream(Name)!);
        return Read(Name, text.ReadToEnd());
    });

    /// <summary>The file the program ships, read once.</summary>
    /// <exception cref="RefusedException">It is broken.</exception>
    public static LawRuleFile Shipped => File.Value;

    public FormRow RowOf(RatioFigure figure) => Figures.Rows.First(row => row.Key == Codes.Kebab(figure));

    public Bilingual NameOf(RatioFigure figure) => RowOf(figure).Name;

    /// <param name="file">The name that a refusal shows.</param>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static LawRuleFile Read(string file, string text)
    {
        StandardFields head = StandardFields.Of(file, StandardFile.Root(file, new StringReader(text)), HeadFields);
        StatementLayout figures = FiguresOf(file, head);
        List<LawRule> rules = [];
        foreach (YamlNode node in head.List("rules"))
        {
            StandardFields fields = StandardFields.Of(file, node, RuleFields);
            LawRule rule = RuleOf(file, fields);
            rules.Add(rules.Exists(each => each.Key == rule.Key) ? throw fields.Broken("key", StandardFlaw.DuplicateRow, rule.Key) : rule);
        }

        return new LawRuleFile(figures, rules);
    }

    private static StatementLayout FiguresOf(string file, StandardFields head)
    {
        List<FormRow> rows = [];
        foreach (YamlNode node in head.List("figures"))
        {
            StandardFields fields = StandardFields.Of(file, node, FigureFields);
            string key = Codes.Kebab(fields.Choice("key", FigureWords));
            rows.Add(rows.Exists(row => row.Key == key) ? throw fields.Broken("key", StandardFlaw.DuplicateRow, key) : new FormRow
            {
                Key = key,
                Name = new Bilingual(fields.Text("zh"), fields.Text("en")),
                Formula = StatementLayoutFile.FormulaOf(fields, "formula"),
                At = fields.LineOf("formula"),
            });
        }

        if (FigureWords.Keys.Order(StringComparer.Ordinal).FirstOrDefault(key => !rows.Exists(row => row.Key == key)) is { } missing)
        {
            throw head.Broken("figures", StandardFlaw.MissingField, missing);
        }

        FormColumn year = new("year", null, new Bilingual("本年", "Year"), Measure.Year, LineFilter.Everything, [], ColumnUse.Always, null);
        StatementLayout layout = new(
            "law-ratios", "", "", new Bilingual("公益支出比例", "Law ratios"), false, false, FormSection.Own, false, [year], rows, [], "");

        // Years under either standard are judged by the same formulas.
        foreach (Standard standard in Standards.All)
        {
            new FormProof(file, layout, FormAccounts.Of(standard)).Prove();
        }

        return layout;
    }

    private static LawRule RuleOf(string file, StandardFields fields)
    {
        StandardFields? tier = fields.Has("net-assets") ? fields.Map("net-assets", TierFields) : null;
        LocalDate? from = DayOf(fields, "from"), to = DayOf(fields, "to");
        Amount? least = tier is null ? null : YuanOf(tier, "at-least"), below = tier is null ? null : YuanOf(tier, "below");
        LawTest[] tests = [.. TestsOf(file, fields, "least"), .. TestsOf(file, fields, "most")];
        return to < from || to is not null && from is null ? throw fields.Broken("to", StandardFlaw.BadDate, fields.Text("to"))
            : below is not null && least is not null && below <= least ? throw tier!.Broken("below", StandardFlaw.BadNumber, tier.Text("below"))
            : tests.Length == 0 ? throw fields.Broken("key", StandardFlaw.MissingField, "least, most")
            : new LawRule
            {
                Key = fields.Text("key", StandardFile.IsSlug, StandardFlaw.BadKey),
                Name = new Bilingual(fields.Text("zh"), fields.Text("en")),
                Source = fields.Text("source"),
                Mark = fields.Choice("mark", Marks),
                Kinds = WordsOf(fields, "kinds", Kinds),
                Public = fields.Choice("public", YesNoAny),
                Charity = fields.Choice("charity", YesNoAny),
                AtLeast = least,
                Below = below,
                From = from,
                To = to,
                IsShownOnly = fields.ChoiceOr("weight", Weights, otherwise: false),
                Tests = tests,
            };
    }

    private static IEnumerable<LawTest> TestsOf(string file, StandardFields rule, string name)
    {
        foreach (YamlNode node in rule.ListOrNone(name))
        {
            StandardFields fields = StandardFields.Of(file, node, TestFields);
            decimal share = NumberOf(fields, "share");
            yield return new LawTest(
                name == "least", fields.Choice("what", Spent),
                share is > 0 and <= 100 ? share : throw fields.Broken("share", StandardFlaw.BadNumber, fields.Text("share")),
                WordsOf(fields, "of", Bases), YuanOf(fields, "exempt-below"));
        }
    }

    private static T[] WordsOf<T>(StandardFields fields, string name, IReadOnlyDictionary<string, T> words) =>
    [
        .. fields.List(name).Select(node => (node as YamlScalarNode)?.Value ?? "").Select(word =>
            words.TryGetValue(word, out T? value) ? value : throw fields.Broken(name, StandardFlaw.BadWord, word)),
    ];

    private static LocalDate? DayOf(StandardFields fields, string name) =>
        fields.TextOrNull(name) is null ? null : StandardFile.Day(fields, name);

    private static Amount? YuanOf(StandardFields fields, string name) =>
        fields.TextOrNull(name) is null ? null : Amount.Yuan(NumberOf(fields, name));

    /// <summary>Digits and at most two decimals.</summary>
    private static decimal NumberOf(StandardFields fields, string name)
    {
        string text = fields.Text(name);
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            && decimal.Round(number, 2) == number && number < 1_000_000_000_000m ? number
            : throw fields.Broken(name, StandardFlaw.BadNumber, text);
    }

    private static FrozenDictionary<string, T> Kebabs<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToFrozenDictionary(Codes.Kebab, StringComparer.Ordinal);
}

using System.Collections.Frozen;
using CommunityFund.Ledger;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Books;

/// <summary>
/// Reads one <c>accounts.yaml</c>. Accountants edit these files, so a mistake is refused with its line and its reason
/// before any book is kept by it.
/// </summary>
public static class StandardFile
{
    /// <summary>Refusal: a chart of accounts cannot be used; the facts are file, line, reason and detail.</summary>
    public const string BrokenFile = "standard.broken-file";

    private const string DuplicateKeyWords = "Duplicate key ";

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create(
        "standard", "name", "source", "from", "to", "accounts");

    private static readonly FrozenSet<string> NameFields = FrozenSet.Create("zh", "en");

    private static readonly FrozenSet<string> AccountFields = FrozenSet.Create(
        "code", "key", "zh", "en", "pinyin", "class", "side", "role", "restriction", "parent", "commodity");

    private static readonly FrozenDictionary<string, AccountClass> Classes = new Dictionary<string, AccountClass>
    {
        ["asset"] = AccountClass.Asset,
        ["liability"] = AccountClass.Liability,
        ["net-assets"] = AccountClass.NetAssets,
        ["income"] = AccountClass.Income,
        ["expense"] = AccountClass.Expense,
        ["memorandum"] = AccountClass.Memorandum,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Side> Sides = new Dictionary<string, Side>
    {
        ["debit"] = Side.Debit,
        ["credit"] = Side.Credit,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AccountRole> Roles = new Dictionary<string, AccountRole>
    {
        ["none"] = AccountRole.None,
        ["investment"] = AccountRole.Investment,
        ["own-cash"] = AccountRole.OwnCash,
        ["agency-cash"] = AccountRole.AgencyCash,
        ["claim"] = AccountRole.Claim,
        ["commitment"] = AccountRole.Commitment,
        ["agency"] = AccountRole.Agency,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, bool> YesNo =
        new Dictionary<string, bool> { ["true"] = true, ["false"] = false }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Commodity> Commodities =
        Commodity.All.ToFrozenDictionary(commodity => commodity.Code);

    /// <summary>Reads a chart; <paramref name="file"/> is the name that a refusal shows.</summary>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static Standard Read(string file, TextReader text)
    {
        StandardFields head = StandardFields.Of(file, Root(file, text), HeadFields);
        StandardFields name = head.Map("name", NameFields);
        LocalDate from = Day(head, "from");
        LocalDate? to = head.TextOrNull("to") is null ? null : Day(head, "to");
        if (to < from)
        {
            throw head.Broken("to", StandardFlaw.BadDate, head.Text("to"));
        }

        string key = head.Text("standard", IsSlug, StandardFlaw.BadKey);
        string source = head.Text("source");
        StandardChart chart = new(from);
        foreach (YamlNode node in head.List("accounts"))
        {
            StandardFields fields = StandardFields.Of(file, node, AccountFields);
            chart.Add(AccountOf(fields), fields);
        }

        return new Standard(key, name.Text("zh"), name.Text("en"), source, from, to, chart.Checked(head));
    }

    internal static RefusedException Broken(string file, int line, StandardFlaw flaw, string detail) =>
        new(BrokenFile, ("file", file), ("line", line), ("reason", flaw), ("detail", detail));

    internal static YamlNode Root(string file, TextReader text)
    {
        YamlStream yaml = [];
        Scanner scanner = new(text);
        try
        {
            yaml.Load(new ShallowParser(new Parser(scanner)));
        }
        catch (YamlException fault) when (fault.Message.StartsWith(DuplicateKeyWords, StringComparison.Ordinal))
        {
            // YamlDotNet has no type of its own for a second equal key in a map; its words are all there is to tell it by.
            string key = fault.Message[DuplicateKeyWords.Length..];
            throw Broken(file, StandardFields.LineOf(fault.Start), StandardFlaw.DuplicateField, key);
        }
        catch (YamlException fault)
        {
            // The end of the fault, for it begins where the reader last understood, often on the line above.
            throw Broken(file, StandardFields.LineOf(fault.End), StandardFlaw.NotYaml, fault.Message);
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16 fails so, without a place, on a plain text that breaks off at certain signs.
            throw Broken(file, StandardFields.LineOf(scanner.CurrentPosition), StandardFlaw.NotYaml, "");
        }

        return yaml.Documents switch
        {
            [var only] => only.RootNode,
            [] => throw Broken(file, 1, StandardFlaw.NotYaml, ""),
            [_, var second, ..] => throw Broken(file, StandardFields.LineOf(second.RootNode.Start), StandardFlaw.NotYaml, "---"),
        };
    }

    private static StandardAccount AccountOf(StandardFields fields)
    {
        AccountClass kind = fields.Choice("class", Classes);
        Commodity commodity = fields.TextOrNull("commodity") is null ? Commodity.Cny : fields.Choice("commodity", Commodities);
        if (commodity != Commodity.Cny && kind != AccountClass.Memorandum)
        {
            throw fields.Broken("commodity", StandardFlaw.NotMoney, commodity.Code);
        }

        return new StandardAccount(
            fields.Text("key", IsSlug, StandardFlaw.BadKey),
            fields.Text("code", code => code.All(char.IsAsciiDigit), StandardFlaw.BadCode),
            fields.Text("zh"),
            fields.Text("en"),
            kind,
            fields.Choice("side", Sides),
            fields.Choice("role", Roles),
            commodity,
            fields.Text("pinyin", pinyin => pinyin.All(char.IsAsciiLetterLower), StandardFlaw.BadPinyin),
            fields.Choice("restriction", YesNo),
            fields.TextOrNull("parent"));
    }

    internal static bool IsSlug(string key) => key.Split('.', '-')
        .All(part => part.Length > 0 && part.All(sign => char.IsAsciiLetterLower(sign) || char.IsAsciiDigit(sign)));

    internal static LocalDate Day(StandardFields fields, string name)
    {
        string text = fields.Text(name);
        ParseResult<LocalDate> day = LocalDatePattern.Iso.Parse(text);
        return day.Success ? day.Value : throw fields.Broken(name, StandardFlaw.BadDate, text);
    }
}

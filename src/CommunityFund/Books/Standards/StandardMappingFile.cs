using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Ledger;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Books;

/// <summary>Why a table of the change-over is refused; the words are under <c>term.MappingFlaw</c>.</summary>
public enum MappingFlaw
{
    /// <summary>No such standard is shipped, or the new one does not follow the old one.</summary>
    UnknownStandard,

    /// <summary>The account is in neither chart, or not in the one it should be in.</summary>
    UnknownAccount,

    /// <summary>The code beside the key is another than the chart's.</summary>
    CodeUnlikeChart,

    /// <summary>An account, a part or a recognition stands twice.</summary>
    Twice,

    /// <summary>An account of the old chart has no row.</summary>
    NotMapped,

    /// <summary>Parts where nothing is split, none where something is, or a target where there is none.</summary>
    PartsMisplaced,

    /// <summary>Neither side of a part is the account that is split, or both are.</summary>
    PartElsewhere,

    /// <summary>Cash, income, expenses and net assets are never split or recognised by a change-over.</summary>
    NotConvertible,
}

/// <summary>Reads one <c>from-….yaml</c> and holds it against both charts; a mistake is refused with its line and reason.</summary>
public static class StandardMappingFile
{
    /// <summary>Refusal: a table of the change-over cannot be used; the facts are file, line, reason and detail.</summary>
    public const string BrokenMapping = "standard.broken-mapping";

    private static readonly FrozenSet<string> HeadFields = FrozenSet.Create("from", "to", "source", "accounts", "recognitions");
    private static readonly FrozenSet<string> AccountFields = FrozenSet.Create("old", "new", "key", "what", "to", "parts", "note");
    private static readonly FrozenSet<string> PartFields = FrozenSet.Create("key", "debit", "credit", "zh", "en");
    private static readonly FrozenSet<string> RecognitionFields = FrozenSet.Create("key", "account", "side", "nominal", "zh", "en");
    private static readonly FrozenSet<string> NoteFields = FrozenSet.Create("zh", "en");

    private static readonly FrozenDictionary<string, MappingKind> Kinds =
        Enum.GetValues<MappingKind>().ToFrozenDictionary(Codes.Kebab);

    private static readonly FrozenDictionary<string, Side> Sides =
        new Dictionary<string, Side> { ["debit"] = Side.Debit, ["credit"] = Side.Credit }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, bool> YesNo =
        new Dictionary<string, bool> { ["true"] = true, ["false"] = false }.ToFrozenDictionary();

    /// <summary>Reads a table; <paramref name="file"/> is the name that a refusal shows.</summary>
    /// <exception cref="RefusedException">The file is broken.</exception>
    public static StandardMapping Read(string file, string text, IReadOnlyList<Standard> standards)
    {
        using StringReader reader = new(text);
        StandardFields head = StandardFields.Of(file, StandardFile.Root(file, reader), HeadFields);
        Standard from = Known(standards, head, "from", file), to = Known(standards, head, "to", file);
        if (from.To?.PlusDays(1) != to.From)
        {
            throw Broken(file, head.LineOf("to"), MappingFlaw.UnknownStandard, to.Key);
        }

        HashSet<string> seen = [];
        List<MappedAccount> accounts = [];
        foreach (YamlNode node in head.List("accounts"))
        {
            StandardFields fields = StandardFields.Of(file, node, AccountFields);
            accounts.Add(AccountOf(file, fields, from, to, seen));
        }

        if (from.Accounts.FirstOrDefault(account => !seen.Contains(account.Key)) is { } missing)
        {
            throw Broken(file, head.LineOf("accounts"), MappingFlaw.NotMapped, $"{missing.Code} {missing.Key}");
        }

        return new StandardMapping(file, SHA256.HashData(Encoding.UTF8.GetBytes(text)), from, to, head.Text("source"), accounts,
            [.. head.List("recognitions").Select(node => RecognitionOf(file, node, to, seen))]);
    }

    private static MappedAccount AccountOf(string file, StandardFields fields, Standard from, Standard to, HashSet<string> seen)
    {
        MappingKind kind = fields.Choice("what", Kinds);
        StandardAccount old = Account(file, fields, "key", from);
        NotTwice(file, fields, seen, old.Key);
        SameCode(file, fields, "old", old);
        if (kind == MappingKind.Merged != (fields.TextOrNull("to") is not null)
            || kind == MappingKind.Split != fields.Has("parts") || kind == MappingKind.Gone == fields.Has("new"))
        {
            throw Broken(file, fields.LineOf("what"), MappingFlaw.PartsMisplaced, old.Key);
        }

        StandardAccount? now = kind == MappingKind.Gone ? null : Account(file, fields, kind == MappingKind.Merged ? "to" : "key", to);
        if (now is not null)
        {
            SameCode(file, fields, "new", now);
        }

        if (kind is MappingKind.Split or MappingKind.Merged)
        {
            Convertible(file, fields, "key", old);
        }

        StandardFields? note = fields.Has("note") ? fields.Map("note", NoteFields) : null;
        return new MappedAccount(old, now, kind,
            kind == MappingKind.Split ? [.. fields.List("parts").Select(node => PartOf(file, node, old, to, seen))] : [],
            note?.Text("zh") ?? "", note?.Text("en") ?? "");
    }

    private static MappedPart PartOf(string file, YamlNode node, StandardAccount old, Standard to, HashSet<string> seen)
    {
        StandardFields fields = StandardFields.Of(file, node, PartFields);
        StandardAccount debit = Account(file, fields, "debit", to), credit = Account(file, fields, "credit", to);
        Convertible(file, fields, "debit", debit);
        Convertible(file, fields, "credit", credit);
        if (debit.Key == old.Key == (credit.Key == old.Key))
        {
            throw Broken(file, fields.LineOf("debit"), MappingFlaw.PartElsewhere, old.Key);
        }

        return new MappedPart(Slug(file, fields, seen), debit.Key, credit.Key, fields.Text("zh"), fields.Text("en"));
    }

    private static FirstRecognition RecognitionOf(string file, YamlNode node, Standard to, HashSet<string> seen)
    {
        StandardFields fields = StandardFields.Of(file, node, RecognitionFields);
        StandardAccount account = Account(file, fields, "account", to);
        Convertible(file, fields, "account", account);
        return new FirstRecognition(Slug(file, fields, seen), account.Key, fields.Choice("side", Sides), fields.Choice("nominal", YesNo),
            fields.Text("zh"), fields.Text("en"));
    }

    // Parts and recognitions are answered by their keys, so these differ from each other; a mark keeps them apart from accounts.
    private static string Slug(string file, StandardFields fields, HashSet<string> seen)
    {
        string key = fields.Text("key", StandardFile.IsSlug, StandardFlaw.BadKey);
        NotTwice(file, fields, seen, $"? {key}");
        return key;
    }

    private static Standard Known(IReadOnlyList<Standard> standards, StandardFields head, string name, string file)
    {
        string key = head.Text(name);
        return standards.FirstOrDefault(standard => standard.Key == key)
            ?? throw Broken(file, head.LineOf(name), MappingFlaw.UnknownStandard, key);
    }

    private static StandardAccount Account(string file, StandardFields fields, string name, Standard standard)
    {
        string key = fields.Text(name);
        return standard.Accounts.FirstOrDefault(account => account.Key == key)
            ?? throw Broken(file, fields.LineOf(name), MappingFlaw.UnknownAccount, $"{key} / {standard.Key}");
    }

    private static void SameCode(string file, StandardFields fields, string name, StandardAccount account)
    {
        if (fields.Text(name) is var code && code != account.Code)
        {
            throw Broken(file, fields.LineOf(name), MappingFlaw.CodeUnlikeChart, $"{code} / {account.Code}");
        }
    }

    private static void Convertible(string file, StandardFields fields, string name, StandardAccount account)
    {
        if (account.Class is not (AccountClass.Asset or AccountClass.Liability)
            || account.Role is AccountRole.OwnCash or AccountRole.AgencyCash)
        {
            throw Broken(file, fields.LineOf(name), MappingFlaw.NotConvertible, account.Key);
        }
    }

    private static void NotTwice(string file, StandardFields fields, HashSet<string> seen, string key)
    {
        if (!seen.Add(key))
        {
            throw Broken(file, fields.LineOf("key"), MappingFlaw.Twice, key.TrimStart('?', ' '));
        }
    }

    private static RefusedException Broken(string file, int line, MappingFlaw flaw, string detail) =>
        new(BrokenMapping, ("file", file), ("line", line), ("reason", flaw), ("detail", detail));
}

using System.Collections.Frozen;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>What a kept balance is kept by, beside its account.</summary>
internal enum Dimension
{
    Restriction,
    Agency,
    CashFlow,
    Movement,
    ProjectClass,
    Fund,
    Account,
    Project,
}

/// <summary>Values of one dimension that are taken, or all but these.</summary>
internal sealed record LineChoice(Dimension Dimension, FrozenSet<string> Values, bool IsExcept)
{
    public bool Takes(CubeCell cell) => Values.Contains(cell.Of(Dimension)) != IsExcept;

    /// <summary>Whether no line can be taken by both.</summary>
    public bool IsApartFrom(LineChoice other) => Dimension == other.Dimension && (IsExcept, other.IsExcept) switch
    {
        (false, false) => !Values.Overlaps(other.Values),
        (false, true) => Values.IsSubsetOf(other.Values),
        (true, false) => other.Values.IsSubsetOf(Values),
        _ => false,
    };
}

/// <summary>
/// Which lines of an account a formula counts: <c>restricted</c>, <c>unrestricted</c> (all that is not restricted, as the standard of 2004
/// has its expenses), <c>own</c>, <c>agency</c>, <c>ordinary</c>, <c>closing</c>, <c>flow KEY</c>, <c>moved KIND</c>, <c>class KEY</c>,
/// <c>fund CODE</c>, <c>project NUMBER</c> (<c>none</c> for those without), several values with a bar
/// between them, and <c>not</c> before the last five.
/// </summary>
internal sealed record LineFilter(IReadOnlyList<LineChoice> Choices)
{
    private const string Restricted = "R", Held = "agency", Close = "close";

    public static LineFilter Everything { get; } = new([]);

    public static LineFilter Only(Dimension dimension, string value) => new([new LineChoice(dimension, [value], IsExcept: false)]);

    public LineFilter And(LineFilter other) => this == Everything ? other : other == Everything ? this
        : new LineFilter([.. Choices, .. other.Choices]);

    public bool Takes(CubeCell cell) => Choices.All(choice => choice.Takes(cell));

    public bool IsApartFrom(LineFilter other) =>
        Choices.Any(mine => other.Choices.Any(theirs => mine.IsApartFrom(theirs)));

    /// <summary>Reads what stands in the brackets of a formula.</summary>
    /// <returns>Null if a word is not one of those above; it is then in <paramref name="wrong"/>.</returns>
    public static LineFilter? Read(string text, out string wrong)
    {
        List<LineChoice> choices = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            wrong = part;
            if (ChoiceOf(part) is not { } choice)
            {
                return null;
            }

            choices.Add(choice);
        }

        wrong = "";
        return new LineFilter(choices);
    }

    private static LineChoice? ChoiceOf(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["restricted"] => new LineChoice(Dimension.Restriction, [Restricted], IsExcept: false),
            ["unrestricted"] => new LineChoice(Dimension.Restriction, [Restricted], IsExcept: true),
            ["agency"] => new LineChoice(Dimension.Agency, [Held], IsExcept: false),
            ["own"] => new LineChoice(Dimension.Agency, [Held], IsExcept: true),
            ["closing"] => new LineChoice(Dimension.Movement, [Close], IsExcept: false),
            ["ordinary"] => new LineChoice(Dimension.Movement, [Close], IsExcept: true),
            ["not", var name, var values] => Named(name, values, isExcept: true),
            [var name, var values] => Named(name, values, isExcept: false),
            _ => null,
        };
    }

    private static LineChoice? Named(string name, string values, bool isExcept)
    {
        (Dimension dimension, Func<string, bool> isKnown)? found = name switch
        {
            "flow" => (Dimension.CashFlow, key => CashFlow.Find(key) is not null),
            "moved" => (Dimension.Movement, key => Codes.Find<MovementKind>(key) is not null),
            "class" => (Dimension.ProjectClass, key => key == "none" || StandardFile.IsSlug(key)),
            "project" => (Dimension.Project, key => key == "none" || key.All(char.IsAsciiDigit)),
            "fund" => (Dimension.Fund, key => key.All(sign => char.IsAsciiLetterUpper(sign) || char.IsAsciiDigit(sign) || sign == '-')),
            _ => null,
        };
        string[] keys = values.Split('|');
        return found is { } of && keys.All(key => key.Length > 0 && of.isKnown(key))
            ? new LineChoice(of.dimension, [.. keys.Select(key => key == "none" ? "" : key)], isExcept)
            : null;
    }
}

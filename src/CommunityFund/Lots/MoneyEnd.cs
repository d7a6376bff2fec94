using CommunityFund.Books;

namespace CommunityFund.Lots;

/// <summary>Where money of funds comes from or goes to. What comes stands before what goes.</summary>
public enum MoneyEndKind
{
    /// <summary>It was there before the first day.</summary>
    Carried,

    /// <summary>Gifts of persons.</summary>
    Persons,

    /// <summary>Gifts of organisations.</summary>
    Organisations,

    /// <summary>Gifts of whom nobody knows.</summary>
    Nameless,

    /// <summary>Whatever social enterprises handed on, as a gift or as a yield.</summary>
    Enterprises,

    /// <summary>Subsidies; what government buys is a service.</summary>
    Government,

    /// <summary>Services, those that government buys among them.</summary>
    Services,

    /// <summary>Goods sold.</summary>
    Sales,

    /// <summary>Dues of members.</summary>
    Dues,

    /// <summary>Interest, dividends and other yields.</summary>
    Investments,

    /// <summary>All other income.</summary>
    Others,

    /// <summary>From other funds, less what was handed on to them.</summary>
    Transferred,

    /// <summary>Net assets that changed without income or expense: prior years, first recognitions, registered capital.</summary>
    Changed,

    /// <summary>Programme cost, class by class.</summary>
    Programmes,

    /// <summary>Management.</summary>
    Management,

    /// <summary>Fund-raising.</summary>
    Fundraising,

    /// <summary>All other expenses.</summary>
    OtherCosts,

    /// <summary>Not used yet.</summary>
    Left,
}

/// <summary>One end of the flow of money.</summary>
/// <param name="ProjectClass">Key of the class of programme cost; empty for cost without one and for all other ends.</param>
public sealed record MoneyEnd(MoneyEndKind Kind, string ProjectClass = "")
{
    public bool IsIn => Kind <= MoneyEndKind.Changed;

    /// <summary>One word for files and addresses.</summary>
    public string Key => ProjectClass.Length > 0 ? $"class-{ProjectClass}" : Codes.Kebab(Kind);

    public string Named(Words words) => Kind != MoneyEndKind.Programmes ? words.Show(Kind)
        : ProjectClass.Length == 0 ? words["money.no-class"] : Books.ProjectClass.Find(ProjectClass)?.Name ?? ProjectClass;

    /// <summary>What it is called in a picture of streams, where an amount below zero runs the other way.</summary>
    public string Drawn(Words words, bool isNegative) => (Kind, isNegative) switch
    {
        (MoneyEndKind.Transferred, false) => words["money.from-funds"],
        (MoneyEndKind.Transferred, true) => words["money.to-funds"],
        (MoneyEndKind.Carried, true) => words["money.short-before"],
        (MoneyEndKind.Left, true) => words["money.short"],
        (_, true) => words["money.taken-back", Named(words)],
        _ => Named(words),
    };
}

using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>Where a row of a two-sided statement stands.</summary>
public enum FormSide
{
    /// <summary>The only side there is, or that of the assets.</summary>
    Left,

    /// <summary>Liabilities and net assets.</summary>
    Right,
}

/// <summary>What a row is repeated for.</summary>
public enum EachOf
{
    /// <summary>Every class of projects with figures.</summary>
    Class,

    /// <summary>Every fund within reach with figures.</summary>
    Fund,

    /// <summary>Every account with figures among those of the formula.</summary>
    Account,

    /// <summary>Every project with figures.</summary>
    Project,
}

/// <summary>On which days a column is drawn.</summary>
public enum ColumnUse
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>For a month, a quarter or half a year.</summary>
    Part,

    /// <summary>For a whole year.</summary>
    Year,
}

/// <summary>A statement as its file under reports/ lays it down: what is counted in which row and column. Nothing here knows a figure.</summary>
/// <param name="Key">File-independent name, such as <c>balance-sheet</c>.</param>
/// <param name="Standard">Key of the standard whose accounts its formulas name.</param>
/// <param name="Number">Number of the official form, such as 会民非01表; empty for one of our own.</param>
/// <param name="IsOfDay">Whether it shows what stood on a day, not what moved on days.</param>
/// <param name="OfFund">Whether it is drawn for one fund.</param>
/// <param name="Section">Under which heading of the list it stands.</param>
/// <param name="Digest">SHA-256 of the file, first 12 digits: which layout a print followed.</param>
public sealed record StatementLayout(
    string Key, string Standard, string Number, Bilingual Title, bool IsOfDay, bool OfFund, FormSection Section, bool ReadsLines,
    IReadOnlyList<FormColumn> Columns, IReadOnlyList<FormRow> Rows, IReadOnlyList<FormControl> Controls, string Digest)
{
    /// <summary>Whether the foundation laid it out, not the program.</summary>
    public bool IsOwn { get; init; }

    internal IEnumerable<Formula> Formulas => Rows.Select(row => row.Formula).Concat(Columns.Select(column => column.Formula))
        .Concat(Controls.SelectMany(control => new[] { control.Left, control.Right })).OfType<Formula>();

    /// <summary>Whether assets stand on the left and what they are made of on the right.</summary>
    public bool IsTwoSided => Rows.Any(row => row.Side == FormSide.Right);
}

/// <summary>Where a statement stands in the list.</summary>
public enum FormSection
{
    /// <summary>会民非01 to 03.</summary>
    Forms,

    /// <summary>By fund and project.</summary>
    Funds,

    /// <summary>附注.</summary>
    Notes,

    /// <summary>The foundation's own.</summary>
    Own,
}

/// <summary>A column.</summary>
/// <param name="Head">Above several columns; null if it stands alone. <c>{span}</c> becomes 本月数, 本季度数 and so on.</param>
/// <param name="Of">Which moment or days; null for a sum of others.</param>
/// <param name="Sum">Keys of the columns it adds up.</param>
public sealed record FormColumn
{
    internal FormColumn(string key, Bilingual? head, Bilingual name, Measure? of, LineFilter filter, IReadOnlyList<string> sum,
        ColumnUse use, Formula? formula) =>
        (Key, Head, Name, Of, Filter, Sum, Use, Formula) = (key, head, name, of, filter, sum, use, formula);

    public string Key { get; }

    public Bilingual? Head { get; }

    public Bilingual Name { get; }

    public Measure? Of { get; }

    public IReadOnlyList<string> Sum { get; }

    public ColumnUse Use { get; }

    internal LineFilter Filter { get; }

    internal Formula? Formula { get; }
}

/// <summary>A row.</summary>
public sealed record FormRow
{
    /// <summary>Name by which formulas call it.</summary>
    public required string Key { get; init; }

    /// <summary>行次; for a repeated row the first and last, as <c>13-20</c>.</summary>
    public string Line { get; init; } = "";

    public required Bilingual Name { get; init; }

    public FormSide Side { get; init; }

    public int Indent { get; init; }

    public bool IsTotal { get; init; }

    /// <summary>Words only, though the columns could count.</summary>
    public bool IsHeading { get; init; }

    /// <summary>What it is repeated for, or null.</summary>
    public EachOf? Each { get; init; }

    /// <summary>Goes before the column's.</summary>
    public Measure? Of { get; init; }

    /// <summary>Keys of the columns it counts in; empty for all of them.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    internal LineFilter Filter { get; init; } = LineFilter.Everything;

    internal Formula? Formula { get; init; }

    internal bool Counts(FormColumn column) => Columns.Count == 0 || Columns.Contains(column.Key);

    internal int At { get; init; }
}

/// <summary>Two sums that must be equal; where no column is named, in every column.</summary>
public sealed record FormControl
{
    internal FormControl(Bilingual name, Formula left, Formula right, int at) => (Name, Left, Right, At) = (name, left, right, at);

    public Bilingual Name { get; }

    internal Formula Left { get; }

    internal Formula Right { get; }

    internal int At { get; }
}

/// <summary>An account as formulas see it.</summary>
internal sealed record FormAccount(string Key, string? Parent, AccountClass Class, AccountRole Role, Side NormalSide);

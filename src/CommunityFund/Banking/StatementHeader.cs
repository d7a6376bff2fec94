using System.Text;
using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>The row that names the columns, found by the words in it: wherever it stands, in whatever order.</summary>
internal sealed class StatementHeader
{
    /// <summary>How far down the header may stand; banks put up to some thirty lines of text above it.</summary>
    public const int RowsSearched = 60;

    private static readonly char[] Delimiters = [',', '\t', ';', '|'];

    private readonly Dictionary<StatementColumn, int[]> columns;

    private StatementHeader(StatementRow row, char delimiter)
    {
        (Row, Delimiter) = (row, delimiter);
        Names = [.. row.Cells.Select(FoldWidth)];
        columns = BankVocabulary.Headers
            .Select(words => (words.Key, Places: Places(words.Value)))
            .Where(found => found.Places.Length > 0)
            .ToDictionary(found => found.Key, found => found.Places);
    }

    /// <summary>The row itself, its cells as in the file.</summary>
    public StatementRow Row { get; }

    /// <summary>What stands between two cells.</summary>
    public char Delimiter { get; }

    /// <summary>How many columns the table has.</summary>
    public int Width => Array.FindLastIndex(Names, name => name.Length > 0) + 1;

    /// <summary>Our columns and what the file calls them; two words for one meaning are joined by " + ".</summary>
    public IReadOnlyDictionary<StatementColumn, string> Found =>
        columns.ToDictionary(column => column.Key, column => string.Join(" + ", column.Value.Select(place => Row.Cells[place])));

    /// <summary>The words key of the bank and kind of file.</summary>
    public string Source => BankVocabulary.Sources
        .Where(source => source.Headers.All(header => Names.Contains(header, StringComparer.Ordinal)))
        .Select(source => source.Source)
        .FirstOrDefault(BankVocabulary.OtherSource);

    private string[] Names { get; }

    private bool IsComplete =>
        (Has(BookedOn) || Has(BookedAt) || Has(HappenedOn) || Has(HappenedAt)) && (Has(EitherWay) || HasBothWays);

    /// <summary>True if money in and money out stand in columns of their own.</summary>
    public bool HasBothWays => Has(MoneyIn) && Has(MoneyOut);

    /// <summary>Finds the header among the first rows.</summary>
    /// <exception cref="RefusedException">bank.no-header, with what was looked for and what was found.</exception>
    public static StatementHeader Find(string[] lines)
    {
        StatementHeader[] candidates = [.. Delimiters.SelectMany(delimiter =>
            new StatementRows(lines[..Math.Min(lines.Length, RowsSearched)], delimiter, width: 2).Read(int.MaxValue)
                .Select(row => new StatementHeader(row, delimiter)))];
        return candidates.Where(header => header.IsComplete).MaxBy(header => header.columns.Count)
            ?? throw new RefusedException(
                StatementRefusal.NoHeader,
                ("rows", RowsSearched),
                ("looked", "交易日期／记账日期 + 金额；或 交易日期／记账日期 + 借方发生额／支出 + 贷方发生额／收入"),
                ("found", Nearest(candidates)));
    }

    /// <summary>Whether the file has a column of this meaning.</summary>
    public bool Has(StatementColumn column) => columns.ContainsKey(column);

    /// <summary>The row's cell of this meaning: the first that says something, "" if none does.</summary>
    public string Cell(StatementRow row, StatementColumn column) => Cells(row, column).FirstOrDefault("");

    /// <summary>All that the row says under this meaning, without repetition.</summary>
    public IEnumerable<string> Cells(StatementRow row, StatementColumn column) =>
        columns.GetValueOrDefault(column, []).Select(row.Cell).Where(cell => cell.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>Banks print the header again at the top of each page.</summary>
    public bool IsRepeatedIn(StatementRow row) =>
        columns.Values.SelectMany(places => places).All(place => row.Cell(place) == Row.Cell(place));

    private int[] Places(string[] words) =>
    [
        .. words.SelectMany(word => Enumerable.Range(0, Names.Length).Where(i => Names[i] == word || Plain(Names[i]) == word)),
    ];

    private static string Nearest(StatementHeader[] candidates) =>
        candidates.MaxBy(header => header.columns.Count) is { columns.Count: > 0 } nearest
            ? StatementCell.Shorten(string.Join("、", nearest.Found.Values), 200)
            : "—";

    private static string FoldWidth(string header) =>
        string.Concat(header.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c)));

    private static string Plain(string header) =>
        header.EndsWith(')') && header.LastIndexOf('(') is > 0 and var bracket ? header[..bracket] : header;
}

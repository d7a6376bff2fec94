using System.Security.Cryptography;
using System.Text;
using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>The row that names the columns, found by the words in it: wherever it stands, in whatever order; or, where names do
/// not decide, by what stands below.</summary>
internal sealed class StatementHeader
{
    /// <summary>How far down the header may stand; banks put up to some thirty lines of text above it.</summary>
    public const int RowsSearched = 60;

    /// <summary>So many lines are looked at before a file is read in full.</summary>
    public const int RowsLookedAt = RowsSearched + 400;

    private readonly int[][] places = new int[Enum.GetValues<StatementColumn>().Length][];

    internal StatementHeader(StatementSheet sheet, char delimiter, StatementRow row, int lastLine, IReadOnlyList<StatementRow> head)
    {
        (Sheet, Delimiter, Row, LastLine, Head) = (sheet, delimiter, row, lastLine, head);
        Names = [.. row.Cells.Take(StatementSheet.MostColumns).Select(cell => new HeaderName(cell))];
        Array.Fill(places, []);
        ByName();
        if (Known > 1 || Names.Any(name => name.IsBothWays))
        {
            HeaderSense.Check(this);
        }
    }

    public StatementSheet Sheet { get; }

    /// <summary>What stands between two cells.</summary>
    public char Delimiter { get; }

    /// <summary>The row itself, its cells as in the file; line 0 if there is none.</summary>
    public StatementRow Row { get; }

    /// <summary>The line where the header ends; a header may take two.</summary>
    public int LastLine { get; }

    /// <summary>The sheet's first rows, the header's own among them.</summary>
    public IReadOnlyList<StatementRow> Head { get; }

    public IReadOnlyList<HeaderName> Names { get; }

    /// <summary>What a person or a profile said.</summary>
    public StatementReading Reading { get; private set; } = StatementReading.Found;

    /// <summary>The profile that knew this header; null if none did.</summary>
    public StatementProfile? Profile { get; private set; }

    /// <summary>Columns whose meaning only their cells tell.</summary>
    public HashSet<StatementColumn> Guessed { get; } = [];

    /// <summary>How many columns the table has.</summary>
    public int Width => Row.LineNo == 0 ? Names.Count
        : Math.Max(1, Array.FindLastIndex([.. Names], name => name.Whole.Length > 0) + 1);

    /// <summary>Rows below the header, as many as were looked at.</summary>
    public IEnumerable<StatementRow> Sample => Head.Where(row => row.LineNo > LastLine);

    /// <summary>Our columns and what the file calls them; two words for one meaning are joined by " + ".</summary>
    public IReadOnlyDictionary<StatementColumn, string> Found => Enum.GetValues<StatementColumn>().Where(column => Has(column))
        .ToDictionary(column => column, column => string.Join(" + ", places[(int)column].Select(CalledAt)));

    /// <summary>What each column of the file means, in their order.</summary>
    public IReadOnlyList<StatementColumn?> Meanings => [.. Enumerable.Range(0, Names.Count).Select(MeaningAt)];

    /// <summary>Names this header: the same words in the same order.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        Row.LineNo == 0 ? $"{Names.Count}" : string.Join('\n', Names.Take(Width).Select(name => name.Whole)))));

    /// <summary>The words key of the bank and kind of file.</summary>
    public string Source => BankVocabulary.Sources
        .Where(source => source.Headers.All(header => Names.Any(name => name.Is(header))))
        .Select(source => source.Source)
        .FirstOrDefault(BankVocabulary.OtherSource);

    /// <summary>How many columns have a meaning.</summary>
    public int Known => places.Count(found => found.Length > 0);

    /// <summary>True if lines can be made of its rows: a day and an amount.</summary>
    public bool IsComplete =>
        (Has(BookedOn) || Has(BookedAt) || Has(HappenedOn) || Has(HappenedAt))
        && (Has(EitherWay) || HasBothWays || Has(Sale) || Has(Repaid));

    /// <summary>True if money in and money out stand in columns of their own.</summary>
    public bool HasBothWays => IsOneWay || (Has(MoneyIn) && Has(MoneyOut));

    /// <summary>True if the file tells of money in alone, or of money out alone.</summary>
    public bool IsOneWay { get; private set; }

    /// <summary>Whether the file has a column of this meaning.</summary>
    public bool Has(StatementColumn column) => places[(int)column].Length > 0;

    /// <summary>Where columns of this meaning stand, the surest first.</summary>
    public IReadOnlyList<int> Places(StatementColumn column) => places[(int)column];

    /// <summary>The row's cell of this meaning: the first that says something, "" if none does.</summary>
    public string Cell(StatementRow row, StatementColumn column)
    {
        string first = "";
        foreach (int place in places[(int)column])
        {
            if (row.Cell(place) is { Length: > 0 } cell)
            {
                if (!StatementCell.SaysNothing(cell))
                {
                    return cell;
                }

                first = first.Length > 0 ? first : cell;
            }
        }

        return first;
    }

    /// <summary>All that the row says under this meaning, without repetition.</summary>
    public IEnumerable<string> Cells(StatementRow row, StatementColumn column) =>
        places[(int)column].Select(row.Cell).Where(cell => cell.Length > 0).Distinct(StringComparer.Ordinal);

    /// <summary>A row of names and no money: the same header once more in another order, or another table's.</summary>
    public StatementHeader? Another(StatementRow row) => Row.LineNo > 0 && row.Cells.Count(cell => cell.Length > 0) > 2 && !IsRepeatedIn(row)
        && row.Cells.Length <= StatementSheet.MostColumns
        && new StatementHeader(Sheet, Delimiter, row, row.LineNo, []) is { IsComplete: true } other
        && !other.Names.Select(name => name.Whole).SequenceEqual(Names.Take(other.Names.Count).Select(name => name.Whole)) ? other : null;

    /// <summary>Banks print the header again at the top of each page.</summary>
    public bool IsRepeatedIn(StatementRow row) =>
        Row.LineNo > 0 && row.Cells.Length > 0 && places.SelectMany(found => found).All(place => row.Cell(place) == Row.Cell(place));

    /// <summary>The same header on other sheets of the file, which go on where this one ends.</summary>
    public IReadOnlyList<StatementHeader> Continued { get; internal set; } = [];

    /// <summary>Other sheets that may be statements and are not read.</summary>
    public IReadOnlyList<string> SheetsLeft { get; internal set; } = [];

    /// <summary>All rows of the sheet and of those that go on from it, read anew; the lines are counted on.</summary>
    public IEnumerable<StatementRow> Rows()
    {
        int last = 0;
        foreach (StatementRow row in Sheet.Rows(Delimiter, Width))
        {
            last = row.LineNo;
            yield return row;
        }

        foreach (StatementHeader next in Continued)
        {
            int before = last;
            foreach (StatementRow row in next.Sheet.Rows(next.Delimiter, Width))
            {
                if (row.LineNo > next.LastLine)
                {
                    last = before + row.LineNo;
                    yield return row with { LineNo = last };
                }
            }
        }
    }

    /// <summary>What a person said about the columns, instead of what was found.</summary>
    public StatementHeader As(StatementReading reading, StatementProfile? profile = null)
    {
        (Reading, Profile) = (reading, profile);
        if (reading.Columns is { } said)
        {
            Array.Fill(places, []);
            for (int i = 0; i < Math.Min(said.Count, StatementSheet.MostColumns); i++)
            {
                if (said[i] is { } column && Enum.IsDefined(column))
                {
                    places[(int)column] = [.. places[(int)column], i];
                }
            }

            IsOneWay = !Has(EitherWay) && Has(MoneyIn) != Has(MoneyOut);
        }

        return this;
    }

    /// <summary>The cells of a column showed what it means.</summary>
    internal void Guess(StatementColumn column, int place)
    {
        places[(int)column] = [.. places[(int)column], place];
        Guessed.Add(column);
    }

    /// <summary>Other columns of amounts that say something else than the one that was taken.</summary>
    internal IReadOnlyList<string> OtherAmounts(bool feeIsProved)
    {
        if (!Has(EitherWay) || HasBothWays || Has(Sale) || Has(Repaid))
        {
            return [];
        }

        int taken = places[(int)EitherWay][0];
        StatementRow[] rows = [.. Sample.Where(ColumnGuess.LooksLikeALine)];
        return
        [
            .. Enumerable.Range(0, Names.Count).Where(i => i != taken && (IsFree(i) || MeaningAt(i) == EitherWay) && Names[i].IsMoney
                && !(feeIsProved && SettledName(Names[i].Whole)) && !Names[i].IsAsked && rows.Any(row => StatementCell.Fen(row.Cell(i)) is { } fen
                    && fen != 0 && StatementCell.Fen(row.Cell(taken)) is { } amount && Math.Abs(fen) != Math.Abs(amount))).Select(CalledAt),
        ];
    }

    private static bool SettledName(string name) => name.Contains("结算", StringComparison.Ordinal)
        || name.Contains("清算", StringComparison.Ordinal) || name.Contains('净') || name.Contains("到账", StringComparison.Ordinal);

    internal void TellsOneWay() => IsOneWay = true;

    internal bool IsFree(int place) => MeaningAt(place) is null;

    internal void Add(StatementColumn column, int place) => places[(int)column] = [.. places[(int)column], place];

    /// <summary>Of several columns of one meaning this is the one to read.</summary>
    internal void Prefer(StatementColumn column, int place) =>
        places[(int)column] = [place, .. places[(int)column].Where(each => each != place)];

    /// <summary>Another meaning fits better, or none.</summary>
    internal void Move(StatementColumn column, int place, StatementColumn? to)
    {
        places[(int)column] = [.. places[(int)column].Where(each => each != place)];
        if (to is { } other)
        {
            Add(other, place);
        }
    }

    private void ByName()
    {
        foreach ((StatementColumn column, string[] words) in BankVocabulary.Headers)
        {
            places[(int)column] =
            [
                .. words.SelectMany(word => Enumerable.Range(0, Names.Count).Where(i => Names[i].Is(word) && Names[i].Fits(column))).Distinct(),
            ];
        }

        // 记账金额(收入) goes before 交易金额(收入), which may be in another currency.
        foreach (int i in Enumerable.Range(0, Names.Count).Where(i => Names[i].Way is not null && IsFree(i))
            .OrderByDescending(i => Names[i].Bare is "记账金额" or "入账金额" or "本币金额"))
        {
            StatementColumn side = Names[i].Way == true ? MoneyIn : MoneyOut;
            places[(int)side] = [.. places[(int)side], i];
        }

        for (int i = 0; i < Names.Count; i++)
        {
            if (!IsFree(i) || Names[i].ByPart() is not { } column)
            {
                continue;
            }

            if (!Has(column))
            {
                places[(int)column] = [i];
            }
            else if (column == EitherWay && Names[i].IsPaid && Names[places[(int)column][0]].IsAsked)
            {
                places[(int)column] = [i];
            }
            else if (column is Summary or Remark)
            {
                // What a payer wrote may stand in any column of words.
                Add(Remark, i);
            }
        }

        if (!Has(Remark) && Enumerable.Range(0, Names.Count).FirstOrDefault(i => IsFree(i) && Names[i].IsPlace, -1) is >= 0 and int told)
        {
            Add(Remark, told);
        }
    }

    private StatementColumn? MeaningAt(int place)
    {
        int column = Array.FindIndex(places, found => Array.IndexOf(found, place) >= 0);
        return column < 0 ? null : (StatementColumn)column;
    }

    private string CalledAt(int place) => Row.LineNo > 0 && Row.Cell(place) is { Length: > 0 } name ? name : ColumnLetter(place);

    /// <summary>What a spreadsheet calls the column: A, B … Z, AA.</summary>
    public static string ColumnLetter(int place) =>
        place < 26 ? ((char)('A' + place)).ToString() : ColumnLetter((place / 26) - 1) + (char)('A' + (place % 26));
}

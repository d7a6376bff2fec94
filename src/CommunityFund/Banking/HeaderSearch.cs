using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>
/// Finds the header among the first rows of all sheets: where a person said, else where a profile knows it, else by names, else
/// by names and cells together, else by cells alone.
/// </summary>
internal sealed class HeaderSearch(IReadOnlyList<StatementSheet> sheets, StatementReading reading, IReadOnlyList<StatementProfile> profiles)
{
    private const int MostSheetsSearched = 20;

    /// <exception cref="RefusedException">bank.no-header, with what was looked for and what was found.</exception>
    public StatementHeader Find()
    {
        StatementHeader[] candidates = [.. Searched().SelectMany(Candidates)];
        StatementHeader header = Said(candidates) ?? Profiled(candidates) ?? Named(candidates) ?? Guessed(candidates)
            ?? throw new RefusedException(
                StatementRefusal.NoHeader,
                ("rows", StatementHeader.RowsSearched),
                ("looked", "交易日期／记账日期 + 金额；或 交易日期／记账日期 + 借方发生额／支出 + 贷方发生额／收入"),
                ("found", Nearest(candidates)));
        if (sheets.Count > 1 && header.Row.LineNo > 0)
        {
            return SheetFamily.Join(header, reading.Sheet is null ? candidates
                : [.. sheets.Where(sheet => sheet.Name != reading.Sheet).Take(MostSheetsSearched).SelectMany(Candidates)], reading.Sheet is null);
        }

        return header;
    }

    /// <summary>Where a table seems to stand, if no header can be found: the delimiter that gives most rows most cells.</summary>
    public StatementHeader? Likely() => Searched().SelectMany(Candidates).Where(header => header.Row.LineNo > 0)
        .OrderByDescending(header => header.Row.LineNo == reading.HeaderRow)
        .ThenByDescending(header => header.Head.Take(StatementHeader.RowsSearched).Sum(row => Math.Min(row.Cells.Length, 50) - 1))
        .ThenByDescending(header => header.Known).ThenByDescending(header => header.Names.Count).FirstOrDefault();

    private IEnumerable<StatementSheet> Searched()
    {
        StatementSheet[] chosen = [.. sheets.Where(sheet => reading.Sheet is null || sheet.Name == reading.Sheet)];
        return chosen.Length > 0 ? chosen.OrderBy(IsSummary).Take(MostSheetsSearched)
            : throw new RefusedException(StatementRefusal.NoSuchSheet, ("sheet", reading.Sheet));
    }

    internal static bool IsSummary(StatementSheet sheet) =>
        BankVocabulary.SummaryNames.Any(word => sheet.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private StatementHeader? Said(StatementHeader[] candidates)
    {
        if (reading.HeaderRow is null && reading.Columns is null)
        {
            return null;
        }

        StatementHeader? chosen = candidates
            .Where(header => reading.HeaderRow is not { } row || header.Row.LineNo == row)
            .OrderByDescending(header => header.LastLine == header.Row.LineNo)
            .ThenByDescending(header => header.IsComplete).ThenByDescending(header => header.Known)
            .ThenByDescending(header => header.Names.Count).FirstOrDefault()?.As(reading);
        if (chosen is { IsComplete: false } && reading.Columns is null)
        {
            ColumnGuess.Complete(chosen);
        }

        return chosen is { IsComplete: true } ? chosen : null;
    }

    private StatementHeader? Profiled(StatementHeader[] candidates)
    {
        if (profiles.Count == 0 || reading.Columns is not null)
        {
            return null;
        }

        Dictionary<string, StatementProfile> known = profiles.ToDictionary(profile => profile.Fingerprint);
        foreach (StatementHeader header in candidates)
        {
            if (known.TryGetValue(header.Fingerprint, out StatementProfile? profile)
                && header.As(profile.Reading with { Signs = Or(reading.Signs, profile), Dates = Or(reading.Dates, profile) }, profile)
                    .IsComplete)
            {
                return header;
            }
        }

        return null;
    }

    private static SignRule Or(SignRule said, StatementProfile profile) => said == SignRule.Auto ? profile.Reading.Signs : said;

    private static DateOrder Or(DateOrder said, StatementProfile profile) => said == DateOrder.Auto ? profile.Reading.Dates : said;

    private StatementHeader? Named(StatementHeader[] candidates)
    {
        StatementHeader? best = candidates.Where(header => header.IsComplete && header.Row.LineNo > 0)
            .OrderByDescending(header => header.Sample.Any()).ThenByDescending(header => header.Known).FirstOrDefault()?.As(reading);
        if (best is not null)
        {
            ColumnGuess.Fill(best);
        }

        return best;
    }

    private StatementHeader? Guessed(StatementHeader[] candidates)
    {
        foreach (StatementHeader header in candidates.Where(header => header.Names.Count > 1 && header.Sample.Any())
            .OrderByDescending(header => header.Row.LineNo > 0 ? header.Known : 0)
            .ThenByDescending(StandsOnLines).ThenByDescending(header => header.Row.LineNo == 0)
            .ThenByDescending(header => header.Names.Count).Take(60))
        {
            if (ColumnGuess.Complete(header))
            {
                return header.As(reading);
            }
        }

        return null;
    }

    /// <summary>Words nobody knows, as many as the first line below has cells: names all the same.</summary>
    private static bool StandsOnLines(StatementHeader header) =>
        header.Row.LineNo > 0 && !ColumnGuess.LooksLikeALine(header.Row) && header.Sample.FirstOrDefault() is { } first
        && ColumnGuess.LooksLikeALine(first) && header.Row.Cells.Count(cell => cell.Length > 0) == first.Cells.Length;

    private static IEnumerable<StatementHeader> Candidates(StatementSheet sheet)
    {
        foreach (char delimiter in sheet.Delimiters)
        {
            StatementRow[] head = [.. sheet.Rows(delimiter, width: 2, StatementHeader.RowsLookedAt)];
            StatementRow[] searched = [.. head.Where(row => row.LineNo <= StatementHeader.RowsSearched)];
            for (int i = 0; i < searched.Length; i++)
            {
                StatementRow row = searched[i];
                if (row.Cells.Length > StatementSheet.MostColumns)
                {
                    continue;
                }

                StatementHeader header = new(sheet, delimiter, row, row.LineNo, head);
                yield return header;
                if (i + 1 < searched.Length && Both(row, searched[i + 1]) is { } names
                    && !new StatementHeader(sheet, delimiter, searched[i + 1], searched[i + 1].LineNo, head).IsComplete
                    && new StatementHeader(sheet, delimiter, names, searched[i + 1].LineNo, head) is var both
                    && both.Known > header.Known)
                {
                    yield return both;
                }
            }

            if (searched.FirstOrDefault(ColumnGuess.LooksLikeALine) is { } first)
            {
                yield return new StatementHeader(sheet, delimiter, new StatementRow(0, [.. first.Cells.Select(_ => "")]),
                    first.LineNo - 1, head);
            }
        }
    }

    /// <summary>A header in two rows, 发生额 above 借方 and 贷方: the lower word is the surer one.</summary>
    private static StatementRow? Both(StatementRow upper, StatementRow lower)
    {
        int width = Math.Max(upper.Cells.Length, lower.Cells.Length);
        if (width > StatementSheet.MostColumns || ColumnGuess.LooksLikeALine(lower) || upper.Cells.Count(cell => cell.Length > 0) < 2)
        {
            return null;
        }

        string[] names = new string[width];
        string over = "";
        for (int i = 0; i < width; i++)
        {
            over = upper.Cell(i) is { Length: > 0 } above ? above : over;
            names[i] = lower.Cell(i) is not { Length: > 0 } below ? upper.Cell(i)
                : BankVocabulary.Sides.Any(over.Contains) && below.Length <= 4 && !below.Contains('额') ? over + below : below;
        }

        return new StatementRow(upper.LineNo, names);
    }

    private static string Nearest(StatementHeader[] candidates) =>
        candidates.Where(header => header.Row.LineNo > 0).MaxBy(header => header.Known) is { Known: > 0 } nearest
            ? StatementCell.Shorten(string.Join("、", nearest.Found.Values), 200)
            : "—";
}

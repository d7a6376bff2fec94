using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Sheets of a workbook, or files of an archive, that go on with one statement: a bank begins another sheet after so many rows,
/// and people keep one for each month. They have the same header and are read as one; what repeats another sheet is not, and
/// what has another header is named for a person to look at.
/// </summary>
internal static class SheetFamily
{
    /// <param name="candidates">Headers of all sheets looked at.</param>
    /// <param name="joins">False if a person chose one sheet; then the others are only named.</param>
    /// <returns>The header to begin with.</returns>
    public static StatementHeader Join(StatementHeader header, IReadOnlyList<StatementHeader> candidates, bool joins)
    {
        StatementHeader[] others =
        [
            .. candidates.Where(each => !ReferenceEquals(each.Sheet, header.Sheet) && each.Row.LineNo > 0 && !HeaderSearch.IsSummary(each.Sheet)
                && (each.IsComplete || each.Fingerprint == header.Fingerprint) && FirstDay(each, header) is not null),
        ];
        StatementHeader[] alike = [.. others.Where(each => each.Fingerprint == header.Fingerprint).DistinctBy(each => each.Sheet)];
        List<StatementHeader> joined = [];
        if (joins && alike.Length > 0)
        {
            HashSet<(LocalDate? Day, long? Fen)> seen = [.. Lines(header, header)];
            foreach (StatementHeader each in alike)
            {
                (LocalDate? Day, long? Fen)[] lines = [.. Lines(each, header)];
                if (lines.Count(seen.Contains) * 2 < lines.Length || AccountOf(each) != AccountOf(header))
                {
                    joined.Add(each);
                    seen.UnionWith(lines);
                }
            }
        }

        StatementHeader[] all = InTime(header, joined);
        StatementHeader first = header.Guessed.Count == 0 ? all[0].As(header.Reading, header.Profile) : header;
        first.Continued = [.. all.Where(each => each != first)];
        first.SheetsLeft = [.. others.Select(each => each.Sheet.Name).Distinct().Except(all.Select(each => each.Sheet.Name)).Take(10)];
        return first;
    }

    /// <summary>Whose the sheet is: by the text above its header, or by a name that is a number and no month.</summary>
    public static string? AccountOf(StatementHeader header) =>
        StatementPreamble.Of([.. header.Head.TakeWhile(row => row.LineNo < header.Row.LineNo)]).Account
        ?? (header.Sheet.Name is { Length: >= 4 } name && name.All(char.IsAsciiDigit)
            && !(name.Length <= 8 && name.StartsWith("20", StringComparison.Ordinal)) ? name : null);

    // The sheet that was found first need not be the oldest: they follow each other as their lines do.
    private static StatementHeader[] InTime(StatementHeader header, List<StatementHeader> joined)
    {
        LocalDate[] days = [.. header.Sample.Select(row => LineMoment.Of(header, row, DateRule.Any).Day).OfType<LocalDate>()];
        bool backwards = days.Length > 0 && days[0] > days[^1];
        IEnumerable<StatementHeader> all = joined.Prepend(header);
        return [.. backwards ? all.OrderByDescending(each => FirstDay(each, header)) : all.OrderBy(each => FirstDay(each, header))];
    }

    private static LocalDate? FirstDay(StatementHeader each, StatementHeader meant)
    {
        StatementHeader names = each.Fingerprint == meant.Fingerprint ? meant : each;
        return each.Sample.Where(ColumnGuess.LooksLikeALine).Select(row => LineMoment.Of(names, row, DateRule.Any).Day)
            .FirstOrDefault(day => day is not null);
    }

    // The same days and amounts: another saving of one statement writes its cells otherwise.
    private static IEnumerable<(LocalDate? Day, long? Fen)> Lines(StatementHeader each, StatementHeader meant) =>
        each.Sheet.Rows(each.Delimiter, each.Width).Where(row => row.LineNo > each.LastLine && ColumnGuess.LooksLikeALine(row))
            .Select(row => (LineMoment.Of(meant, row, DateRule.Any).Day, StatementSigns.Plain(meant, row)));
}

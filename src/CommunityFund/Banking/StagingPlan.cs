using System.Globalization;
using System.Runtime.InteropServices;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>What becomes of a line when its file is imported.</summary>
public enum LineFate
{
    /// <summary>It is not here.</summary>
    New,

    /// <summary>It is here, from this or another source.</summary>
    Known,

    /// <summary>A line of the same day and amount is here from another source, and no balance tells them apart.</summary>
    Doubtful,

    /// <summary>It moves nothing.</summary>
    Empty,
}

/// <summary>A line that is here already, as far as it is compared.</summary>
/// <param name="Layout">The fingerprint of its file's header.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StagedLine(
    long Id, TextKey Identity, LocalDate Day, long Units, long? Balance, bool HasSerial, TextKey Name, TextKey Layout);

/// <summary>
/// Compares a file with what is here (rulings 32). The bank's own name decides first; then, between sources that name lines
/// differently, day, amount and the balance after it, each counted as often as it is there, so that two equal genuine lines both
/// stay. Without a balance nothing proves that two lines are one: then a person is asked.
/// </summary>
internal sealed class StagingPlan
{
    private const int DaysApart = 3;

    private readonly IReadOnlyList<LineFigures> lines;
    private readonly TextKey layout;
    private readonly IReadOnlyList<StagedLine> staged;
    private readonly bool[] used;
    private readonly LineFate[] fates;
    private readonly Dictionary<int, string> renamed = [];
    private readonly Dictionary<int, long> doubles = [];

    private StagingPlan(StatementFile file, IReadOnlyList<StagedLine> staged)
    {
        (lines, layout, this.staged) = (file.Figures, TextKey.Of(file.Fingerprint), staged);
        (used, fates) = (new bool[staged.Count], new LineFate[lines.Count]);
        ByIdentity(file.Lines);
        if (staged.Count > 0)
        {
            Take(key => key, Proved, LineFate.Known);
            Take(key => key with { Balance = null }, MayBe, LineFate.Doubtful);
            Take(key => key with { Day = null }, IsNear, LineFate.Doubtful);
        }
    }

    /// <param name="staged">Lines of the account around the file's days, and those that share a serial with it.</param>
    public static StagingPlan Of(StatementFile file, IReadOnlyList<StagedLine> staged) => new(file, staged);

    /// <summary>How far around a file's days lines are compared.</summary>
    public static Period Reach { get; } = Period.FromDays(DaysApart);

    public LineFate FateOf(int line) => fates[line];

    /// <summary>The line's name here: its own, unless a line of another amount has it.</summary>
    public string IdentityOf(int line, StatementLine words) => renamed.GetValueOrDefault(line, words.Identity);

    /// <summary>The line here that a doubtful one may be.</summary>
    public long? DoubleOf(int line) => doubles.TryGetValue(line, out long id) ? id : null;

    public int Count(LineFate fate) => fates.Count(each => each == fate);

    private void ByIdentity(IEnumerable<StatementLine> words)
    {
        Dictionary<TextKey, int> known = new(staged.Count);
        for (int i = 0; i < staged.Count; i++)
        {
            known[staged[i].Identity] = i;
        }

        Rename(known, words);
        for (int i = 0; i < lines.Count; i++)
        {
            TextKey identity = renamed.TryGetValue(i, out string? name) ? TextKey.Of(name) : lines[i].Identity;
            if (lines[i].Units == 0)
            {
                fates[i] = LineFate.Empty;
            }
            else if (known.TryGetValue(identity, out int same) && !used[same])
            {
                (used[same], fates[i]) = (true, LineFate.Known);
            }
        }
    }

    // A refund may carry its payment's serial, and two banks the same one: then the amount tells them apart.
    private void Rename(Dictionary<TextKey, int> known, IEnumerable<StatementLine> words)
    {
        bool IsOthers(int i) => lines[i].Units != 0 && known.TryGetValue(lines[i].Identity, out int same)
            && staged[same].Units != lines[i].Units;
        if (Enumerable.Range(0, lines.Count).Any(IsOthers))
        {
            foreach ((int i, StatementLine line) in words.Index().Where(each => IsOthers(each.Index)))
            {
                renamed[i] = string.Create(
                    CultureInfo.InvariantCulture, $"{line.Identity}@{line.OccurredOn:uuuuMMdd}{line.Amount.Units:+0;-0}");
            }
        }
    }

    /// <summary>Pairs what is left by a key, each line here once.</summary>
    private void Take(
        Func<Key, Key> keyOf,
        Func<LineFigures, StagedLine, bool> fits, LineFate fate)
    {
        Dictionary<Key, List<int>> free = [];
        for (int i = 0; i < staged.Count; i++)
        {
            if (!used[i])
            {
                Key key = keyOf(new Key(staged[i].Day, staged[i].Units, staged[i].Balance));
                (free.TryGetValue(key, out List<int>? places) ? places : free[key] = []).Add(i);
            }
        }

        for (int i = 0; i < lines.Count; i++)
        {
            LineFigures line = lines[i];
            if (fates[i] == LineFate.New
                && free.TryGetValue(keyOf(new Key(line.OccurredOn, line.Units, line.BalanceAfter)), out List<int>? places)
                && places.FindIndex(place => fits(line, staged[place])) is >= 0 and int found)
            {
                int place = places[found];
                places.RemoveAt(found);
                (used[place], fates[i]) = (true, fate);
                if (fate == LineFate.Doubtful)
                {
                    doubles[i] = staged[place].Id;
                }
            }
        }
    }

    /// <summary>The balance after it proves it; but files of one kind tell their lines apart themselves.</summary>
    private bool Proved(LineFigures line, StagedLine known) => line.BalanceAfter is not null
        && (known.Layout != layout || (!known.HasSerial && !line.HasSerial && known.Name == line.Name));

    private bool MayBe(LineFigures line, StagedLine known) =>
        known.Layout != layout && (line.BalanceAfter is null || known.Balance is null);

    /// <summary>One source may tell the day a line was asked for, another the day it was booked.</summary>
    private bool IsNear(LineFigures line, StagedLine known) => line.BalanceAfter is not null && known.Layout != layout
        && Math.Abs(Period.DaysBetween(known.Day, line.OccurredOn)) <= DaysApart;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(LocalDate? Day, long Units, long? Balance);
}

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
/// <param name="Serial">Of the bank's number for it; null if its file had none.</param>
/// <param name="Layout">Of the fingerprint of its file's header.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StagedLine(
    long Id, TextKey Identity, LocalDate Day, long Units, long? Balance, TextKey? Serial, TextKey Name, TextKey Layout);

/// <summary>
/// Compares a file with what is here (rulings 32). The bank's own number decides first, together with day and amount: many banks
/// begin to count again every day or in every file, and a fee or a refund may carry its payment's number. Then, between sources
/// that name lines differently, day, amount and the balance after it. Each is counted as often as it is there, so that two equal
/// genuine lines both stay. Where nothing proves that two lines are one, a person is asked.
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
            Take(key => key, IsRenumbered, LineFate.Doubtful);
            DoubtBySerial();
            Take(key => key with { Balance = null }, MayBe, LineFate.Doubtful);
            Take(key => key with { Day = null }, IsNear, LineFate.Doubtful);
        }
    }

    /// <param name="staged">Lines of the account around the file's days, and those that share a serial with it.</param>
    public static StagingPlan Of(StatementFile file, IReadOnlyList<StagedLine> staged) => new(file, staged);

    /// <summary>How far around a file's days lines are compared.</summary>
    public static Period Reach { get; } = Period.FromDays(DaysApart);

    public LineFate FateOf(int line) => fates[line];

    /// <summary>The line's name here: its own, unless another line has it.</summary>
    public string IdentityOf(int line, StatementLine words) => renamed.GetValueOrDefault(line, words.Identity);

    /// <summary>The line here that a doubtful one may be.</summary>
    public long? DoubleOf(int line) => doubles.TryGetValue(line, out long id) ? id : null;

    public int Count(LineFate fate) => fates.Count(each => each == fate);

    private void ByIdentity(IEnumerable<StatementLine> words)
    {
        Dictionary<TextKey, int> known = new(staged.Count);
        Dictionary<(TextKey Serial, LocalDate Day, long Units), Queue<int>> numbered = [];
        for (int i = 0; i < staged.Count; i++)
        {
            known[staged[i].Identity] = i;
            if (staged[i].Serial is { } serial)
            {
                var key = (serial, staged[i].Day, staged[i].Units);
                (numbered.TryGetValue(key, out Queue<int>? same) ? same : numbered[key] = []).Enqueue(i);
            }
        }

        HashSet<int> named = [];
        for (int i = 0; i < lines.Count; i++)
        {
            LineFigures line = lines[i];
            bool isNamed = known.TryGetValue(line.Identity, out int namesake);
            if (line.Units == 0)
            {
                fates[i] = LineFate.Empty;
            }
            else if (line.Serial is { } serial && numbered.TryGetValue((serial, line.OccurredOn, line.Units), out Queue<int>? same)
                && same.TryDequeue(out int here))
            {
                (used[here], fates[i]) = (true, LineFate.Known);
            }
            else if (isNamed && line.Serial is null && staged[namesake].Units == line.Units)
            {
                Meet(i, namesake);
            }
            else if (isNamed)
            {
                named.Add(i);
            }
        }

        Rename(named, known, words);
    }

    /// <summary>Another line has the name: then day and amount are a part of it.</summary>
    private void Rename(HashSet<int> named, Dictionary<TextKey, int> known, IEnumerable<StatementLine> words)
    {
        HashSet<TextKey> taken = named.Count == 0 ? [] : [.. known.Keys, .. lines.Select(line => line.Identity)];
        foreach ((int i, StatementLine line) in named.Count == 0 ? [] : words.Index().Where(each => named.Contains(each.Index)))
        {
            string stem = string.Create(CultureInfo.InvariantCulture,
                $"{line.BankSerial ?? line.Identity}@{line.OccurredOn:uuuuMMdd}{line.Amount.Units:+0;-0}");
            string name = stem;
            if (line.BankSerial is null && known.TryGetValue(TextKey.Of(name), out int here))
            {
                Meet(i, here);
            }
            else
            {
                for (int n = 2; !taken.Add(TextKey.Of(name)); n++)
                {
                    name = string.Create(CultureInfo.InvariantCulture, $"{stem}#{n}");
                }
            }

            renamed[i] = name;
        }
    }

    private void Meet(int line, int here)
    {
        if (!used[here])
        {
            (used[here], fates[line]) = (true, LineFate.Known);
        }
    }

    /// <summary>Another source may tell another day of what the bank numbers the same.</summary>
    private void DoubtBySerial()
    {
        Dictionary<(TextKey Serial, long Units), Queue<int>> free = [];
        for (int i = 0; i < staged.Count; i++)
        {
            if (!used[i] && staged[i].Layout != layout && staged[i].Serial is { } serial)
            {
                var key = (serial, staged[i].Units);
                (free.TryGetValue(key, out Queue<int>? same) ? same : free[key] = []).Enqueue(i);
            }
        }

        for (int i = 0; i < lines.Count; i++)
        {
            if (fates[i] == LineFate.New && lines[i].Serial is { } serial
                && free.TryGetValue((serial, lines[i].Units), out Queue<int>? same) && same.TryDequeue(out int here))
            {
                (used[here], fates[i], doubles[i]) = (true, LineFate.Doubtful, staged[here].Id);
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

    /// <summary>The balance after it proves it; but files of one kind tell their lines apart themselves, where they number
    /// them.</summary>
    private bool Proved(LineFigures line, StagedLine known) => line.BalanceAfter is not null
        && (known.Layout != layout || ((known.Serial is null || line.Serial is null) && known.Name == line.Name));

    /// <summary>A spreadsheet that opened and saved the file may have rounded its numbers.</summary>
    private static bool IsRenumbered(LineFigures line, StagedLine known) => line.BalanceAfter is not null && known.Name == line.Name;

    private bool MayBe(LineFigures line, StagedLine known) =>
        known.Layout != layout && (line.BalanceAfter is null || known.Balance is null);

    /// <summary>One source may tell the day a line was asked for, another the day it was booked.</summary>
    private bool IsNear(LineFigures line, StagedLine known) => line.BalanceAfter is not null && known.Layout != layout
        && Math.Abs(Period.DaysBetween(known.Day, line.OccurredOn)) <= DaysApart;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(LocalDate? Day, long Units, long? Balance);
}

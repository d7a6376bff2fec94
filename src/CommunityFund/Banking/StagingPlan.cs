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
/// <param name="Serial">The bank's number for it; null if its file had none.</param>
/// <param name="Layout">The fingerprint of its file's header.</param>
internal sealed record StagedLine(
    long Id, string Identity, LocalDate Day, long Units, long? Balance, string? Serial, string Name, string Layout);

/// <summary>
/// Compares a file with what is here (rulings 32). The bank's own number decides first, together with day and amount: many banks
/// begin to count again every day or in every file, and a fee or a refund may carry its payment's number. Then, between sources
/// that name lines differently, day, amount and the balance after it. Each is counted as often as it is there, so that two equal
/// genuine lines both stay. Where nothing proves that two lines are one, a person is asked.
/// </summary>
internal sealed class StagingPlan
{
    private const int DaysApart = 3;

    private readonly IReadOnlyList<StatementLine> lines;
    private readonly string layout;
    private readonly IReadOnlyList<StagedLine> staged;
    private readonly bool[] used;
    private readonly LineFate[] fates;
    private readonly string[] identities;
    private readonly long?[] doubles;

    private StagingPlan(IReadOnlyList<StatementLine> lines, string layout, IReadOnlyList<StagedLine> staged)
    {
        (this.lines, this.layout, this.staged) = (lines, layout, staged);
        (used, fates) = (new bool[staged.Count], new LineFate[lines.Count]);
        (identities, doubles) = ([.. lines.Select(line => line.Identity)], new long?[lines.Count]);
        ByIdentity();
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
    public static StagingPlan Of(IReadOnlyList<StatementLine> lines, string layout, IReadOnlyList<StagedLine> staged) =>
        new(lines, layout, staged);

    /// <summary>How far around a file's days lines are compared.</summary>
    public static Period Reach { get; } = Period.FromDays(DaysApart);

    public LineFate FateOf(int line) => fates[line];

    /// <summary>The line's name here: its own, unless another line has it.</summary>
    public string IdentityOf(int line) => identities[line];

    /// <summary>The line here that a doubtful one may be.</summary>
    public long? DoubleOf(int line) => doubles[line];

    public int Count(LineFate fate) => fates.Count(each => each == fate);

    private void ByIdentity()
    {
        Dictionary<string, int> known = new(staged.Count, StringComparer.Ordinal);
        Dictionary<(string Serial, LocalDate Day, long Units), Queue<int>> numbered = [];
        for (int i = 0; i < staged.Count; i++)
        {
            known[staged[i].Identity] = i;
            if (staged[i].Serial is { } serial)
            {
                var key = (serial, staged[i].Day, staged[i].Units);
                (numbered.TryGetValue(key, out Queue<int>? same) ? same : numbered[key] = []).Enqueue(i);
            }
        }

        HashSet<string> names = [.. identities];
        for (int i = 0; i < lines.Count; i++)
        {
            StatementLine line = lines[i];
            if (line.Amount.IsZero)
            {
                fates[i] = LineFate.Empty;
            }
            else if (line.BankSerial is { } serial)
            {
                if (numbered.TryGetValue((serial, line.OccurredOn, line.Amount.Units), out Queue<int>? same)
                    && same.TryDequeue(out int here))
                {
                    (used[here], fates[i]) = (true, LineFate.Known);
                }
                else if (known.ContainsKey(identities[i]))
                {
                    identities[i] = Free($"{serial}{Marked(line)}", name => !known.ContainsKey(name) && names.Add(name));
                }
            }
            else if (known.TryGetValue(identities[i], out int here) && staged[here].Units != line.Amount.Units)
            {
                identities[i] += Marked(line);
                Meet(i, known.GetValueOrDefault(identities[i], -1));
            }
            else
            {
                Meet(i, known.GetValueOrDefault(identities[i], -1));
            }
        }
    }

    private void Meet(int line, int here)
    {
        if (here >= 0 && !used[here])
        {
            (used[here], fates[line]) = (true, LineFate.Known);
        }
    }

    private static string Marked(StatementLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"@{line.OccurredOn:uuuuMMdd}{line.Amount.Units:+0;-0}");

    private static string Free(string stem, Func<string, bool> isFree)
    {
        string name = stem;
        for (int i = 2; !isFree(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}#{i}");
        }

        return name;
    }

    /// <summary>Another source may tell another day of what the bank numbers the same.</summary>
    private void DoubtBySerial()
    {
        Dictionary<(string Serial, long Units), Queue<int>> free = [];
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
            if (fates[i] == LineFate.New && lines[i].BankSerial is { } serial
                && free.TryGetValue((serial, lines[i].Amount.Units), out Queue<int>? same) && same.TryDequeue(out int here))
            {
                (used[here], fates[i], doubles[i]) = (true, LineFate.Doubtful, staged[here].Id);
            }
        }
    }

    /// <summary>Pairs what is left by a key, each line here once.</summary>
    private void Take(
        Func<Key, Key> keyOf,
        Func<StatementLine, StagedLine, bool> fits, LineFate fate)
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
            StatementLine line = lines[i];
            if (fates[i] == LineFate.New
                && free.TryGetValue(keyOf(new Key(line.OccurredOn, line.Amount.Units, line.BalanceAfter?.Units)), out List<int>? places)
                && places.FindIndex(place => fits(line, staged[place])) is >= 0 and int found)
            {
                int place = places[found];
                places.RemoveAt(found);
                (used[place], fates[i]) = (true, fate);
                doubles[i] = fate == LineFate.Doubtful ? staged[place].Id : null;
            }
        }
    }

    /// <summary>The balance after it proves it; but files of one kind tell their lines apart themselves, where they number
    /// them.</summary>
    private bool Proved(StatementLine line, StagedLine known) => line.BalanceAfter is not null
        && (known.Layout != layout || ((known.Serial is null || line.BankSerial is null) && known.Name == line.CounterpartyName));

    /// <summary>A spreadsheet that opened and saved the file may have rounded its numbers.</summary>
    private static bool IsRenumbered(StatementLine line, StagedLine known) =>
        line.BalanceAfter is not null && known.Name == line.CounterpartyName;

    private bool MayBe(StatementLine line, StagedLine known) =>
        known.Layout != layout && (line.BalanceAfter is null || known.Balance is null);

    /// <summary>One source may tell the day a line was asked for, another the day it was booked.</summary>
    private bool IsNear(StatementLine line, StagedLine known) => line.BalanceAfter is not null && known.Layout != layout
        && Math.Abs(Period.DaysBetween(known.Day, line.OccurredOn)) <= DaysApart;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Key(LocalDate? Day, long Units, long? Balance);
}

using System.Globalization;
using CommunityFund.Grants;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>A state as a box; whole units of the drawing.</summary>
/// <param name="IsMain">Whether it lies on the way from the first state to the last.</param>
/// <param name="IsEnd">Whether nothing more happens in it.</param>
public sealed record LifeBox(Enum State, int X, int Y, bool IsMain, bool IsEnd);

/// <summary>The rows of the table from one state to another as an arrow with their numbers.</summary>
/// <param name="Label">The number of the row, or the first and last of several.</param>
/// <param name="Path">As SVG draws it.</param>
/// <param name="Kind">main, side, back or out: how strongly it is drawn.</param>
public sealed record LifeArrow(string Label, string Path, int LabelX, int LabelY, string Kind);

/// <summary>A row of a table of moves.</summary>
/// <param name="From">Null where the life begins.</param>
public sealed record LifeStep(Enum? From, Enum Move, Enum To, IReadOnlyList<GrantMover> By, string? Posts);

/// <summary>
/// A table of moves drawn as boxes and arrows: the way to the far end down the left, what lies beside it to the right, each in the row of its
/// distance from the start. Worked out from the table alone, so a new row is drawn without anybody's hand.
/// </summary>
public sealed class LifeDrawing
{
    public const int BoxWidth = 150, BoxHeight = 44;

    private const int Left = 96, Top = 16, ColumnStep = 238, RowStep = 96, Port = 9;

    private readonly Dictionary<Enum, LifeBox> _boxes;
    private readonly Dictionary<(Enum State, bool Right), int> _ports = [];

    private LifeDrawing(IReadOnlyList<LifeStep> steps, Dictionary<Enum, LifeBox> boxes)
    {
        _boxes = boxes;
        Boxes = [.. boxes.Values];

        // Several rows between the same two states, as who may hold a tranche, are one arrow.
        Arrows = [.. steps.Select((step, at) => (step, No: at + 1)).Where(row => row.step.From is not null)
            .GroupBy(row => (From: row.step.From!, row.step.To))
            .Select(group => Arrow(Numbers([.. group.Select(row => row.No)]), group.Key.From, group.Key.To))];
        Width = Boxes.Max(box => box.X) + BoxWidth + 24;
        Height = Boxes.Max(box => box.Y) + BoxHeight + Top;
    }

    public IReadOnlyList<LifeBox> Boxes { get; }

    public IReadOnlyList<LifeArrow> Arrows { get; }

    public int Width { get; }

    public int Height { get; }

    public static LifeDrawing Draw(IReadOnlyList<LifeStep> steps)
    {
        Enum start = steps.Single(step => step.From is null).To;
        bool IsEnd(Enum state) => !steps.Any(step => state.Equals(step.From));
        Dictionary<Enum, (int Distance, Enum? Before)> found = new() { [start] = (0, null) };
        Queue<Enum> next = new([start]);
        while (next.TryDequeue(out Enum? state))
        {
            foreach (Enum to in steps.Where(step => state.Equals(step.From)).Select(step => step.To).Where(to => !found.ContainsKey(to)))
            {
                found[to] = (found[state].Distance + 1, state);
                next.Enqueue(to);
            }
        }

        HashSet<Enum> main = [];
        int farthest = found.Max(each => each.Value.Distance);
        Enum far = found.Where(each => each.Value.Distance == farthest).Select(each => each.Key).Min()!;
        for (Enum? at = far; at is { } state; at = found[state].Before)
        {
            main.Add(state);
        }

        // Ends beside the way go to the last column, so that what can still move stands close to it.
        int columns = 1 + found.Where(each => !main.Contains(each.Key) && !IsEnd(each.Key))
            .GroupBy(each => each.Value.Distance).Select(row => row.Count()).DefaultIfEmpty(0).Max();
        Dictionary<Enum, LifeBox> boxes = [];
        foreach (var row in found.GroupBy(each => each.Value.Distance))
        {
            int column = 0;
            foreach (Enum state in row.Select(each => each.Key).OrderBy(state => state))
            {
                bool isMain = main.Contains(state), isEnd = IsEnd(state);
                int at = isMain ? 0 : isEnd ? columns : ++column;
                boxes[state] = new LifeBox(state, Left + (at * ColumnStep), Top + (row.Key * RowStep), isMain, isEnd);
            }
        }

        return new LifeDrawing(steps, boxes);
    }

    private LifeArrow Arrow(string label, Enum from, Enum to)
    {
        (LifeBox start, LifeBox end) = (_boxes[from], _boxes[to]);
        if (start.IsMain && end.IsMain && end.Y - start.Y == RowStep)
        {
            int middle = start.X + (BoxWidth / 2);
            return new LifeArrow(
                label, Text($"M {middle} {start.Y + BoxHeight} L {middle} {end.Y - 2}"), middle, (start.Y + BoxHeight + end.Y) / 2, "main");
        }

        // To the right out of the right side and in at the left; back the other way; within a column in a bow beside it.
        bool forth = end.X > start.X, sameColumn = end.X == start.X;
        bool leaves = forth || (sameColumn && !start.IsMain), enters = sameColumn ? leaves : !forth;
        (int X, int Y) out0 = (leaves ? start.X + BoxWidth : start.X, start.Y + Offset(from, leaves));
        (int X, int Y) in0 = (enters ? end.X + BoxWidth + 2 : end.X - 2, end.Y + Offset(to, enters));
        int bow = sameColumn ? 34 + (Math.Abs(end.Y - start.Y) / 12) : Math.Max(40, Math.Abs(in0.X - out0.X) / 2);
        (int X, int Y) out1 = (out0.X + (leaves ? bow : -bow), out0.Y), in1 = (in0.X + (enters ? bow : -bow), in0.Y);

        // Numbers stand where the arrows are apart: close to the box they leave, in the gap between two columns, in the middle of a bow.
        bool isOut = end.IsEnd && !end.IsMain;
        int turn = _ports[(from, leaves)] % 3;
        int percent = sameColumn ? 50
            : isOut ? 7 + (turn * 3)
            : Math.Abs(end.X - start.X) == ColumnStep ? 30 + (turn * 20)
            : 14 + (turn * 4);
        return new LifeArrow(label,
            Text($"M {out0.X} {out0.Y} C {out1.X} {out1.Y} {in1.X} {in1.Y} {in0.X} {in0.Y}"), At(percent, out0.X, out1.X, in1.X, in0.X),
            At(percent, out0.Y, out1.Y, in1.Y, in0.Y), isOut ? "out" : forth || (sameColumn && end.Y > start.Y) ? "side" : "back");
    }

    private static string Numbers(IReadOnlyList<int> rows) => rows.Count == 1 ? Text($"{rows[0]}")
        : rows[^1] - rows[0] == rows.Count - 1 ? Text($"{rows[0]}–{rows[^1]}") : string.Join(',', rows.Select(row => Text($"{row}")));

    /// <summary>The next free place on a side of a box, around its middle.</summary>
    private int Offset(Enum state, bool right)
    {
        int taken = _ports[(state, right)] = _ports.GetValueOrDefault((state, right), -1) + 1;
        int step = (taken + 1) / 2 * Port * (taken % 2 == 0 ? 1 : -1);
        return Math.Clamp((BoxHeight / 2) + step, 4, BoxHeight - 4);
    }

    /// <summary>A point of a Bezier curve, so many hundredths of the way.</summary>
    private static int At(long percent, long a, long b, long c, long d)
    {
        long rest = 100 - percent;
        return (int)(((rest * rest * rest * a) + (3 * rest * rest * percent * b) + (3 * rest * percent * percent * c)
            + (percent * percent * percent * d)) / 1_000_000);
    }

    private static string Text(FormattableString path) => path.ToString(CultureInfo.InvariantCulture);
}

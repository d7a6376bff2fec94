using System.Globalization;
using CommunityFund.Grants;
using CommunityFund.Ledger;

namespace CommunityFund.Web.Pages.Grants;

/// <summary>A state as a box; whole units of the drawing.</summary>
/// <param name="IsMain">Whether it lies on the way from the first state to the last.</param>
/// <param name="IsEnd">Whether nothing more happens in it.</param>
public sealed record LifeBox(GrantState State, int X, int Y, bool IsMain, bool IsEnd);

/// <summary>A row of the table as an arrow with its number.</summary>
/// <param name="Path">As SVG draws it.</param>
/// <param name="Kind">main, side, back or out: how strongly it is drawn.</param>
public sealed record LifeArrow(int No, string Path, int LabelX, int LabelY, string Kind);

/// <summary>
/// The table of moves drawn as boxes and arrows: the way to the far end down the left, what lies beside it to the right, each in the row of its
/// distance from the start. Worked out from the table alone, so a new row is drawn without anybody's hand.
/// </summary>
public sealed class LifeDrawing
{
    public const int BoxWidth = 150, BoxHeight = 44;

    private const int Left = 96, Top = 16, ColumnStep = 238, RowStep = 96, Port = 9;

    private readonly Dictionary<GrantState, LifeBox> _boxes;
    private readonly Dictionary<(GrantState State, bool Right), int> _ports = [];

    private LifeDrawing(Dictionary<GrantState, LifeBox> boxes)
    {
        _boxes = boxes;
        Boxes = [.. boxes.Values];
        Arrows = [.. Workflow.Rules.Select((rule, at) => (rule, No: at + 1)).Where(row => row.rule.From is not null)
            .Select(row => Arrow(row.No, row.rule.From!.Value, row.rule.To))];
        Width = Boxes.Max(box => box.X) + BoxWidth + 24;
        Height = Boxes.Max(box => box.Y) + BoxHeight + Top;
    }

    public IReadOnlyList<LifeBox> Boxes { get; }

    public IReadOnlyList<LifeArrow> Arrows { get; }

    public int Width { get; }

    public int Height { get; }

    private static Workflow<GrantMover, GrantState, GrantMove, GrantFacts> Workflow => GrantLife.Table;

    public static LifeDrawing Draw()
    {
        Dictionary<GrantState, (int Distance, GrantState? Before)> found = new() { [Workflow.Start] = (0, null) };
        Queue<GrantState> next = new([Workflow.Start]);
        while (next.TryDequeue(out GrantState state))
        {
            foreach (GrantState to in Workflow.Rules.Where(rule => rule.From == state).Select(rule => rule.To).Where(to => !found.ContainsKey(to)))
            {
                found[to] = (found[state].Distance + 1, state);
                next.Enqueue(to);
            }
        }

        HashSet<GrantState> main = [];
        int farthest = found.Max(each => each.Value.Distance);
        GrantState far = found.Where(each => each.Value.Distance == farthest).Select(each => each.Key).Min();
        for (GrantState? at = far; at is { } state; at = found[state].Before)
        {
            main.Add(state);
        }

        // Ends beside the way go to the last column, so that what can still move stands close to it.
        int columns = 1 + found.Where(each => !main.Contains(each.Key) && !Workflow.IsEnd(each.Key))
            .GroupBy(each => each.Value.Distance).Max(row => row.Count());
        Dictionary<GrantState, LifeBox> boxes = [];
        foreach (var row in found.GroupBy(each => each.Value.Distance))
        {
            int column = 0;
            foreach (GrantState state in row.Select(each => each.Key).OrderBy(state => state))
            {
                bool isMain = main.Contains(state), isEnd = Workflow.IsEnd(state);
                int at = isMain ? 0 : isEnd ? columns : ++column;
                boxes[state] = new LifeBox(state, Left + (at * ColumnStep), Top + (row.Key * RowStep), isMain, isEnd);
            }
        }

        return new LifeDrawing(boxes);
    }

    private LifeArrow Arrow(int no, GrantState from, GrantState to)
    {
        (LifeBox start, LifeBox end) = (_boxes[from], _boxes[to]);
        if (start.IsMain && end.IsMain && end.Y - start.Y == RowStep)
        {
            int middle = start.X + (BoxWidth / 2);
            return new LifeArrow(
                no, Text($"M {middle} {start.Y + BoxHeight} L {middle} {end.Y - 2}"), middle, (start.Y + BoxHeight + end.Y) / 2, "main");
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
        return new LifeArrow(no,
            Text($"M {out0.X} {out0.Y} C {out1.X} {out1.Y} {in1.X} {in1.Y} {in0.X} {in0.Y}"), At(percent, out0.X, out1.X, in1.X, in0.X),
            At(percent, out0.Y, out1.Y, in1.Y, in0.Y), isOut ? "out" : forth || (sameColumn && end.Y > start.Y) ? "side" : "back");
    }

    /// <summary>The next free place on a side of a box, around its middle.</summary>
    private int Offset(GrantState state, bool right)
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

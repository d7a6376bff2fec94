using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>A statement as plain text in columns: for a terminal, and the golden form that tests compare.</summary>
public static class FormText
{
    public static string Draw(FormView view, Words words)
    {
        StringBuilder text = new();
        Line(view.Layout.Number.Length == 0 ? $"{view.Layout.Title}" : $"{view.Layout.Title}　{view.Layout.Number}");
        Line(words["statement.body-is", view.Head.Body]);
        Line(view.Days(words));
        Line(words["statement.funds-are", view.Head.Funds.Text(words)]);
        Line(words["statement.form.unit"]);
        IReadOnlyList<FormPanel> panels = FormPanel.Of(view, words);
        List<string[]> table = [[.. panels.SelectMany(panel => panel.Heads)]];
        int rows = panels.Max(panel => panel.Rows.Count);
        table.AddRange(Enumerable.Range(0, rows).Select(row => panels.SelectMany(panel => panel.CellsOf(row)).ToArray()));
        HashSet<int> left = [];
        int at = 0;
        foreach (FormPanel panel in panels)
        {
            left.Add(at);
            at += panel.Heads.Count;
        }

        foreach (string line in TextColumns.Draw(table, left.Contains))
        {
            Line(line.TrimEnd());
        }

        foreach (string control in FormControls.Lines(view, words))
        {
            Line(control);
        }

        if (!view.IsSettled)
        {
            Line(words["statement.form.unsettled"]);
        }

        Line(words["statement.standard-is", view.StandardName]);
        if (view.Layout.IsOwn)
        {
            Line(words["statement.form.own", view.Layout.Digest]);
        }

        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }
}

/// <summary>What the controls say, one line each; one that does not hold names both its sums. What else is told stands after them.</summary>
public static class FormControls
{
    public static IEnumerable<string> Lines(FormView view, Words words) =>
        Said(view, words).Concat(view.Remarks.Select(remark => remark.Text(words)));

    private static IEnumerable<string> Said(FormView view, Words words) =>
        from control in view.Controls
        group control by control.Name into same
        from line in same.All(control => control.IsHeld)
            ? [words["statement.form.held", same.Key.ToString()].Value]
            : same.Where(control => !control.IsHeld).Select(control => words["statement.form.broken",
                control.Column is null ? control.Name.ToString() : $"{control.Name}（{control.Column}）",
                control.Left, control.Right].Value)
        select line;
}

/// <summary>One side of a statement as a table of texts: caption, line number where rows have one, and figures.</summary>
internal sealed record FormPanel(FormSide Side, IReadOnlyList<string> Heads, IReadOnlyList<FormViewRow> Rows, bool HasLines)
{
    public static IReadOnlyList<FormPanel> Of(FormView view, Words words) =>
    [
        .. new[] { FormSide.Left, FormSide.Right }.Where(side => view.On(side).Any() || side == FormSide.Left).Select(side =>
        {
            FormViewRow[] rows = [.. view.On(side)];
            bool hasLines = view.Rows.Any(row => row.Line.Length > 0);
            return new FormPanel(side,
            [
                CaptionOf(view, side, words), .. hasLines ? [words["statement.form.line"].Value] : Array.Empty<string>(),
                .. view.Columns.Select(column => column.Head is null ? column.Name.ToString() : $"{column.Head} {column.Name}"),
            ], rows, hasLines);
        }),
    ];

    /// <summary>What stands above the captions: assets on one side, liabilities and net assets on the other.</summary>
    public static string CaptionOf(FormView view, FormSide side, Words words) => !view.Layout.IsTwoSided ? words["statement.form.item"]
        : words[side == FormSide.Left ? "statement.form.assets" : "statement.form.claims"];

    public string[] CellsOf(int row)
    {
        if (row >= Rows.Count)
        {
            return [.. Heads.Select(_ => "")];
        }

        FormViewRow shown = Rows[row];
        string[] line = HasLines ? [shown.Line] : [];
        IEnumerable<string> figures = shown.Figures is null ? Enumerable.Repeat("", Heads.Count - 1 - line.Length)
            : shown.Figures.Select(figure => figure is not { } amount ? "" : amount.IsZero ? "-" : Figures.Of(amount));
        return [new string(' ', 2 * shown.Indent) + shown.Name, .. line, .. figures];
    }
}

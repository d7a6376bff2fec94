using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Statements;

/// <summary>A statement with its figures: one plain record that page, text, workbook and PDF draw, so that they cannot disagree.</summary>
/// <param name="Columns">Those that are drawn for these days.</param>
/// <param name="IsSettled">Whether every month up to the last day is closed; before, figures may still change.</param>
public sealed record FormView(
    StatementLayout Layout, LedgerHead Head, string Standard, bool IsSettled, IReadOnlyList<FormViewColumn> Columns, IReadOnlyList<FormViewRow> Rows,
    IReadOnlyList<FormViewControl> Controls)
{
    /// <summary>The seal of the log that the last month was closed with, on what is drawn for one fund; null while it is open.</summary>
    public Checkpoint? Seal { get; init; }

    /// <summary>What is told below the figures.</summary>
    public IReadOnlyList<FormRemark> Remarks { get; init; } = [];

    /// <summary>Whether all that must be equal is equal.</summary>
    public bool IsHeld => Controls.All(control => control.IsHeld);

    public IEnumerable<FormViewRow> On(FormSide side) => Rows.Where(row => row.Side == side);

    public string StandardName => Standards.Find(Standard) is { } known
        ? new Bilingual($"{known.NameZh} {known.Source}", known.NameEn).ToString()
        : Standard;

    /// <summary>The day or days it is about, as the head of a form says them.</summary>
    public string Days(Words words)
    {
        LedgerRange range = Head.Range;
        (int year, int from, int to) = (range.ToPeriod / 100, range.FromPeriod % 100, range.ToPeriod % 100);
        return Layout.IsOfDay ? words["statement.form.day", year, Two(range.ToDay.Month), Two(range.ToDay.Day)]
            : range.CutsLast ? words["statement.form.cut", range.FromDay, range.ToDay]
            : (from, to) switch
            {
                (1, 13) => words["statement.form.year", year],
                (13, 13) => words["statement.form.adjusting", year],
                (_, 13) => words["statement.form.to-adjusting", year, from],
                _ when from == to => words["statement.form.month", year, to],
                _ => words["statement.form.months", year, from, to],
            };

        // In English the day is written as dates are elsewhere; in Chinese as people write it.
        static string Two(int number) => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en"
            ? number.ToString("00", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>A column as it is drawn.</summary>
/// <param name="Adds">Columns it adds up, by their place here; empty if it counts by itself.</param>
public sealed record FormViewColumn(string Key, Bilingual? Head, Bilingual Name, IReadOnlyList<int> Adds);

/// <summary>A row as it is drawn.</summary>
/// <param name="Key">Key of the row of the file; for a repeated row what it is repeated for stands behind a slash.</param>
/// <param name="Figures">One for each column, null where the row does not count in it; null altogether for a heading.</param>
/// <param name="Adds">Rows of this view that it adds up or takes off, by place; null if it counts lines.</param>
public sealed record FormViewRow(
    string Key, string Line, Bilingual Name, FormSide Side, int Indent, bool IsTotal, IReadOnlyList<Amount?>? Figures,
    IReadOnlyList<(bool IsMinus, int Row)>? Adds);

/// <summary>A control equation with both its sums.</summary>
/// <param name="Column">Name of the column, or null where it names its columns itself.</param>
public sealed record FormViewControl(Bilingual Name, Bilingual? Column, Amount Left, Amount Right)
{
    public bool IsHeld => Left == Right;
}

using CommunityFund.Ledger;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// How a file's dates are to be read. A date that does not begin with its year is read in the order that the file itself proves,
/// by a number above twelve; where nothing proves it, a person is asked. Day numbers of a spreadsheet are read as days only if
/// nine in ten dates are such numbers.
/// </summary>
internal sealed record DateRule(DateOrder Order, bool IsSerial)
{
    private static readonly StatementColumn[] Days = [BookedOn, HappenedOn, BookedAt, HappenedAt];

    /// <summary>For a cell that is looked at before anything is known.</summary>
    public static DateRule Any { get; } = new(DateOrder.MonthFirst, IsSerial: false);

    /// <summary>True if the file alone decided an order that others would read otherwise.</summary>
    public bool IsProved { get; private init; }

    /// <param name="rows">All rows below the header, read anew; they are read through only as far as a proof asks.</param>
    /// <exception cref="RefusedException">bank.date-order: nothing proves it.</exception>
    public static DateRule Of(StatementHeader header, IEnumerable<StatementRow> rows, DateOrder chosen)
    {
        string[] first = [.. header.Sample.SelectMany(row => Told(header, row))];
        int serials = first.Count(cell => StatementCell.SerialDay(StatementCell.Bare(cell)) is not null);
        bool serial = serials > 0 && serials * 10 >= first.Length * 9;
        if (serial || chosen != DateOrder.Auto || !first.Any(cell => StatementCell.Unordered(cell) is not null))
        {
            return new DateRule(chosen == DateOrder.Auto ? DateOrder.MonthFirst : chosen, serial);
        }

        string example = first.First(cell => StatementCell.Unordered(cell) is not null);
        foreach ((int one, int two) in rows.SelectMany(row => Told(header, row)).Select(StatementCell.Unordered)
            .Where(pair => pair is not null).Select(pair => pair!.Value))
        {
            if (one > 12 != two > 12)
            {
                return new DateRule(one > 12 ? DateOrder.DayFirst : DateOrder.MonthFirst, IsSerial: false) { IsProved = true };
            }
        }

        throw new RefusedException(StatementRefusal.DateOrderUnknown, ("typed", StatementCell.Shorten(example, 60)));
    }

    private static IEnumerable<string> Told(StatementHeader header, StatementRow row) =>
        Days.Select(column => header.Cell(row, column)).Where(cell => !StatementCell.SaysNothing(cell));
}

using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// When a row's movement took place. The day the bank booked it goes before the day it was asked for, because the balance
/// follows it; the hour is that of the movement itself.
/// </summary>
internal static class LineMoment
{
    private static readonly StatementColumn[] Columns = [BookedOn, BookedAt, HappenedOn, HappenedAt];

    /// <summary>The row's day; null if it has none, or if any of its dates cannot be read.</summary>
    public static LocalDate? Day(StatementHeader header, StatementRow row)
    {
        string[] told = [.. Columns.Select(column => header.Cell(row, column)).Where(cell => cell.Length > 0)];
        return told.All(cell => StatementCell.ReadMoment(cell) is not null)
            ? told.Select(cell => StatementCell.ReadMoment(cell)?.Date).FirstOrDefault(date => date is not null)
            : null;
    }

    /// <summary>The moment, if the row tells a time.</summary>
    public static LocalDateTime? At(StatementHeader header, StatementRow row, LocalDate occurredOn) =>
        Moment(header, row, [HappenedAt, HappenedOn], occurredOn) ?? Moment(header, row, [BookedAt, BookedOn], occurredOn);

    /// <summary>The refusal of a row that moves money on no day we can read.</summary>
    public static RefusedException BadDate(StatementHeader header, StatementRow row)
    {
        string typed = Columns.Select(column => header.Cell(row, column))
            .FirstOrDefault(cell => cell.Length > 0 && StatementCell.ReadMoment(cell)?.Date is null, "");
        return new RefusedException(StatementRefusal.BadDate, ("line", row.LineNo), ("typed", StatementCell.Shorten(typed, 60)));
    }

    private static LocalDateTime? Moment(
        StatementHeader header, StatementRow row, StatementColumn[] columns, LocalDate occurredOn)
    {
        (LocalDate? Date, LocalTime? Time)?[] told =
            [.. columns.Select(column => StatementCell.ReadMoment(header.Cell(row, column)))];
        LocalDate date = told.Select(moment => moment?.Date).FirstOrDefault(date => date is not null) ?? occurredOn;
        return told.Select(moment => moment?.Time).FirstOrDefault(time => time is not null) is { } time ? date + time : null;
    }
}

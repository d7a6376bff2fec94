using System.Runtime.InteropServices;
using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// When a row's movement took place. The day the bank booked it goes before the day it was asked for, because the balance
/// follows it; the hour is that of the movement itself.
/// </summary>
/// <param name="Day">The row's day; null if it has none, or if any of its dates cannot be read.</param>
/// <param name="At">The moment, if the row tells a time.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineMoment(LocalDate? Day, LocalDateTime? At)
{
    private static readonly StatementColumn[] Columns = [BookedOn, BookedAt, HappenedOn, HappenedAt];

    public static LineMoment Of(StatementHeader header, StatementRow row, DateRule rule)
    {
        LocalDate? day = null;
        (LocalDate? Date, LocalTime? Time) booked = default, happened = default;
        foreach (StatementColumn column in Columns)
        {
            string cell = header.Cell(row, column);
            if (StatementCell.SaysNothing(cell))
            {
                continue;
            }

            if ((StatementCell.ReadMoment(cell, rule) ?? (column is BookedAt or HappenedAt ? Clock(cell) : null)) is not { } told)
            {
                return default;
            }

            day ??= told.Date;
            bool isBooked = column is BookedOn or BookedAt;
            ref var side = ref isBooked ? ref booked : ref happened;
            side = (side.Date ?? told.Date, told.Time ?? side.Time);
        }

        return day is not { } on ? default : new LineMoment(on, Moment(happened, on) ?? Moment(booked, on));
    }

    /// <summary>The refusal of a row that moves money on no day we can read.</summary>
    public static RefusedException BadDate(StatementHeader header, StatementRow row, DateRule rule)
    {
        string typed = Columns.Select(column => header.Cell(row, column))
            .FirstOrDefault(cell => !StatementCell.SaysNothing(cell) && StatementCell.ReadMoment(cell, rule)?.Date is null, "");
        return new RefusedException(StatementRefusal.BadDate, ("line", row.LineNo), ("typed", StatementCell.Shorten(typed, 60)));
    }

    // 91530 is 09:15:30 in a spreadsheet, which drops the zeros of numbers; 09153012 has hundredths.
    private static (LocalDate? Date, LocalTime? Time)? Clock(string cell) =>
        cell.Length is > 0 and < 6 or 8 && cell.All(char.IsAsciiDigit) ? StatementCell.ReadMoment(cell.PadLeft(6, '0')[..6], DateRule.Any) : null;

    private static LocalDateTime? Moment((LocalDate? Date, LocalTime? Time) told, LocalDate on) =>
        told.Time is { } time ? (told.Date ?? on) + time : null;
}

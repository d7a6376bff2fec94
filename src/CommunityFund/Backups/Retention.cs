using NodaTime;
using NodaTime.Calendars;

namespace CommunityFund.Backups;

/// <summary>Which backups may go: neither the newest of a day, week or month that is still kept, nor the last two, nor the newest
/// that was proved to restore.</summary>
internal static class Retention
{
    public const int AlwaysKept = 2;

    private static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    /// <param name="backups">Name and moment, in any order.</param>
    /// <param name="verified">Names of those that were restored and found whole.</param>
    /// <returns>Names of those to drop.</returns>
    public static IReadOnlyList<string> Drop(
        IReadOnlyList<(string Name, Instant TakenAt)> backups, IReadOnlySet<string> verified, BackupSettings settings)
    {
        List<(string Name, LocalDate Day)> newestFirst =
        [
            .. backups.OrderByDescending(backup => backup.TakenAt).ThenByDescending(backup => backup.Name, StringComparer.Ordinal)
                .Select(backup => (backup.Name, backup.TakenAt.InZone(Shanghai).Date)),
        ];
        HashSet<string> kept =
        [
            .. newestFirst.Take(AlwaysKept).Select(backup => backup.Name),
            .. newestFirst.Where(backup => verified.Contains(backup.Name)).Take(1).Select(backup => backup.Name),
            .. Newest(newestFirst, settings.Daily, day => day),
            .. Newest(newestFirst, settings.Weekly, day => (WeekYearRules.Iso.GetWeekYear(day), WeekYearRules.Iso.GetWeekOfWeekYear(day))),
            .. Newest(newestFirst, settings.Monthly, day => (day.Year, day.Month)),
        ];
        return [.. newestFirst.Select(backup => backup.Name).Where(name => !kept.Contains(name))];
    }

    private static IEnumerable<string> Newest<T>(IEnumerable<(string Name, LocalDate Day)> newestFirst, int spans, Func<LocalDate, T> span) =>
        newestFirst.GroupBy(backup => span(backup.Day)).Take(spans).Select(group => group.First().Name);
}

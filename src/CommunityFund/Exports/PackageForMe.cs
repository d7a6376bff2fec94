using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace CommunityFund.Exports;

/// <summary>The last closed month, for those who verify the books of all funds or of some; null for everybody else, while none is closed, and
/// once the person has its package.</summary>
public sealed record PackageForMe : Query<MonthOfPackage?>
{
    internal override Need Needs => Need.Person;

    internal override async Task<MonthOfPackage?> Answer(Work work, CancellationToken ct)
    {
        bool isWhole = work.Rights.ReachesAll(Role.FinanceOffice, Role.Panel);
        bool isPart = !isWhole && work.Rights.Holds(Role.FinanceOffice, Role.Panel) && !work.Rights.ReachesAll(ExportBook.Readers);
        return (isWhole || isPart) && (await new ClosedMonths().Answer(work, ct)).FirstOrDefault() is { } last && !await IsTaken(work, last, ct)
            ? last with { IsPart = isPart } : null;
    }

    private static Task<bool> IsTaken(Work work, MonthOfPackage month, CancellationToken ct)
    {
        (string fetched, string exported) = (CommandLog.Taken + nameof(FetchMonth), CommandLog.Taken + nameof(FetchExport));
        (string period, string day) = (month.Period.ToString(CultureInfo.InvariantCulture), LocalDatePattern.Iso.Format(month.LastDay));
        return work.Db.Database.SqlQuery<bool>(
            $"""
            select exists (
              select from command_log
               where book_id = {work.Book} and actor_id = {work.Actor} and done_at >= {month.ClosedAt.ToDateTimeUtc()}
                 and (name = {fetched} and input ->> 'Period' = {period} or name = {exported} and input ->> 'Day' = {day})) as "Value"
            """).SingleAsync(ct);
    }
}

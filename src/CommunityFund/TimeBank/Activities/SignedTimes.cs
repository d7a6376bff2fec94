using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>From signing in and out to records: minutes are reckoned here and nowhere else.</summary>
internal sealed class SignedTimes(Work work, Activity activity)
{
    /// <summary>Signed out before in, or at once.</summary>
    public const string Backwards = "attendance.backwards";

    /// <summary>More than 24 hours from in to out.</summary>
    public const string TooLong = "attendance.too-long";

    /// <summary>All services of a day together are longer than a day.</summary>
    public const string DayTooLong = "attendance.day-too-long";

    private const int DayMinutes = 1440;

    /// <summary>Refuses what cannot be.</summary>
    public static void Require(Instant from, Instant until)
    {
        if (until <= from)
        {
            throw new RefusedException(Backwards, ("in", from), ("out", until));
        }

        if (until - from > Duration.FromHours(24))
        {
            throw new RefusedException(TooLong, ("in", from), ("out", until));
        }
    }

    /// <summary>The first that signs in begins the activity.</summary>
    public async Task Begin(CancellationToken ct)
    {
        if (activity.State == ActivityState.Planned)
        {
            await work.Db.Database.ExecuteSqlAsync(
                $"update activity set state = 'open' where book_id = {work.Book} and activity_id = {activity.ActivityId} and state = 'planned'", ct);
            activity.State = ActivityState.Open;
        }
    }

    /// <summary>Writes a record for each attendance that is complete.</summary>
    public async Task Record(IReadOnlyList<Attendance> complete, CancellationToken ct)
    {
        if (complete.Count == 0)
        {
            return;
        }

        Fund programme = await work.FundById(activity.FundId, ct);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, activity.Day, ct);
        Dictionary<(string, EvidenceGrade), int> rates = (await work.Db.Set<ProgrammeRate>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.ProgrammeRuleId == rule.ProgrammeRuleId).ToListAsync(ct))
                .ToDictionary(row => (row.Role, row.Grade), row => (int)row.PointsPerHour);
        long[] people = [.. complete.Select(row => row.PersonId)];
        HashSet<long> groups = [.. await work.Db.Set<Member>().Where(row => row.BookId == work.Book && people.Contains(row.PersonId)
            && row.Kind == MemberKind.Group).Select(row => row.PersonId).ToListAsync(ct)];
        var ofDay = (await work.Db.Set<ServiceRecord>().Where(row => row.BookId == work.Book && row.Day == activity.Day
                && people.Contains(row.PersonId) && row.ActivityId != null
                && (row.State == RecordState.Open || row.State == RecordState.Confirmed || row.State == RecordState.Posted))
            .Select(row => new { row.PersonId, row.RawMinutes, row.CreditedMinutes, IsSure = row.State != RecordState.Open }).ToListAsync(ct))
            .ToLookup(row => row.PersonId);
        int cap = Math.Min(activity.CapMinutes, rule.ActivityCap);
        List<ServiceRecord> written = [];
        foreach (Attendance each in complete)
        {
            int raw = checked((int)((each.OutAt!.Value - each.InAt).BclCompatibleTicks / NodaConstants.TicksPerMinute));
            if (raw + ofDay[each.PersonId].Sum(row => row.RawMinutes) > DayMinutes)
            {
                throw new RefusedException(DayTooLong, ("day", activity.Day),
                    ("minutes", Amount.OfUnits(raw + ofDay[each.PersonId].Sum(row => row.RawMinutes), Commodity.Hour)));
            }

            EvidenceGrade grade = each.InHow == SignedHow.Paper || each.OutHow == SignedHow.Paper ? EvidenceGrade.BackEntered
                : each.InHow == SignedHow.Code && each.OutHow == SignedHow.Code ? EvidenceGrade.Verified : EvidenceGrade.TwoParty;
            int rate = groups.Contains(each.PersonId) ? 0 : rates.GetValueOrDefault((each.Role, grade));
            int rounded = raw - (raw % rule.RoundingMinutes), cutActivity = Math.Max(0, rounded - cap);
            int left = Math.Max(0, rule.DayCap - ofDay[each.PersonId].Where(row => row.IsSure).Sum(row => row.CreditedMinutes));
            int credited = Math.Min(rounded - cutActivity, left);
            written.Add(new ServiceRecord
            {
                BookId = work.Book,
                FundId = activity.FundId,
                ActivityId = activity.ActivityId,
                AttendanceId = each.AttendanceId,
                PersonId = each.PersonId,
                Role = each.Role,
                Grade = grade,
                Day = activity.Day,
                InAt = each.InAt,
                OutAt = each.OutAt,
                ProjectId = activity.ProjectId,
                ProjectClass = activity.ProjectClass,
                ProgrammeRuleId = rule.ProgrammeRuleId,
                PointsPerHour = rate,
                RoundingMinutes = rule.RoundingMinutes,
                CapMinutes = cap,
                RawMinutes = raw,
                RoundedMinutes = rounded,
                CutActivity = cutActivity,
                CutDay = rounded - cutActivity - credited,
                CreditedMinutes = credited,
                Points = checked((int)((long)credited * rate / 60)),
                TickedInBy = each.InHow == SignedHow.Code ? null : each.InBy,
                TickedOutBy = each.OutHow == SignedHow.Code ? null : each.OutBy,
                FiledDocumentId = each.FiledDocumentId,
                Reason = each.Reason,
                WrittenAt = work.Now,
            });
        }

        work.Db.AddRange(written);
        await work.Db.SaveChangesAsync(ct);
    }
}

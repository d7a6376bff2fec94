using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>One of the holder's records.</summary>
/// <param name="Title">Of the activity; null for hours from before the programme.</param>
/// <param name="Now">Minutes with all corrections; what counts.</param>
/// <param name="DisputeUntil">The last day to dispute it; null where it cannot be disputed.</param>
public sealed record MyRecordRow(
    long Id, string? Title, string Place, LocalDate Day, string Role, EvidenceGrade Grade, RecordState State, Instant? In, Instant? Out,
    Reckoning Reckoning, Amount Now, string? ConfirmedBy, LocalDate? DisputeUntil, IReadOnlyList<DisputeRow> Disputes,
    IReadOnlyList<CorrectionRow> Corrections);

/// <summary>The holder's records, a page of them, the latest first.</summary>
/// <param name="Total">How many there are on all pages.</param>
public sealed record MyRecordsView(IReadOnlyList<MyRecordRow> Rows, int Total, int PageSize);

/// <summary>The own records, with how their minutes were reckoned.</summary>
public sealed record MyRecords(MemberPass Pass, int Page = 1) : Query<MyRecordsView>
{
    private const int Shown = 20;

    internal override Need Needs => Need.Anybody;

    internal override async Task<MyRecordsView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        IQueryable<ServiceRecord> mine = there.Db.Set<ServiceRecord>().AsNoTracking().Where(row => row.BookId == there.Book
            && row.PersonId == me.PersonId && row.State != RecordState.Replaced);
        List<ServiceRecord> rows = await mine.OrderByDescending(row => row.Day).ThenByDescending(row => row.ServiceRecordId)
            .Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.ServiceRecordId)];
        long?[] activities = [.. rows.Select(row => row.ActivityId).Distinct()];
        Dictionary<long, Activity> of = await there.Db.Set<Activity>().AsNoTracking().Where(row => row.BookId == there.Book
            && activities.Contains(row.ActivityId)).ToDictionaryAsync(row => row.ActivityId, ct);
        ILookup<long, CorrectionRow> corrections = await RecordPapers.Corrections(there, ids, ct);
        ILookup<long, DisputeRow> disputes = await RecordPapers.Disputes(there, ids,
            rows.ToDictionary(row => row.ServiceRecordId, row => row.ConfirmedBy), ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(there, rows.Select(row => row.ConfirmedBy), ct);
        List<MyRecordRow> shown = [];
        foreach (ServiceRecord row in rows)
        {
            Activity? activity = row.ActivityId is { } id ? of[id] : null;
            LocalDate? until = await DisputeRecord.LastDay(there, row, ct);
            shown.Add(new MyRecordRow(
                row.ServiceRecordId, activity?.Title, activity?.Place ?? "", row.Day, row.Role, row.Grade, row.State, row.InAt, row.OutAt,
                Reckoning.Of(row), corrections[row.ServiceRecordId].LastOrDefault(each => each.State == CorrectionState.Agreed)?.Minutes
                    ?? Amount.OfUnits(row.CreditedMinutes, Commodity.Hour),
                row.ConfirmedBy is { } by ? names[by] : null,
                until >= there.Today && disputes[row.ServiceRecordId].All(each => each.State != DisputeState.Open) ? until : null,
                [.. disputes[row.ServiceRecordId]], [.. corrections[row.ServiceRecordId]]));
        }

        return new MyRecordsView(shown, await mine.CountAsync(ct), Shown);
    }
}

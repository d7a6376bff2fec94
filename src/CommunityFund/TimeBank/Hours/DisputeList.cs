using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>A record that somebody disputes or wants to correct, or hours from before the programme that wait.</summary>
/// <param name="MayCorrect">The reader may propose a correction: whoever kept the list too, since another agrees.</param>
public sealed record DisputedRecord(
    long Record, int Programme, long Person, string Name, long? Activity, string? Title, LocalDate Day, string Role, EvidenceGrade Grade,
    RecordState State,
    Reckoning Reckoning, Amount Now, string? ConfirmedBy, string? WrittenBy, string Reason, long? Paper, IReadOnlyList<DisputeRow> Disputes,
    IReadOnlyList<CorrectionRow> Corrections, bool MayDecide, bool MayCorrect);

/// <summary>What waits for a coordinator beside the activities themselves.</summary>
/// <param name="Legacy">Hours from before the programme which wait for another coordinator.</param>
/// <param name="Programmes">The time banks that the reader's roles reach.</param>
public sealed record DisputeListView(
    IReadOnlyList<DisputedRecord> Disputed, IReadOnlyList<DisputedRecord> Legacy, int Total, int PageSize, IReadOnlyList<ProgrammeChoice> Programmes);

/// <summary>Disputes and corrections, those that wait or all. An upheld dispute waits on until somebody has proposed the correction.</summary>
/// <param name="IsAll">The decided ones too.</param>
public sealed record DisputeList(int? Programme = null, bool IsAll = false, int Page = 1) : Query<DisputeListView>
{
    private const int Shown = 50;

    internal override Need Needs => Need.Any(Programmes.Programme.Readers);

    internal override async Task<DisputeListView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> programmes = await Programmes.Programme.Mine(work, ct);
        int[] funds = [.. programmes.Select(fund => fund.FundId).Where(fund => Programme is null || fund == Programme)];
        IQueryable<ServiceRecord> mine = work.Db.Set<ServiceRecord>().AsNoTracking()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId));
        IQueryable<ServiceRecord> disputed = mine.Where(row =>
            work.Db.Set<RecordDispute>().Any(each => each.BookId == row.BookId && each.ServiceRecordId == row.ServiceRecordId
                && (IsAll || each.State == DisputeState.Open
                    || each.State == DisputeState.Upheld && row.State == RecordState.Posted && row.ActivityId != null
                        && !work.Db.Set<RecordCorrection>().Any(after => after.BookId == each.BookId
                            && after.ServiceRecordId == each.ServiceRecordId && after.ProposedAt >= each.AnsweredAt)))
            || work.Db.Set<RecordCorrection>().Any(each => each.BookId == row.BookId && each.ServiceRecordId == row.ServiceRecordId
                && (IsAll || each.State == CorrectionState.Waiting)));
        List<ServiceRecord> rows = await disputed.OrderByDescending(row => row.ServiceRecordId).Skip((Math.Max(1, Page) - 1) * Shown).Take(Shown)
            .ToListAsync(ct);
        List<ServiceRecord> legacy = await mine.Where(row => row.Grade == EvidenceGrade.Legacy && row.State == RecordState.Open)
            .OrderBy(row => row.ServiceRecordId).Take(Shown).ToListAsync(ct);
        return new DisputeListView(await Rows(work, rows, ct), await Rows(work, legacy, ct), await disputed.CountAsync(ct), Shown,
            ProgrammeChoice.Of(programmes));
    }

    private static async Task<IReadOnlyList<DisputedRecord>> Rows(Work work, List<ServiceRecord> rows, CancellationToken ct)
    {
        long[] ids = [.. rows.Select(row => row.ServiceRecordId)];
        long?[] activities = [.. rows.Select(row => row.ActivityId).Distinct()];
        Dictionary<long, string> titles = await work.Db.Set<Activity>().Where(row => row.BookId == work.Book && activities.Contains(row.ActivityId))
            .ToDictionaryAsync(row => row.ActivityId, row => row.Title, ct);
        ILookup<long, CorrectionRow> corrections = await RecordPapers.Corrections(work, ids, ct);
        ILookup<long, DisputeRow> disputes = await RecordPapers.Disputes(work, ids,
            rows.ToDictionary(row => row.ServiceRecordId, row => row.ConfirmedBy), ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            rows.SelectMany(row => new[] { row.PersonId, row.ConfirmedBy, row.TickedInBy }), ct);
        HashSet<long> close = work.Actor is { } me ? await Confirmation.CloseTo(work, me, ct) : [];
        return
        [
            .. rows.Select(row => new DisputedRecord(
                row.ServiceRecordId, row.FundId, row.PersonId, names[row.PersonId], row.ActivityId, row.ActivityId is { } id ? titles[id] : null,
                row.Day,
                row.Role, row.Grade, row.State, Reckoning.Of(row),
                corrections[row.ServiceRecordId].LastOrDefault(each => each.State == CorrectionState.Agreed)?.Minutes
                    ?? Amount.OfUnits(row.CreditedMinutes, Commodity.Hour),
                row.ConfirmedBy is { } by ? names[by] : null, row.TickedInBy is { } written ? names[written] : null, row.Reason, row.FiledDocumentId,
                [.. disputes[row.ServiceRecordId]], [.. corrections[row.ServiceRecordId]],
                work.Rights.Reaches(Programmes.Programme.Hands, row.FundId) && row.TickedInBy != work.Actor && row.PersonId != work.Actor,
                work.Rights.Reaches(Programmes.Programme.Hands, row.FundId) && !close.Contains(row.PersonId))),
        ];
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Hours;

/// <summary>How the minutes of a record were reckoned, step by step.</summary>
/// <param name="Raw">From in to out.</param>
/// <param name="Rounded">Rounded down to a multiple of <paramref name="RoundingMinutes"/>.</param>
/// <param name="CutActivity">Beyond the cap of the activity.</param>
/// <param name="CutDay">Beyond the cap of the day.</param>
/// <param name="Credited">What is left.</param>
/// <param name="ToPool">Of it, what went to the pool: the person has stored as much as the rules allow, and is commended.</param>
public sealed record Reckoning(
    Amount Raw, int RoundingMinutes, Amount Rounded, Amount Cap, Amount CutActivity, Amount CutDay, Amount Credited, Amount ToPool, Amount Points,
    int PointsPerHour)
{
    internal static Reckoning Of(ServiceRecord row) => new(
        Hours(row.RawMinutes), row.RoundingMinutes, Hours(row.RoundedMinutes), Hours(row.CapMinutes), Hours(row.CutActivity), Hours(row.CutDay),
        Hours(row.CreditedMinutes), Hours(row.ToPool), Amount.OfUnits(row.Points, Commodity.Point), row.PointsPerHour);

    private static Amount Hours(int minutes) => Amount.OfUnits(minutes, Commodity.Hour);
}

/// <summary>A correction as pages show it.</summary>
public sealed record CorrectionRow(
    long Id, long Record, Amount Before, Amount Minutes, string Reason, string ProposedBy, Instant ProposedAt, CorrectionState State,
    string? DecidedBy,
    Instant? DecidedAt, Amount Points, Amount PointsShort, Amount ToPool, long? HoursEntryNo, long? PointsEntryNo, bool MayAgree, bool MayDrop);

/// <summary>A dispute as pages show it.</summary>
public sealed record DisputeRow(
    long Id, long Record, string Text, Instant RaisedAt, DisputeState State, string Answer, string? AnsweredBy, Instant? AnsweredAt, bool MayAnswer);

/// <summary>What pages show beside records: their disputes and corrections, with who may decide.</summary>
internal static class RecordPapers
{
    public static async Task<ILookup<long, CorrectionRow>> Corrections(Work work, long[] records, CancellationToken ct)
    {
        List<RecordCorrection> rows = await work.Db.Set<RecordCorrection>().AsNoTracking().Where(row => row.BookId == work.Book
            && records.Contains(row.ServiceRecordId)).OrderBy(row => row.RecordCorrectionId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), ct);
        return rows.ToLookup(row => row.ServiceRecordId, row => new CorrectionRow(
            row.RecordCorrectionId, row.ServiceRecordId, Amount.OfUnits(row.MinutesBefore, Commodity.Hour),
            Amount.OfUnits(row.Minutes, Commodity.Hour),
            row.Reason, names[row.ProposedBy], row.ProposedAt, row.State, row.DecidedBy is { } by ? names[by] : null, row.DecidedAt,
            Amount.OfUnits(row.Points, Commodity.Point), Amount.OfUnits(row.PointsShort, Commodity.Point), Amount.OfUnits(row.ToPool, Commodity.Hour),
            row.HoursEntryNo, row.PointsEntryNo,
            row.State == CorrectionState.Waiting && row.ProposedBy != work.Actor && work.Rights.Holds(Programme.Hands),
            row.State == CorrectionState.Waiting && work.Rights.Holds(Programme.Hands)));
    }

    /// <param name="confirmers">Who confirmed each record: they do not answer.</param>
    public static async Task<ILookup<long, DisputeRow>> Disputes(
        Work work, long[] records, IReadOnlyDictionary<long, long?> confirmers, CancellationToken ct)
    {
        List<RecordDispute> rows = await work.Db.Set<RecordDispute>().AsNoTracking().Where(row => row.BookId == work.Book
            && records.Contains(row.ServiceRecordId)).OrderBy(row => row.RecordDisputeId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => row.AnsweredBy), ct);
        return rows.ToLookup(row => row.ServiceRecordId, row => new DisputeRow(
            row.RecordDisputeId, row.ServiceRecordId, row.Text, row.RaisedAt, row.State, row.Answer, row.AnsweredBy is { } by ? names[by] : null,
            row.AnsweredAt, row.State == DisputeState.Open && work.Actor is { } me && confirmers.GetValueOrDefault(row.ServiceRecordId) != me
                && row.RaisedBy != me && work.Rights.Holds(Programme.Hands)));
    }
}

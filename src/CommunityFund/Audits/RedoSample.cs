using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Audits;

/// <summary>What came out when a sample was drawn again from the books as they are now.</summary>
/// <param name="IsSame">Population, interval, start and every line are those that are kept.</param>
public sealed record SampleRedone(bool IsSame, int LinesThen, int LinesNow, Amount TotalThen, Amount TotalNow, int Same, int OnlyThen, int OnlyNow);

/// <summary>Draws a kept sample again, from the same place in the log with the same seed, and compares.</summary>
public sealed record RedoSample(long Sample) : Query<SampleRedone>
{
    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<SampleRedone> Answer(Work work, CancellationToken ct)
    {
        AuditSample sample = await AuditSample.Of(work, Sample, ct);
        MoneyUnitSample? again = await sample.Again(work, ct);
        HashSet<(SampleLine, long, int)> kept = [.. (await work.Db.Set<AuditSampleItem>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.AuditSampleId == Sample).ToListAsync(ct))
            .Select(row => (new SampleLine(row.EntryNo, row.LineNo, row.Units), row.ThroughUnits, (int)row.Hits))];
        HashSet<(SampleLine, long, int)> drawn = [.. (again?.Hits ?? []).Select(hit => (hit.Line, hit.Through, hit.Hits))];
        int same = kept.Count(drawn.Contains);
        bool isSame = again is not null && kept.SetEquals(drawn) && (again.Lines, again.Total, again.Interval, again.Start)
            == (sample.PopulationLines, sample.TotalUnits, sample.IntervalUnits, sample.StartUnits);
        return new SampleRedone(isSame, sample.PopulationLines, again?.Lines ?? 0, Amount.Fen(sample.TotalUnits), Amount.Fen(again?.Total ?? 0),
            same, kept.Count - same, drawn.Count - same);
    }
}

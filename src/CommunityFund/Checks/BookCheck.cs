using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Checks;

/// <summary>A fault as a statement finds it: code, what it concerns, and its facts as one JSON object.</summary>
internal sealed record FoundRow(string Code, long? EntryNo, long? VoucherId, string Facts);

/// <summary>One thing that must be true of the books. Most are statements that return a row for each fault.</summary>
internal abstract class BookCheck
{
    public abstract string Key { get; }

    /// <summary>Counts what is looked at.</summary>
    protected abstract FormattableString Examined(int book);

    /// <summary>Each returns Code, EntryNo, VoucherId and Facts of every fault.</summary>
    protected virtual IEnumerable<FormattableString> Finders(int book) => [];

    internal virtual async Task Run(Work work, Findings found, CancellationToken ct)
    {
        found.Examined = await work.Db.Database.SqlQuery<long>(Examined(work.Book)).SingleAsync(ct);
        foreach (FormattableString finder in Finders(work.Book))
        {
            await foreach (FoundRow row in work.Db.Database.SqlQuery<FoundRow>(finder).AsAsyncEnumerable().WithCancellation(ct))
            {
                found.Add(row);
            }
        }
    }
}

/// <summary>What one check has found so far: all faults counted, the first ones kept.</summary>
internal sealed class Findings(FaultNames names)
{
    private readonly List<FoundRow> _first = [];
    private readonly List<Fault> _made = [];
    private long _count;

    public long Examined { get; set; }

    public void Add(FoundRow row)
    {
        if (_count++ < CheckResult.Shown)
        {
            _first.Add(row);
        }
    }

    public void Add(Fault fault)
    {
        if (_count++ < CheckResult.Shown)
        {
            _made.Add(fault);
        }
    }

    /// <summary>Names are looked up here, when no statement is being read any more.</summary>
    public async Task<CheckResult> Result(string key, CancellationToken ct)
    {
        List<Fault> faults = [];
        foreach (FoundRow row in _first)
        {
            faults.Add(await names.Name(row, ct));
        }

        return new CheckResult(key, Examined, _count, [.. faults, .. _made]);
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>The voucher that a remark is about.</summary>
/// <param name="Number">In its series, once it is posted.</param>
public sealed record RemarkedVoucher(long Id, int Period, string? Series, int? Number, string Narrative, Amount Total)
{
    internal static async Task<IReadOnlyDictionary<long, RemarkedVoucher>> Of(Work work, IReadOnlyList<long> vouchers, CancellationToken ct) =>
        await (from voucher in work.Db.Vouchers.AsNoTracking()
               join narrative in work.Db.Set<Narrative>() on new { voucher.BookId, voucher.NarrativeId }
                   equals new { narrative.BookId, narrative.NarrativeId }
               join posted in work.Db.Entries on new { voucher.BookId, Entry = voucher.EntryNo }
                   equals new { posted.BookId, Entry = (long?)posted.EntryNo } into entries
               from entry in entries.DefaultIfEmpty()
               where voucher.BookId == work.Book && vouchers.Contains(voucher.VoucherId)
               select new RemarkedVoucher(voucher.VoucherId, voucher.Period, entry == null ? null : entry.Series,
                   entry == null ? null : entry.Number, narrative.Text ?? "", Amount.Fen(voucher.Total)))
            .ToDictionaryAsync(voucher => voucher.Id, ct);
}

/// <summary>A remark in a list.</summary>
/// <param name="IsOverdue">An answer is waited for, and its day is over.</param>
public sealed record RemarkRow(
    long Id, RemarkKind Kind, RemarkSeverity? Severity, RemarkState State, RemarkedVoucher Voucher, long? Sample, string Words, LocalDate? DueOn,
    bool IsOverdue, string RaisedBy, Instant RaisedAt)
{
    /// <summary>Remarks as they stand, overdue ones first, then those that wait for an answer by day, then the answered, then the closed.</summary>
    internal static async Task<IReadOnlyList<RemarkRow>> Of(Work work, IQueryable<AuditRemark> remarks, CancellationToken ct)
    {
        List<AuditRemark> found = await remarks.AsNoTracking().ToListAsync(ct);
        long[] ids = [.. found.Select(remark => remark.AuditRemarkId)];
        ILookup<long, AuditRemarkStep> steps = (await work.Db.Set<AuditRemarkStep>().AsNoTracking()
            .Where(step => step.BookId == work.Book && ids.Contains(step.AuditRemarkId)).OrderBy(step => step.StepNo).ToListAsync(ct))
            .ToLookup(step => step.AuditRemarkId);
        var names = await PersonName.Of(work, found.Select(remark => (long?)remark.RaisedBy), ct);
        var vouchers = await RemarkedVoucher.Of(work, [.. found.Select(remark => remark.VoucherId).Distinct()], ct);
        return
        [
            .. found.Select(remark =>
            {
                AuditRemarkStep first = steps[remark.AuditRemarkId].First(), last = steps[remark.AuditRemarkId].Last();
                RemarkState state = AuditRemark.StateOf(last.Move);
                return new RemarkRow(
                    remark.AuditRemarkId, remark.Kind, remark.Severity, state, vouchers[remark.VoucherId], remark.AuditSampleId, first.Words,
                    last.DueOn, state == RemarkState.Open && last.DueOn < work.Today, names[remark.RaisedBy], remark.RaisedAt);
            }).OrderByDescending(row => row.IsOverdue).ThenBy(row => row.State).ThenBy(row => row.DueOn ?? LocalDate.MaxIsoValue)
                .ThenBy(row => row.Id),
        ];
    }
}

/// <summary>Remarks, and how many there are of each state.</summary>
public sealed record RemarkListView(IReadOnlyList<RemarkRow> Remarks, int Overdue, int Open, int Answered, int Closed, bool MayRaise, bool MayAnswer);

/// <summary>The remarks on vouchers that the reader sees.</summary>
/// <param name="State">Null for those that are not closed.</param>
public sealed record RemarkList(RemarkState? State = null, long? Voucher = null) : Query<RemarkListView>
{
    /// <summary>As many as a list shows.</summary>
    public const int Shown = 300;

    internal override Need Needs => Need.Any(AuditRoles.Reading);

    internal override async Task<RemarkListView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<RemarkRow> all = await RemarkRow.Of(work, Visible(work).Where(row => Voucher == null || row.VoucherId == Voucher), ct);
        return new RemarkListView(
            [.. all.Where(row => State is { } state ? row.State == state : Voucher is not null || row.State != RemarkState.Closed).Take(Shown)],
            all.Count(row => row.IsOverdue), all.Count(row => row.State == RemarkState.Open), all.Count(row => row.State == RemarkState.Answered),
            all.Count(row => row.State == RemarkState.Closed), await MayRaise(work, ct), work.Rights.Holds(AuditRoles.Answering));
    }

    internal static IQueryable<AuditRemark> Visible(Work work)
    {
        IQueryable<Voucher> readable = ReadableVouchers.Of(work, AuditRoles.Reading);
        return work.Db.Set<AuditRemark>().Where(row => row.BookId == work.Book && readable.Any(voucher => voucher.VoucherId == row.VoucherId));
    }

    /// <summary>Of one voucher, whether the role reaches all of it; else whether there is such a role.</summary>
    private async Task<bool> MayRaise(Work work, CancellationToken ct) => work.Rights.Holds(AuditRoles.Overseeing)
        && (Voucher is not { } voucher
            || await ReadableVouchers.Of(work, AuditRoles.Overseeing).AnyAsync(row => row.VoucherId == voucher, ct));
}

/// <summary>What waits for the reader: answers to give, and answers to look at.</summary>
public sealed record RemarksToDo(int ToAnswer, int Overdue, int ToSettle, long? First)
{
    public bool IsEmpty => ToAnswer + ToSettle == 0;
}

/// <summary>Remarks that wait for whoever asks; nothing for those who neither answer nor oversee.</summary>
public sealed record RemarksForMe : Query<RemarksToDo>
{
    internal override Need Needs => Need.Person;

    internal override async Task<RemarksToDo> Answer(Work work, CancellationToken ct)
    {
        bool answers = work.Rights.Holds(AuditRoles.Answering), oversees = work.Rights.Holds(AuditRoles.Overseeing);
        if (!answers && !oversees)
        {
            return new RemarksToDo(0, 0, 0, null);
        }

        IQueryable<AuditRemark> open = RemarkList.Visible(work).Where(row => !work.Db.Set<AuditRemarkStep>().Any(step =>
            step.BookId == row.BookId && step.AuditRemarkId == row.AuditRemarkId && step.Move == RemarkMove.Closed));
        IReadOnlyList<RemarkRow> remarks = await RemarkRow.Of(work, open, ct);
        RemarkRow[] toAnswer = answers ? [.. remarks.Where(row => row.State == RemarkState.Open)] : [];
        RemarkRow[] toSettle = oversees ? [.. remarks.Where(row => row.State == RemarkState.Answered)] : [];
        RemarkRow[] mine = [.. toAnswer, .. toSettle];
        return new RemarksToDo(toAnswer.Length, remarks.Count(row => row.IsOverdue), toSettle.Length, mine is [{ } only] ? only.Id : null);
    }
}

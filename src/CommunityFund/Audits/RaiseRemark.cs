using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>Until when an answer is asked for: a number of working days from today, or a day.</summary>
public sealed record RemarkDue(int? WorkingDays = null, LocalDate? On = null)
{
    /// <summary>A finding says no day, or a day and a number of days are both said.</summary>
    public const string Missing = "audit.due-missing";

    /// <summary>The day is over, or more than a year away.</summary>
    public const string OutOfReach = "audit.due-out-of-reach";

    /// <summary>The most working days.</summary>
    public const int MostDays = 250;

    internal LocalDate? Day(Work work, bool isNeeded) => (WorkingDays, On) switch
    {
        (null, null) when !isNeeded => null,
        (null, { } day) => InReach(work, day),
        ({ } days and > 0 and <= MostDays, null) => Books.WorkingDays.After(work.Today, days),
        ({ }, null) => throw new RefusedException(OutOfReach, ("from", work.Today), ("until", work.Today.PlusYears(1))),
        _ => throw new RefusedException(Missing),
    };

    private static LocalDate InReach(Work work, LocalDate day) => day >= work.Today && day <= work.Today.PlusYears(1)
        ? day : throw new RefusedException(OutOfReach, ("from", work.Today), ("until", work.Today.PlusYears(1)));
}

/// <summary>Asks about a voucher, or finds a fault with it.</summary>
/// <param name="Severity">Of a finding; a question has none.</param>
/// <param name="Sample">The sample that the voucher was drawn in; null for one met elsewhere.</param>
/// <returns>The remark's number.</returns>
public sealed record RaiseRemark(
    Guid Key, long Voucher, RemarkKind Kind, string Words, RemarkDue Due, RemarkSeverity? Severity = null, long? Sample = null) : Command<long>(Key)
{
    /// <summary>There is no such voucher.</summary>
    public const string UnknownVoucher = "audit.unknown-voucher";

    /// <summary>A finding does not say how grave it is, or a question does.</summary>
    public const string SeverityMissing = "audit.severity-missing";

    /// <summary>The voucher is not in that sample.</summary>
    public const string NotInSample = "audit.not-in-sample";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(AuditRoles.Overseeing)
        .For(await work.Db.VoucherLines.Where(line => line.BookId == work.Book && line.VoucherId == Voucher)
            .Select(line => line.FundId).Distinct().ToListAsync(ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        if (!await work.Db.Vouchers.AnyAsync(row => row.BookId == work.Book && row.VoucherId == Voucher, ct))
        {
            throw new RefusedException(UnknownVoucher, ("voucher", Voucher));
        }

        string words = AuditRemark.Words(Words);
        if ((Kind == RemarkKind.Finding) != Severity.HasValue)
        {
            throw new RefusedException(SeverityMissing);
        }

        LocalDate? due = Due.Day(work, isNeeded: Kind == RemarkKind.Finding);
        if (Sample is { } sample)
        {
            await AuditSample.Of(work, sample, ct);
            if (!await (from item in work.Db.Set<AuditSampleItem>()
                        join entry in work.Db.Entries on new { item.BookId, item.EntryNo } equals new { entry.BookId, entry.EntryNo }
                        where item.BookId == work.Book && item.AuditSampleId == sample && entry.VoucherId == Voucher
                        select item).AnyAsync(ct))
            {
                throw new RefusedException(NotInSample, ("voucher", Voucher), ("number", sample));
            }
        }

        AuditRemark remark = new()
        {
            BookId = work.Book,
            VoucherId = Voucher,
            AuditSampleId = Sample,
            Kind = Kind,
            Severity = Severity,
            RaisedBy = work.ActorId,
            RaisedAt = work.Now,
        };
        work.Db.Add(remark);
        await work.Db.SaveChangesAsync(ct);
        work.Db.Add(new AuditRemarkStep
        {
            BookId = work.Book,
            AuditRemarkId = remark.AuditRemarkId,
            StepNo = 1,
            Move = RemarkMove.Raised,
            Words = words,
            DueOn = due,
            DoneBy = work.ActorId,
            DoneAt = work.Now,
        });
        return remark.AuditRemarkId;
    }
}

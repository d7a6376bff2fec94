using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Grants.Tranches;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Acquittals;

/// <summary>What the guards look at of a tranche's acquittal.</summary>
/// <param name="Ready">Receipts that may be handed in.</param>
/// <param name="Accepted">Lines of the acquittal under review that the desk has accepted.</param>
/// <param name="ReportIn">Whether a report on the use of the money is in.</param>
/// <param name="HasNext">Whether an unpaid tranche follows.</param>
public sealed record AcquittalFacts(int Ready = 0, int Accepted = 0, bool ReportIn = false, bool HasNext = false)
{
    /// <summary>What the voucher that brings the step accounts for, in fen, where its rows stand only when the step is made. Acquittals and returns
    /// are entered before their step, so that it is in the tranche's money already.</summary>
    [JsonIgnore]
    public long Now { get; init; }

    internal static async Task<AcquittalFacts> Of(Work work, Tranche tranche, CancellationToken ct) => tranche.State < TrancheState.Paid
        ? new AcquittalFacts()
        : new AcquittalFacts(
            await work.Db.Set<GrantReceipt>().CountAsync(row => row.BookId == work.Book && row.GrantId == tranche.GrantId
                && row.State == GrantReceiptState.Ready && (row.TrancheId == null || row.TrancheId == tranche.TrancheId), ct),
            await (from acquittal in work.Db.Set<GrantAcquittal>()
                   join line in work.Db.Set<GrantAcquittalLine>() on new { acquittal.BookId, acquittal.TrancheId, acquittal.Version }
                       equals new { line.BookId, line.TrancheId, line.Version }
                   where acquittal.BookId == work.Book && acquittal.TrancheId == tranche.TrancheId && line.Accepted == true
                       && (acquittal.State == AcquittalState.Submitted || acquittal.State == AcquittalState.Booked)
                   select line).CountAsync(ct),
            await work.Db.Set<TrancheReport>().AnyAsync(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId
                && row.Accepted != false, ct),
            await Next(work, tranche, ct) is not null);

    /// <summary>The next tranche that is not paid and still may be.</summary>
    internal static async Task<long?> Next(Work work, Tranche tranche, CancellationToken ct) => (await work.Db.Set<Tranche>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == tranche.GrantId && row.AwardNo == tranche.AwardNo && row.No > tranche.No)
            .OrderBy(row => row.No).Select(row => new { row.TrancheId, row.State }).ToListAsync(ct))
        .Find(row => row.State is < TrancheState.Paid or TrancheState.Held)?.TrancheId;
}

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
    private static readonly TrancheState[] Unpaid =
        [.. Enum.GetValues<TrancheState>().Where(state => state is < TrancheState.Paid or TrancheState.Held)];

    /// <summary>What the voucher that brings the step accounts for, in fen, where its rows stand only when the step is made. Acquittals and returns
    /// are entered before their step, so that it is in the tranche's money already.</summary>
    [JsonIgnore]
    public long Now { get; init; }

    internal static async Task<AcquittalFacts> Of(Work work, Tranche tranche, CancellationToken ct) => tranche.State < TrancheState.Paid
        ? new AcquittalFacts()
        : await work.Db.Set<Tranche>().Where(row => row.BookId == work.Book && row.TrancheId == tranche.TrancheId)
            .Select(row => new AcquittalFacts(
                work.Db.Set<GrantReceipt>().Count(receipt => receipt.BookId == row.BookId && receipt.GrantId == row.GrantId
                    && receipt.State == GrantReceiptState.Ready && (receipt.TrancheId == null || receipt.TrancheId == row.TrancheId)),
                work.Db.Set<GrantAcquittal>().Where(acquittal => acquittal.BookId == row.BookId && acquittal.TrancheId == row.TrancheId
                        && (acquittal.State == AcquittalState.Submitted || acquittal.State == AcquittalState.Booked))
                    .SelectMany(acquittal => work.Db.Set<GrantAcquittalLine>().Where(line => line.BookId == acquittal.BookId
                        && line.TrancheId == acquittal.TrancheId && line.Version == acquittal.Version && line.Accepted == true)).Count(),
                work.Db.Set<TrancheReport>().Any(report => report.BookId == row.BookId && report.TrancheId == row.TrancheId
                    && report.Accepted != false),
                work.Db.Set<Tranche>().Any(next => next.BookId == row.BookId && next.GrantId == row.GrantId && next.AwardNo == row.AwardNo
                    && next.No > row.No && Unpaid.Contains(next.State)))).SingleAsync(ct);

    /// <summary>The next tranche that is not paid and still may be.</summary>
    internal static async Task<long?> Next(Work work, Tranche tranche, CancellationToken ct) => (await work.Db.Set<Tranche>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == tranche.GrantId && row.AwardNo == tranche.AwardNo && row.No > tranche.No)
            .OrderBy(row => row.No).Select(row => new { row.TrancheId, row.State }).ToListAsync(ct))
        .Find(row => Unpaid.Contains(row.State))?.TrancheId;
}

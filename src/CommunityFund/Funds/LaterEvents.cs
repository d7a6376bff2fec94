using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Funds.Endings;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>What else a fund's life tells: fees, changed purposes, its end and what was published about it.</summary>
internal sealed record LaterEvents(
    List<FeeRule> Rules, List<FeeCharge> Charges, List<PurposeChange> Changes, List<FundEnding> Endings,
        List<FundDisclosure> Published)
{
    public IEnumerable<long> Vouchers => [.. Charges.Select(row => row.VoucherId!.Value),
        .. Changes.Select(row => row.VoucherId!.Value)];

    public IEnumerable<long?> People =>
    [
        .. Rules.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), .. Charges.Select(row => (long?)row.MadeBy),
        .. Changes.SelectMany(row => new[] { row.OpenedBy, row.AgreedBy }),
            .. Endings.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }),
        .. Published.Select(row => row.DoneBy),
    ];

    public static async Task<LaterEvents> Of(Work work, int fund, CancellationToken ct) => new(
        await work.Db.Set<FeeRule>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == fund && row.State == FeeRuleState.Confirmed).ToListAsync(ct),
        await work.Db.Set<FeeCharge>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == fund && row.State == FeeChargeState.Posted).ToListAsync(ct),
        await work.Db.Set<PurposeChange>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == fund
                && row.State == PurposeChangeState.Posted).ToListAsync(ct),
        await work.Db.Set<FundEnding>().AsNoTracking().Where(row => row.BookId == work.Book && row.FundId == fund
            && (row.State == EndingState.Agreed || row.State == EndingState.Closed)).ToListAsync(ct),
        await work.Db.Set<FundDisclosure>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == fund && row.DoneAt != null).ToListAsync(ct));

    public IEnumerable<FundEvent> Told(IReadOnlyDictionary<long, string> names, Dictionary<long, NodaTime.Instant> posted)
    {
        return
        [
            .. Rules.Select(row => new FundEvent(row.DecidedAt!.Value, FundEventKind.FeeAgreed, By(row.ProposedBy, row.DecidedBy),
                string.Create(CultureInfo.InvariantCulture, $"{row.Basis / 100m:0.##} %"), row.Source)),
            .. Charges.Select(row => new FundEvent(posted[row.VoucherId!.Value], FundEventKind.FeeCharged, By(row.MadeBy), "",
                Amount: Amount.Fen(row.Units), Voucher: row.VoucherId)),
            .. Changes.Select(row => new FundEvent(posted[row.VoucherId!.Value], FundEventKind.PurposeChanged, By(row.OpenedBy,
                row.AgreedBy), row.Reason,
                row.FilingNumber, Voucher: row.VoucherId)),
            .. Endings.Select(row => new FundEvent(row.DecidedAt!.Value, FundEventKind.EndingAgreed, By(row.ProposedBy,
                row.DecidedBy), row.Reason,
                row.Source)),
            .. Published.Select(row => new FundEvent(row.DoneAt!.Value, FundEventKind.Disclosed, By(row.DoneBy),
                row.PublishedAt!)),
        ];

        IReadOnlyList<string> By(params long?[] people) => [.. people.OfType<long>().Select(person => names[person])];
    }
}

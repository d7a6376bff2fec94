using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>An agreement in a list.</summary>
/// <param name="Received">What has come in under it and stands in the books.</param>
/// <param name="ReportDue">The earliest report that is promised and not sent; null if none is open.</param>
public sealed record AgreementItem(
    long Id, string Number, long DonorId, string Donor, int FundId, string Fund, LocalDate SignedOn, Amount? Promised, Amount Received,
    decimal FeePercent, string Honours, PromiseState State, LocalDate? ReportDue, bool IsOverdue);

/// <summary>The agreements of the funds that the reader's roles reach; those that wait for somebody first.</summary>
/// <param name="Donor">Only this donor's.</param>
public sealed record AgreementList(long? Donor = null, int? Fund = null) : Query<IReadOnlyList<AgreementItem>>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<IReadOnlyList<AgreementItem>> Answer(Work work, CancellationToken ct)
    {
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        List<GiftAgreement> rows = await work.Db.Set<GiftAgreement>().AsNoTracking()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && (Donor == null || row.DonorId == Donor)
                && (Fund == null || row.FundId == Fund))
            .OrderByDescending(row => row.SignedOn).ThenByDescending(row => row.GiftAgreementId).Take(500).ToListAsync(ct);
        return await Items(work, rows, ct);
    }

    internal static async Task<IReadOnlyList<AgreementItem>> Items(Work work, List<GiftAgreement> rows, CancellationToken ct)
    {
        long[] ids = [.. rows.Select(row => row.GiftAgreementId)];
        IQueryable<Donation> gifts = work.Db.Set<Donation>().Where(row => row.BookId == work.Book && row.GiftAgreementId != null
            && ids.Contains(row.GiftAgreementId.Value)
                && row.State == DonationState.Accepted);
        Dictionary<long, long> received = await gifts
            .GroupBy(row => row.GiftAgreementId!.Value).Select(group => new { group.Key, Units = group.Sum(row => row.Units) })
            .ToDictionaryAsync(group => group.Key, group => group.Units, ct);
        GivenBack back = await GivenBack.Of(work, ct);
        foreach (Donation gift in await back.Among(gifts, ct))
        {
            received[gift.GiftAgreementId!.Value] -= back.UnitsOf(gift.DonationId);
        }

        ILookup<long, AgreedClause> clauses = (await work.Db.Set<AgreedClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GiftAgreementId != null && ids.Contains(row.GiftAgreementId.Value)).ToListAsync(ct))
            .ToLookup(row => row.GiftAgreementId!.Value);
        HashSet<(long, LocalDate)> sent = [.. (await work.Db.Set<AgreementReport>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GiftAgreementId)).ToListAsync(ct))
            .Select(row => (row.GiftAgreementId, row.DueOn))];
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.DonorId), ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        return
        [
            .. rows.Select(row =>
            {
                LocalDate? due = row.State != PromiseState.Confirmed ? null
                    : ReportsDue.Of(row, ReportsDue.PeriodEnd(clauses[row.GiftAgreementId]), work.Today)
                        .Where(day => !sent.Contains((row.GiftAgreementId, day))).Select(day => (LocalDate?)day).Min();
                return new AgreementItem(
                    row.GiftAgreementId, row.Number, row.DonorId, names[row.DonorId], row.FundId, funds[row.FundId].Name, row.SignedOn,
                    row.Promised is { } units ? Amount.Fen(units) : null, Amount.Fen(received.GetValueOrDefault(row.GiftAgreementId)),
                    row.FeeBasis / 100m, row.Honours, row.State, due, due < work.Today);
            }).OrderBy(item => item.State == PromiseState.Proposed ? 0 : item.ReportDue is not null ? 1 : 2),
        ];
    }
}

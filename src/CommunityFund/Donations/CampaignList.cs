using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>An appeal with what it has brought in so far.</summary>
/// <param name="Gifts">Gifts that stand in the books.</param>
/// <param name="Waiting">What waits for review beside them.</param>
public sealed record CampaignView(
    long Id, string Name, string FilingNumber, LocalDate FiledOn, bool IsEmergency, string Aim, Amount? Target, int FundId, string Fund,
    string Account, LocalDate FromDay, LocalDate UntilDay, PromiseState State, int Gifts, Amount Received, Amount Waiting, int Donors,
    IReadOnlyList<AgreedClauseView> Clauses, ByWhom Proposed, ByWhom? Decided, string Reply, bool IsRunning, bool MayConfirm,
        bool MayDrop, bool MayGive)
{
    /// <summary>How much of what was hoped for, in whole percent; null if no sum is named.</summary>
    public int? Percent => Target is { } target ? (int)(Received.Units * 100 / target.Units) : null;
}

/// <summary>The appeals of the funds that the reader's roles reach; those that wait for somebody first.</summary>
/// <param name="Id">Only this one.</param>
public sealed record CampaignList(long? Id = null) : Query<IReadOnlyList<CampaignView>>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<IReadOnlyList<CampaignView>> Answer(Work work, CancellationToken ct)
    {
        int[] reached = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        List<Campaign> rows = await work.Db.Set<Campaign>().AsNoTracking()
            .Where(row => row.BookId == work.Book && reached.Contains(row.FundId) && (Id == null || row.CampaignId == Id))
            .OrderBy(row => row.State == PromiseState.Proposed ? 0 : 1).ThenByDescending(row => row.FromDay).ThenByDescending(row => row.CampaignId)
            .Take(200).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.CampaignId)];
        var sums = (await work.Db.Set<Donation>()
            .Where(row => row.BookId == work.Book && row.CampaignId != null && ids.Contains(row.CampaignId.Value))
            .GroupBy(row => new { Campaign = row.CampaignId!.Value, row.State })
            .Select(group => new
            {
                group.Key,
                Units = group.Sum(row => row.Units),
                Count = group.Count(),
                Donors = group.Select(row => row.DonorId).Distinct().Count(),
            })
            .ToListAsync(ct)).ToDictionary(group => (group.Key.Campaign, group.Key.State));
        GivenBack back = await GivenBack.Of(work, ct);
        ILookup<long, long> returned = (await back.Among(work.Db.Set<Donation>().Where(row => row.BookId == work.Book
            && row.CampaignId != null && ids.Contains(row.CampaignId.Value)), ct))
            .ToLookup(gift => gift.CampaignId!.Value, gift => back.UnitsOf(gift.DonationId));
        ILookup<long, AgreedClause> clauses = (await work.Db.Set<AgreedClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.CampaignId != null && ids.Contains(row.CampaignId.Value))
            .OrderBy(row => row.AgreedClauseId).ToListAsync(ct)).ToLookup(row => row.CampaignId!.Value);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.SelectMany(row => new[] { row.ProposedBy, row.DecidedBy }), ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        Chart chart = await work.ChartOn(work.Today, ct);
        return
        [
            .. rows.Select(row =>
            {
                var received = sums.GetValueOrDefault((row.CampaignId, DonationState.Accepted));
                bool waits = row.State == PromiseState.Proposed, signs = work.Rights.Reaches(GiftAgreement.Signers, row.FundId);
                return new CampaignView(
                    row.CampaignId, row.Name, row.FilingNumber, row.FiledOn, row.IsEmergency, row.Aim,
                    row.Target is { } target ? Amount.Fen(target) : null, row.FundId, funds[row.FundId].Name,
                    chart.PathOf(chart.ById(row.AccountId)), row.FromDay, row.UntilDay, row.State, received?.Count ?? 0,
                    Amount.Fen((received?.Units ?? 0) - returned[row.CampaignId].Sum()),
                    Amount.Fen(sums.GetValueOrDefault((row.CampaignId, DonationState.Waiting))?.Units ?? 0),
                    received?.Donors ?? 0, [.. clauses[row.CampaignId].Select(AgreedClauseView.Of)],
                    new ByWhom(names[row.ProposedBy], row.ProposedAt),
                    row is { DecidedBy: { } by, DecidedAt: { } at } ? new ByWhom(names[by], at) : null, row.Reply,
                    row.State == PromiseState.Confirmed && work.Today >= row.FromDay && work.Today <= row.UntilDay,
                    MayConfirm: waits && signs && row.ProposedBy != work.Actor, MayDrop: waits && signs,
                    MayGive: row.State == PromiseState.Confirmed && work.Rights.Reaches([Role.Accountant], row.FundId));
            }),
        ];
    }
}

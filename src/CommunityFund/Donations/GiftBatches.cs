using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A gift of a batch as it stands.</summary>
public sealed record BatchGiftView(
    int No, string Donor, PersonKind Kind, int FundId, string Fund, Amount Amount, Restriction Restriction, string Clause, long? Agreement,
    long? Campaign, string Note);

/// <summary>A batch: what it must come to, and what has been typed.</summary>
public sealed record GiftBatchView(
    long Id, string Title, int Gifts, Amount Total, string AccountKey, string Account, LocalDate ReceivedOn, GiftBatchState State, string OpenedBy,
    Instant OpenedAt, long? Voucher, int Typed, Amount Sum, IReadOnlyList<BatchGiftView> Rows)
{
    /// <summary>What is missing of the total; negative if too much was typed.</summary>
    public Amount Missing => Total - Sum;

    public bool Agrees => Typed == Gifts && Sum == Total;
}

/// <summary>The batches that are open, newest first; or one with its gifts.</summary>
/// <param name="Id">Only this one, whatever its state, with its gifts.</param>
public sealed record GiftBatches(long? Id = null) : Query<IReadOnlyList<GiftBatchView>>
{
    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<IReadOnlyList<GiftBatchView>> Answer(Work work, CancellationToken ct)
    {
        List<GiftBatch> batches = await work.Db.Set<GiftBatch>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (Id == null ? row.State == GiftBatchState.Open : row.GiftBatchId == Id))
            .OrderByDescending(row => row.GiftBatchId).Take(50).ToListAsync(ct);
        long[] ids = [.. batches.Select(row => row.GiftBatchId)];
        ILookup<long, GiftBatchRow> rows = (await work.Db.Set<GiftBatchRow>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GiftBatchId)).OrderBy(row => row.RowNo)
                .ToListAsync(ct)).ToLookup(row => row.GiftBatchId);
        long[] people = [.. rows.SelectMany(group => group).Select(row => row.DonorId).OfType<long>()
            .Concat(batches.Select(row => row.OpenedBy)).Distinct()];
        Dictionary<long, Person> known = await work.Db.People.AsNoTracking().Where(person => people.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        Chart chart = await work.ChartOn(work.Today, ct);
        return
        [
            .. batches.Select(batch => new GiftBatchView(
                batch.GiftBatchId, batch.Title, batch.Gifts, Amount.Fen(batch.Total), chart.ById(batch.AccountId).Account.Key,
                chart.PathOf(chart.ById(batch.AccountId)), batch.ReceivedOn, batch.State, known[batch.OpenedBy].Name, batch.OpenedAt, batch.VoucherId,
                rows[batch.GiftBatchId].Count(), Amount.Fen(rows[batch.GiftBatchId].Sum(row => row.Units)),
                Id is null ? [] : [.. rows[batch.GiftBatchId].Select(row => new BatchGiftView(
                    row.RowNo, row.DonorId is { } donor ? known[donor].Name : "", row.DonorId is { } who ? known[who].Kind : PersonKind.Person,
                    row.FundId, $"{funds[row.FundId].Code} {funds[row.FundId].Name}", Amount.Fen(row.Units), row.Restriction, row.Clause,
                    row.GiftAgreementId, row.CampaignId, row.Note))])),
        ];
    }
}

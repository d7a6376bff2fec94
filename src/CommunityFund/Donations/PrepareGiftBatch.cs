using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>A batch that agrees with its count and total becomes vouchers, which wait for review together.</summary>
public sealed record PrepareGiftBatch(Guid Key, long Batch, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    /// <returns>The first of the vouchers.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        GiftBatch batch = await GiftBatch.Open(work, Batch, ct);
        List<GiftBatchRow> rows = await work.Db.Set<GiftBatchRow>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GiftBatchId == Batch).OrderBy(row => row.RowNo).ToListAsync(ct);
        long sum = rows.Sum(row => row.Units);
        if (rows.Count != batch.Gifts || sum != batch.Total)
        {
            throw new RefusedException(ConstraintRefusal.GiftBatchUnequal, ("gifts", (int)batch.Gifts), ("rows", rows.Count),
                ("asked", Amount.Fen(batch.Total)), ("booked", Amount.Fen(sum)));
        }

        long[] people = [.. rows.Select(row => row.DonorId).OfType<long>().Distinct()];
        Dictionary<long, Person> donors = await work.Db.People.AsNoTracking().Where(person => people.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, ct);
        Chart chart = await work.ChartOn(batch.ReceivedOn, ct);
        ChartAccount account = chart.ById(batch.AccountId);
        GiftChannel channel = account.Account.Key.StartsWith(Account.Keys.Bank, StringComparison.Ordinal) ? GiftChannel.Bank
            : account.Account.Key.StartsWith(Account.Keys.Cash, StringComparison.Ordinal) ? GiftChannel.Cash : GiftChannel.Platform;
        IReadOnlyList<long> vouchers = await new GiftVouchers(work, account.Account.Key, batch.Title, Batch, null).Prepare(
        [
            .. rows.Select(row => new ManyGift(
                batch.ReceivedOn, row.DonorId is { } donor ? donors[donor].Name : "", row.DonorId is { } known
                    ? donors[known].Kind : PersonKind.Person,
                row.FundId, Amount.Fen(row.Units), row.Restriction, row.Clause,
                new GiftTerms(row.GiftAgreementId, row.CampaignId, Channel: channel, Note: row.Note))),
        ], Documents, null, ct);
        (batch.State, batch.EndedBy, batch.EndedAt, batch.VoucherId) = (GiftBatchState.Prepared, work.ActorId, work.Now, vouchers[0]);
        await work.Db.SaveChangesAsync(ct);
        return vouchers[0];
    }
}

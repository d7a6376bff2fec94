using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>One gift of a batch as it is typed.</summary>
/// <param name="Restriction">Null takes the fund's own, or that of the agreement or appeal.</param>
public sealed record BatchGift(
    [property: Personal] string Donor, PersonKind Kind, int Fund, Amount Amount, Restriction? Restriction = null,
    [property: Personal] string Clause = "", long? Agreement = null, long? Campaign = null, [property: Personal] string Note = "");

/// <summary>The gifts of an open batch as they stand now; it may be gone on with later.</summary>
public sealed record SaveGiftBatch(Guid Key, long Batch, IReadOnlyList<BatchGift> Gifts) : Command<Done>(Key)
{
    /// <summary>A gift's amount is nothing, or a text of it is too long.</summary>
    public const string BadRow = "gift-batch.bad-row";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await GiftBatch.Open(work, Batch, ct);
        if (Gifts.Count > OpenGiftBatch.Most)
        {
            throw new RefusedException(OpenGiftBatch.BadControl, ("limit", OpenGiftBatch.Most));
        }

        long?[] donors = await Counterparty.FindOrAddAll(work, [.. Gifts.Select(gift => (gift.Kind, gift.Donor))], ct);
        HashSet<long> limiting = [.. await work.Db.Set<AgreedClause>().Where(row => row.BookId == work.Book && row.GiftAgreementId != null)
            .Select(row => row.GiftAgreementId!.Value).Distinct().ToListAsync(ct)];
        HashSet<long> appeals = [.. await work.Db.Set<AgreedClause>().Where(row => row.BookId == work.Book && row.CampaignId != null)
            .Select(row => row.CampaignId!.Value).Distinct().ToListAsync(ct)];
        await work.Db.Database.ExecuteSqlAsync($"delete from gift_batch_row where book_id = {work.Book} and gift_batch_id = {Batch}", ct);
        for (int at = 0; at < Gifts.Count; at++)
        {
            BatchGift gift = Gifts[at];
            Fund fund = await work.FundById(gift.Fund, ct);
            string clause = PlainText.Of(gift.Clause), note = PlainText.Of(gift.Note);
            if (!gift.Amount.IsPositive || clause.Length > 500 || note.Length > 200)
            {
                throw new RefusedException(BadRow, ("line", at + 1));
            }

            bool limits = clause.Length > 0 || (gift.Agreement is { } agreement && limiting.Contains(agreement))
                || (gift.Campaign is { } campaign && appeals.Contains(campaign));
            work.Db.Add(new GiftBatchRow
            {
                BookId = work.Book,
                GiftBatchId = Batch,
                RowNo = (short)(at + 1),
                DonorId = donors[at],
                FundId = fund.FundId,
                Units = gift.Amount.Units,
                Restriction = gift.Restriction ?? (limits ? Restriction.Restricted : fund.DefaultRestriction),
                Clause = clause,
                GiftAgreementId = gift.Agreement,
                CampaignId = gift.Campaign,
                Note = note,
            });
        }

        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds.Purposes;

/// <summary>An accountant of the fund writes the voucher of a case that was agreed, with the consents behind it; it is reviewed like any
/// other.</summary>
public sealed record PreparePurposeChange(Guid Key, long Change, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>Of the gifts whose donors consented nothing is left.</summary>
    public const string NothingLeft = "purpose.nothing-left";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PurposeChange.NeedOf(work, [Role.Accountant],
        Change, ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Agreed);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {change.FundId} for no key update", ct);
        List<ConsentedPart> parts = [.. (await ConsentedPart.Of(work, Change, ct)).Where(part => part.Units > 0)];
        if (parts.Count == 0)
        {
            throw new RefusedException(NothingLeft);
        }

        return await PurposeVoucher.Prepare(work, change, parts, Documents, ct);
    }
}

/// <summary>How much of a gift goes under the new words: what was consented to, as far as it is left.</summary>
internal sealed record ConsentedPart(long Lot, long? Party, long Units)
{
    public static Task<List<ConsentedPart>> Of(Work work, long change,
        CancellationToken ct) => work.Db.Database.SqlQuery<ConsentedPart>(
        $"""
        select g.lot_id as "Lot", g.counterparty_id as "Party",
               least(g.units - g.used - g.reserved, purpose_consented(l.book_id, l.purpose_change_id, l.lot_id)) as "Units"
          from purpose_change_lot l join gift_lot g using (book_id, lot_id)
         where l.book_id = {work.Book} and l.purpose_change_id = {change} order by g.lot_id
        """).ToListAsync(ct);
}

using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>Lots that a voucher names: of the goods that it hands out, of the gift that it gives back.</summary>
internal static class NamedLots
{
    /// <summary>As much of each as nobody has used or reserved; the rest is drawn as ever, first in, first out. The fund is locked by
    /// whoever asks.</summary>
    public static async Task<IReadOnlyList<LotDraw>> Free(
        Work work, IEnumerable<(long Lot, Amount Amount)> wanted, bool spends, CancellationToken ct)
    {
        Dictionary<long, long> asked = wanted.GroupBy(row => row.Lot).ToDictionary(group => group.Key, group => group.Sum(row => row.Amount.Units));
        long[] ids = [.. asked.Keys];
        var free = await work.Db.Set<GiftLot>().AsNoTracking().Where(lot => lot.BookId == work.Book && ids.Contains(lot.LotId))
            .Select(lot => new { lot.LotId, Units = lot.Units - lot.Used - lot.Reserved }).ToListAsync(ct);
        return [.. free.Select(lot => new LotDraw(lot.LotId, Amount.Fen(Math.Min(lot.Units, asked[lot.LotId])), spends))
            .Where(draw => draw.Amount.IsPositive).OrderBy(draw => draw.Lot)];
    }

    /// <summary>Where expenses carry no restriction (the standard of 2004), frees what named lots give: on the gift's own income account
    /// in its own month, later in net assets; the rest of the amount as used.</summary>
    /// <param name="amount">What restricted lots give in all.</param>
    public static async Task Release(Work work, Chart chart, EntryDraft draft, Fund fund, IReadOnlyList<LotDraw> named, Amount amount,
        LocalDate day, CancellationToken ct, Tags? what = null)
    {
        long[] ids = [.. named.Select(draw => draw.Lot)];
        var lots = await (
            from lot in work.Db.Set<GiftLot>().AsNoTracking()
            join line in work.Db.Postings on new { lot.BookId, lot.EntryNo, lot.LineNo } equals new { line.BookId, line.EntryNo, line.LineNo }
            where lot.BookId == work.Book && ids.Contains(lot.LotId)
            select new { lot.LotId, line.AccountId, line.Period }).ToDictionaryAsync(lot => lot.LotId, ct);
        foreach (var part in named.GroupBy(draw =>
            chart.ById(lots[draw.Lot].AccountId).Account is { Class: AccountClass.Income } income && lots[draw.Lot].Period == AccountingPeriod.Of(day)
                ? income : chart[Account.Keys.RestrictedNetAssets]))
        {
            bool isIncome = part.Key.Class == AccountClass.Income;
            Amount freed = Amount.Fen(part.Sum(draw => draw.Amount.Units));
            Tags tags = new(Restriction.Restricted, Movement: isIncome ? MovementKind.Ordinary : MovementKind.Release,
                ProjectClass: what?.ProjectClass, Project: what?.Project);
            draft.Debit(part.Key, fund.Code, freed, tags).Credit(isIncome ? part.Key : chart[Account.Keys.UnrestrictedNetAssets], fund.Code, freed,
                tags with { Restriction = Restriction.Unrestricted });
        }

        Amount rest = amount - Amount.Fen(named.Sum(draw => draw.Amount.Units));
        if (rest.IsPositive)
        {
            await ReleaseAsUsed.Write(work, chart, draft, fund, rest, day, ct, what, named);
        }
    }
}

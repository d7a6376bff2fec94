using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>A restricted gift of which something is left.</summary>
/// <param name="Clauses">The words it is under now.</param>
/// <param name="Group">Gifts under the same clauses have the same.</param>
public sealed record ChangeableGift(
    long Lot, LocalDate ReceivedOn, string? Donor, Amount Gift, Amount Left, IReadOnlyList<string> Clauses, string Group,
        bool IsTaken);

/// <summary>The gifts of a fund whose purpose may be changed, and the classes that new words may allow.</summary>
public sealed record PurposeChoicesView(int FundId, string Fund, IReadOnlyList<ChangeableGift> Gifts,
    IReadOnlyList<ProjectClass> Classes);

/// <summary>What a case may be about: gifts that are restricted and not spent.</summary>
public sealed record PurposeChoices(int Fund) : Query<PurposeChoicesView>
{
    internal override Need Needs => Need.Any(FundSigners.Signing).For(Fund);

    internal override async Task<PurposeChoicesView> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        IReadOnlyList<BoundLot> lots = await BoundLot.Unspent(work, Fund, OpenPurposeChange.Most, ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, lots.Select(lot => lot.Party), ct);
        return new PurposeChoicesView(Fund, fund.Name,
            [.. lots.Select(lot => new ChangeableGift(lot.Lot, LocalDate.FromDateOnly(lot.Day), lot.Party is { } party
                ? names[party] : null,
                Amount.Fen(lot.Units), Amount.Fen(lot.Left), lot.Says, lot.Group, lot.IsTaken))],
            [.. ProjectClass.All.Where(each => each.For.Count == 0)]);
    }
}

/// <summary>A restricted lot with something left, and the clauses it is under.</summary>
internal sealed record BoundLot(
    long Lot, DateOnly Day, long? Party, long Units, long Left, string Clause, string[] Words, string Group, bool IsTaken)
{
    /// <summary>The clauses' words, and its own where they are other.</summary>
    public IReadOnlyList<string> Says => [.. Words.Append(Clause).Where(words => words.Length > 0).Distinct()];

    public static Task<List<BoundLot>> Unspent(Work work, int fund, int most,
        CancellationToken ct) => work.Db.Database.SqlQuery<BoundLot>(
        $"""
        select g.lot_id as "Lot", g.received_on as "Day", g.counterparty_id as "Party", g.units as "Units",
               g.units - g.used - g.reserved as "Left", g.clause as "Clause", c.words as "Words", c.ids as "Group",
               exists (select 1 from purpose_change_lot l join purpose_change o using (book_id, purpose_change_id)
                        where l.book_id = g.book_id and l.lot_id = g.lot_id and o.state in ('open', 'agreed', 'prepared')) as "IsTaken"
          from gift_lot g
          cross join lateral (select coalesce(array_agg(x.words order by x.fund_clause_id), array[]::text[]) as words,
                                     coalesce(string_agg(x.fund_clause_id::text, ',' order by x.fund_clause_id), '') as ids
                                from lot_clauses(g.book_id, g.lot_id) x) c
         where g.book_id = {work.Book} and g.fund_id = {fund} and g.restriction = 'R' and g.used + g.reserved < g.units
         order by g.received_on, g.lot_id limit {most}
        """).ToListAsync(ct);
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>What one account adds to own cash, to debts or to open commitments.</summary>
public sealed record FundPart(string Code, string Account, Amount Amount);

/// <summary>Money spoken for by a waiting voucher (or, without one, by something that is no voucher yet).</summary>
public sealed record FundHold(long? VoucherId, string Text, Instant PlacedAt, Amount Amount);

/// <summary>A restricted inflow and where it has gone.</summary>
/// <param name="Periods">Words of the periods it is under.</param>
/// <param name="ServesToday">False if a period has run out or is still to come.</param>
public sealed record FundLot(long LotId, LocalDate ReceivedOn, string Clause, Amount Received, Amount Used, Amount Reserved, Amount Left,
    IReadOnlyList<string> Periods, bool ServesToday);

/// <summary>The restricted inflows of a fund: one page of them, and what all of them come to.</summary>
public sealed record FundLots(IReadOnlyList<FundLot> Items, int Total, Amount Received, Amount Used, Amount Reserved)
{
    public Amount Left => Received - Used - Reserved;
}

/// <summary>A fund with everything its available money is made of: own cash - debts - commitments - holds - principal =
/// available.</summary>
public sealed record FundExplanation(
    int FundId, string Code, string Name, FundKind Kind, FundState State, string? Parent, Restriction DefaultRestriction,
        string Clause,
    LocalDate OpenedOn, IReadOnlyList<FundPart> Cash, IReadOnlyList<FundPart> Debts, IReadOnlyList<FundPart> Commitments,
    IReadOnlyList<FundHold> Holds, FundLots Lots, Amount OwnCash, Amount Debt, Amount Committed, Amount Held, Amount Principal,
    Amount Available)
{
    public Amount Spoken => OwnCash - Available;
}

/// <summary>Why a fund has as much available as it has.</summary>
/// <param name="LotPage">From 1.</param>
public sealed record FundExplained(int Fund, int LotPage = 1, int LotPageSize = 50) : Query<FundExplanation>
{
    private const int HoldsShown = 100;

    internal override Need Needs => Need.Any(FundNumbers.Readers).For(Fund);

    internal override async Task<FundExplanation> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        string? parent = fund.ParentId is { } above && work.Rights.Reaches(FundNumbers.Readers, above)
            ? (await work.FundById(above, ct)).Name : null;
        List<(AccountRole Role, FundPart Part)> parts = await Parts(work, ct);
        long held = await work.Db.Set<Hold>()
            .Where(hold => hold.BookId == work.Book && hold.FundId == Fund && hold.ReleasedAt == null)
            .SumAsync(hold => hold.Units, ct);
        long available = await work.Db.Database.SqlQuery<long>($"select fund_available({work.Book}, {Fund}) as \"Value\"")
            .SingleAsync(ct);
        long principal = await work.Db.Database.SqlQuery<long>($"select fund_floor({work.Book}, {Fund}) as \"Value\"")
            .SingleAsync(ct);
        FundPart[] cash = Of(AccountRole.OwnCash), debts = Of(AccountRole.Claim), commitments = Of(AccountRole.Commitment);
        return new FundExplanation(
            fund.FundId, fund.Code, fund.Name, fund.Kind, fund.State, parent, fund.DefaultRestriction, fund.Clause, fund.OpenedOn,
            cash, debts, commitments, await Holds(work, ct), await Lots(work, ct),
            Sum(cash.Select(part => part.Amount)), Sum(debts.Select(part => part.Amount)),
                Sum(commitments.Select(part => part.Amount)),
            Amount.Fen(held), Amount.Fen(principal), Amount.Fen(available));

        FundPart[] Of(AccountRole role) => [.. parts.Where(pair => pair.Role == role).Select(pair => pair.Part)];
    }

    private static Amount Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);

    private async Task<List<(AccountRole Role, FundPart Part)>> Parts(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        List<FundPosition> positions = await work.Db.Set<FundPosition>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.FundId == Fund && row.Net != 0).ToListAsync(ct);
        Dictionary<int, ChartAccount> known = chart.Accounts.ToDictionary(account => account.AccountId);
        return
        [
            .. positions.Where(row => known.ContainsKey(row.AccountId)).Select(row => (row.Net, Account: known[row.AccountId]))
                .Where(row => row.Account.Account.Role is AccountRole.OwnCash or AccountRole.Commitment
                              || (row.Account.Account.Role == AccountRole.Claim && row.Net < 0))
                .OrderBy(row => row.Account.Code, StringComparer.Ordinal)
                .Select(row => (row.Account.Account.Role, new FundPart(
                    row.Account.Code, row.Account.Name,
                        Amount.Fen(row.Account.Account.Role == AccountRole.Claim ? -row.Net : row.Net)))),
        ];
    }

    private async Task<IReadOnlyList<FundHold>> Holds(Work work, CancellationToken ct)
    {
        var rows = await (from hold in work.Db.Set<Hold>()
                          join voucher in work.Db.Vouchers on new
                          {
                              hold.BookId,
                              Id = hold.VoucherId
                          } equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
                              into vouchers
                          from voucher in vouchers.DefaultIfEmpty()
                          join narrative in work.Db.Set<Narrative>() on new { hold.BookId, Id = (long?)voucher.NarrativeId }
                              equals new { narrative.BookId, Id = (long?)narrative.NarrativeId } into narratives
                          from narrative in narratives.DefaultIfEmpty()
                          where hold.BookId == work.Book && hold.FundId == Fund && hold.ReleasedAt == null
                          orderby hold.HoldId
                          select new { hold.VoucherId, hold.PlacedAt, hold.Units, narrative.Text }).Take(HoldsShown)
                              .ToListAsync(ct);
        return [.. rows.Select(row => new FundHold(row.VoucherId, row.Text ?? "", row.PlacedAt, Amount.Fen(row.Units)))];
    }

    private async Task<FundLots> Lots(Work work, CancellationToken ct)
    {
        IQueryable<GiftLot> lots = work.Db.Set<GiftLot>().AsNoTracking()
            .Where(lot => lot.BookId == work.Book && lot.FundId == Fund && lot.Restriction == Restriction.Restricted);
        var sums = await lots.GroupBy(_ => 1).Select(all => new
        {
            Count = all.Count(),
            Units = all.Sum(lot => lot.Units),
            Used = all.Sum(lot => lot.Used),
            Reserved = all.Sum(lot => lot.Reserved),
        }).SingleOrDefaultAsync(ct);
        List<GiftLot> page = await lots.OrderByDescending(lot => lot.ReceivedOn).ThenByDescending(lot => lot.LotId)
            .Skip((Math.Max(1, LotPage) - 1) * LotPageSize).Take(LotPageSize).ToListAsync(ct);
        ILookup<long, LotPeriod> periods = await Periods(work, [.. page.Select(lot => lot.LotId)], ct);
        return new FundLots(
            [
                .. page.Select(lot =>
                new FundLot(lot.LotId, lot.ReceivedOn, lot.Clause, Amount.Fen(lot.Units), Amount.Fen(lot.Used), Amount.Fen(lot.Reserved),
                    Amount.Fen(lot.Units - lot.Used - lot.Reserved), [.. periods[lot.LotId].Select(period => period.Words)],
                    periods[lot.LotId].All(period => period.Serves))),
            ],
            sums?.Count ?? 0, Amount.Fen(sums?.Units ?? 0), Amount.Fen(sums?.Used ?? 0), Amount.Fen(sums?.Reserved ?? 0));
    }

    private static async Task<ILookup<long, LotPeriod>> Periods(Work work, long[] lots, CancellationToken ct)
    {
        DateOnly today = new(work.Today.Year, work.Today.Month, work.Today.Day);
        return (await work.Db.Database.SqlQuery<LotPeriod>(
            $"""
            select l.lot_id as "Lot", c.words as "Words",
                   coalesce({today} >= c.from_day, true) and coalesce({today} <= c.until_day, true) as "Serves"
              from unnest({lots}) l(lot_id) cross join lateral lot_clauses({work.Book}, l.lot_id) c where c.kind = 'period'
            """).ToListAsync(ct)).ToLookup(period => period.Lot);
    }

    private sealed record LotPeriod(long Lot, string Words, bool Serves);
}

using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Endings;

/// <summary>What is waited for on a claim, written as expectations that Banking matches bank lines against. Restricted funds are paid first, so
/// that the donors' money is whole before the body's own.</summary>
internal static class ClaimInstalments
{
    /// <summary>A payment on the claim is in a voucher that waits for its review.</summary>
    public const string PaymentWaits = "demand.payment-waits";

    /// <summary>What is still claimed of a grant, by fund, those that paid first first.</summary>
    public static Task<List<FundUnits>> Claimed(Work work, long grant, CancellationToken ct) => work.Db.Database.SqlQuery<FundUnits>(
        $"""
        select f.fund_id as "Fund", f.demanded - f.recovered - f.written_off as "Units" from grant_fund f
         where f.book_id = {work.Book} and f.grant_id = {grant} and f.demanded - f.recovered - f.written_off > 0
         order by (select min(p.place) from tranche_fund p join tranche t using (book_id, tranche_id)
                    where p.book_id = f.book_id and t.grant_id = f.grant_id and p.fund_id = f.fund_id), f.fund_id
        """).ToListAsync(ct);

    /// <summary>Ends what was waited for of all demands of the grant, and waits for these in its place; together they are what is claimed.</summary>
    public static async Task Await(Work work, GrantCase grant, GrantDemand demand, IReadOnlyList<(LocalDate DueOn, long Units)> wanted,
        CancellationToken ct)
    {
        GrantDebtor debtor = await GrantDebtor.Of(work, grant.GrantId, ct);
        Account claims = (await work.ChartOn(work.Today, ct))[DemandLines.Claims];
        Queue<(int Fund, long Units)> funds = new((await Left(work, grant, demand, ct)).Select(part => (part.Fund, part.Units)));
        short no = await work.Db.Set<GrantInstalment>().Where(row => row.BookId == work.Book && row.GrantDemandId == demand.GrantDemandId)
            .MaxAsync(row => (short?)row.No, ct) ?? 0;
        string code = GrantDemand.CodeOf(grant, demand);
        foreach (var (due, units) in wanted)
        {
            List<ExpectedLine> lines = [];
            long left = units;
            while (left > 0)
            {
                (int fund, long has) = funds.Dequeue();
                long part = Math.Min(left, has);
                lines.Add(new ExpectedLine(
                    claims, await work.FundById(fund, ct), Side.Credit, Amount.Fen(part), CashFlow.OtherReceived, debtor.Tags));
                left -= part;
                if (has > part)
                {
                    funds = new Queue<(int Fund, long Units)>(funds.Prepend((fund, has - part)));
                }
            }

            no++;
            work.Db.Add(new GrantInstalment
            {
                BookId = work.Book,
                GrantDemandId = demand.GrantDemandId,
                No = no,
                DueOn = due,
                Units = units,
                ExpectationId = await new Expected(ExpectationKind.Refund, Amount.Fen(units), $"收回追缴款 {code}", due, lines, code, debtor.Party,
                    Then: new RecoveryCame(demand.GrantDemandId, no), Undo: new RecoveryGone(demand.GrantDemandId, no)).Write(work, ct),
            });
            await work.Db.SaveChangesAsync(ct);
        }
    }

    /// <summary>Nothing of these is waited for any more.</summary>
    /// <exception cref="RefusedException">A payment waits for its review.</exception>
    public static async Task<long> End(Work work, GrantCase grant, IReadOnlyList<long> demands, CancellationToken ct)
    {
        List<GrantInstalment> open = await Open(work, demands, ct);
        long[] ids = [.. open.Select(row => row.ExpectationId)];
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from expectation where book_id = {work.Book} and expectation_id = any ({ids}) order by expectation_id for no key update", ct);
        foreach (Expectation awaited in await work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && ids.Contains(row.ExpectationId))
            .ToListAsync(ct))
        {
            await work.Db.Entry(awaited).ReloadAsync(ct);
            (awaited.ClosedBy, awaited.ClosedAt) = awaited.VoucherId is null ? (work.ActorId, work.Now)
                : throw new RefusedException(PaymentWaits, ("title", grant.Title), ("amount", Amount.Fen(awaited.Units)));
        }

        open.ForEach(row => row.EndedAt = work.Now);
        await work.Db.SaveChangesAsync(ct);
        return open.Sum(row => row.Units);
    }

    /// <summary>What is waited for still.</summary>
    public static Task<List<GrantInstalment>> Open(Work work, IReadOnlyList<long> demands, CancellationToken ct) =>
        work.Db.Set<GrantInstalment>().Where(row => row.BookId == work.Book && demands.Contains(row.GrantDemandId) && row.EndedAt == null
            && row.PaidAt == null).OrderBy(row => row.GrantDemandId).ThenBy(row => row.No).ToListAsync(ct);

    /// <summary>What is waited for on a demand, by fund.</summary>
    public static Task<Dictionary<int, long>> WaitedFor(Work work, GrantDemand demand, CancellationToken ct) => (
        from row in work.Db.Set<GrantInstalment>()
        join line in work.Db.Set<ExpectationLine>() on new { row.BookId, row.ExpectationId } equals new { line.BookId, line.ExpectationId }
        where row.BookId == work.Book && row.GrantDemandId == demand.GrantDemandId && row.EndedAt == null && row.PaidAt == null
        group line.Units by line.FundId into fund
        select new { fund.Key, Units = fund.Sum() }).ToDictionaryAsync(row => row.Key, row => row.Units, ct);

    // What other demands of the grant wait for is theirs.
    private static async Task<List<FundUnits>> Left(Work work, GrantCase grant, GrantDemand demand, CancellationToken ct)
    {
        Dictionary<int, long> taken = await (
            from row in work.Db.Set<GrantInstalment>()
            join other in work.Db.Set<GrantDemand>() on new { row.BookId, row.GrantDemandId } equals new { other.BookId, other.GrantDemandId }
            join line in work.Db.Set<ExpectationLine>() on new { row.BookId, row.ExpectationId } equals new { line.BookId, line.ExpectationId }
            where row.BookId == work.Book && other.GrantId == grant.GrantId && row.EndedAt == null && row.PaidAt == null
            group line.Units by line.FundId into fund
            select new { fund.Key, Units = fund.Sum() }).ToDictionaryAsync(row => row.Key, row => row.Units, ct);
        return [.. (await Claimed(work, grant.GrantId, ct)).Select(part => part with { Units = part.Units - taken.GetValueOrDefault(part.Fund) })
            .Where(part => part.Units > 0)];
    }
}

/// <summary>The bank's line for an instalment was booked: the claim is smaller by it, fund by fund.</summary>
[Consequence("recovery-came", 1)]
internal sealed record RecoveryCame(long Demand, short No) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override Task Happen(Work work, CancellationToken ct) => Note(work, Demand, No, 1, ct);

    internal static async Task Note(Work work, long demand, short no, int sign, CancellationToken ct)
    {
        (_, GrantCase grant) = await GrantDemand.Lock(work, demand, ct, DemandState.Stands);
        GrantInstalment row = await work.Db.Set<GrantInstalment>().SingleAsync(each => each.BookId == work.Book && each.GrantDemandId == demand
            && each.No == no, ct);
        List<FundUnits> parts = await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && line.ExpectationId == row.ExpectationId)
            .Select(line => new FundUnits(line.FundId, sign * line.Units)).ToListAsync(ct);
        long voucher = sign > 0
            ? (await work.Db.Set<Expectation>().SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct))
                .VoucherId!.Value
            : await RedOf(work, row.ExpectationId, ct);
        row.PaidAt = sign > 0 ? work.Now : null;
        await work.Db.SaveChangesAsync(ct);
        await MoneyRegister.Note(work, grant.GrantId, null, MoneyMove.Recovered, parts, voucher, work.Today, ct);
    }

    // The expectation is free by now: the red voucher that is being reviewed reverses the one that claims of its lines came with.
    internal static Task<long> RedOf(Work work, long expectation, CancellationToken ct) => work.Db.Database.SqlQuery<long>(
        $"""
        select r.voucher_id as "Value" from voucher r join journal_entry j on j.book_id = r.book_id and j.entry_no = r.corrects_entry_no
          join voucher v on v.book_id = j.book_id and v.voucher_id = j.voucher_id
         where r.book_id = {work.Book} and r.kind = 'reversal' and r.state = 'prepared'
           and v.undo_move::jsonb -> 'Content' -> 'Expectations' @> to_jsonb({expectation}::bigint)
         order by r.voucher_id desc limit 1
        """).SingleAsync(ct);
}

/// <summary>The voucher of an instalment was reversed: it is claimed again.</summary>
[Consequence("recovery-gone", 1)]
internal sealed record RecoveryGone(long Demand, short No) : Consequence
{
    /// <summary>The grant was closed on it; it is opened again first.</summary>
    public const string GrantClosed = "demand.grant-closed";

    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        (_, GrantCase grant) = await GrantDemand.Lock(work, Demand, ct, DemandState.Stands);
        if (grant.State == GrantState.Closed)
        {
            throw new RefusedException(GrantClosed, ("title", grant.Title));
        }

        await RecoveryCame.Note(work, Demand, No, -1, ct);
    }
}

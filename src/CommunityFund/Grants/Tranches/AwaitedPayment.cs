using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Tranches;

/// <summary>The bank's line that pays an approved tranche is waited for: what it will book, fund by fund, and the promise that it fulfils
/// (rulings 2, 17, 18).</summary>
internal static class AwaitedPayment
{
    private const string Advances = "project-advances", Promised = "commitments", Contra = "commitments-contra";
    private const int DaysToPay = 5;

    /// <summary>What the bank is asked to write beside the payment, so that its line is found again.</summary>
    public static string CodeOf(long tranche) => $"ZX{tranche}";

    /// <summary>What each fund gives of what was asked for, in the order in which funds pay.</summary>
    public static async Task<IReadOnlyList<FundUnits>> Parts(Work work, Tranche row, CancellationToken ct)
    {
        long left = row.Asked;
        List<FundUnits> parts = [];
        foreach (TrancheFund fund in await work.Db.Set<TrancheFund>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.TrancheId == row.TrancheId).OrderBy(each => each.Place).ToListAsync(ct))
        {
            long part = Math.Min(left, fund.Planned - fund.Cancelled - fund.Paid);
            if (part > 0)
            {
                parts.Add(new FundUnits(fund.FundId, part));
                left -= part;
            }
        }

        return left == 0 ? parts : throw new InvalidOperationException($"Tranche {row.TrancheId} asks for more than its funds have.");
    }

    /// <summary>What its funds have promised and neither paid nor given up.</summary>
    public static async Task<IReadOnlyList<(long? Tranche, FundUnits Part)>> Promises(Work work, Tranche row, CancellationToken ct) =>
    [
        .. (await work.Db.Set<TrancheFund>().AsNoTracking().Where(each => each.BookId == work.Book && each.TrancheId == row.TrancheId)
            .OrderBy(each => each.Place).ToListAsync(ct))
            .Select(each => ((long?)row.TrancheId, new FundUnits(each.FundId, each.Planned - each.Cancelled - each.Paid))),
    ];

    /// <summary>Writes what is waited for, to the account that was named for the grant.</summary>
    public static async Task Write(Work work, Tranche row, TrancheFacts facts, CancellationToken ct)
    {
        GrantAward award = (await GrantAward.Open(work, row.GrantId, ct))!;
        Payee payee = await work.Db.Database.SqlQuery<Payee>(
            $"""
            select payee_id as "Id", number as "Number" from payee_account
             where book_id = {work.Book} and payee_account_id = {facts.Payee!.Account}
            """).SingleAsync(ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        Tags promise = new(Project: award.ProjectId);
        List<ExpectedLine> lines = [];
        IReadOnlyList<FundUnits> parts = await Parts(work, row, ct);
        foreach (FundUnits part in parts)
        {
            Fund fund = await work.FundById(part.Fund, ct);
            foreach (var (account, restriction, units) in await Booked(work, chart, facts.Policy, award, part, ct))
            {
                lines.Add(new ExpectedLine(account, fund, Side.Debit, Amount.Fen(units),
                    facts.Request.IsPurchase ? CashFlow.PurchasesPaid : CashFlow.GrantsPaid,
                    new Tags(restriction, Project: award.ProjectId, Counterparty: payee.Id)));
            }
        }

        foreach (FundUnits part in parts)
        {
            Fund fund = await work.FundById(part.Fund, ct);
            lines.Add(new ExpectedLine(chart[Contra], fund, Side.Debit, Amount.Fen(part.Units), null, promise));
            lines.Add(new ExpectedLine(chart[Promised], fund, Side.Credit, Amount.Fen(part.Units), null, promise));
        }

        string what = facts.Request.IsPurchase ? "代付项目采购款" : "拨付项目资金";
        row.ExpectationId = await new Expected(ExpectationKind.Grant, -Amount.Fen(row.Asked), $"{what} {facts.Grant.Number} 第{row.No}期",
            WorkingDays.After(work.Today, DaysToPay), lines, CodeOf(row.TrancheId), payee.Id, payee.Number, Then: new TranchePaid(row.TrancheId),
            Undo: new TrancheUnpaid(row.TrancheId)).Write(work, ct);
    }

    /// <summary>It is waited for no more.</summary>
    /// <exception cref="RefusedException">The bank has shown it by now.</exception>
    public static async Task Close(Work work, Tranche row, CancellationToken ct)
    {
        if (row.ExpectationId is not { } id)
        {
            return;
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from expectation where book_id = {work.Book} and expectation_id = {id} for no key update", ct);
        Expectation awaited = await work.Db.Set<Expectation>().SingleAsync(each => each.BookId == work.Book && each.ExpectationId == id, ct);
        await work.Db.Entry(awaited).ReloadAsync(ct);
        if (awaited.ClosedAt is not null)
        {
            return;
        }

        if (awaited.VoucherId is not null)
        {
            throw new RefusedException(TrancheNeeds.OnItsWay, ("no", row.No));
        }

        (awaited.ClosedBy, awaited.ClosedAt) = (work.Actor ?? awaited.MadeBy, work.Now);
        await work.Db.SaveChangesAsync(ct);
    }

    /// <summary>An advance is one amount; an expense says what of it restricted gifts pay.</summary>
    private static async Task<IReadOnlyList<(Account Account, Restriction? Restriction, long Units)>> Booked(
        Work work, Chart chart, AdvancePolicy policy, GrantAward award, FundUnits part, CancellationToken ct)
    {
        if (policy == AdvancePolicy.AdvanceThenAcquit)
        {
            return [(chart[Advances], null, part.Units)];
        }

        long bound = Math.Min(part.Units, (await GrantGifts.Of(work, award, part.Fund, ct)).Sum(lot => lot.Units));
        Account expense = chart[Account.Keys.ProgrammeCost];
        return [.. new (Account, Restriction?, long)[]
        {
            (expense, Restriction.Restricted, bound), (expense, Restriction.Unrestricted, part.Units - bound),
        }.Where(row => row.Item3 > 0)];
    }

    private sealed record Payee(long Id, string Number);
}

/// <summary>Gifts that are reserved for a grant.</summary>
internal static class GrantGifts
{
    /// <summary>Those of a fund, in the order in which they are used.</summary>
    public static async Task<IReadOnlyList<(long Lot, long Units)>> Of(Work work, GrantAward award, int fund, CancellationToken ct) =>
    [
        .. (await (
            from kept in work.Db.Set<GrantLot>().AsNoTracking()
            join lot in work.Db.Set<GiftLot>().AsNoTracking() on new { kept.BookId, kept.LotId } equals new { lot.BookId, lot.LotId }
            where kept.BookId == work.Book && kept.GrantId == award.GrantId && kept.AwardNo == award.AwardNo && lot.FundId == fund && kept.Units > 0
            orderby lot.ReceivedOn, lot.LotId
            select new { kept.LotId, kept.Units }).ToListAsync(ct)).Select(row => (row.LotId, row.Units)),
    ];

    /// <summary>So much of them, the first first; all of them if there is less.</summary>
    public static async Task<IReadOnlyList<LotDraw>> Draw(Work work, GrantAward award, int fund, long units, CancellationToken ct)
    {
        List<LotDraw> draws = [];
        foreach ((long lot, long has) in await Of(work, award, fund, ct))
        {
            long part = Math.Min(units, has);
            if (part > 0)
            {
                draws.Add(new LotDraw(lot, Amount.Fen(part), Spends: true));
                units -= part;
            }
        }

        return draws;
    }
}

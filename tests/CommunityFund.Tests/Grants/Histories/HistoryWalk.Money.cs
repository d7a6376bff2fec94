using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Acquittals;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>From the receipt to the expense, and what comes back.</summary>
internal sealed partial class HistoryWalk
{
    // What of a tranche's plan nobody has asked for is not handed in for, and what is on its way back is not spent.
    private static long Spendable(TrancheModel of) => of.Advance - (of.Announced?.Units ?? 0);

    private HistoryOffer Submit(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.IsOpenAdvance && Spendable(each) > 0);
        long open = Spendable(of), asked = Math.Max(1, dice.Next(5) switch { 0 => open + 1, 1 => open / 3, 2 => open * 92 / 100, _ => open });
        long[] lines = asked > 1 && dice.Next(2) == 0 ? [asked / 2, asked - (asked / 2)] : [asked];
        bool isOpen = of.IsOpenAdvance && asked <= open && grant.IsAlive && grant.StartsOn <= Today;
        return new(isOpen, async () =>
        {
            List<AcquittalClaim> claims = [];
            foreach (long units in lines)
            {
                claims.Add(new AcquittalClaim(await world.Fin(grant).Run(new AddReceipt(Key, grant.Id, null, GrantReceiptKind.Receipt, "",
                    LocalDate.Min(Today, grant.Ends), "幸福菜场", PersonKind.Organisation, Amount.Fen(units), 1, Spending.Meals, "老人助餐食材",
                    [await world.Photo(world.Fin(grant))])), Amount.Fen(units)));
            }

            await world.Fin(grant).Run(new SubmitAcquittal(Key, of.Id, await Version(of), "丁采购", "方邻居", claims));
        }, () => (of.State, of.Open) = (TrancheState.AcquittalSubmitted, new AcquittalModel(lines)));
    }

    private HistoryOffer ReviewLines(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Open is not null);
        AcquittalModel? open = of.Open;
        bool[] yes = [.. (open?.Lines ?? [1]).Select(_ => dice.Next(5) != 0)];
        return new(open is not null && open.Accepted.All(line => line != false), async () => await world.Awards.Desk.Run(new ReviewAcquittalLines(Key, of.Id,
            await Version(of), [.. yes.Select((accepted, at) => new LineDecision((short)(at + 1), accepted, accepted ? "" : "抬头不对"))])), () =>
            {
                for (int at = 0; at < yes.Length; at++)
                {
                    open!.Accepted[at] = yes[at];
                }

                if (yes.All(accepted => !accepted))
                {
                    (of.State, of.Open) = (TrancheState.AwaitingAcquittal, null);
                }
            });
    }

    private HistoryOffer Book(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Open is { AcceptedUnits: > 0 });
        AcquittalModel? open = of.Open;
        bool isOpen = open is not null && open.Accepted.All(line => line is not null) && open.AcceptedUnits > 0;
        long voucher = 0;
        return new(isOpen, async () =>
        {
            voucher = await world.Body.Accountant.Run(new BookAcquittal(Key, of.Id, await Version(of)));
            if (dice.Next(6) == 0)
            {
                await world.Body.Reviewer.Run(new RejectVoucher(Key, voucher, "附件不清楚"));
                voucher = await world.Body.Accountant.Run(new BookAcquittal(Key, of.Id, await Version(of)));
            }

            await Review(voucher);
        }, () =>
        {
            (open!.Voucher, open.Parts) = (Named(voucher), GrantModel.Spread(open.AcceptedUnits, of.Funds.Select(part =>
                (part.Fund, part.Advance - (of.Announced?.Parts.Where(back => back.Fund == part.Fund).Sum(back => back.Units) ?? 0)))));
            of.Add(open.Parts, (part, units) => part.Acquitted += units);
            of.Posted.Add(open);
            of.Open = null;
            of.State = of.Advance == 0 ? TrancheState.Settled : TrancheState.PartlyAcquitted;
            grant.LookAgain(Today);
        });
    }

    private HistoryOffer UndoAcquittal(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Posted.Count > 0);
        AcquittalModel? posted = of.Posted.Count > 0 ? of.Posted[dice.Next(of.Posted.Count)] : null;
        bool isOpen = posted is not null && of.State is TrancheState.Settled or TrancheState.PartlyAcquitted && grant.IsAlive
            && posted!.Parts.TrueForAll(part => of.Funds.Single(each => each.Fund == part.Fund).Acquitted >= part.Units);
        return new(isOpen, () => Reverse(posted?.Voucher ?? 0), () =>
        {
            of.Add(posted!.Parts, (part, units) => part.Acquitted -= units);
            of.Posted.Remove(posted);
            of.State = of.Funds.Sum(part => part.Acquitted + part.Returned) == 0 ? TrancheState.AwaitingAcquittal : TrancheState.PartlyAcquitted;
        });
    }

    private HistoryOffer Announce(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => grant.IsExpense ? each.State is TrancheState.Paid or TrancheState.Settled : each.IsOpenAdvance);
        long has = grant.IsExpense ? of.Acquitted : of.Advance, units = dice.Next(4) switch { 0 => has + 1, 1 => has / 2, 2 => Math.Min(has, 12_345), _ => has };
        bool isOpen = units > 0 && units <= has && of.Announced is null && grant.IsAlive
            && (grant.IsExpense ? of.State is TrancheState.Paid or TrancheState.Settled : of.IsOpenAdvance);
        long id = 0;
        return new(isOpen, async () => id = await world.Lead(grant).Run(new ReturnUnspent(Key, of.Id, await Version(of), Amount.Fen(units))),
            () => of.Announced = new ReturnModel(id, GrantModel.Spread(units, of.Funds.AsEnumerable().Reverse()
                .Select(part => (part.Fund, grant.IsExpense ? part.Acquitted : part.Advance)))));
    }

    private HistoryOffer DropReturn(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Announced is not null);
        return new(of.Announced is not null && (grant.IsAlive || grant.State == GrantState.Recovering), async () =>
            await (dice.Next(3) == 0 ? world.Awards.Desk : world.Lead(grant)).Run(new DropReturn(Key, of.Announced?.Id ?? 0)),
            () => of.Announced = null);
    }

    private HistoryOffer ReturnComes(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Announced is not null);
        ReturnModel? announced = of.Announced;
        long voucher = 0;
        return new(announced is not null, async () =>
        {
            await using FundDb db = world.Body.Db();
            long awaited = await db.Set<GrantReturn>().Where(row => row.GrantReturnId == (announced == null ? 0 : announced.Id)).Select(row => row.ExpectationId)
                .SingleOrDefaultAsync();
            long line = await world.Line(announced?.Units ?? 100, isIn: true);
            voucher = await Match(line, awaited);
            if (dice.Next(6) == 0)
            {
                await world.Body.Reviewer.Run(new RejectVoucher(Key, voucher, "再看流水"));
                voucher = await Match(line, awaited);
            }

            await Review(voucher);
        }, () =>
        {
            announced!.Voucher = Named(voucher);
            of.Add(announced.Parts, (part, units) => part.Returned += units);
            if (grant.IsExpense)
            {
                of.Add(announced.Parts, (part, units) => part.Acquitted -= units);
            }

            of.Came.Add(announced);
            of.Announced = null;
            of.State = of.IsOpenAdvance && of.Advance == 0 ? TrancheState.Settled : of.State;
            grant.LookAgain(Today);
        });
    }

    private HistoryOffer UndoReturn(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Came.Count > 0);
        ReturnModel? came = of.Came.Count > 0 ? of.Came[dice.Next(of.Came.Count)] : null;
        return new(came is not null && of.Announced is null && grant.IsAlive && of.State != TrancheState.ClawedBack, () => Reverse(came?.Voucher ?? 0), () =>
        {
            of.Add(came!.Parts, (part, units) => part.Returned -= units);
            if (grant.IsExpense)
            {
                of.Add(came.Parts, (part, units) => part.Acquitted += units);
            }

            of.Came.Remove(came);
            (of.Announced, came.Voucher) = (came, 0);
            if (of.State == TrancheState.Settled && of.Advance > 0)
            {
                of.State = of.Funds.Sum(part => part.Acquitted + part.Returned) == 0 ? TrancheState.AwaitingAcquittal : TrancheState.PartlyAcquitted;
            }
        });
    }

    private HistoryOffer Carry(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.IsOpenAdvance);
        TrancheModel? next = grant.Tranches.Find(each => each.No > of.No && each.IsUnpaid);
        long paid = of.Funds.Sum(part => part.Paid);
        bool isOpen = of.IsOpenAdvance && next is not null && of.Advance > 0 && of.Advance * 10 <= paid && of.Announced is null;
        return new(isOpen, async () => await world.Awards.Desk.Run(new CarryForward(Key, of.Id, await Version(of))), () =>
        {
            foreach (FundModel part in of.Funds.Where(part => part.Advance > 0))
            {
                long units = part.Advance;
                if (next!.Funds.Find(each => each.Fund == part.Fund) is not { } onward)
                {
                    next.Funds.Add(onward = new FundModel(part.Fund, 0));
                }

                onward.Carried += units;
                part.Carried -= units;
            }

            of.State = TrancheState.Settled;
            grant.LookAgain(Today);
        });
    }

    private HistoryOffer Report(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Paid && !each.ReportIn);
        return new(of.State == TrancheState.Paid && !of.ReportIn && grant.IsAlive, async () => await world.Lead(grant).Run(
            new SubmitReport(Key, of.Id, await Version(of), "办了三场活动", 30, 3, Amount.Fen(of.Acquitted))), () => of.ReportIn = true);
    }

    private HistoryOffer AcceptReport(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Paid && each.ReportIn);
        return new(of.State == TrancheState.Paid && of.ReportIn && grant.IsExpense, async () => await world.Awards.Desk.Run(
            new AcceptReport(Key, of.Id, await Version(of))), () =>
            {
                of.State = TrancheState.Settled;
                grant.LookAgain(Today);
            });
    }
}

using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>From the request to the bank.</summary>
internal sealed partial class HistoryWalk
{
    private const long First = 500_000, Second = 2_000_000;

    private HistoryOffer Request(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Eligible);
        long left = of.Promise, asked = dice.Next(6) switch { 0 => left / 2, 1 => left + 1, 2 => Math.Min(left, First), _ => left };
        FundSession by = dice.Next(2) == 0 ? world.Lead(grant) : world.Fin(grant);
        return new(grant.State == GrantState.Active && of.State == TrancheState.Eligible && asked > 0 && asked <= left && !grant.IsOverdue(Today),
            async () => await by.Run(new RequestTranche(Key, of.Id, await Version(of), Amount.Fen(asked), [new RequestLine(1, Amount.Fen(asked))], "餐费",
                [await world.Photo(by)])),
            () => (of.State, of.Asked) = (TrancheState.Requested, asked));
    }

    private HistoryOffer TakeBack(GrantModel grant, Random dice, bool byDesk)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Requested);
        return new(of.State == TrancheState.Requested, async () =>
        {
            int version = await Version(of);
            await (byDesk ? world.Awards.Desk.Run(new ReturnTrancheRequest(Key, of.Id, version, "报价单不清楚"))
                : world.Lead(grant).Run(new WithdrawTrancheRequest(Key, of.Id, version)));
        }, () =>
        {
            GrantModel.ToEligible(of, Today);
            of.Asked = 0;
        });
    }

    private HistoryOffer Check(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Requested);
        bool isDone = dice.Next(8) != 0;
        return new(grant.State == GrantState.Active && of.State == TrancheState.Requested && isDone,
            async () => await world.Awards.Desk.Run(new CheckTranche(Key, of.Id, await Version(of), true, isDone, true, "与预算一致")),
            () => of.State = TrancheState.Checked);
    }

    private HistoryOffer Approve(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State is TrancheState.Checked or TrancheState.ApprovedL1 or TrancheState.ApprovedL2);
        (TrancheState From, TrancheMove Move, TrancheState To, long Above, long Most)[] ways =
        [
            (TrancheState.Checked, TrancheMove.Approve, TrancheState.Approved, 0, First),
            (TrancheState.Checked, TrancheMove.ApproveL1, TrancheState.ApprovedL1, First, long.MaxValue),
            (TrancheState.ApprovedL1, TrancheMove.ApproveL2, TrancheState.Approved, First, Second),
            (TrancheState.ApprovedL1, TrancheMove.ApproveL2BeforeSteer, TrancheState.ApprovedL2, Second, long.MaxValue),
            (TrancheState.ApprovedL2, TrancheMove.ApproveSteer, TrancheState.Approved, Second, long.MaxValue),
        ];
        var right = ways.Where(way => way.From == of.State && of.Asked > way.Above && of.Asked <= way.Most).ToArray();
        var tried = right.Length > 0 && dice.Next(8) != 0 ? right[0] : ways[dice.Next(ways.Length)];
        Func<FundSession> by = tried.Move switch
        {
            TrancheMove.Approve or TrancheMove.ApproveL1 => () => world.Awards.L1,
            TrancheMove.ApproveSteer => () => world.Awards.Steer,
            _ => () => world.Awards.L2,
        };
        return new(grant.State == GrantState.Active && right.Contains(tried),
            async () =>
            {
                await by().Run(new ApproveTranche(Key, of.Id, await Version(of), tried.Move, "同意"));
                await Awaits(of);
            },
            () =>
            {
                of.State = tried.To;
                of.IsAwaited = tried.To == TrancheState.Approved;
                of.Expectation = world.OnPaper is null ? of.Expectation : Named(0);
            });
    }

    private HistoryOffer Decline(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State is TrancheState.Checked or TrancheState.ApprovedL1 or TrancheState.ApprovedL2);
        Func<FundSession> by = of.State switch
        {
            TrancheState.ApprovedL1 => () => world.Awards.L2,
            TrancheState.ApprovedL2 => () => world.Awards.Steer,
            _ => () => world.Awards.L1,
        };
        return new(of.State is TrancheState.Checked or TrancheState.ApprovedL1 or TrancheState.ApprovedL2,
            async () => await by().Run(new DeclineTranche(Key, of.Id, await Version(of), "与计划不符")), () => grant.End(of, TrancheState.Declined));
    }

    private HistoryOffer Cancel(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State is TrancheState.Held or TrancheState.PaymentFailed);
        return new(of.State is TrancheState.Planned or TrancheState.Eligible or TrancheState.PaymentFailed or TrancheState.Held,
            async () => await world.Awards.L2.Run(new CancelTranche(Key, of.Id, await Version(of), "不再需要")), () => grant.End(of, TrancheState.Cancelled));
    }

    private HistoryOffer Hold(GrantModel grant, Random dice, bool byPanel)
    {
        TrancheModel of = Pick(grant, dice, each => each.MayBeHeld);
        return new(of.MayBeHeld, async () => await (byPanel ? world.Awards.Panel : world.Awards.Desk).Run(
            new HoldTranche(Key, of.Id, await Version(of), "负责人联系不上", "负责人到场", byPanel)),
            () => of.Hold(byPanel ? GrantMover.Panel : GrantMover.Desk));
    }

    private HistoryOffer Release(GrantModel grant, Random dice, bool byPanel)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Held);
        bool isOpen = of.State == TrancheState.Held && of.HeldBy != GrantMover.Voucher
            && (byPanel || (of.HeldBy != GrantMover.Panel && !grant.IsOverdue(Today)));
        return new(isOpen, async () => await (byPanel ? world.Awards.Panel : world.Awards.Desk).Run(
            new ReleaseTranche(Key, of.Id, await Version(of), "已到场", byPanel)), () =>
            {
                of.Free();
                of.Asked = 0;
                grant.LookAgain(Today);
            });
    }

    private HistoryOffer MakeBatch(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.Approved);
        List<(GrantModel Grant, TrancheModel Tranche)> rows =
        [
            (grant, of), .. world.Grants.SelectMany(each => each.Tranches.Select(row => (each, row)))
                .Where(each => each.row != of && MayGo(each.each, each.row)).Take(dice.Next(3)),
        ];
        long batch = 0;
        return new(rows.TrueForAll(each => MayGo(each.Grant, each.Tranche)),
            async () => batch = await world.Body.Accountant.Run(new MakeBatch(Key, 1, Today, [], [], rows.Count, Amount.Fen(rows.Sum(row => row.Tranche.Asked)),
                [.. rows.Select(row => row.Tranche.Expectation)])),
            () =>
            {
                BatchModel made = new(Named(batch), [.. rows.Select(row => new RowModel(row.Tranche))]);
                world.Batches.Add(made);
                foreach (RowModel row in made.Rows)
                {
                    row.Tranche.Rows.Add(row);
                    row.Tranche.State = TrancheState.Scheduled;
                }
            });

        static bool MayGo(GrantModel grant, TrancheModel tranche) => grant.State == GrantState.Active && tranche is { State: TrancheState.Approved, IsAwaited: true }
            && !tranche.Rows.Exists(row => row.Expectation == tranche.Expectation && row.State is "waiting" or "succeeded" or "paid");
    }

    private HistoryOffer WithdrawBatch(Random dice)
    {
        BatchModel? batch = Any(dice, each => !each.IsEnded);
        return new(batch is { IsEnded: false } && batch.Rows.All(row => row.State is "waiting" or "dropped" || (row.State is "paid" or "failed" && !batch.IsReleased)),
            async () => await world.Body.Accountant.Run(new WithdrawBatch(Key, batch?.Id ?? 0)), () =>
            {
                batch!.IsEnded = true;
                foreach (RowModel row in batch.Rows.Where(row => row.State == "waiting"))
                {
                    row.State = "dropped";
                    row.Tranche.State = row.Tranche.State == TrancheState.Scheduled ? TrancheState.Approved : row.Tranche.State;
                }

                batch.IsReleased = false;
            });
    }

    private HistoryOffer ReleaseBatch(Random dice)
    {
        BatchModel? batch = Any(dice, each => !each.IsEnded && !each.IsReleased);
        return new(batch is { IsEnded: false, IsReleased: false } && batch.Rows.All(row => row.State is "waiting" or "dropped" or "succeeded")
            && batch.Rows.Where(row => row.State == "waiting").All(row => world.Grants.Single(each => each.Tranches.Contains(row.Tranche)).State == GrantState.Active),
            async () => await world.Awards.L2.Run(new ReleaseBatch(Key, batch?.Id ?? 0)), () => batch!.IsReleased = true);
    }

    private HistoryOffer FailPayment(Random dice)
    {
        BatchModel? batch = Any(dice, each => each is { IsReleased: true, IsEnded: false });
        int at = batch is null ? 0 : dice.Next(batch.Rows.Count);
        RowModel? row = batch?.Rows[at];
        return new(batch is { IsReleased: true, IsEnded: false } && row!.State is "waiting" or "succeeded",
            async () => await world.Awards.L1.Run(new FailPayment(Key, batch?.Id ?? 0, RowNo(batch, at), "户名不符")), () =>
            {
                row!.State = "failed";
                row.Tranche.State = row.Tranche.State == TrancheState.Scheduled ? TrancheState.PaymentFailed : row.Tranche.State;
            });
    }

    // Rows stand in the order of payees, and each grant's payee is its own; they were registered in the order of the grants.
    private int RowNo(BatchModel? batch, int at) => batch is null ? 1 : 1 + batch.Rows.OrderBy(row => world.Grants.FindIndex(each =>
        each.Tranches.Contains(row.Tranche))).ThenBy(row => row.Expectation).ToList().IndexOf(batch.Rows[at]);

    private BatchModel? Any(Random dice, Func<BatchModel, bool> suits)
    {
        List<BatchModel> fit = dice.Next(10) == 0 ? world.Batches : world.Batches.FindAll(each => suits(each));
        return fit.Count > 0 ? fit[dice.Next(fit.Count)] : null;
    }

    private HistoryOffer Pay(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.IsAwaited);
        bool isOpen = of.IsAwaited && (of.State is TrancheState.Scheduled or TrancheState.PaymentFailed
            || (of.State == TrancheState.Approved && grant.State == GrantState.Active));
        long asked = of.Asked > 0 ? of.Asked : 100, voucher = 0;
        return new(isOpen, async () =>
        {
            if (of.Line is not { } free || free.Units != asked)
            {
                of.Line = (await world.Line(asked, isIn: false), asked);
            }

            voucher = await Match(of.Line.Value.Id, of.Expectation);
            if (dice.Next(6) == 0)
            {
                await world.Body.Reviewer.Run(new RejectVoucher(Key, voucher, "再看流水"));
                voucher = await Match(of.Line.Value.Id, of.Expectation);
            }

            try
            {
                await Review(voucher);
            }
            catch (RefusedException)
            {
                // Nobody leaves a voucher lying that may not be posted.
                await world.Body.Reviewer.Run(new RejectVoucher(Key, voucher, "项目不在执行"));
                throw;
            }
        }, () =>
        {
            (of.PaidLine, of.Line) = (of.Line, null);
            Paid(grant, of, voucher, GrantModel.Spread(of.Asked, of.Funds.Select(part => (part.Fund, part.Promise))));
        });
    }

    private Task<long> Match(long line, long expectation) => world.Body.Accountant.Run(new MatchExpectations(Key, [line], [expectation]));

    private void Paid(GrantModel grant, TrancheModel of, long voucher, List<(int Fund, long Units)> parts)
    {
        of.Add(parts, (part, units) => part.Paid += units);
        (of.Payment, of.Gave, of.Back, of.IsAwaited) = (Named(voucher), parts, 0, false);
        foreach (RowModel row in of.Rows.Where(row => row.Expectation == of.Expectation && (row.State is "waiting" or "succeeded"
            || (row.State == "failed" && row == of.Rows.FindLast(each => each.Expectation == of.Expectation)))))
        {
            row.State = "paid";
        }

        if (grant.IsExpense)
        {
            of.Add(parts, (part, units) => part.Acquitted += units);
            of.State = TrancheState.Paid;
            grant.LookAgain(Today);
        }
        else
        {
            of.State = TrancheState.AwaitingAcquittal;
        }
    }

    private static bool MayComeBack(GrantModel grant, TrancheModel of) => of.Payment != 0
        && of.State is TrancheState.Paid or TrancheState.AwaitingAcquittal && of.IsUntouched(grant.IsExpense);

    private void Unpaid(GrantModel grant, TrancheModel of)
    {
        of.Add(of.Gave, (part, units) => part.Paid -= units);
        if (grant.IsExpense)
        {
            of.Add(of.Gave, (part, units) => part.Acquitted -= units);
        }

        (of.Payment, of.Announced) = (0, null);
    }

    private HistoryOffer UndoPayment(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => MayComeBack(grant, each));
        return new(MayComeBack(grant, of), () => Reverse(of.Payment), () =>
        {
            Unpaid(grant, of);
            (of.State, of.IsAwaited, of.Line) = (TrancheState.Approved, true, of.PaidLine);
            foreach (RowModel row in of.Rows.Where(row => row.Expectation == of.Expectation && row.State == "paid"))
            {
                row.State = "succeeded";
            }
        });
    }

    private HistoryOffer BankReturns(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => MayComeBack(grant, each));
        long units = of.Gave.Sum(part => part.Units), back = 0;
        return new(MayComeBack(grant, of), async () =>
        {
            back = await world.Body.Accountant.Run(new RecordReturnedPayment(Key, new BankRest([await world.Line(Math.Max(units, 100), isIn: true)]), of.Payment,
                "拨付退汇"));
            await Review(back);
        }, () =>
        {
            long paid = of.Payment;
            Unpaid(grant, of);
            (of.State, of.IsAwaited, of.Back, of.ReturnedPayment) = (TrancheState.PaymentFailed, false, Named(back), paid);
            foreach (RowModel row in of.Rows.Where(row => row.Expectation == of.Expectation && row.State == "paid"))
            {
                row.State = "failed";
            }

            (of.ReturnedExpectation, of.Expectation) = (of.Expectation, 0);
        });
    }

    private HistoryOffer StaysPaid(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Back != 0);
        bool isOpen = of.Back != 0 && (of.State == TrancheState.PaymentFailed
            || (of.State == TrancheState.Approved && grant.State == GrantState.Active && !of.IsUnderWay));
        return new(isOpen, () => Reverse(of.Back), () =>
        {
            of.Expectation = of.ReturnedExpectation;
            Paid(grant, of, of.ReturnedPayment, of.Gave);
        });
    }

    private HistoryOffer Retry(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.State == TrancheState.PaymentFailed);
        return new(of.State == TrancheState.PaymentFailed, async () =>
        {
            await world.Awards.Desk.Run(new RetryPayment(Key, of.Id, await Version(of)));
            await Awaits(of);
        }, () => (of.State, of.IsAwaited, of.Expectation) = (TrancheState.Approved, true, world.OnPaper is null ? of.Expectation : Named(0)));
    }

    // What the bank's line is waited for with is the program's to say.
    private async Task Awaits(TrancheModel of)
    {
        await using FundDb db = world.Body.Db();
        of.Expectation = await db.Set<Tranche>().Where(row => row.TrancheId == of.Id).Select(row => row.ExpectationId ?? 0).SingleAsync();
    }
}

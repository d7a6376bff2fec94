using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>A grant that ends before its time, and what is claimed back.</summary>
internal sealed partial class HistoryWalk
{
    private HistoryOffer Terminate(GrantModel grant) => new(
        grant.IsRunning && !IsAtTheBank(grant),
        async () =>
        {
            await world.Awards.Desk.Run(new RecordHearing(Key, grant.Id, Today.PlusDays(-6), Today.PlusDays(-1), true, "说明活动已停办"));
            await world.Awards.Panel.Run(new ProposeTermination(Key, grant.Id, TerminationCause.Breach, "活动停办"));
            await world.Awards.Steer.Run(new TerminateGrant(Key, grant.Id, await Version(grant), "活动停办", "决议〔2026〕15号"));
            await world.Awards.L2.Run(new TerminateGrant(Key, grant.Id, await Version(grant), "活动停办", "决议〔2026〕15号"));
        }, () =>
        {
            LocalDate final = Today.PlusDays(30);
            PromisesEnd(grant);
            foreach (TrancheModel each in grant.Tranches)
            {
                if (each.ReportDueOn > final && each.EarliestOn <= final
                    && each.State is TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.AcquittalSubmitted or TrancheState.PartlyAcquitted)
                {
                    each.ReportDueOn = final;
                }
            }

            (grant.State, grant.TerminatedOn) = (GrantState.Terminated, Today);
        });

    private HistoryOffer Appeal(GrantModel grant) => new(
        grant is { State: GrantState.Terminated, Appealed: false } && Today <= WorkingDays.After(grant.TerminatedOn!.Value, 10),
        async () => await world.Awards.Panel.Run(new AppealTermination(Key, grant.Id, await Version(grant), "终止理由不成立")),
        () => (grant.State, grant.Appealed) = (GrantState.Suspended, true));

    private HistoryOffer Find(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, each => each.Acquitted - each.Found > 0);
        long has = of.Acquitted - of.Found, units = dice.Next(5) == 0 ? has + 1 : Math.Max(1, has * dice.Next(1, 101) / 100);
        return new(grant.IsAlive && units <= has, async () => await world.Awards.Panel.Run(
            new NoteFinding(Key, of.Id, Amount.Fen(units), "买了烟酒", "协议第五条")), () => of.Found += units);
    }

    private bool IsFinal(GrantModel grant) => !grant.Tranches.Exists(each => each.State == TrancheState.AcquittalSubmitted)
        && (grant.Advance == 0 || Today > grant.TerminatedOn!.Value.PlusDays(30));

    /// <summary>What is claimed now, tranche by tranche: what is open of an ended grant, and what was found, of the funds drawn last.</summary>
    private static List<(TrancheModel Tranche, FundModel Part, long Open, long Refused)> Due(GrantModel grant)
    {
        List<(TrancheModel, FundModel, long, long)> due = [];
        foreach (TrancheModel each in grant.Tranches)
        {
            Dictionary<int, long> refused = GrantModel.Spread(each.Found, each.Funds.AsEnumerable().Reverse().Select(part => (part.Fund, part.Acquitted)))
                .ToDictionary(part => part.Fund, part => part.Units);
            due.AddRange(each.Funds.Select(part => (each, part, grant.State == GrantState.Terminated || each.IsOver ? part.Advance : 0, refused.GetValueOrDefault(part.Fund)))
                .Where(part => part.Item3 + part.Item4 > 0));
        }

        return due;
    }

    private HistoryOffer Demand(GrantModel grant, Random dice)
    {
        var due = Due(grant);
        bool isOpen = grant.IsAlive && (grant.State != GrantState.Terminated || IsFinal(grant)) && due.Count > 0;
        long demand = 0, expectation = 0;
        return new(isOpen, async () =>
        {
            demand = await world.Body.Accountant.Run(new DraftDemand(Key, grant.Id, await Version(grant), Today.PlusDays(15), "应退回的资金"));
            await world.Awards.L2.Run(new SignDemand(Key, demand));
            long voucher = await world.Body.Accountant.Run(new PrepareDemand(Key, demand));
            if (dice.Next(5) == 0)
            {
                await world.Body.Reviewer.Run(new RejectVoucher(Key, voucher, "先核对"));
                voucher = await world.Body.Accountant.Run(new PrepareDemand(Key, demand));
            }

            await Review(voucher);
            expectation = (await Waiting(demand))[0];
        }, () =>
        {
            foreach (var (_, part, open, refused) in due)
            {
                (part.Acquitted, part.Demanded) = (part.Acquitted - refused, part.Demanded + open + refused);
            }

            foreach (TrancheModel each in due.Select(part => part.Tranche).Distinct().Where(each => each.Advance == 0
                && each.State is TrancheState.Paid or TrancheState.Settled or TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted))
            {
                each.State = TrancheState.ClawedBack;
            }

            foreach (TrancheModel each in due.Select(part => part.Tranche))
            {
                each.Announced = null;
            }

            grant.Tranches.ForEach(each => each.Found = 0);
            demand = Named(demand);
            grant.Demands.Add(demand);
            grant.Instalments.Add(new InstalmentModel(demand, expectation, NotAwaited(grant, due.Sum(part => part.Open + part.Refused))));
            grant.State = grant.State == GrantState.Terminated ? GrantState.Recovering : grant.State;
        });
    }

    private static List<(int Fund, long Units)> NotAwaited(GrantModel grant, long units) => GrantModel.Spread(units, grant.FundsByPlace.Select(fund =>
        (fund, grant.Claim(fund) - grant.Instalments.Where(each => each.Voucher == 0).SelectMany(each => each.Parts).Where(part => part.Fund == fund)
            .Sum(part => part.Units))));

    private async Task<List<long>> Waiting(long demand)
    {
        await using FundDb db = world.Body.Db();
        return await db.Set<GrantInstalment>().Where(row => row.GrantDemandId == demand && row.EndedAt == null && row.PaidAt == null).OrderBy(row => row.No)
            .Select(row => row.ExpectationId).ToListAsync();
    }

    private HistoryOffer Instalments(GrantModel grant, Random dice)
    {
        InstalmentModel? open = grant.Instalments.Find(each => each.Voucher == 0);
        long whole = open is null ? 0 : grant.Instalments.Where(each => each.Demand == open.Demand && each.Voucher == 0).Sum(each => each.Units);
        long first = Math.Max(1, whole * dice.Next(1, 100) / 100);
        List<long> expectations = [];
        return new(whole > 1, async () =>
        {
            await world.Awards.Desk.Run(new PlanInstalments(Key, open?.Demand ?? 0, [new(Today.PlusDays(10), Amount.Fen(first)),
                new(Today.PlusDays(40), Amount.Fen(Math.Max(1, whole - first)))], "分两期"));
            await world.Awards.L2.Run(new DecideInstalments(Key, open?.Demand ?? 0, true));
            expectations = await Waiting(open!.Demand);
        }, () =>
        {
            grant.Instalments.RemoveAll(each => each.Demand == open!.Demand && each.Voucher == 0);
            grant.Instalments.Add(new InstalmentModel(open!.Demand, expectations.ElementAtOrDefault(0), NotAwaited(grant, first)));
            grant.Instalments.Add(new InstalmentModel(open.Demand, expectations.ElementAtOrDefault(1), NotAwaited(grant, whole - first)));
        });
    }

    private HistoryOffer Recover(GrantModel grant, Random dice)
    {
        List<InstalmentModel> open = grant.Instalments.FindAll(each => each.Voucher == 0);
        InstalmentModel? paid = open.Count > 0 ? open[dice.Next(open.Count)] : null;
        long voucher = 0;
        return new(paid is not null, async () =>
        {
            voucher = await Match(await world.Line(paid?.Units ?? 100, isIn: true), paid?.Expectation ?? 0);
            await Review(voucher);
        }, () =>
        {
            paid!.Voucher = Named(voucher);
            Add(grant.Recovered, paid.Parts, 1);
        });
    }

    private static void Add(Dictionary<int, long> sums, IEnumerable<(int Fund, long Units)> parts, int sign)
    {
        foreach (var (fund, units) in parts)
        {
            sums[fund] = sums.GetValueOrDefault(fund) + (sign * units);
        }
    }

    private HistoryOffer UndoRecovery(GrantModel grant, Random dice)
    {
        List<InstalmentModel> paid = grant.Instalments.FindAll(each => each.Voucher != 0);
        InstalmentModel? undone = paid.Count > 0 ? paid[dice.Next(paid.Count)] : null;
        return new(undone is not null && grant.State != GrantState.Closed, () => Reverse(undone?.Voucher ?? 0), () =>
        {
            Add(grant.Recovered, undone!.Parts, -1);
            undone.Voucher = 0;
        });
    }

    private HistoryOffer Cut(GrantModel grant, Random dice)
    {
        long demand = grant.Demands.Count > 0 ? grant.Demands[dice.Next(grant.Demands.Count)] : 0;
        TrancheModel of = Pick(grant, dice, each => each.Funds.Sum(part => part.Demanded) > 0);

        // Only what is waited for of this very demand can be cut.
        Dictionary<int, long> waits = grant.Instalments.Where(each => each.Demand == demand && each.Voucher == 0).SelectMany(each => each.Parts)
            .GroupBy(part => part.Fund).ToDictionary(each => each.Key, each => each.Sum(part => part.Units));
        List<(int Fund, long Has)> has = of.Funds.ConvertAll(part => (part.Fund, Math.Min(part.Demanded, waits.GetValueOrDefault(part.Fund))));
        long most = has.Sum(each => each.Has), units = Math.Max(1, most * dice.Next(1, 101) / 100);
        List<long> expectations = [];
        return new(demand != 0 && units <= most, async () =>
        {
            await Review(await world.Body.Accountant.Run(new CutDemand(Key, demand, of.Id, Amount.Fen(units), "补交了票据", "决议〔2026〕21号")));
            expectations = await Waiting(demand);
        }, () =>
        {
            List<(int Fund, long Units)> parts = GrantModel.Spread(units, has);
            long left = grant.Instalments.Where(each => each.Demand == demand && each.Voucher == 0).Sum(each => each.Units) - units;
            of.Add(parts, (part, cut) => (part.Demanded, part.Acquitted) = (part.Demanded - cut, part.Acquitted + cut));
            grant.Instalments.RemoveAll(each => each.Demand == demand && each.Voucher == 0);
            if (left > 0)
            {
                grant.Instalments.Add(new InstalmentModel(demand, expectations.ElementAtOrDefault(0), NotAwaited(grant, left)));
            }
        });
    }

    private HistoryOffer WriteOff(GrantModel grant) => new(grant.Claimed > 0, async () =>
    {
        long writeOff = await world.Body.Accountant.Run(new DraftWriteOff(Key, grant.Id, TestBody.Community, "团队已解散", "已在年报披露"));
        await world.Awards.Steer.Run(new ResolveWriteOff(Key, writeOff, "决议〔2026〕30号"));
        await Review(await world.Body.Accountant.Run(new PrepareWriteOff(Key, writeOff)));
    }, () =>
    {
        foreach (int fund in grant.Funds.ToList())
        {
            Add(grant.WrittenOff, [(fund, grant.Claim(fund))], 1);
        }

        grant.Instalments.RemoveAll(each => each.Voucher == 0);
    });

    private HistoryOffer Settle(GrantModel grant) => new(
        grant.State == GrantState.Recovering && grant.Claimed == 0 && grant.Found == 0 && grant.Promise == 0 && grant.Advance == 0
            && !ComesBack(grant), async () =>
        {
            await world.Body.Accountant.Run(new SettleRecovery(Key, grant.Id, await Version(grant)));
            await world.Awards.L2.Run(new SettleRecovery(Key, grant.Id, await Version(grant)));
        }, () => grant.State = GrantState.Closed);

    private HistoryOffer CloseTerminated(GrantModel grant) => new(
        grant.State == GrantState.Terminated && IsFinal(grant) && grant.Claimed == 0 && grant.Advance == 0 && grant.Found == 0 && grant.Promise == 0
            && !ComesBack(grant) && !grant.Tranches.Exists(each => each.State is >= TrancheState.Paid and < TrancheState.Settled), async () =>
        {
            await world.Awards.Desk.Run(new CloseTerminated(Key, grant.Id, await Version(grant)));
            await world.Awards.Panel.Run(new CloseTerminated(Key, grant.Id, await Version(grant)));
        }, () => grant.State = GrantState.Closed);
}

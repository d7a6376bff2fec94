using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Grants;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>Plays histories against the program with the model beside it: what the rules let be is done and has the effect they say; what they do
/// not is refused in words and changes nothing.</summary>
internal sealed partial class HistoryWalk(HistoryWorld world)
{
    private const int Tries = 60;

    private List<HistoryMove> Played { get; } = [];

    public Dictionary<string, int> Refusals { get; } = [];

    public Dictionary<HistoryStep, int> Done { get; } = [];

    /// <summary>A random step: mostly one that is open, now and then one that is not.</summary>
    public async Task Step(Random random)
    {
        bool wantsOpen = random.Next(8) != 0;
        HistoryMove move = HistoryMove.Any(random, world.Grants.Count);
        for (int tries = 0; tries < Tries && wantsOpen && !Offer(move).IsOpen; tries++)
        {
            move = HistoryMove.Any(random, world.Grants.Count);
        }

        await Play(move);
    }

    public IReadOnlyList<HistoryMove> History => Played;

    /// <summary>The same on paper: what is open happens, and nobody asks the program; false where nothing was open.</summary>
    public bool StepOnPaper(Random random)
    {
        for (int tries = 0; tries < Tries; tries++)
        {
            HistoryMove move = HistoryMove.Any(random, world.Grants.Count);
            if (Offer(move) is { IsOpen: true } offer)
            {
                Played.Add(move);
                offer.Then();
                Done[move.Step] = Done.GetValueOrDefault(move.Step) + 1;
                return true;
            }
        }

        return false;
    }

    public async Task Play(HistoryMove move)
    {
        Played.Add(move);
        HistoryOffer offer = Offer(move);
        try
        {
            await offer.Act();
        }
        catch (RefusedException refused) when (!offer.IsOpen)
        {
            Refusals[$"{move.Step}: {refused.Refusal.Code}"] = Refusals.GetValueOrDefault($"{move.Step}: {refused.Refusal.Code}") + 1;
            await Compare(move);
            return;
        }
        catch (Exception wrong)
        {
            string says = wrong is RefusedException refused
                ? $"refused: {refused.Refusal.Code} {string.Join(' ', refused.Refusal.Facts.Select(fact => $"{fact.Key}={fact.Value}"))}" : $"threw {wrong.GetType().Name}: {wrong.Message}";
            throw new HistoryFault($"{move} ({(offer.IsOpen ? "open" : "not open")}) {says}\n    {world.Grants[move.Grant]}", wrong);
        }

        if (!offer.IsOpen)
        {
            throw new HistoryFault($"{move} is not open and was let through\n    {world.Grants[move.Grant]}");
        }

        offer.Then();
        Done[move.Step] = Done.GetValueOrDefault(move.Step) + 1;
        await Compare(move);
    }

    private HistoryOffer Offer(HistoryMove move)
    {
        GrantModel grant = world.Grants[move.Grant];
        Random dice = new(move.Dice);
        return move.Step switch
        {
            HistoryStep.Request => Request(grant, dice),
            HistoryStep.WithdrawRequest => TakeBack(grant, dice, byDesk: false),
            HistoryStep.ReturnRequest => TakeBack(grant, dice, byDesk: true),
            HistoryStep.Check => Check(grant, dice),
            HistoryStep.Approve => Approve(grant, dice),
            HistoryStep.Decline => Decline(grant, dice),
            HistoryStep.CancelTranche => Cancel(grant, dice),
            HistoryStep.MakeBatch => MakeBatch(grant, dice),
            HistoryStep.WithdrawBatch => WithdrawBatch(dice),
            HistoryStep.ReleaseBatch => ReleaseBatch(dice),
            HistoryStep.FailPayment => FailPayment(dice),
            HistoryStep.Pay => Pay(grant, dice),
            HistoryStep.UndoPayment => UndoPayment(grant, dice),
            HistoryStep.BankReturns => BankReturns(grant, dice),
            HistoryStep.StaysPaid => StaysPaid(grant, dice),
            HistoryStep.RetryPayment => Retry(grant, dice),
            HistoryStep.Hold => Hold(grant, dice, byPanel: false),
            HistoryStep.HoldByPanel => Hold(grant, dice, byPanel: true),
            HistoryStep.Release => Release(grant, dice, byPanel: false),
            HistoryStep.ReleaseByPanel => Release(grant, dice, byPanel: true),
            HistoryStep.Submit => Submit(grant, dice),
            HistoryStep.ReviewLines => ReviewLines(grant, dice),
            HistoryStep.BookAcquittal => Book(grant, dice),
            HistoryStep.UndoAcquittal => UndoAcquittal(grant, dice),
            HistoryStep.Announce => Announce(grant, dice),
            HistoryStep.DropReturn => DropReturn(grant, dice),
            HistoryStep.ReturnComes => ReturnComes(grant, dice),
            HistoryStep.UndoReturn => UndoReturn(grant, dice),
            HistoryStep.Carry => Carry(grant, dice),
            HistoryStep.Report => Report(grant, dice),
            HistoryStep.AcceptReport => AcceptReport(grant, dice),
            HistoryStep.AmendUp => AmendUp(grant, dice),
            HistoryStep.AmendDown => AmendDown(grant, dice),
            HistoryStep.Suspend => Suspend(grant, byPanel: false),
            HistoryStep.SuspendByPanel => Suspend(grant, byPanel: true),
            HistoryStep.Resume => Resume(grant, byPanel: false),
            HistoryStep.ResumeByPanel => Resume(grant, byPanel: true),
            HistoryStep.Terminate => Terminate(grant),
            HistoryStep.Appeal => Appeal(grant),
            HistoryStep.Find => Find(grant, dice),
            HistoryStep.Demand => Demand(grant, dice),
            HistoryStep.Cut => Cut(grant, dice),
            HistoryStep.Instalments => Instalments(grant, dice),
            HistoryStep.Recover => Recover(grant, dice),
            HistoryStep.UndoRecovery => UndoRecovery(grant, dice),
            HistoryStep.WriteOff => WriteOff(grant),
            HistoryStep.Settle => Settle(grant),
            HistoryStep.CloseTerminated => CloseTerminated(grant),
            HistoryStep.StartClosing => StartClosing(grant),
            HistoryStep.ReopenWork => ReopenWork(grant),
            HistoryStep.Close => Close(grant),
            HistoryStep.ReopenClosed => ReopenClosed(grant),
            _ => Wait(dice.Next(1, 12)),
        };
    }

    private static Guid Key => TestBody.Key;

    private long _named;

    /// <summary>What the program named it; on paper it has a number of its own.</summary>
    private long Named(long id) => id != 0 ? id : --_named;

    private LocalDate Today => world.Today;

    /// <summary>Mostly a tranche that suits, sometimes any.</summary>
    private static TrancheModel Pick(GrantModel grant, Random dice, Func<TrancheModel, bool> suits)
    {
        List<TrancheModel> fit = dice.Next(10) == 0 ? [] : grant.Tranches.FindAll(each => suits(each));
        return fit.Count > 0 ? fit[dice.Next(fit.Count)] : grant.Tranches[dice.Next(grant.Tranches.Count)];
    }

    private async Task<int> Version(TrancheModel tranche)
    {
        await using FundDb db = world.Body.Db();
        return await db.Set<Tranche>().Where(row => row.TrancheId == tranche.Id).Select(row => row.StateVersion).SingleAsync();
    }

    private Task<int> Version(GrantModel grant) => world.Awards.Version(grant.Id);

    private Task Review(long voucher) => world.Body.Review(voucher);

    /// <summary>Reverses a posted voucher by two people.</summary>
    private async Task Reverse(long voucher) =>
        await Review(await world.Body.Accountant.Run(new ReverseVoucher(Key, voucher, Today, "记错了")));

    /// <summary>Time passes, and the calendar does what it does each morning.</summary>
    private HistoryOffer Wait(int days) => new(true, async () =>
    {
        world.Awards.Wait(days);
        FundSession calendar = world.Body.Operator;
        await calendar.Run(new OpenDueTranches(Key));
        await calendar.Run(new HoldOverdueAdvances(Key));
        await calendar.Run(new TimeOutRequests(Key));
        await calendar.Run(new CommunityFund.Grants.Endings.SuspendLateGrants(Key));
        await calendar.Run(new CommunityFund.Grants.Closings.TimeOutGrants(Key));
    }, () =>
    {
        world.OnPaper = world.OnPaper?.PlusDays(days);
        foreach (GrantModel each in world.Grants)
        {
            each.LookAgain(Today);
        }

        foreach (GrantModel each in world.Grants)
        {
            foreach (TrancheModel late in each.Tranches.Where(row => row.State == TrancheState.Eligible && row.AskBy < Today))
            {
                each.End(late, TrancheState.Expired);
            }

            if (each.State == GrantState.Active && each.IsLate(Today, 15))
            {
                Suspended(each);
            }

            if (each.State == GrantState.Active && each.Ends < Today && !each.Tranches.Exists(row => row.IsInFlight))
            {
                each.State = GrantState.Closing;
            }
        }
    });

    private static void Suspended(GrantModel grant)
    {
        grant.State = GrantState.Suspended;
        foreach (TrancheModel each in grant.Tranches.Where(each => each.MayBeHeld))
        {
            each.Hold(GrantMover.Voucher);
        }
    }

    /// <summary>The program against the model: states, sums of tranches and grant, and the books.</summary>
    private async Task Compare(HistoryMove move)
    {
        foreach (GrantModel grant in move.Step == HistoryStep.Wait ? world.Grants : [world.Grants[move.Grant]])
        {
            if (grant.Broken().ToList() is { Count: > 0 } broken)
            {
                throw new HistoryFault($"{move}: {string.Join("; ", broken)}\n    {grant}");
            }

            (string is_, string should) = (await Told(grant), Said(grant));
            if (is_ != should)
            {
                throw new HistoryFault($"{move}:\n  is     {is_}\n  should {should}");
            }
        }
    }

    private async Task<string> Told(GrantModel grant)
    {
        await using FundDb db = world.Body.Db();
        GrantState state = await db.Set<GrantCase>().Where(row => row.GrantId == grant.Id).Select(row => row.State).SingleAsync();
        List<Tranche> tranches = await db.Set<Tranche>().AsNoTracking().Where(row => row.GrantId == grant.Id).OrderBy(row => row.No).ToListAsync();
        long[] ids = [.. tranches.Select(row => row.TrancheId)];
        List<TrancheFund> funds = await db.Set<TrancheFund>().AsNoTracking().Where(row => ids.Contains(row.TrancheId)).ToListAsync();
        List<GrantFund> sums = await db.Set<GrantFund>().AsNoTracking().Where(row => row.GrantId == grant.Id).OrderBy(row => row.FundId).ToListAsync();
        var booked = await db.Database.SqlQuery<Booked>(
            $"""
            select k.key as "Key", l.fund_id as "Fund", sum(signed(l.side, l.units))::bigint as "Units" from posting l
              join account k using (book_id, account_id)
             where l.project_id in (select a.project_id from grant_award a where a.grant_id = {grant.Id})
               and k.key in ('commitments', 'project-advances', 'recovery-claims') group by 1, 2 order by 1, 2
            """).ToListAsync();
        var above = await db.Database.SqlQuery<Booked>(
            $"""
            select 'gifts reserved above what is open' as "Key", f.fund_id as "Fund", r.units as "Units"
              from (select g.fund_id, sum(l.units)::bigint as units from grant_lot l join gift_lot g using (book_id, lot_id)
                     where l.grant_id = {grant.Id} group by 1) r
              join grant_fund f on f.grant_id = {grant.Id} and f.fund_id = r.fund_id
             where r.units > f.committed - f.cancelled - f.acquitted - f.returned - f.recovered - f.written_off
            """).ToListAsync();
        return string.Join("\n         ", [
            state.ToString(), .. tranches.Select(row => $"{row.No} {row.State} {row.HeldBy} {string.Join(" | ", funds
                .Where(part => part.TrancheId == row.TrancheId).OrderBy(part => part.Place).Select(part => string.Join(' ', part.FundId, part.Planned,
                    part.Cancelled, part.Paid, part.Acquitted, part.Returned, part.Carried, part.Demanded)))}"),
            .. sums.Select(row => string.Join(' ', row.FundId, row.Committed, row.Cancelled, row.Paid, row.Acquitted, row.Returned, row.Demanded,
                row.Recovered, row.WrittenOff)),
            .. above.Select(row => $"{row.Key} {row.Fund} {row.Units}"),
            .. booked.Where(row => row.Units != 0).Select(row => $"{row.Key} {row.Fund} {row.Units}"),
        ]);
    }

    private static string Said(GrantModel grant)
    {
        List<FundModel> parts = [.. grant.Tranches.SelectMany(each => each.Funds)];
        long Sum(int fund, Func<FundModel, long> of) => parts.Where(part => part.Fund == fund).Sum(of);
        IEnumerable<(string Key, int Fund, long Units)> books = grant.Funds.SelectMany(fund => new[]
        {
            ("commitments", fund, grant.Committed[fund] - Sum(fund, part => part.Cancelled + part.Paid)),
            ("project-advances", fund, Sum(fund, part => part.Paid - part.Acquitted - part.Returned - part.Demanded)),
            ("recovery-claims", fund, grant.Claim(fund)),
        });
        return string.Join("\n         ", [
            grant.State.ToString(), .. grant.Tranches.Select(each => each.ToString()),
            .. grant.Funds.Select(fund => string.Join(' ', fund, grant.Committed[fund], Sum(fund, part => part.Cancelled), Sum(fund, part => part.Paid),
                Sum(fund, part => part.Acquitted), Sum(fund, part => part.Returned), Sum(fund, part => part.Demanded),
                grant.Recovered.GetValueOrDefault(fund), grant.WrittenOff.GetValueOrDefault(fund))),
            .. books.Where(row => row.Units != 0).OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Fund)
                .Select(row => $"{row.Key} {row.Fund} {row.Units}"),
        ]);
    }

    /// <summary>The foundation's own check of everything, and lots against the books.</summary>
    public async Task ShouldBeClean()
    {
        CheckReport report = await world.Body.Operator.Ask(new CheckBooks());
        if (report.Checks.SelectMany(check => check.Faults).ToList() is { Count: > 0 } faults)
        {
            throw new HistoryFault($"the check finds: {string.Join("; ", faults.Select(fault =>
                $"{fault.Code} {string.Join(' ', fault.Facts.Select(fact => $"{fact.Key}={fact.Value}"))}"))}");
        }
    }

    private sealed record Booked(string Key, int Fund, long Units);
}

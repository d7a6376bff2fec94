using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Amendments;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Rounds;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Grants.Histories;

/// <summary>What happens to a grant as a whole: amended, suspended, closed.</summary>
internal sealed partial class HistoryWalk
{
    private bool MayBeAmended(GrantModel grant) => grant.State == GrantState.Active && !grant.IsOverdue(Today) && grant.Ends >= Today;

    private static bool MayBeResized(TrancheModel each) => each.State is TrancheState.Planned or TrancheState.Eligible or TrancheState.Held;

    private HistoryOffer AmendUp(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, MayBeResized);
        long children = dice.Next(3) == 0 ? 0 : dice.Next(100, 80_000), community = children > 0 && dice.Next(2) == 0 ? 0 : dice.Next(100, 50_000);
        long more = children + community;
        bool isNew = dice.Next(4) == 0 && grant.Tranches.Count < 6;
        LocalDate due = LocalDate.Min(Today.PlusDays(40), grant.Ends.PlusDays(60));
        return new(MayBeAmended(grant) && grant.Until is null && (isNew || MayBeResized(of)), async () =>
        {
            AmendedTranche row = isNew ? new(0, Amount.Fen(more), Today, due, "追加") : new(of.No, Amount.Fen(Left(of) + more), default, default, "");
            await Amend(grant, AmendmentKind.AmountUp, more, row, async no =>
            {
                FundShare[] shares = [.. new[] { (TestBody.Children, children), (TestBody.Community, community) }.Where(each => each.Item2 > 0)
                    .OrderBy(each => each.Item1).Select(each => new FundShare(each.Item1, Amount.Fen(each.Item2)))];
                await world.Awards.Steer.Run(new ApproveAmendment(Key, grant.Id, no, shares, "决议〔2026〕9号", "追加助餐"));
                await world.Awards.L2.Run(new ApproveAmendment(Key, grant.Id, no, shares, "决议〔2026〕9号", "追加助餐"));
            });
            if (isNew)
            {
                await using FundDb db = world.Body.Db();
                _newTranche = db.Set<Tranche>().Where(each => each.GrantId == grant.Id).Max(each => each.TrancheId);
            }
        }, () =>
        {
            TrancheModel raised = of;
            if (isNew)
            {
                grant.Tranches.Add(raised = new TrancheModel(_newTranche, (short)(grant.Tranches.Max(each => each.No) + 1), [])
                {
                    Batches = world.Batches,
                    EarliestOn = Today,
                    ReportDueOn = due,
                });
            }

            foreach (var (fund, units) in new[] { (TestBody.Children, children), (TestBody.Community, community) }.Where(each => each.Item2 > 0))
            {
                grant.Committed[fund] = grant.Committed.GetValueOrDefault(fund) + units;
                if (raised.Funds.Find(part => part.Fund == fund) is { } part)
                {
                    part.Planned += units;
                }
                else
                {
                    raised.Funds.Add(new FundModel(fund, units));
                }
            }

            grant.LookAgain(Today);
        });
    }

    private long _newTranche;

    private static long Left(TrancheModel of) => of.Funds.Sum(part => part.Planned - part.Cancelled);

    private HistoryOffer AmendDown(GrantModel grant, Random dice)
    {
        TrancheModel of = Pick(grant, dice, MayBeResized);
        long has = Left(of), less = dice.Next(4) == 0 ? has : Math.Max(1, has * dice.Next(10, 90) / 100);
        bool isOpen = MayBeAmended(grant) && MayBeResized(of) && has > 0 && less <= of.Promise;
        return new(isOpen, async () => await Amend(grant, AmendmentKind.AmountDown, -less,
            new AmendedTranche(of.No, Amount.Fen(has - less), default, default, ""), async no =>
            {
                await world.Awards.Desk.Run(new ApproveAmendment(Key, grant.Id, no));
                await world.Awards.L1.Run(new ApproveAmendment(Key, grant.Id, no));
            }), () =>
            {
                of.Add(GrantModel.Spread(less, of.Funds.AsEnumerable().Reverse().Select(part => (part.Fund, part.Promise))),
                    (part, units) => part.Cancelled += units);
                if (Left(of) == 0)
                {
                    grant.End(of, TrancheState.Cancelled);
                }

                grant.LookAgain(Today);
            });
    }

    private async Task Amend(GrantModel grant, AmendmentKind kind, long units, AmendedTranche row, Func<int, Task> approve)
    {
        AmendmentView view = await world.Lead(grant).Ask(new AmendmentPage(grant.Id));
        AgreedLine line = view.Lines[0];
        AmendmentAsked asked = await world.Lead(grant).Run(new RequestAmendment(Key, grant.Id, await Version(grant), kind, "人数变了",
            [new AmendedLine(line.No, "", line.Amount + Amount.Fen(units))], [row]));
        await approve(asked.No);
    }

    private HistoryOffer Suspend(GrantModel grant, bool byPanel) => new(grant.State == GrantState.Active, async () =>
    {
        int version = await Version(grant);
        await (byPanel ? world.Awards.Panel.Run(new SuspendByPanel(Key, grant.Id, version, SuspensionCause.AuditFinding, "票据存疑"))
            : world.Awards.Desk.Run(new SuspendGrant(Key, grant.Id, version, SuspensionCause.LeadLost, "负责人联系不上")));
    }, () =>
    {
        Suspended(grant);
        grant.IsPanels = byPanel;
    });

    private HistoryOffer Resume(GrantModel grant, bool byPanel) => new(
        grant.State == GrantState.Suspended && !grant.IsLate(Today) && (byPanel || !grant.IsPanels), async () =>
        {
            int version = await Version(grant);
            await (byPanel ? world.Awards.Panel.Run(new ResumeByPanel(Key, grant.Id, version, "已查清"))
                : world.Awards.Desk.Run(new ResumeGrant(Key, grant.Id, version, "已恢复联系")));
        }, () =>
        {
            (grant.State, grant.IsPanels) = (GrantState.Active, false);
            foreach (TrancheModel each in grant.Tranches.Where(each => each is { State: TrancheState.Held, HeldBy: GrantMover.Voucher }))
            {
                each.Free();
            }

            grant.LookAgain(Today);
        });

    private HistoryOffer StartClosing(GrantModel grant) => new(grant.State == GrantState.Active && !grant.Tranches.Exists(each => each.IsInFlight),
        async () => await world.Lead(grant).Run(new StartClosing(Key, grant.Id, await Version(grant))), () => grant.State = GrantState.Closing);

    private static bool IsAtTheBank(GrantModel grant) =>
        grant.Tranches.Exists(each => each.State == TrancheState.Scheduled || (each.IsUnderWay && each.State < TrancheState.Paid));

    private static bool ComesBack(GrantModel grant) => grant.Tranches.Exists(each => each.Announced is not null);

    private HistoryOffer ReopenWork(GrantModel grant) => new(grant is { State: GrantState.Closing, Until: null } && !IsAtTheBank(grant),
        async () => await world.Awards.Desk.Run(new ReopenWork(Key, grant.Id, await Version(grant), Today.PlusDays(20), "还有一场活动")), () =>
        {
            (grant.State, grant.Until) = (GrantState.Active, Today.PlusDays(20));
            PromisesEnd(grant);
        });

    // What is not paid is given up with the grant's own step, and what could still have been asked for ends.
    private static void PromisesEnd(GrantModel grant)
    {
        foreach (TrancheModel each in grant.Tranches)
        {
            grant.End(each, each.MayBeCancelled ? TrancheState.Cancelled : each.State);
        }
    }

    private HistoryOffer Close(GrantModel grant) => new(
        grant.State == GrantState.Closing && grant.Advance == 0 && grant.Claimed == 0 && !IsAtTheBank(grant)
            && !ComesBack(grant) && !grant.Tranches.Exists(each => each.State is >= TrancheState.Paid and < TrancheState.Settled), async () =>
        {
            FundSession lead = world.Lead(grant), desk = world.Awards.Desk, panel = world.Awards.Panel;
            if (!grant.ReportAccepted)
            {
                await lead.Run(new SaveClosingReport(Key, grant.Id, 0, new ReportText([new ReachedIndicator(1, "43 人", "九月平均")], 120, "每周五天助餐。",
                    "雨天送餐困难。", "比预期多三位老人。", 60, 57, [new HandedGood("保温餐箱", 4, "活动室")], false)));
                await lead.Run(new AttachToClosing(Key, grant.Id, ClosingPaperKind.Photo, true, [await world.Photo(lead)]));
                await lead.Run(new HandInClosingReport(Key, grant.Id, 1));
                await desk.Run(new AcceptClosingReport(Key, grant.Id, 1));
                await panel.Run(new AssessGrant(Key, grant.Id, 1, ClosingGrade.Good, "指标达成。"));
                grant.ReportAccepted = true;
            }

            await desk.Run(new CloseGrant(Key, grant.Id, await Version(grant)));
            await panel.Run(new CloseGrant(Key, grant.Id, await Version(grant)));
        }, () =>
        {
            PromisesEnd(grant);
            grant.State = GrantState.Closed;
        });

    private HistoryOffer ReopenClosed(GrantModel grant) => new(grant.State == GrantState.Closed, async () =>
    {
        await world.Awards.Panel.Run(new ReopenClosedGrant(Key, grant.Id, await Version(grant), "收到举报"));
        await world.Awards.Steer.Run(new ReopenClosedGrant(Key, grant.Id, await Version(grant), "收到举报"));
    }, () => grant.State = GrantState.Closing);
}

using CommunityFund.Ledger;
using static CommunityFund.Grants.GrantMover;
using static CommunityFund.Grants.Tranches.TrancheMove;
using static CommunityFund.Grants.Tranches.TrancheState;

namespace CommunityFund.Grants.Tranches;

/// <summary>The life of a tranche from plan to settlement, the one table that every page asks (grants.md 5.3 with ruling 22). Each step is
/// one person's: who else has to agree has a step of their own. The database has its rows too and refuses a step that is not among them.</summary>
public static class TrancheLife
{
    /// <summary>The payment: an advance or an expense, and the commitment it fulfils (rulings 2, 18).</summary>
    public const string Payment = "payment";

    /// <summary>The expense that receipts prove, against the advance (rulings 17).</summary>
    public const string Acquittal = "acquittal";

    /// <summary>Money that came back.</summary>
    public const string Returned = "returned";

    public static Workflow<GrantMover, TrancheState, TrancheMove, TrancheFacts> Table { get; } = Build();

    private static Workflow<GrantMover, TrancheState, TrancheMove, TrancheFacts> Build()
    {
        var table = Workflow<GrantMover, TrancheState, TrancheMove, TrancheFacts>.Begin(Plan, Planned, Voucher)
            .From(Planned)
                .Permit(MeetCondition, Eligible, [Calendar], [TrancheNeeds.GrantRuns, TrancheNeeds.DayCame, TrancheNeeds.EarlierAccounted])
            .From(Eligible)
                .Permit(Request, Requested, [Lead], [TrancheNeeds.GrantRuns, TrancheNeeds.WithinTranche, TrancheNeeds.LinesNamed,
                    TrancheNeeds.NobodyOverdue])
                .Permit(Expire, Expired, [Calendar], [TrancheNeeds.RequestOverdue], posts: GrantLife.CommitmentReleased)
            .From(Requested)
                .Permit(Check, Checked, [Desk], [TrancheNeeds.GrantRuns, TrancheNeeds.ChecksDone])
                .Permit(ReturnRequest, Eligible, [Desk])
                .Permit(WithdrawRequest, Eligible, [Lead])
            .From(Checked)
                .Permit(Approve, Approved, [ApproverL1], [TrancheNeeds.GrantRuns, TrancheNeeds.FirstTier, TrancheNeeds.NotApprovedBefore,
                    TrancheNeeds.PayeeVerified])
                .Permit(ApproveL1, ApprovedL1, [ApproverL1], [TrancheNeeds.GrantRuns, TrancheNeeds.AboveFirstTier, TrancheNeeds.NotApprovedBefore])
                .Permit(Decline, Declined, [ApproverL1], [TrancheNeeds.NotApprovedBefore], posts: GrantLife.CommitmentReleased)
            .From(ApprovedL1)
                .Permit(ApproveL2, Approved, [ApproverL2], [TrancheNeeds.GrantRuns, TrancheNeeds.SecondTier, TrancheNeeds.NotApprovedBefore,
                    TrancheNeeds.PayeeVerified])
                .Permit(ApproveL2BeforeSteer, ApprovedL2, [ApproverL2], [TrancheNeeds.GrantRuns, TrancheNeeds.ThirdTier,
                    TrancheNeeds.NotApprovedBefore])
                .Permit(Decline, Declined, [ApproverL2], [TrancheNeeds.NotApprovedBefore], posts: GrantLife.CommitmentReleased)
            .From(ApprovedL2)
                .Permit(ApproveSteer, Approved, [Steer], [TrancheNeeds.GrantRuns, TrancheNeeds.NotApprovedBefore, TrancheNeeds.PayeeVerified])
                .Permit(Decline, Declined, [Steer], [TrancheNeeds.NotApprovedBefore], posts: GrantLife.CommitmentReleased)
            .From(Approved)
                .Permit(Schedule, Scheduled, [Voucher], [TrancheNeeds.GrantRuns, TrancheNeeds.PayeeVerified])
            .From(Scheduled)
                .Permit(ConfirmPaid, Paid, [Voucher], posts: Payment)
                .Permit(BankReject, PaymentFailed, [Voucher])
                .Permit(Unschedule, Approved, [Voucher])
            .From(PaymentFailed)
                .Permit(FixPayee, Approved, [Desk], [TrancheNeeds.PayeeVerified])
                .Permit(ConfirmPaid, Paid, [Voucher], posts: Payment)
            .From(Paid)
                .Permit(AwaitAcquittal, AwaitingAcquittal, [Voucher], [TrancheNeeds.IsAdvance])
                .Permit(AcceptReport, Settled, [Desk], [TrancheNeeds.IsExpensed, TrancheNeeds.ReportIn])
                .Permit(BankReturn, PaymentFailed, [Voucher], [TrancheNeeds.NothingAccounted], posts: Returned)
                .Permit(UndoPaid, Approved, [Voucher], [TrancheNeeds.NothingAccounted])
                .Permit(ReturnUnspent, Settled, [Voucher], posts: Returned)
                .Permit(ClawBack, ClawedBack, [Voucher], posts: GrantLife.Demand)
            .From(AwaitingAcquittal)
                .Permit(SubmitAcquittal, AcquittalSubmitted, [FinLead], [TrancheNeeds.ReceiptsReady])
                .Permit(BankReturn, PaymentFailed, [Voucher], [TrancheNeeds.NothingAccounted], posts: Returned)
                .Permit(UndoPaid, Approved, [Voucher], [TrancheNeeds.NothingAccounted])
            .From(AcquittalSubmitted)
                .Permit(ReturnAcquittal, AwaitingAcquittal, [Desk], [TrancheNeeds.NoneAccepted])
                .Permit(AcceptPart, PartlyAcquitted, [Voucher], posts: Acquittal)
                .Permit(AcceptAll, Settled, [Voucher], [TrancheNeeds.AllAccounted], posts: Acquittal)
            .From(PartlyAcquitted)
                .Permit(SubmitAcquittal, AcquittalSubmitted, [FinLead], [TrancheNeeds.ReceiptsReady])
            .From(Settled)
                .Permit(UndoAcquittal, PartlyAcquitted, [Voucher])
                .Permit(ClawBack, ClawedBack, [Voucher], posts: GrantLife.Demand)
            .From(Held)
                .Permit(Release, Planned, [Desk], [TrancheNeeds.NotThePanels, TrancheNeeds.NotTheGrants, TrancheNeeds.NobodyOverdue])
                .Permit(ReleaseByPanel, Planned, [Panel], [TrancheNeeds.NotTheGrants])
                .Permit(ReleaseWithGrant, Planned, [Voucher], [TrancheNeeds.HeldWithGrant])
                .Permit(ReleaseCured, Planned, [Calendar], [TrancheNeeds.HeldForOverdue, TrancheNeeds.NobodyOverdue]);
        foreach (TrancheState open in (TrancheState[])[AwaitingAcquittal, PartlyAcquitted])
        {
            table.From(open)
                .Permit(ReturnUnspent, Settled, [Voucher], [TrancheNeeds.AllAccounted], posts: Returned)
                .Permit(CarryForward, Settled, [Desk], [TrancheNeeds.MayCarry])
                .Permit(ClawBack, ClawedBack, [Voucher], posts: GrantLife.Demand);
        }

        table.From(PartlyAcquitted).Permit(UndoAcquittal, AwaitingAcquittal, [Voucher]);

        // Money that is on its way is not stopped by a hold alone: the payment desk takes it out of its batch (ruling 22).
        foreach (TrancheState stopped in (TrancheState[])[Planned, Eligible, Requested, Checked, ApprovedL1, ApprovedL2, Approved, Scheduled])
        {
            table.From(stopped)
                .Permit(Hold, Held, [Desk], [TrancheNeeds.NotOnItsWay])
                .Permit(HoldByPanel, Held, [Panel], [TrancheNeeds.NotOnItsWay])
                .Permit(HoldWithGrant, Held, [Voucher], [TrancheNeeds.NotOnItsWay])
                .Permit(HoldOverdue, Held, [Calendar], [TrancheNeeds.NotOnItsWay, TrancheNeeds.SomebodyOverdue]);
        }

        foreach (TrancheState unpaid in (TrancheState[])[Planned, Eligible, PaymentFailed, Held])
        {
            table.From(unpaid).Permit(Cancel, Cancelled, [ApproverL2], posts: GrantLife.CommitmentReleased);
        }

        foreach (TrancheState unpaid in (TrancheState[])[Planned, Eligible, Requested, Checked, ApprovedL1, ApprovedL2, Approved, PaymentFailed,
            Held])
        {
            table.From(unpaid).Permit(CancelWithGrant, Cancelled, [Voucher], posts: GrantLife.CommitmentReleased);
        }

        return table.Build();
    }
}

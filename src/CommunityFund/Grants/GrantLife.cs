using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Meetings;
using CommunityFund.Ledger;
using static CommunityFund.Grants.GrantMove;
using static CommunityFund.Grants.GrantMover;
using static CommunityFund.Grants.GrantState;
using AwardNeeds = CommunityFund.Grants.Awards.AwardNeeds;
using ClosingNeeds = CommunityFund.Grants.Closings.ClosingNeeds;
using EndingNeeds = CommunityFund.Grants.Endings.EndingNeeds;

namespace CommunityFund.Grants;

/// <summary>The life of a grant from call to closing, the one table that every page asks (grants.md 5.2 with ruling 22). The database has
/// its rows too and refuses a step that is not among them.</summary>
public static class GrantLife
{
    /// <summary>The entry an award writes: Dr 9101 / Cr 9102 per fund, in series 备.</summary>
    public const string Commitment = "commitment";

    /// <summary>Its opposite for what is not paid.</summary>
    public const string CommitmentReleased = "commitment-released";

    /// <summary>The claim on money that has to come back: Dr 112202 / Cr 112201 (rulings 18).</summary>
    public const string Demand = "demand";

    public static Workflow<GrantMover, GrantState, GrantMove, GrantFacts> Table { get; } =
        Workflow<GrantMover, GrantState, GrantMove, GrantFacts>.Begin(Create, Draft, Lead)
            .From(Draft)
                .Permit(RequestSignOff, AwaitingSignOff, [Lead], [RoundNeeds.IsOpen, ApplicationNeeds.IsComplete, ApplicationNeeds.AddsUp,
                    ApplicationNeeds.WithinCap])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(AwaitingSignOff)
                .Permit(SignOff, Submitted, [Signer], [RoundNeeds.IsOpen, ApplicationNeeds.MayApply, ApplicationNeeds.AddsUp,
                    ApplicationNeeds.WithinCap])
                .Permit(SendBack, Draft, [Signer])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(Submitted)
                .Permit(StartScreening, UnderScreening, [Desk])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(UnderScreening)
                .Permit(Accept, Eligible, [Desk], [ApplicationNeeds.ChecklistDone, ApplicationNeeds.MayApply])
                .Permit(RequestCorrection, CorrectionRequested, [Desk], [ApplicationNeeds.NotCorrectedYet, ApplicationNeeds.ItemsListed])
                .Permit(RefuseIneligible, Ineligible, [Desk, SecondDesk], [ApplicationNeeds.ClauseNamed])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(CorrectionRequested)
                .Permit(Resubmit, UnderScreening, [Lead, Signer], [ApplicationNeeds.OnlyOpenedFields, ApplicationNeeds.IsComplete,
                    ApplicationNeeds.AddsUp, ApplicationNeeds.WithinCap])
                .Permit(SendBackCorrection, CorrectionRequested, [Signer], [ApplicationNeeds.SignedByOne])
                .Permit(ReopenCorrection, CorrectionRequested, [Lead], [ApplicationNeeds.SignedByOne])
                .Permit(CorrectionTimeout, Lapsed, [Calendar], [ApplicationNeeds.CorrectionOverdue])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(Ineligible)
                .Permit(AppealIneligible, UnderScreening, [Panel], [ApplicationNeeds.NotAppealedYet])
            .From(Eligible)
                .Permit(PutOnAgenda, InReview, [Desk], [MeetingNeeds.IsNoticed, MeetingNeeds.IsLocked, MeetingNeeds.NotOpened])
                .Permit(Withdraw, Withdrawn, [Lead])
            .From(InReview)
                .Permit(TakeOffAgenda, Eligible, [Desk], [MeetingNeeds.NotOpened])
                .Permit(CountVotes, Ranked, [Chair, Clerk, SecondClerk], [MeetingNeeds.HasQuorum, MeetingNeeds.VotingClosed,
                    MeetingNeeds.PapersAgree])
                .Permit(Withdraw, Withdrawn, [Lead, Chair])
            .From(Ranked)
                .Permit(Recommend, Recommended, [Steer], [AwardNeeds.IsDecided, AwardNeeds.WithinPool, AwardNeeds.Affordable])
                .Permit(PutOnWaitlist, Waitlisted, [Steer], [AwardNeeds.IsDecided])
                .Permit(NotSelect, NotSelected, [Steer], [AwardNeeds.IsDecided])
                .Permit(Withdraw, Withdrawn, [Lead, Chair])
            .From(Recommended)
                .Permit(PublishNotice, PublicNotice, [Desk], [AwardNeeds.NoticeWritten])
                .Permit(Redecide, Ranked, [Steer])
                .Permit(Withdraw, Withdrawn, [Lead, Chair])
            .From(Waitlisted)
                .Permit(Promote, Recommended, [Steer], [AwardNeeds.HeadOfWaitlist, AwardNeeds.WithinPool, AwardNeeds.Affordable])
                .Permit(Redecide, Ranked, [Steer])
                .Permit(NotSelect, NotSelected, [Steer])
                .Permit(Withdraw, Withdrawn, [Lead, Chair])
            .From(NotSelected)
                .Permit(Redecide, Ranked, [Steer], [AwardNeeds.NotRemoved])
                .Permit(AppealRemoval, Objected, [Steer], [AwardNeeds.RemovedAndNotAppealed])
            .From(PublicNotice)
                .Permit(LodgeObjection, Objected, [Panel], [AwardNeeds.NoticeRuns])
                .Permit(WithdrawNotice, Recommended, [Desk])
                .Permit(Award, Awarded, [Steer, ApproverL2], [AwardNeeds.NoticeOver, AwardNeeds.NoOpenObjection, AwardNeeds.Affordable],
                    posts: Commitment)
                .Permit(Withdraw, Withdrawn, [Lead, Chair])
            .From(Objected)
                .Permit(DismissObjection, PublicNotice, [Panel], [AwardNeeds.ObjectionAnswered])
                .Permit(UpholdRecount, Ranked, [Panel], [AwardNeeds.ObjectionAnswered])
                .Permit(UpholdRemove, NotSelected, [Panel], [AwardNeeds.ObjectionAnswered])
            .From(Awarded)
                .Permit(Activate, Active, [Desk, ApproverL1], [AwardNeeds.AgreementSigned, AwardNeeds.DutyContractSigned, AwardNeeds.PayeeVerified,
                    AwardNeeds.TranchesSumToAward, AwardNeeds.BaselineNoted])
                .Permit(DeclineAward, Declined, [Lead], posts: CommitmentReleased)
                .Permit(AgreementTimeout, Lapsed, [Calendar], [AwardNeeds.AgreementOverdue], posts: CommitmentReleased)
                .Permit(RevokeAward, NotSelected, [Steer, ApproverL2], posts: CommitmentReleased)
            .From(Active)
                .Permit(Suspend, Suspended, [Desk])
                .Permit(SuspendByPanel, Suspended, [Panel])
                .Permit(SuspendOverdue, Suspended, [Calendar], [EndingNeeds.LongOverdue])
                .Permit(StartClosing, Closing, [Lead], [ClosingNeeds.NothingInFlight])
                .Permit(EndReached, Closing, [Calendar], [ClosingNeeds.IsOver, ClosingNeeds.NothingInFlight])
                .Permit(Terminate, Terminated, [Steer, ApproverL2], [EndingNeeds.Heard, ClosingNeeds.NothingOnItsWay])
            .From(Suspended)
                .Permit(Resume, Active, [Desk], [EndingNeeds.NotThePanels, EndingNeeds.Cured])
                .Permit(ResumeByPanel, Active, [Panel], [EndingNeeds.Cured])
                .Permit(Terminate, Terminated, [Steer, ApproverL2], [EndingNeeds.Heard, ClosingNeeds.NothingOnItsWay])
            .From(Closing)
                .Permit(ReopenWork, Active, [Desk], [ClosingNeeds.NotReopenedYet, ClosingNeeds.NothingOnItsWay])
                .Permit(Close, Closed, [Desk, Panel], [ClosingNeeds.ReportsAccepted, ClosingNeeds.AuditAddsUp, ClosingNeeds.NothingOutstanding,
                    ClosingNeeds.NothingComesBack, ClosingNeeds.NothingOnItsWay, ClosingNeeds.NoFinding])
            .From(Terminated)
                .Permit(DemandReturn, Recovering, [Voucher], [EndingNeeds.FinallyAcquitted], posts: Demand)
                .Permit(NothingToRecover, Closed, [Desk, Panel], [EndingNeeds.FinallyAcquitted, ClosingNeeds.NothingOutstanding,
                    ClosingNeeds.NothingComesBack, EndingNeeds.NothingFound])
                .Permit(AppealTermination, Suspended, [Panel], [EndingNeeds.AppealInTime])
            .From(Recovering)
                .Permit(SettleRecovery, Closed, [Accountant, ApproverL2], [EndingNeeds.NothingClaimed, ClosingNeeds.NothingComesBack])
            .From(Closed)
                .Permit(ReopenClosed, Closing, [Panel, Steer])
            .Build();
}

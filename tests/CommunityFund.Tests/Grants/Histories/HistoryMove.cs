namespace CommunityFund.Tests.Grants.Histories;

/// <summary>What people, the bank and the calendar may try.</summary>
internal enum HistoryStep
{
    Request, WithdrawRequest, ReturnRequest, Check, Approve, Decline, CancelTranche,
    MakeBatch, WithdrawBatch, ReleaseBatch, FailPayment, Pay, UndoPayment, BankReturns, StaysPaid, RetryPayment,
    Hold, HoldByPanel, Release, ReleaseByPanel,
    Submit, ReviewLines, BookAcquittal, UndoAcquittal, Announce, DropReturn, ReturnComes, UndoReturn, Carry, Report, AcceptReport,
    AmendUp, AmendDown, Suspend, SuspendByPanel, Resume, ResumeByPanel,
    Terminate, Appeal, Find, Demand, Cut, Instalments, Recover, UndoRecovery, WriteOff, Settle, CloseTerminated,
    StartClosing, ReopenWork, Close, ReopenClosed, Wait,
}

/// <summary>One step of a history: tried on one grant; which tranche and how much follow from the dice, so that a history can be played again
/// with steps left out.</summary>
internal sealed record HistoryMove(int Grant, HistoryStep Step, int Dice)
{
    /// <summary>How often a step is tried: what ends a grant is rare, what moves money is not.</summary>
    public static IReadOnlyList<(HistoryStep Step, int Weight)> Weights { get; } =
    [
        .. Enum.GetValues<HistoryStep>().Select(step => (step, step switch
        {
            HistoryStep.Request or HistoryStep.Check or HistoryStep.Approve or HistoryStep.Pay or HistoryStep.Submit or HistoryStep.ReviewLines
                or HistoryStep.BookAcquittal or HistoryStep.ReturnComes => 12,
            HistoryStep.MakeBatch or HistoryStep.ReleaseBatch or HistoryStep.RetryPayment or HistoryStep.Announce or HistoryStep.Carry
                or HistoryStep.Report or HistoryStep.AcceptReport or HistoryStep.Resume or HistoryStep.ResumeByPanel or HistoryStep.Release
                or HistoryStep.ReleaseByPanel or HistoryStep.Demand or HistoryStep.Recover or HistoryStep.Settle
                or HistoryStep.CloseTerminated => 6,
            HistoryStep.CancelTranche or HistoryStep.Decline or HistoryStep.Suspend or HistoryStep.SuspendByPanel or HistoryStep.Terminate
                or HistoryStep.StartClosing or HistoryStep.Wait => 1,
            _ => 2,
        })),
    ];

    /// <summary>Each step as often as it weighs.</summary>
    private static readonly HistoryStep[] Dealt = [.. Weights.SelectMany(each => Enumerable.Repeat(each.Step, each.Weight))];

    public static HistoryMove Any(Random random, int grants)
    {
        HistoryStep step = Dealt[random.Next(Dealt.Length)];
        return new HistoryMove(random.Next(grants), step, random.Next());
    }
}

/// <summary>A step as the model sees it: whether the rules let it be, what people do, and what changes by it.</summary>
internal sealed record HistoryOffer(bool IsOpen, Func<Task> Act, Action Then);

/// <summary>A history went another way than the rules say.</summary>
internal sealed class HistoryFault(string what, Exception? inner = null) : Exception(what, inner);

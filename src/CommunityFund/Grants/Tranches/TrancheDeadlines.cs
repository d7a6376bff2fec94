using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>Until when the next step is due where a tranche has come to (grants.md 5.3, 5.6).</summary>
internal static class TrancheDeadlines
{
    private const int DaysToDo = 5, DaysToReview = 10, DaysOnHold = 30;

    public static LocalDate? Of(TrancheState to, TrancheFacts facts) => to switch
    {
        TrancheState.Eligible => facts.Today.PlusDays(TrancheNeeds.DaysToAsk),
        TrancheState.Requested or TrancheState.Checked or TrancheState.ApprovedL1 or TrancheState.ApprovedL2 or TrancheState.Approved
            or TrancheState.PaymentFailed => WorkingDays.After(facts.Today, DaysToDo),
        TrancheState.Scheduled => facts.Tranche.DueOn,
        TrancheState.Paid or TrancheState.AwaitingAcquittal or TrancheState.PartlyAcquitted => facts.Tranche.ReportDueOn,
        TrancheState.AcquittalSubmitted => WorkingDays.After(facts.Today, DaysToReview),
        TrancheState.Held => facts.Today.PlusDays(DaysOnHold),
        _ => null,
    };
}

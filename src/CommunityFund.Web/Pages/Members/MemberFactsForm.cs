using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using NodaTime;

namespace CommunityFund.Web.Pages.Members;

/// <summary>What is known of a member beside the name, as typed.</summary>
public sealed class MemberFactsForm
{
    public string? Community { get; set; }

    public string? Household { get; set; }

    public string? BornOn { get; set; }

    /// <summary>Number of the guardian's card: a name would not tell two people apart.</summary>
    public string? GuardianNumber { get; set; }

    /// <exception cref="RefusedException">The text is no day.</exception>
    public LocalDate? Born() => string.IsNullOrWhiteSpace(BornOn) ? null : DayText.Read(BornOn);

    /// <summary>The person whose card it is; null where no number was typed.</summary>
    /// <exception cref="RefusedException">No card has the number.</exception>
    public async Task<long?> Guardian(FundSession session, int programme, CancellationToken ct) =>
        string.IsNullOrWhiteSpace(GuardianNumber) ? null : (await session.Ask(new MemberOfNumber(programme, GuardianNumber), ct)).Person;
}

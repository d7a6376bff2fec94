using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Accounts;

/// <summary>The chart as a day's standard shows it, for the page of accounts and for choosing one while typing.</summary>
public sealed record AccountList(LocalDate Day) : Query<Chart>
{
    internal override Need Needs => Need.Person;

    internal override Task<Chart> Answer(Work work, CancellationToken ct) => work.ChartOn(Day, ct);
}

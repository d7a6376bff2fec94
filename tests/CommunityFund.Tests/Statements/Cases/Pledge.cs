using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>A gift is promised, as a feature would note it down: expected, and not in the books.</summary>
internal sealed record Pledge(Guid Key, int Fund, decimal Yuan) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Account income = (await work.ChartOn(work.Today, ct))[Account.Keys.DonationIncome];
        Amount amount = Amount.Yuan(Yuan);
        return await new Expected(
            ExpectationKind.Gift, amount, "捐赠承诺", work.Today.PlusDays(30),
            [new ExpectedLine(income, await work.FundById(Fund, ct), Side.Credit, amount, CashFlow.DonationsReceived,
                new Tags(Restriction.Unrestricted))],
            "", await Counterparty.FindOrAdd(work, PersonKind.Person, "王梅", ct)).Write(work, ct);
    }
}

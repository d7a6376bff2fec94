using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A fund that an expense may be borne by.</summary>
public sealed record ClaimFund(int FundId, string Code, string Name);

/// <summary>What an expense may be for: an account of class expense.</summary>
public sealed record ClaimUse(string Key, string Code, string Name);

/// <summary>What the form of a claim or bill offers.</summary>
/// <param name="Number">The claimant's own account, if there is one; empty otherwise.</param>
public sealed record ClaimOffer(
    LocalDate Today, IReadOnlyList<ClaimFund> Funds, IReadOnlyList<ClaimUse> Uses, string Number, string BankName);

/// <summary>What may be chosen in a claim or bill.</summary>
public sealed record ClaimChoices : Query<ClaimOffer>
{
    internal override Need Needs => Need.Any(Paying.Claiming);

    internal override async Task<ClaimOffer> Answer(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        PayeeAccount? own = work.Actor is { } me ? await PayeeAccount.Current(work, me).AsNoTracking().SingleOrDefaultAsync(ct) : null;
        return new ClaimOffer(
            work.Today,
            [
                .. (await work.Funds(ct)).Where(fund => fund.State == FundState.Open && fund.Kind is not (FundKind.Agency or FundKind.Programme))
                    .Select(fund => new ClaimFund(fund.FundId, fund.Code, fund.Name)),
            ],
            [
                .. chart.Accounts.Where(account => account is { TakesLines: true, Account.Class: AccountClass.Expense })
                    .OrderBy(account => account.Account.Key.StartsWith(Account.Keys.ProgrammeCost, StringComparison.Ordinal) ? 0 : 1)
                    .ThenBy(account => account.Code, StringComparer.Ordinal)
                    .Select(account => new ClaimUse(account.Account.Key, account.Code, account.Name)),
            ],
            own?.Number ?? "", own?.BankName ?? "");
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>A rule in words that a person reads as a sentence.</summary>
public sealed record BankRuleItem(
    long Id, BankWay Way, int? BankAccount, string BankAccountName, string Party, string Words, DisposalKind Kind, int? Fund,
        string FundName,
    string Target, string TargetName, string CashFlow, Restriction? Restriction, string Narrative, bool Learned, bool Off,
        string By,
    Instant At);

/// <summary>All rules, those in force first.</summary>
public sealed record BankRuleList : Query<IReadOnlyList<BankRuleItem>>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<BankRuleItem>> Answer(Work work, CancellationToken ct)
    {
        List<BankRule> rules = await work.Db.Set<BankRule>().AsNoTracking().Where(rule => rule.BookId == work.Book)
            .OrderBy(rule => rule.Off).ThenBy(rule => rule.Way).ThenBy(rule => rule.Party).ThenBy(rule => rule.BankRuleId)
                .ToListAsync(ct);
        return await Items(work, rules, ct);
    }

    internal static async Task<IReadOnlyList<BankRuleItem>> Items(Work work, List<BankRule> rules, CancellationToken ct)
    {
        if (rules.Count == 0)
        {
            return [];
        }

        Chart chart = await work.ChartOn(work.Today, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        Dictionary<int, BankAccount> accounts = (await OwnAccount.All(work, ct)).ToDictionary(row => row.BankAccountId);
        var names = await PersonName.Of(work, [.. rules.Select(rule => (long?)rule.MadeBy)], ct);
        return
        [
            .. rules.Select(rule => new BankRuleItem(
                rule.BankRuleId, rule.Way, rule.BankAccountId,
                rule.BankAccountId is { } bank ? chart.ById(accounts[bank].AccountId).Name : "", rule.Party, rule.Words,
                    rule.Kind, rule.FundId,
                rule.FundId is { } fund ? $"{funds[fund].Code} {funds[fund].Name}" : "",
                rule.AccountId is { } account ? chart.ById(account).Account.Key : "",
                rule.AccountId is { } named ? chart.ById(named).Name : "", rule.CashFlow,
                    Codes.RestrictionOf(rule.Restriction), rule.Narrative,
                rule.Learned, rule.Off, names[rule.MadeBy], rule.MadeAt)),
        ];
    }
}

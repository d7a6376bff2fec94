using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>One of our accounts at a bank, and how far its statement has come in.</summary>
public sealed record BankAccountItem(
    int BankAccountId, string Number, string BankName, string LedgerCode, string LedgerName, int Lines, int ToDo,
        LocalDate? LastDay);

/// <summary>All bank accounts of the book, with the next free sub-account number for one more.</summary>
public sealed record BankAccountItems(IReadOnlyList<BankAccountItem> Items, string NextSuffix);

/// <summary>Our accounts at banks.</summary>
public sealed record BankAccountList : Query<BankAccountItems>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<BankAccountItems> Answer(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        var lines = (await BankLineList.Rows(work).GroupBy(row => row.Line.BankAccountId).Select(group => new
        {
            group.Key,
            Lines = group.Count(),
            ToDo = group.Count(row => row.Stage == (int)LineStage.ToDo),
            LastDay = (LocalDate?)group.Max(row => row.Line.OccurredOn),
        }).ToListAsync(ct)).ToDictionary(group => group.Key);
        List<BankAccountItem> items =
        [
            .. (await OwnAccount.All(work, ct))
            .Select(account => (account, ledger: chart.ById(account.AccountId),
            sums: lines.GetValueOrDefault(account.BankAccountId)))
                .Select(row => new BankAccountItem(
                    row.account.BankAccountId, row.account.Number, row.account.BankName, row.ledger.Code, row.ledger.Name,
                    row.sums?.Lines ?? 0, row.sums?.ToDo ?? 0, row.sums?.LastDay)),
        ];
        HashSet<string> taken = [.. chart.Accounts.Select(account => account.Account.Key)];
        return new BankAccountItems(items, Enumerable.Range(1, 99)
            .Select(number => number.ToString("00", System.Globalization.CultureInfo.InvariantCulture))
            .FirstOrDefault(suffix => !taken.Contains($"{Account.Keys.Bank}.{suffix}"), ""));
    }
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Vouchers;

/// <summary>One opening balance: what an account carries in a fund on the opening day.</summary>
/// <param name="Party">Who owes or is owed, gave what is restricted, or for whom something is held; empty if nobody is to be
/// named.</param>
/// <param name="Clause">What a restricted gift is for, where that is narrower than its fund.</param>
public sealed record OpeningRow(
    string Account, int Fund, Side Side, Amount Amount, [property: Personal] string Party = "",
    PersonKind PartyKind = PersonKind.Organisation, string Clause = "");

/// <summary>
/// Opening balances of the first year: number 0 of series 转 in period 00, entered by one person and reviewed by another.
/// Restricted net assets become the funds' first lots.
/// </summary>
public sealed record EnterOpening(Guid Key, IReadOnlyList<OpeningRow> Rows) : Command<long>(Key)
{
    /// <summary>Income and expense begin at nothing; last year's are in net assets.</summary>
    public const string NotBalanceSheet = "opening.not-balance-sheet";

    /// <summary>An account has one opening balance in a fund, for each name and purpose.</summary>
    public const string Twice = "opening.twice";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Rows.Select(row => row.Fund)));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        Chart chart = await work.ChartOn(book.OpeningDay, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(book.OpeningDay, "上年结转");
        HashSet<(string Account, int Fund, string Party, string Clause)> seen = [];
        int line = 0;
        foreach (OpeningRow row in Rows)
        {
            line++;
            ChartAccount account = WrittenLine.Account(chart, row.Account, line);
            if (account.Account.Class is AccountClass.Income or AccountClass.Expense)
            {
                throw new RefusedException(NotBalanceSheet, ("account", account.Name), ("line", line));
            }

            Fund fund = WrittenLine.Fund(funds, row.Fund, account, line);
            WrittenLine.NotZero(row.Amount, line);
            if (!seen.Add((row.Account, row.Fund, row.Party, row.Clause)))
            {
                throw new RefusedException(Twice, ("account", account.Name), ("fund", fund.Name), ("line", line));
            }

            Tags tags = TagsOf(account.Account) with
            {
                Counterparty = await Counterparty.FindOrAdd(work, row.PartyKind, row.Party, ct),
                Clause = row.Clause.Length > 0 ? row.Clause : null,
            };
            _ = row.Side == Side.Debit
                ? draft.Debit(account.Account, fund.Code, row.Amount, tags)
                : draft.Credit(account.Account, fund.Code, row.Amount, tags);
        }

        return await work.Prepare(new Draft(draft.Balanced(), VoucherKind.Opening), ct);
    }

    private static Tags TagsOf(Account account) => account switch
    {
        { Role: AccountRole.OwnCash } => new Tags(CashFlow: CashFlow.Opening),
        { Key: Account.Keys.RestrictedNetAssets } => new Tags(Restriction.Restricted, Movement: MovementKind.Opening),
        { Class: AccountClass.NetAssets } => new Tags(Restriction.Unrestricted, Movement: MovementKind.Opening),
        _ => Tags.None,
    };
}

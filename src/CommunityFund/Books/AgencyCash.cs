using System.Globalization;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Where money held for others lies: an agency sub-account for each bank account, which its first use makes (rulings
/// 14).</summary>
internal static class AgencyCash
{
    /// <summary>Key of the liability to whom the money is meant for.</summary>
    public const string Liabilities = "agency-liabilities";

    /// <summary>Key of goods held for others.</summary>
    public const string Goods = "agency-assets";

    private const string Whole = "bank.agency";

    /// <summary>The agency account beside an own one: that of the bank account, made and remembered where it has none yet; that
    /// of the cash
    /// box for cash. Null if the own account is neither.</summary>
    public static async Task<Account?> Beside(Work work, Account own, Chart chart, CancellationToken ct)
    {
        if (own.Key == Account.Keys.Cash)
        {
            return chart["cash.agency"];
        }

        int account = chart.Find(own.Key)!.AccountId;
        var banks = await work.Db.Database.SqlQuery<BankRow>(
            $"""
            select account_id as "AccountId", agency_account_id as "AgencyAccountId" from bank_account
             where book_id = {work.Book} and account_id = {account} for no key update
            """).ToListAsync(ct);
        if (banks is not [{ } bank])
        {
            return null;
        }

        int agency = bank.AgencyAccountId ?? await Make(work, account, ct);
        if (bank.AgencyAccountId is null)
        {
            await work.Db.Database.ExecuteSqlAsync(
                $"update bank_account set agency_account_id = {agency} where book_id = {work.Book} and account_id = {account}",
                    ct);
        }

        return (await work.ChartOn(work.Today, ct)).ById(agency).Account;
    }

    /// <summary>A sub-account with the bank account's own number and name; where lines stand on the undivided account already,
    /// that one, for the first bank account that needs it.</summary>
    public static async Task<int> Make(Work work, int ownAccount, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        ChartAccount own = chart.ById(ownAccount), whole = chart.Find(Whole)!;
        if (whole.TakesLines
            && await work.Db.VoucherLines.AnyAsync(line => line.BookId == work.Book && line.AccountId == whole.AccountId, ct)
            && !await work.Db.Database.SqlQuery<int>(
                $"""
                select 1 as "Value" from bank_account where book_id = {work.Book} and agency_account_id = {whole.AccountId}
                """).AnyAsync(ct))
        {
            return whole.AccountId;
        }

        // A platform's account may bear the bank account's number, each below its own parent: the second takes the next that is
        // free.
        HashSet<string> taken = [.. chart.Accounts.Where(row => row.ParentId == whole.AccountId).Select(row => row.Account.Key)];
        string suffix = Enumerable.Range(1, 99).Select(no => no.ToString("00", CultureInfo.InvariantCulture))
            .Prepend(own.Account.Key[(own.Account.Key.LastIndexOf('.') + 1)..]).First(no => !taken.Contains($"{Whole}.{no}"));
        return (await new SubAccount(Whole, suffix, own.NameZh, own.NameEn, "").Add(work, ct)).AccountId;
    }

    private sealed record BankRow(int AccountId, int? AgencyAccountId);
}

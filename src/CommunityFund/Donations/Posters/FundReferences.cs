using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations.Posters;

/// <summary>A fund that takes gifts, with the reference that donors write.</summary>
public sealed record FundReferenceItem(int FundId, string Code, string Name, string Reference, Restriction Restriction, string Clause);

/// <summary>An own bank account that gifts may be sent to.</summary>
public sealed record GivingAccount(int Id, string BankName, string Number);

/// <summary>References of all funds that take gifts, and the accounts to choose from.</summary>
public sealed record FundReferenceItems(string Body, IReadOnlyList<FundReferenceItem> Funds, IReadOnlyList<GivingAccount> Accounts);

/// <summary>The references of the funds that are open.</summary>
public sealed record FundReferences : Query<FundReferenceItems>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<FundReferenceItems> Answer(Work work, CancellationToken ct) => new(
        await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
        [
            .. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State == FundState.Open).Select(fund => new FundReferenceItem(
                fund.FundId, fund.Code, fund.Name, FundReference.Of(fund.Code), fund.DefaultRestriction, fund.Clause)),
        ],
        await work.Db.Database.SqlQuery<GivingAccount>(
            $"""
            select bank_account_id as "Id", bank_name as "BankName", number as "Number" from bank_account
             where book_id = {work.Book} order by bank_account_id
            """).ToListAsync(ct));
}

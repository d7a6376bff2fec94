using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Statements;

/// <summary>What the tests of ledgers share.</summary>
internal static class LedgerBooks
{
    public static LedgerDays Quarter { get; } = LedgerDays.Months(202601, 202603);

    public static string Text(this LedgerSheet sheet) => LedgerText.Draw(sheet, StatementBooks.Words);

    /// <summary>Every page of an account from the first to the last.</summary>
    public static async Task<List<AccountLedgerView>> Pages(this FundSession person, AccountLedger ledger)
    {
        List<AccountLedgerView> pages = [];
        LinePlace? after = null;
        do
        {
            pages.Add(await person.Ask(ledger with { After = after }));
            after = pages[^1].After;
        }
        while (after is not null);

        return pages;
    }

    /// <summary>A debt to somebody in a fund.</summary>
    public static async Task Owe(this TestBody body, long person, int fund, decimal yuan, LocalDate day) =>
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, day, "应付物资款",
        [
            new VoucherRow("programme-cost", fund, Side.Debit, Amount.Yuan(yuan)),
            new VoucherRow("other-payables", fund, Side.Credit, Amount.Yuan(yuan), Counterparty: person),
        ])));

    /// <summary>What the tables themselves say of every line.</summary>
    public static async Task<List<BookedLine>> Lines(this TestBody body)
    {
        await using FundDb db = body.Db();
        return await (from line in db.Postings
                      join entry in db.Entries on line.EntryNo equals entry.EntryNo
                      join account in db.Accounts on line.AccountId equals account.AccountId
                      select new BookedLine(account.Key, line.FundId, line.Period, entry.OccurredOn, line.EntryNo, line.LineNo,
                          line.Side, line.Units)).ToListAsync();
    }
}

/// <summary>A line as the tables have it.</summary>
internal sealed record BookedLine(
    string Account, int Fund, int Period, LocalDate Day, long EntryNo, short LineNo, Side Side, long Units)
{
    public LinePlace Place => new(Period, Day, EntryNo, LineNo);

    public bool Is(string account) => Account == account || Account.StartsWith($"{account}.", StringComparison.Ordinal);
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Audits;

/// <summary>Which lines a sample is drawn from.</summary>
public enum SampleClass
{
    /// <summary>Money paid out: credits of cash and bank accounts, those for others too; not what funds hand to each other.</summary>
    CashOut,

    /// <summary>Money that came in: debits of the same accounts.</summary>
    CashIn,

    /// <summary>Debits of expense accounts.</summary>
    Expenses,

    /// <summary>Credits of donation income.</summary>
    Donations,

    /// <summary>Debits of advances to projects.</summary>
    ProjectAdvances,

    /// <summary>Every debit line.</summary>
    All,
}

/// <summary>
/// The population of a sample: lines in yuan of the statutory series 记 and 转, as they stand in the journal up to a place in the log. Opening
/// balances, closings of a month and the change-over of standards stay out: nobody did business by them.
/// </summary>
/// <param name="Funds">Vouchers wholly of these funds; empty for the whole book.</param>
internal sealed record SamplePopulation(SampleClass Class, LocalDate From, LocalDate To, long UpTo, int[] Funds)
{
    private const string DonationIncome = "donation-income", ProjectAdvances = "project-advances";

    /// <summary>The lines in the order of the log.</summary>
    public async Task<IReadOnlyList<SampleLine>> Read(Work work, CancellationToken ct)
    {
        int[] accounts = await Accounts(work, ct);
        string side = Codes.Of(Class is SampleClass.CashOut or SampleClass.Donations ? Side.Credit : Side.Debit);
        bool isCash = Class is SampleClass.CashOut or SampleClass.CashIn;
        bool isWhole = Funds.Length == 0, isAll = Class == SampleClass.All;
        List<Row> rows = await work.Db.Database.SqlQuery<Row>(
            $"""
            select p.entry_no as "EntryNo", p.line_no as "LineNo", abs(p.units) as "Units"
              from posting p join journal_entry e using (book_id, entry_no)
             where p.book_id = {work.Book} and p.entry_no <= {UpTo} and e.occurred_on between {From.ToDateOnly()} and {To.ToDateOnly()}
               and e.series in ('记', '转') and e.kind not in ('opening', 'close', 'conversion')
               and p.commodity = 'CNY' and p.side = {side} and ({isAll} or p.account_id = any({accounts}))
               and not ({isCash} and p.cash_flow = 'internal')
               and ({isWhole} or not exists (select 1 from posting q where q.book_id = p.book_id and q.entry_no = p.entry_no
                                                                      and not q.fund_id = any({Funds})))
             order by p.entry_no, p.line_no
            """).ToListAsync(ct);
        return [.. rows.Select(row => new SampleLine(row.EntryNo, row.LineNo, row.Units))];
    }

    /// <summary>The accounts of the class with those below them; memorandum accounts are in none.</summary>
    private async Task<int[]> Accounts(Work work, CancellationToken ct)
    {
        List<LedgerAccount> accounts = await work.Db.Accounts.AsNoTracking().Where(row => row.BookId == work.Book).ToListAsync(ct);
        return
        [
            .. accounts.Where(account => Class switch
            {
                SampleClass.CashOut or SampleClass.CashIn => account.Role is AccountRole.OwnCash or AccountRole.AgencyCash,
                SampleClass.Expenses => account.Class == AccountClass.Expense,
                SampleClass.Donations => IsWithin(account.Key, DonationIncome),
                SampleClass.ProjectAdvances => IsWithin(account.Key, ProjectAdvances),
                _ => false,
            }).Select(account => account.AccountId),
        ];
    }

    private static bool IsWithin(string key, string root) =>
        key == root || key.StartsWith(root + ".", StringComparison.Ordinal);

    internal sealed record Row(long EntryNo, short LineNo, long Units);
}

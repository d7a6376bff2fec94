using System.Runtime.CompilerServices;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>What the registers must add up to, read in the same snapshot.</summary>
/// <param name="Balances">Combinations of period, account and fund.</param>
internal sealed record RegisterTotals(
    long Lines, long Memoranda, long Balances, long Vouchers, long People, long Logged, long Debit, long Credit,
    IReadOnlyList<AccountTotal> Accounts)
{
    /// <summary>So many lines of an entry in the log's form surely fit into one cell.</summary>
    public const int LinesPerPiece = 50;

    /// <param name="year">What comes before it is carried over.</param>
    public static async Task<RegisterTotals> Of(ExportSource source, int year, CancellationToken ct)
    {
        (int book, bool isWhole, int[] within) = (source.Work.Book, source.Part is null, source.Within);
        Dictionary<int, AccountTotal> accounts = [];
        HashSet<(int Account, int Period)> periods = [];
        long balances = 0;
        await foreach (NpgsqlDataReader row in Cursor.Rows(source.Work,
            $"""
            select p.period, p.account_id, coalesce(sum(p.units) filter (where p.side = 'D'), 0)::bigint,
                   coalesce(sum(p.units) filter (where p.side = 'C'), 0)::bigint, count(*)
              from posting p
              join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
             where p.book_id = {book} and j.occurred_on <= {source.Until} and j.series in ('记', '转')
               and ({isWhole} or p.fund_id = any ({within}))
             group by p.period, p.account_id, p.fund_id
            """, ct))
        {
            (int period, int account, long debit, long credit) = (row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3));
            AccountTotal total = accounts.GetValueOrDefault(account, new AccountTotal(account, 0, 0, 0, 0, 0, 0, 0));
            accounts[account] = total.With(debit, credit, row.GetInt64(4), isOpening: period <= year * 100, periods.Add((account, period)));
            balances++;
        }

        long lines = accounts.Values.Sum(account => account.Lines);
        return new RegisterTotals(lines, source.Facts.Lines - lines, balances,
            await One(source,
                $"""
                select count(*) as "Value" from voucher v where v.book_id = {book} and v.occurred_on <= {source.Until}
                   and ({isWhole} or exists (select from voucher_line l where l.book_id = v.book_id and l.voucher_id = v.voucher_id
                                                and l.fund_id = any ({within})))
                """, ct),
            await One(source,
                FormattableStringFactory.Create(
                    $"select count(*) as \"Value\" from person where {ExportedTable.PeopleOfBook}", book), ct),
            await One(source,
                $"""
                select coalesce(sum(case when occurred_on <= {source.Until} and ({isWhole} or not exists (
                                           select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no
                                              and o.fund_id <> all ({within})))
                                         then greatest(1, (line_count + {LinesPerPiece} - 1) / {LinesPerPiece}) else 1 end), 0)::bigint as "Value"
                  from journal_entry j where book_id = {book}
                """, ct),
            accounts.Values.Sum(account => account.Debit), accounts.Values.Sum(account => account.Credit), [.. accounts.Values]);
    }

    private static Task<long> One(ExportSource source, FormattableString sql, CancellationToken ct) =>
        source.Work.Db.Database.SqlQuery<long>(sql).SingleAsync(ct);
}

/// <summary>What the journal says of one account, in fen.</summary>
/// <param name="Opening">Debits less credits before the year.</param>
/// <param name="YearDebit">From the beginning of the year.</param>
/// <param name="Periods">In how many periods it has lines.</param>
internal sealed record AccountTotal(
    int AccountId, long Debit, long Credit, long Lines, long Opening, long YearDebit, long YearCredit, int Periods)
{
    public AccountTotal With(long debit, long credit, long lines, bool isOpening, bool isNewPeriod) => checked(this with
    {
        Debit = Debit + debit,
        Credit = Credit + credit,
        Lines = Lines + lines,
        Opening = isOpening ? Opening + debit - credit : Opening,
        YearDebit = isOpening ? YearDebit : YearDebit + debit,
        YearCredit = isOpening ? YearCredit : YearCredit + credit,
        Periods = Periods + (isNewPeriod ? 1 : 0),
    });
}

using System.Runtime.CompilerServices;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Exports;

/// <summary>What the registers must add up to, read in the same snapshot.</summary>
internal sealed record RegisterTotals(
    long Lines, long Memoranda, long Balances, long Vouchers, long People, long Logged, long Debit, long Credit,
    IReadOnlyList<AccountTotal> Accounts)
{
    /// <summary>So many lines of an entry in the log's form surely fit into one cell.</summary>
    public const int LinesPerPiece = 50;

    public static async Task<RegisterTotals> Of(ExportSource source, CancellationToken ct)
    {
        int book = source.Work.Book;
        List<AccountTotal> accounts = await source.Work.Db.Database.SqlQuery<AccountTotal>(
            $"""
            select p.account_id as "AccountId", coalesce(sum(p.units) filter (where p.side = 'D'), 0)::bigint as "Debit",
                   coalesce(sum(p.units) filter (where p.side = 'C'), 0)::bigint as "Credit", count(*) as "Lines"
              from posting p
              join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
             where p.book_id = {book} and j.occurred_on <= {source.Until} and j.series in ('记', '转')
             group by p.account_id
            """).ToListAsync(ct);
        long lines = accounts.Sum(account => account.Lines);
        return new RegisterTotals(lines, source.Facts.Lines - lines,
            await One(source,
                $"""
                select count(*) as "Value" from (
                  select distinct p.period, p.account_id, p.fund_id from posting p
                    join journal_entry j on j.book_id = p.book_id and j.entry_no = p.entry_no
                   where p.book_id = {book} and j.occurred_on <= {source.Until} and j.series in ('记', '转')) x
                """, ct),
            await One(source,
                $"""select count(*) as "Value" from voucher where book_id = {book} and occurred_on <= {source.Until}""", ct),
            await One(source,
                FormattableStringFactory.Create(
                    $"select count(*) as \"Value\" from person where {ExportedTable.PeopleOfBook}", book), ct),
            await One(source,
                $"""
                select coalesce(sum(case when occurred_on <= {source.Until} then greatest(1, (line_count + {LinesPerPiece} - 1) / {LinesPerPiece})
                                         else 1 end), 0)::bigint as "Value"
                  from journal_entry where book_id = {book}
                """, ct),
            accounts.Sum(account => account.Debit), accounts.Sum(account => account.Credit), accounts);
    }

    private static Task<long> One(ExportSource source, FormattableString sql, CancellationToken ct) =>
        source.Work.Db.Database.SqlQuery<long>(sql).SingleAsync(ct);
}

/// <summary>What the journal says of one account, in fen.</summary>
internal sealed record AccountTotal(int AccountId, long Debit, long Credit, long Lines);

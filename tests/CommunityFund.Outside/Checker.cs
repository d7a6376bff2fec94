using Npgsql;

namespace CommunityFund.Outside;

/// <summary>
/// Proves from outside what the books must be: what was acknowledged is there once and as it was sent, nothing else is, and
/// the books agree with themselves. It shares no code with the program, only the names of its tables.
/// </summary>
public sealed class Checker(NpgsqlConnection reader, Memory memory, long entriesBefore)
{
    /// <summary>How many entries the visited book has before anybody comes; the demo has a second book beside it, which nobody touches.</summary>
    public static async Task<long> EntriesIn(NpgsqlConnection reader)
    {
        await using NpgsqlCommand count = new("select count(*) from journal_entry where book_id = 1", reader);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>Everything that reading the database can prove.</summary>
    public async Task<IReadOnlyList<Fault>> Books() =>
    [
        .. await Acknowledged(),
        .. await Ask(Fault.Doubled,
            """
            select n.text, count(*) from voucher v join narrative n using (book_id, narrative_id)
             where n.text like '外部核对 %' and v.state = 'posted' group by n.text having count(*) > 1
            union all
            select n.text, count(*) from journal_entry j join narrative n using (book_id, narrative_id)
             where n.text like '外部核对 %' group by n.text having count(*) > 1
            union all
            select 'voucher ' || voucher_id, count(*) from journal_entry group by book_id, voucher_id having count(*) > 1
            """),
        .. await Ask(Fault.Gap,
            """
            select concat_ws(' ', book_id, period, series),
                   concat_ws(' ', min(number), max(number), count(*), count(distinct number))
              from journal_entry where kind <> 'opening' group by book_id, period, series
            having min(number) <> 1 or max(number) <> count(*) or count(distinct number) <> count(*)
            """),
        .. await Ask(Fault.Position,
            """
            select 'book ' || book_id, concat_ws(' ', min(entry_no), max(entry_no), count(*)) from journal_entry
             group by book_id having min(entry_no) <> 1 or max(entry_no) <> count(*)
            """),
        .. await Ask(Fault.Unbalanced,
            """
            select concat_ws(' ', 'entry', entry_no, 'fund', fund_id, commodity),
                   sum(case side when 'D' then units else -units end)
              from posting group by book_id, entry_no, fund_id, commodity
            having sum(case side when 'D' then units else -units end) <> 0
            """),
        .. await Ask(Fault.Incomplete,
            """
            select 'entry ' || entry_no, concat_ws(' ', line_count, lines, total, sum)
              from journal_entry full join (select book_id, entry_no, count(*) as lines,
                                                   sum(units) filter (where side = 'D') as sum
                                              from posting group by book_id, entry_no) p using (book_id, entry_no)
             where (line_count, total) is distinct from (lines, sum)
            """),
        .. await Ask(Fault.NotAsReviewed,
            """
            select 'entry ' || coalesce(p.entry_no, j.entry_no), coalesce(p.line_no, l.line_no)
              from voucher_line l join journal_entry j using (book_id, voucher_id)
              full join posting p on (p.book_id, p.entry_no, p.line_no) = (j.book_id, j.entry_no, l.line_no)
             where (p.account_id, p.fund_id, p.commodity, p.side, p.units, p.restriction, p.cash_flow, p.movement)
                   is distinct from
                   (l.account_id, l.fund_id, l.commodity, l.side, l.units, l.restriction, l.cash_flow, l.movement)
            """),
        .. await Ask(Fault.Balance,
            """
            select concat_ws(' ', period, account_id, fund_id, commodity), concat_ws(' ', b.debit, s.debit, b.credit, s.credit)
              from (select * from balance where (debit, credit) <> (0, 0)) b
              full join (select book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement,
                                coalesce(sum(units) filter (where side = 'D'), 0) as debit,
                                coalesce(sum(units) filter (where side = 'C'), 0) as credit
                           from posting group by 1, 2, 3, 4, 5, 6, 7, 8, 9) s
             using (book_id, period, account_id, fund_id, commodity, restriction, cash_flow, project_class, movement)
             where (b.debit, b.credit) is distinct from (s.debit, s.credit) and (s.debit, s.credit) is distinct from (0, 0)
            """),
        .. await Ask(Fault.FundPosition,
            """
            select concat_ws(' ', fund_id, account_id, commodity), concat_ws(' ', p.net, s.net)
              from fund_position p
              full join (select book_id, fund_id, account_id, commodity, sum(case side when 'D' then units else -units end) as net
                           from posting group by 1, 2, 3, 4) s using (book_id, fund_id, account_id, commodity)
             where coalesce(p.net, 0) <> coalesce(s.net, 0)
            """),
        .. await Ask(Fault.OwnReview,
            "select 'entry ' || entry_no, maker_id from journal_entry where (reviewer_id is null) = (review_rule is null) or reviewer_id = maker_id"),
        .. await Ask(Fault.Log,
            """
            select 'entry ' || j.entry_no, concat_ws(' ', 'prepared', made.times, 'reviewed', seen.times) from journal_entry j
              left join lateral (select count(*) as times from command_log c
                                  where c.book_id = j.book_id and c.name = 'PrepareVoucher' and c.actor_id = j.maker_id
                                    and c.answer = to_jsonb(j.voucher_id)) made on true
              left join lateral (select count(*) as times from command_log c
                                  where c.book_id = j.book_id and c.name = 'ReviewVoucher' and c.actor_id = j.reviewer_id
                                    and (c.input ->> 'Voucher')::bigint = j.voucher_id) seen on true
              join narrative n using (book_id, narrative_id)
             where n.text like '外部核对 %' and (made.times, seen.times) <> (1, 1)
            """),
    ];

    /// <summary>That every acknowledged voucher's page shows what was acknowledged.</summary>
    public async Task<IReadOnlyList<Fault>> Pages(Visitor visitor)
    {
        List<Fault> faults = [];
        foreach (Remembered known in memory.Acknowledged)
        {
            Page page = await visitor.Read(known.Voucher!.Value);
            long total = known.Meant.Total;
            if (page.Number != known.Number || !page.Totals.SequenceEqual([total, total])
                || !page.Text.Contains(known.Meant.Narrative, StringComparison.Ordinal))
            {
                faults.Add(new Fault(Fault.Shown,
                    $"{known.Meant.Narrative} {known.Number}: {page.Number} {string.Join(' ', page.Totals)}"));
            }
        }

        return faults;
    }

    /// <summary>Of the forms that had no answer at first, how many had been done all the same.</summary>
    public async Task<int> SettledByKey()
    {
        int settled = 0;
        foreach ((Guid form, DateTime noticed) in memory.Doubts)
        {
            await using NpgsqlCommand ask = new("select done_at from command_log where key = $1", reader)
            {
                Parameters = { new() { Value = form } },
            };
            settled += await ask.ExecuteScalarAsync() is DateTime done && done < noticed ? 1 : 0;
        }

        return settled;
    }

    /// <summary>Memory and books, entry by entry, both ways.</summary>
    private async Task<IReadOnlyList<Fault>> Acknowledged()
    {
        List<Fault> faults = [];
        Dictionary<string, Remembered> sent = memory.Vouchers.ToDictionary(voucher => voucher.Meant.Narrative);
        HashSet<string> found = [];
        await foreach ((string narrative, long voucher, string series, int number, string funds) in Entries())
        {
            if (!sent.TryGetValue(narrative, out Remembered? known))
            {
                faults.Add(new Fault(Fault.NeverSent, narrative));
                continue;
            }

            found.Add(narrative);
            if ((known.Number is { } remembered && remembered != (series, number)) || (known.Voucher is { } id && id != voucher))
            {
                faults.Add(new Fault(Fault.Number, $"{narrative}: {known.Number} is {series}-{number}"));
            }

            string meant = string.Join(
                ' ', known.Meant.Parts.Select(part => $"{part.Fund}:{part.Fen}").Order(StringComparer.Ordinal));
            if (funds != meant)
            {
                faults.Add(new Fault(Fault.Amount, $"{narrative}: {meant} is {funds}"));
            }
        }

        faults.AddRange(sent.Values.Where(known => known.Reviewed && !found.Contains(known.Meant.Narrative))
            .Select(known => new Fault(Fault.Missing, $"{known.Meant.Narrative} {known.Number}")));
        return faults;
    }

    /// <summary>What was booked since, with what each fund paid: debits of expense as well as credits of the bank.</summary>
    private async IAsyncEnumerable<(string Narrative, long Voucher, string Series, int Number, string Funds)> Entries()
    {
        await using NpgsqlCommand ask = new(
            """
            select n.text, j.voucher_id, j.series, j.number, (
                     select string_agg(code || ':' || case when paid = spent then paid::text else paid || '/' || spent end,
                                       ' ' order by code)
                       from (select f.code collate "C" as code,
                                    coalesce(sum(p.units) filter (where p.side = 'C' and a.role = 'own-cash'), 0) as paid,
                                    coalesce(sum(p.units) filter (where p.side = 'D' and a.class = 'expense'), 0) as spent
                               from posting p join fund f using (book_id, fund_id) join account a using (book_id, account_id)
                              where (p.book_id, p.entry_no) = (j.book_id, j.entry_no) group by f.code) x)
              from journal_entry j join narrative n using (book_id, narrative_id)
             where j.book_id = 1 and j.entry_no > $1 order by j.entry_no
            """, reader)
        { Parameters = { new() { Value = entriesBefore } } };
        await using NpgsqlDataReader rows = await ask.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            string funds = rows.IsDBNull(4) ? "" : rows.GetString(4);
            yield return (rows.GetString(0), rows.GetInt64(1), rows.GetString(2), rows.GetInt32(3), funds);
        }
    }

    private async Task<IReadOnlyList<Fault>> Ask(string name, string sql)
    {
        List<Fault> faults = [];
        await using NpgsqlCommand ask = new(sql, reader);
        await using NpgsqlDataReader rows = await ask.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            faults.Add(new Fault(name, $"{rows[0]}: {rows[1]}"));
        }

        return faults;
    }
}

using System.Diagnostics;
using CommunityFund.Banking;
using CommunityFund.Books;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What the suggestions for one bank line came to, in milliseconds as a person waits for them; medians of one
/// run.</summary>
/// <param name="Suggested">The ranked candidates, with everything that goes into them.</param>
/// <param name="Database">What of that the database took, as far as its statements tell.</param>
/// <param name="Slowest">The slowest of the lines tried.</param>
/// <param name="Scan">One read through all open expectations that asks the same in one condition, on the same data.</param>
/// <param name="Trips">How often the database was asked for one line.</param>
/// <param name="Found">Lines whose own expectation came first.</param>
public sealed record SuggestReading(
    int Expectations, int Lines, decimal Suggested, decimal Database, decimal Slowest, decimal Scan, int Trips, int Found)
{
    /// <summary>More than this is too much for one line.</summary>
    public const decimal OwedMilliseconds = 20;

    public bool Met => Suggested < OwedMilliseconds;
}

/// <summary>
/// Suggestions beside so many open expectations: a third of them ask the same amount, as monthly gifts do, and a name has many.
/// There are rules too, of which one fits half the lines.
/// </summary>
public sealed class SuggestRace(BenchGround ground, int expectations)
{
    private const int Lines = 60, Payers = 20_000, Rules = 300;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<SuggestReading> Run(CancellationToken ct)
    {
        await using NpgsqlConnection owner = new(ground.Owner);
        await owner.OpenAsync(ct);
        await Fill(owner, ct);
        FundSession session = ground.Foundation.SessionOf(_book.Maker, _book.Book);
        List<long> lines = await session.Ask(new BankLineList(null, null, "", 1, Lines), ct) is var all
            ? [.. all.Items.Select(line => line.BankLineId)] : [];
        foreach (long warm in lines.Take(5))
        {
            await session.Ask(new LineCandidates(warm), ct);
        }

        List<decimal> suggested = [], stated = [], scans = [];
        using StatementStopwatch statements = new();
        int found = 0, trips = 0;
        foreach (long line in lines)
        {
            statements.Take();
            Stopwatch watch = Stopwatch.StartNew();
            IReadOnlyList<BankCandidate> ranked = await session.Ask(new LineCandidates(line), ct);
            suggested.Add(watch.Elapsed.Milliseconds());
            trips = statements.Count;
            stated.Add(statements.Take().Milliseconds());
            found += ranked.Count > 0 && ranked[0].Source == CandidateSource.Expected && ranked[0].Fits ? 1 : 0;
            watch.Restart();
            await Execute(owner, $"""
                select count(*) from (select e.expectation_id from expectation e left
                    join person p on p.person_id = e.counterparty_id
                  join bank_line b on b.book_id = e.book_id and b.bank_line_id = {line}
                 where e.book_id = {_book.Book} and e.voucher_id is null and e.closed_at is null
                   and (e.units = b.units or strpos(b.remark, nullif(e.code, '')) > 0 or p.name = b.counterparty_name)
                 order by abs(e.due_on - b.occurred_on) limit 8) x
                """, ct);
            scans.Add(watch.Elapsed.Milliseconds());
        }

        return new SuggestReading(
            expectations, lines.Count, suggested.Median(), stated.Median(), suggested.Max(), scans.Median(), trips, found);
    }

    /// <summary>Written by the tables' owner as features would have, one by one; every trigger on.</summary>
    private async Task Fill(NpgsqlConnection owner, CancellationToken ct)
    {
        await Execute(owner, $"""
            insert into person (kind, name, created_at) select 'person', 'bench payer ' || i, now() from generate_series(1,
                {Payers}) i;
            insert into expectation (book_id, kind, units, narrative, code, counterparty_id, party_account, due_on, made_by,
                made_at)
              select {_book.Book}, 'gift', case when i % 3 = 0 then 20000 else 1000 + i * 7 end, 'monthly gift ' || i,
                     case when i % 2 = 0 then 'CF-' || upper(to_hex(1000000 + i)) else '' end,
                     (select min(person_id) from person where name = 'bench payer 1') + i % {Payers},
                     case when i % 5 = 0 then '6217' || lpad(i::text, 12, '0') else '' end, date '2026-01-01' + i % 365,
                         {_book.Maker}, now()
                from generate_series(1, {expectations}) i;
            insert into expectation_line (book_id, expectation_id, line_no, account_id, fund_id, side, units, restriction,
                movement, cash_flow, project_class)
              select book_id, expectation_id, 1, {_book.Income[0]}, {_book.Funds[0]}, 'C', units, 'U', 'ordinary',
                  'donations-received', ''
                from expectation where book_id = {_book.Book};
            insert into bank_rule (book_id, way, party, words, kind, fund_id, account_id, cash_flow, restriction, narrative,
                learned, made_by, made_at)
              select {_book.Book}, 'in', case when i = 0 then '' else 'bench payer ' || i end,
                  case when i = 0 then 'CF-' else '' end, 'gift', {_book.Funds[0]}, {_book.Income[0]}, '', '', 'monthly gift', true,
                  {_book.Maker}, now()
                from generate_series(0, {Rules} - 1) i;
            insert into bank_file (book_id, bank_account_id, sha256, file_name, source, encoding, header_row, line_count,
                new_count, first_day, last_day, imported_by, imported_at)
              values ({_book.Book}, 1, sha256('bench'), 'bench.csv', 'other-csv', 'utf-8', 1, {Lines}, {Lines}, '2026-01-01',
                  '2026-12-31', {_book.Maker}, now());
            insert into bank_line (book_id, bank_account_id, bank_file_id, line_no, identity, occurred_on, units,
                counterparty_name, counterparty_account, summary, remark)
              select e.book_id, 1, f.bank_file_id, row_number() over (), 'bench ' || e.expectation_id, e.due_on + 2, e.units,
                  p.name, e.party_account, 'transfer', e.code
                from (select * from expectation where book_id = {_book.Book} order by expectation_id * 7919 % 100003
                    limit {Lines}) e
                join person p on p.person_id = e.counterparty_id join bank_file f on f.book_id = e.book_id;
            analyze
            """, ct);
    }

    /// <summary>All figures are the bench's own; the text is put together here because a statement of several takes no
    /// parameters.</summary>
    private static async Task Execute(NpgsqlConnection owner, string sql, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(sql, owner) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

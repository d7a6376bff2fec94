using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.TimeBank.Holders;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What one passbook came to, in milliseconds.</summary>
/// <param name="Lines">Lines of hours and points in the book.</param>
/// <param name="Holders">Among how many holders.</param>
/// <param name="Moves">Moves of the month that was shown.</param>
/// <param name="Lots">Lots that were shown.</param>
/// <param name="Median">Card, balances, lots and one month, through the same question as the page.</param>
/// <param name="Slowest">The slowest of a hundred.</param>
/// <param name="Trip">A round trip that asks nothing.</param>
/// <param name="Scan">The lines of one holder found without the account's index.</param>
public sealed record PassbookReading(int Lines, int Holders, int Moves, int Lots, decimal Median, decimal Slowest, decimal Trip, decimal Scan)
{
    /// <summary>A holder does not wait longer.</summary>
    public const decimal OwedMilliseconds = 20;

    public bool Met => Median < OwedMilliseconds;

    /// <summary>So many round trips it is long.</summary>
    public decimal Ratio => Median / Trip;
}

/// <summary>Opens the passbooks of holders whose time bank has millions of lines.</summary>
public sealed class PassbookRace(BenchGround ground, int lines, int rounds)
{
    private const int LinesEach = 250, AnEntry = 50;

    private readonly BenchBook _book = ground.Books[^1];

    public async Task<PassbookReading> Run(CancellationToken ct)
    {
        int holders = Math.Max(AnEntry, lines / LinesEach);
        int programme = await ground.Foundation.SessionOf(_book.Maker, _book.Book).Run(new OpenProgramme(Guid.NewGuid(), "T01", "时间银行"), ct);
        await Fill(programme, holders, ct);
        await ground.Settle(ct);
        FundSession visitor = ground.Foundation.Visitor();
        List<MemberPass> passes = await Passes(holders, ct);
        List<decimal> times = [], trips = [], scans = [];
        PassbookView? view = null;
        for (int at = -1; at < rounds; at++)
        {
            foreach (MemberPass pass in passes)
            {
                long start = Stopwatch.GetTimestamp();
                view = await visitor.Ask(new MyPassbook(pass), ct);
                Keep(times, start, at);
                start = Stopwatch.GetTimestamp();
                await Number("select 1::bigint", ct);
                Keep(trips, start, at);
            }

            long first = Stopwatch.GetTimestamp();
            await Number("""
                select coalesce(sum(signed(side, units)), 0)::bigint from posting where counterparty_id = (select max(person_id) from member)
                """, ct);
            Keep(scans, first, at);
        }

        int filled = (int)await Number("select count(*) from posting where commodity in ('HOUR', 'POINT')", ct);
        return new PassbookReading(filled, holders, view!.Moves.Count, view.Lots.Count, times.Median(), times.Max(), trips.Median(), scans.Median());

        static void Keep(List<decimal> into, long start, int at)
        {
            // The first time everything is cold, in the program too.
            if (at >= 0)
            {
                into.Add(Stopwatch.GetElapsedTime(start).Milliseconds());
            }
        }
    }

    private async Task<List<MemberPass>> Passes(int holders, CancellationToken ct)
    {
        await using FundDb db = ground.Foundation.Open();
        int every = Math.Max(1, holders / 20);
        List<Member> members = await db.Set<Member>().AsNoTracking().Where(row => row.BookId == _book.Book && row.PersonId % every == 0)
            .OrderBy(row => row.PersonId).Take(20).ToListAsync(ct);
        return [.. members.Select(row => new MemberPass(row.Number, row.Code(ground.Foundation)))];
    }

    /// <summary>Written by the superuser with triggers off: millions of confirmed services would be a week. Half of the entries are hours, half
    /// points; of the lots of points the older ones were redeemed.</summary>
    private async Task Fill(int programme, int holders, CancellationToken ct)
    {
        int entries = lines / (AnEntry + 1);
        await using NpgsqlConnection superuser = await BenchGround.Connect(ground.Superuser, ct);
        await using NpgsqlCommand fill = new(
            $$"""
            set session_replication_role = replica;
            insert into person (kind, name, created_at) select 'person', '志愿者' || i, now() from generate_series(1, {{holders}}) i;
            create temporary table who as select row_number() over (order by person_id) - 1 as n, person_id from person where name like '志愿者%';
            create unique index on who (n);
            insert into member (book_id, person_id, fund_id, number, kind, salt, added_by, added_at)
              select {{_book.Book}}, person_id, {{programme}}, lpad((n + 1)::text, 8, '0'), 'volunteer', uuid_send(gen_random_uuid()),
                     {{_book.Maker}}, now()
                from who;
            create temporary table an as
              select e, e % 2 = 0 as hours, (e::bigint * 12 / {{entries}})::integer + 1 as month,
                     (select coalesce(max(entry_no), 0) from journal_entry where book_id = {{_book.Book}}) + e as entry_no
                from generate_series(1, {{entries}} - 1) e;
            create unique index on an (entry_no);
            insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total, document_hashes,
                                       voucher_id, maker_id, review_rule, posted_at, leaf)
              select {{_book.Book}}, entry_no, 202600 + month, case when hours then '时' else '分' end, e, make_date(2026, month, 1 + e % 28),
                     'ordinary', 1, {{AnEntry + 1}}, 60, '{}', entry_no, {{_book.Maker}}, 'confirmed-hours', now(), sha256('') from an;
            insert into unit_paper (book_id, voucher_id, fund_id, kind, is_red)
              select {{_book.Book}}, entry_no, {{programme}}, case when hours then 'hours-earned' else 'points-earned' end, false from an;
            insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow, movement,
                                 project_class, counterparty_id, narrative_id, occurred_on)
              select {{_book.Book}}, an.entry_no, k + 1, 202600 + month, a.account_id, {{programme}}, a.commodity,
                     case k when {{AnEntry}} then 'C' else 'D' end, 60, '', '', 'ordinary', '', w.person_id, 1, make_date(2026, month, 1 + e % 28)
                from an cross join generate_series(0, {{AnEntry}}) k
                left join who w on k < {{AnEntry}} and w.n = (e::bigint / 2 * {{AnEntry}} + k) % {{holders}}
                join account a on a.book_id = {{_book.Book}}
                  and a.key = case when hours then 'hours-' else 'points-' end || case k when {{AnEntry}} then 'issued' else 'held' end;
            insert into point_lot (book_id, fund_id, person_id, entry_no, earned_on, expires_on, units, redeemed)
              select {{_book.Book}}, {{programme}}, counterparty_id, entry_no, occurred_on, occurred_on + 1096, units,
                     case when period < 202610 then units else 0 end
                from posting where book_id = {{_book.Book}} and commodity = 'POINT' and counterparty_id is not null;
            insert into earned_ground (book_id, voucher_id, person_id, commodity, source, source_id, units)
              select book_id, entry_no, counterparty_id, commodity, 'record', row_number() over (), units
                from posting where book_id = {{_book.Book}} and commodity in ('HOUR', 'POINT') and counterparty_id is not null;
            insert into holder_balance (book_id, fund_id, person_id, hours, points)
              select {{_book.Book}}, {{programme}}, person_id, 6000, 1800 from who;
            """, superuser)
        {
            CommandTimeout = 3_600,
        };
        await fill.ExecuteNonQueryAsync(ct);
    }

    private async Task<long> Number(string sql, CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(sql, app) { CommandTimeout = 600 };
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

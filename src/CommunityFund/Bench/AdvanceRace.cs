using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Grants.Registers;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>One way of asking for advances, in milliseconds; the median of one run.</summary>
/// <param name="Name">Key of its words.</param>
/// <param name="Rows">Rows shown.</param>
public sealed record AdvanceCase(string Name, int Rows, decimal Milliseconds)
{
    public bool Met => Milliseconds < AdvanceReading.OwedMilliseconds;
}

/// <summary>What the register of advances came to.</summary>
/// <param name="Grants">How many there are.</param>
/// <param name="Open">How many of their tranches are not accounted for.</param>
/// <param name="Bare">The open sums read once and added up, nothing else: what no register with totals can be quicker than.</param>
public sealed record AdvanceReading(int Grants, int Open, IReadOnlyList<AdvanceCase> Cases, decimal Bare)
{
    /// <summary>More than this is too much for a page.</summary>
    public const decimal OwedMilliseconds = 100;

    public bool Met => Cases.All(each => each.Met);

    /// <summary>The slowest case beside the bare sum.</summary>
    public decimal Ratio => Cases.Max(each => each.Milliseconds) / Bare;
}

/// <summary>Asks for advances and their ages among many grants, through the same questions as the pages. One in ten grants has an advance that is
/// not accounted for, which is more than a foundation could bear.</summary>
public sealed class AdvanceRace(BenchGround ground, int grants, int rounds)
{
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<AdvanceReading> Run(CancellationToken ct)
    {
        FundSession set = ground.Foundation.Operator(_book.Book);
        long person = await set.Run(new AddLogin(
            Guid.NewGuid(), new NewLogin("测速Panel", "bench-panel", Guid.NewGuid().ToString("N")), MustChange: false), ct);
        await set.Run(new GrantRole(Guid.NewGuid(), person, Role.Panel, null, new LocalDate(2026, 1, 1), null), ct);
        FundSession reader = ground.Foundation.SessionOf(person, _book.Book);
        await Fill(ct);
        await ground.Settle(ct);
        RegisterFilter all = new();
        int fund = _book.Funds[0];
        long lead = await Number("select lead_id from grant_case where number = 'B-10'", ct);
        (string Name, Func<Task<int>> Ask)[] cases =
        [
            ("first", async () => (await reader.Ask(new AdvanceRegister(all), ct)).Rows.Count),
            ("middle", async () => (await reader.Ask(new AdvanceRegister(all with { Page = Math.Max(1, grants / 1000) }), ct)).Rows.Count),
            ("age", async () => (await reader.Ask(new AdvanceRegister(all, AdvanceAge.Over90), ct)).Rows.Count),
            ("fund", async () => (await reader.Ask(new AdvanceRegister(all with { Fund = fund }), ct)).Rows.Count),
            ("person", async () => (await reader.Ask(new AdvanceRegister(all with { Person = lead }), ct)).Rows.Count),
            ("people", async () => (await reader.Ask(new AdvanceAgeing(all, AgeingBy.Person), ct)).Rows.Count),
            ("projects", async () => (await reader.Ask(new AdvanceAgeing(all, AgeingBy.Project), ct)).Rows.Count),
        ];
        Dictionary<string, List<decimal>> times = cases.ToDictionary(each => each.Name, _ => new List<decimal>());
        Dictionary<string, int> rows = [];
        List<decimal> bare = [];
        int open = 0;
        for (int at = 0; at <= rounds; at++)
        {
            foreach (var (name, ask) in cases)
            {
                long start = Stopwatch.GetTimestamp();
                rows[name] = await ask();
                Keep(times[name], Stopwatch.GetElapsedTime(start).Milliseconds(), at);
            }

            long first = Stopwatch.GetTimestamp();
            open = (int)await Number("""
                select count(*) from tranche_fund f join tranche t using (book_id, tranche_id)
                 where paid + carried - acquitted - returned - demanded > 0 and t.report_due_on > date '2000-01-01'
                """, ct);
            Keep(bare, Stopwatch.GetElapsedTime(first).Milliseconds(), at);
        }

        return new AdvanceReading(grants, open,
            [.. times.Select(each => new AdvanceCase(each.Key, rows[each.Key], each.Value.Median()))], bare.Median());

        static void Keep(List<decimal> into, decimal took, int at)
        {
            // The first time everything is cold, in the program too.
            if (at > 0)
            {
                into.Add(took);
            }
        }
    }

    /// <summary>Written by the superuser with triggers off: a hundred thousand grants that each took their steps would be an
    /// afternoon.</summary>
    private async Task Fill(CancellationToken ct)
    {
        await using NpgsqlConnection superuser = await BenchGround.Connect(ground.Superuser, ct);
        await using NpgsqlCommand fill = new(
            $$"""
            set session_replication_role = replica;
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
                screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at, decided_by, decided_at)
              select {{_book.Book}}, 'B' || i, '微项目征集第 ' || i || ' 次', '入户问卷', '社区社会组织', '餐费', '', date '2016-01-01' + i * 150,
                     date '2016-01-20' + i * 150, 1000000, 1000, 'advance-then-acquit', 10, 5, 7, 15, 'agreed', {{_book.Maker}}, now(),
                     {{_book.Reviewer}}, now()
                from generate_series(1, 20) i;
            insert into person (kind, name, created_at) select 'person', '项目人' || i, now() from generate_series(1, 2000) i;
            insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, fin_lead_id, signer_id, filled_by, state,
              state_version,
                requested, created_at, submitted_at)
              select {{_book.Book}}, (select min(grant_round_id) from grant_round) + i % 20, 'B-' || i, '长者送餐' || i, '幸福里社区', p.first + i % 1999,
                     p.first + (i + 7) % 1999, p.first + (i + 11) % 1999, p.first + i % 1999,
                     case when i % 10 = 0 then 'active' else 'closed' end, 3, 500000, now(), now()
                from generate_series(1, {{grants}}) i, (select min(person_id) as first from person where name = '项目人1') p;
            insert into tranche (book_id, grant_id, award_no, no, units, earliest_on, condition, report_due_on, state, state_version)
              select c.book_id, c.grant_id, 1, n, 250000, date '2026-01-01', '协议签订',
                     (now() at time zone 'Asia/Shanghai')::date - 120 + (c.grant_id % 150)::int,
                     case when c.state = 'closed' then 'settled' when n = 1 then 'awaiting-acquittal' else 'planned' end, 3
                from grant_case c cross join generate_series(1, 2) n where c.title like '长者送餐%';
            insert into tranche_fund (book_id, tranche_id, fund_id, place, planned, paid, acquitted)
              select t.book_id, t.tranche_id, ({{Funds()}})[1 + t.grant_id % {{_book.Funds.Count}}], 1, t.units,
                     case when t.state = 'planned' then 0 else t.units end,
                     case t.state when 'settled' then t.units when 'planned' then 0 else 50000 end
                from tranche t;
            insert into grant_fund (book_id, grant_id, fund_id, committed, paid, acquitted)
              select t.book_id, t.grant_id, f.fund_id, sum(f.planned), sum(f.paid), sum(f.acquitted)
                from tranche t join tranche_fund f using (book_id, tranche_id) group by 1, 2, 3;
            """, superuser)
        {
            CommandTimeout = 600,
        };
        await fill.ExecuteNonQueryAsync(ct);
    }

    private string Funds() => $"array[{string.Join(", ", _book.Funds)}]";

    private async Task<long> Number(string sql, CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(sql, app);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }
}

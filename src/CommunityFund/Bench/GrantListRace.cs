using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Grants;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>One way of looking for applications, in milliseconds; the median of one run.</summary>
/// <param name="Name">Key of its words.</param>
/// <param name="Rows">Rows shown.</param>
public sealed record GrantListCase(string Name, int Rows, decimal Milliseconds)
{
    public bool Met => Milliseconds < GrantListReading.OwedMilliseconds;
}

/// <summary>What lists of applications came to.</summary>
/// <param name="Applications">How many there are.</param>
/// <param name="Bare">Fifty-one rows by primary key, nothing else: what a page cannot be quicker than.</param>
public sealed record GrantListReading(int Applications, IReadOnlyList<GrantListCase> Cases, decimal Bare)
{
    /// <summary>More than this is too much for a page.</summary>
    public const decimal OwedMilliseconds = 100;

    public bool Met => Cases.All(each => each.Met);

    /// <summary>The slowest list beside the bare rows.</summary>
    public decimal Ratio => Cases.Max(each => each.Milliseconds) / Bare;
}

/// <summary>Asks for lists among many applications, through the same questions as the pages.</summary>
public sealed class GrantListRace(BenchGround ground, int applications, int rounds)
{
    private const int Rounds = 20;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<GrantListReading> Run(CancellationToken ct)
    {
        FundSession set = ground.Foundation.Operator(_book.Book);
        FundSession desk = await Somebody(set, Role.Desk, ct), lead = await Somebody(set, Role.Lead, ct);
        await Fill(ct);
        await ground.Settle(ct);
        long middle = await Number("select max(grant_id) / 2 from grant_case", ct);
        long round = await Number("select max(grant_round_id) from grant_round", ct);
        (string Name, FundSession Who, ApplicationList Asked)[] cases =
        [
            ("first", desk, new ApplicationList()), ("middle", desk, new ApplicationList(Before: middle)),
            ("state", desk, new ApplicationList(State: GrantState.UnderScreening)), ("round", desk, new ApplicationList(round, GrantState.Eligible)),
            ("rare", desk, new ApplicationList(State: GrantState.Objected)), ("text", desk, new ApplicationList(Text: "楼道")),
            ("one", desk, new ApplicationList(Text: $"R{Rounds}-99")), ("nothing", desk, new ApplicationList(Text: "没有这样的项目")),
            ("mine", lead, new ApplicationList(Mine: true)),
        ];
        Dictionary<string, List<decimal>> times = cases.Select(each => each.Name).Append("rounds")
            .ToDictionary(name => name, _ => new List<decimal>());
        Dictionary<string, int> rows = [];
        List<decimal> bare = [];
        for (int at = 0; at <= rounds; at++)
        {
            foreach (var (name, who, asked) in cases)
            {
                decimal took = await Timed(async () => rows[name] = (await who.Ask(asked, ct)).Rows.Count);
                Keep(times[name], took, at);
            }

            Keep(times["rounds"], await Timed(async () => rows["rounds"] = (await lead.Ask(new RoundList(), ct)).Rounds.Count), at);
            Keep(bare, await Bare(ct), at);
        }

        return new GrantListReading(
            applications, [.. times.Select(each => new GrantListCase(each.Key, rows[each.Key], each.Value.Median()))], bare.Median());

        static void Keep(List<decimal> into, decimal took, int at)
        {
            // The first time everything is cold, in the program too.
            if (at > 0)
            {
                into.Add(took);
            }
        }
    }

    private static async Task<decimal> Timed(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).Milliseconds();
    }

    private async Task<FundSession> Somebody(FundSession set, Role role, CancellationToken ct)
    {
        long person = await set.Run(new AddLogin(
            Guid.NewGuid(), new NewLogin($"测速{role}", $"bench-{Codes.Kebab(role)}", Guid.NewGuid().ToString("N")), MustChange: false), ct);
        await set.Run(new GrantRole(Guid.NewGuid(), person, role, null, new LocalDate(2026, 1, 1), null), ct);
        return ground.Foundation.SessionOf(person, _book.Book);
    }

    /// <summary>Written by the superuser with triggers off: a hundred thousand applications that each took their steps would be an
    /// afternoon.</summary>
    private async Task Fill(CancellationToken ct)
    {
        await using NpgsqlConnection superuser = await BenchGround.Connect(ground.Superuser, ct);
        await using NpgsqlCommand fill = new(
            $$"""
            set session_replication_role = replica;
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
                screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at, decided_by, decided_at)
              select {{_book.Book}}, 'R' || i, '微项目征集第 ' || i || ' 次', '入户问卷', '社区社会组织', '餐费', '', date '2026-01-01' + i * 30,
                     date '2026-01-20' + i * 30, 1000000, 1000, 'advance-then-acquit', 10, 5, 7, 15, 'agreed', {{_book.Maker}}, now(),
                     {{_book.Reviewer}}, now()
                from generate_series(1, {{Rounds}}) i;
            insert into grant_round_pool (book_id, grant_round_id, fund_id, units)
              select book_id, grant_round_id, {{_book.Funds[0]}}, 10000000 from grant_round;
            insert into person (kind, name, created_at) select 'person', '申请人' || i, now() from generate_series(1, 2000) i;
            insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, signer_id, filled_by, state, state_version,
                requested, created_at, submitted_at)
              select {{_book.Book}}, 1 + i % {{Rounds}}, 'R' || 1 + i % {{Rounds}} || '-' || i,
                     (array['点亮楼道', '长者食堂', '屋顶花园', '周末课堂', '邻里修理铺'])[1 + i % 5] || i,
                     (array['幸福里社区', '翠苑一区', '清河社区', '石桥社区'])[1 + i % 4], p.first + i % 2000, p.first + (i + 7) % 2000,
                     case when i % 10 = 0 then {{_book.Maker}} else p.first + i % 2000 end,
                     case when i % 997 = 0 then 'objected' else
                       (array['draft', 'submitted', 'under-screening', 'eligible', 'in-review', 'not-selected', 'active',
                              'withdrawn'])[1 + i / 7 % 8] end,
                     3, 500000 + i, now(), now()
                from generate_series(1, {{applications}}) i, (select min(person_id) as first from person where name = '申请人1') p;
            update grant_case set lead_id = (select person_id from person where name = '测速Lead') where grant_id % 2000 = 77;
            insert into grant_member (book_id, grant_id, person_id, duty)
              select book_id, grant_id, lead_id + 1, '志愿者' from grant_case where grant_id % 3 = 0 and lead_id + 1 in (select person_id from person);
            """, superuser)
        {
            CommandTimeout = 600,
        };
        await fill.ExecuteNonQueryAsync(ct);
    }

    private async Task<long> Number(string sql, CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new(sql, app);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<decimal> Bare(CancellationToken ct)
    {
        await using NpgsqlConnection app = await BenchGround.Connect(ground.App, ct);
        await using NpgsqlCommand command = new("select * from grant_case where book_id = $1 order by grant_id desc limit 51", app)
        {
            Parameters = { new() { Value = _book.Book } },
        };
        return await Timed(async () =>
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                _ = reader.GetInt64(1);
            }
        });
    }
}

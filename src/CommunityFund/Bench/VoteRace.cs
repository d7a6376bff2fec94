using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Grants.Meetings;
using CommunityFund.People;
using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace CommunityFund.Bench;

/// <summary>What counting a meeting took, in milliseconds; medians but for the command, which counts once.</summary>
/// <param name="Counted">All sealed ballots read, opened, counted and ranked.</param>
/// <param name="Command">The chair's command whole: the same, and every figure written down.</param>
/// <param name="Sheet">The summary drawn up from what was written.</param>
/// <param name="Bare">A table of the same ticks in the clear, grouped and counted by SQL alone.</param>
public sealed record VoteReading(int Voters, int Projects, int Ballots, decimal Counted, decimal Command, decimal Sheet, decimal Bare)
{
    /// <summary>A room waits no longer than this.</summary>
    public const decimal OwedMilliseconds = 1000;

    public decimal Ratio => Bare == 0 ? 0 : Counted / Bare;

    public bool Met => Counted < OwedMilliseconds && Command < OwedMilliseconds;
}

/// <summary>So many voters on so many projects, every one on every one, by phone.</summary>
public sealed class VoteRace(BenchGround ground, int voters = 300, int projects = 60)
{
    private const int Rounds = 7;
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<VoteReading> Run(CancellationToken ct)
    {
        await using NpgsqlConnection owner = new(ground.Owner);
        await owner.OpenAsync(ct);
        await Fill(owner, ct);
        await Vote(owner, ct);
        LocalDate since = ground.Now.InUtc().Date.PlusDays(-30);
        FundSession set = ground.Foundation.Operator(_book.Book);
        long chair = await set.Run(new AddLogin(Guid.NewGuid(),
            new NewLogin("bench chair", "bench-chair", "correct horse battery"), MustChange: false), ct);
        await set.Run(new GrantRole(Guid.NewGuid(), chair, Role.Chair, null, since, null), ct);
        FundSession session = ground.Foundation.SessionOf(chair, _book.Book);
        await Execute(owner, "update grant_meeting_item set state = 'closed', closed_at = now(); analyze", ct);
        List<decimal> counted = [], bare = [], sheets = [];
        for (int i = 0; i < Rounds; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            await set.Ask(new CountAgain(1), ct);
            counted.Add(watch.Elapsed.Milliseconds());
            watch.Restart();
            await Execute(owner, "select count(*) from (select grant_id, criterion, group_no, count(*) from bench_tick group by 1, 2, 3) x", ct);
            bare.Add(watch.Elapsed.Milliseconds());
        }

        Stopwatch command = Stopwatch.StartNew();
        await session.Run(new OpenCount(Guid.NewGuid(), 1), ct);
        decimal once = command.Elapsed.Milliseconds();
        for (int i = 0; i < Rounds; i++)
        {
            command.Restart();
            await session.Ask(new TallySheet(1), ct);
            sheets.Add(command.Elapsed.Milliseconds());
        }

        return new VoteReading(voters, projects, voters * projects, counted.Median(), once, sheets.Median(), bare.Median());
    }

    /// <summary>A round, its cases on the agenda of a locked meeting, voters who are here.</summary>
    private async Task Fill(NpgsqlConnection owner, CancellationToken ct)
    {
        await Execute(owner, $"""
            insert into person (kind, name, created_at) select 'person', 'bench voter ' || i, now() from generate_series(1, {voters}) i;
            insert into grant_round (book_id, code, title, survey, who_may, forbidden, guide, opens_on, closes_on, cap_units, own_basis, policy,
                screening_days, correction_days, notice_days, agreement_days, state, proposed_by, proposed_at)
              values ({_book.Book}, 'BENCH', 'bench', 'x', 'x', 'x', '',
                '2026-01-01', '2026-12-31', 2000000, 0, 'advance-then-acquit', 10, 5, 7, 15, 'waiting',
                {_book.Maker}, now());
            insert into grant_round_pool select {_book.Book}, grant_round_id, {_book.Funds[0]}, 100000000 from grant_round;
            insert into grant_round_need select {_book.Book}, grant_round_id, 1, 'bench', 1 from grant_round;
            update grant_round set state = 'agreed', decided_by = {_book.Reviewer}, decided_at = now();
            insert into grant_meeting (book_id, grant_round_id, title, place, starts_at,
                speak_minutes, answer_minutes, mode, weighs_groups, quorum, own_community,
                ties, state, proposed_by, proposed_at)
              select {_book.Book}, grant_round_id, 'bench', 'x', now(), 5, 3,
                'share', false, 1, false, array['lots'], 'waiting', {_book.Maker}, now() from grant_round;
            insert into grant_meeting_criterion values ({_book.Book}, 1, 1, 'a', 40), ({_book.Book}, 1, 2, 'b', 35), ({_book.Book}, 1, 3, 'c', 25);
            insert into grant_meeting_group values ({_book.Book}, 1, 1, 'a', 1, 0), ({_book.Book}, 1, 2, 'b', 1, 0);
            update grant_meeting set state = 'agreed', rules_text = 'x', rules_hash = sha256('x'), decided_by = {_book.Reviewer}, decided_at = now();
            """, ct);
        // In review: how a case comes there is another story, so the walls of that way are not asked.
        await using (NpgsqlConnection superuser = new(ground.Superuser))
        {
            await superuser.OpenAsync(ct);
            await Execute(superuser, $"""
                set session_replication_role = replica;
                insert into grant_case (book_id, grant_round_id, number, title, community, lead_id, filled_by,
                    state, state_version, requested, created_at)
                  select {_book.Book}, grant_round_id, 'B' || i, 'project ' || i, 'community ' || i,
                      {_book.Maker}, {_book.Maker}, 'in-review', 6, 100000 + i, now()
                    from grant_round, generate_series(1, {projects}) i
                """, ct);
        }

        await Execute(owner, $"""
            insert into grant_meeting_item select book_id, 1, grant_id, row_number() over (order by grant_id),
                'listed', {_book.Maker}, now() from grant_case;
            insert into grant_meeting_voter select {_book.Book}, 1, person_id, 1 + person_id % 2, '', lpad(person_id::text, 8, '0'),
                decode(repeat('00', 16), 'hex'), null, 'none', {_book.Maker}, now() from person where name like 'bench voter %';
            update grant_meeting_voter set present_at = now(), channel = 'phone';
            update grant_meeting_item set state = 'open', opened_at = now();
            create table bench_tick (grant_id bigint not null, criterion smallint not null, group_no smallint not null, person_id bigint not null);
            """, ct);
    }

    /// <summary>Every voter's ballot, sealed as the phone's command seals it; and the same ticks in the clear for the bare count.</summary>
    private async Task Vote(NpgsqlConnection owner, CancellationToken ct)
    {
        List<long> people = await Ids(owner, "select person_id from grant_meeting_voter order by 1", ct),
            grants = await Ids(owner, "select grant_id from grant_meeting_item order by 1", ct);
        Random drawn = new(20260320);
        byte[][] said = [.. people.Select(_ => new byte[grants.Count])];
        using BallotSeal seal = new(ground.Foundation);
        await using (NpgsqlBinaryImporter votes = await owner.BeginBinaryImportAsync(
            "copy grant_vote (book_id, grant_meeting_id, grant_id, person_id, sealed) from stdin (format binary)", ct))
        {
            for (int person = 0; person < people.Count; person++)
            {
                for (int grant = 0; grant < grants.Count; grant++)
                {
                    said[person][grant] = (byte)drawn.Next(8);
                    await votes.StartRowAsync(ct);
                    await votes.WriteAsync(_book.Book, NpgsqlDbType.Integer, ct);
                    await votes.WriteAsync(1L, NpgsqlDbType.Bigint, ct);
                    await votes.WriteAsync(grants[grant], NpgsqlDbType.Bigint, ct);
                    await votes.WriteAsync(people[person], NpgsqlDbType.Bigint, ct);
                    await votes.WriteAsync(seal.Seal([said[person][grant]], BallotSeal.Vote(_book.Book, 1, grants[grant], people[person])),
                        NpgsqlDbType.Bytea, ct);
                }
            }

            await votes.CompleteAsync(ct);
        }

        await using NpgsqlBinaryImporter ticks = await owner.BeginBinaryImportAsync("copy bench_tick from stdin (format binary)", ct);
        for (int person = 0; person < people.Count; person++)
        {
            for (int cell = 0; cell < grants.Count * 3; cell++)
            {
                if ((said[person][cell / 3] & (1 << (cell % 3))) != 0)
                {
                    await ticks.StartRowAsync(ct);
                    await ticks.WriteAsync(grants[cell / 3], NpgsqlDbType.Bigint, ct);
                    await ticks.WriteAsync((short)(cell % 3 + 1), NpgsqlDbType.Smallint, ct);
                    await ticks.WriteAsync((short)(1 + people[person] % 2), NpgsqlDbType.Smallint, ct);
                    await ticks.WriteAsync(people[person], NpgsqlDbType.Bigint, ct);
                }
            }
        }

        await ticks.CompleteAsync(ct);
    }

    private static async Task<List<long>> Ids(NpgsqlConnection owner, string sql, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(sql, owner);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<long> ids = [];
        while (await reader.ReadAsync(ct))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>All figures are the bench's own.</summary>
    private static async Task Execute(NpgsqlConnection owner, string sql, CancellationToken ct)
    {
        await using NpgsqlCommand command = new(sql, owner) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(ct);
    }
}

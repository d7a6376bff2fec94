using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Bench;

/// <summary>What one large activity took, in seconds; each command once, as a coordinator gives it.</summary>
/// <param name="Ticked">The list with everybody's times, reckoned.</param>
/// <param name="Confirmed">The second party confirms all of them.</param>
/// <param name="Closed">Hours and points of all of them are in the books.</param>
/// <param name="Cpu">Of that, this process's own processor time.</param>
/// <param name="Bare">The same headers and lines into two bare tables, one statement each.</param>
public sealed record TimeBankReading(int Volunteers, int Lines, decimal Ticked, decimal Confirmed, decimal Closed, decimal Cpu, decimal Bare)
{
    /// <summary>A coordinator who closes an activity waits no longer than this.</summary>
    public const decimal OwedSeconds = 3;

    public decimal Ratio => Bare == 0 ? 0 : Closed / Bare;

    public bool Met => Closed < OwedSeconds;
}

/// <summary>An activity with so many volunteers is ticked, confirmed and closed.</summary>
public sealed class TimeBankRace(BenchGround ground, int volunteers = 5000)
{
    private const int PeopleOfEntry = 490;

    private static readonly LocalDate Day = new(2026, 12, 30);

    private readonly BenchBook _book = ground.Books[^1];

    public async Task<TimeBankReading> Run(CancellationToken ct)
    {
        (FundSession first, FundSession second, int programme) = await Open(ct);
        await using NpgsqlConnection owner = new(ground.Owner);
        await owner.OpenAsync(ct);

        // The second round is the figure: by then plans and code are warm, as on any site that has closed an activity before.
        await Round(owner, first, second, programme, "warm", ct);
        return await Round(owner, first, second, programme, "bench", ct);
    }

    private async Task<TimeBankReading> Round(
        NpgsqlConnection owner, FundSession first, FundSession second, int programme, string word, CancellationToken ct)
    {
        long activity = await first.Run(new PublishActivity(Guid.NewGuid(), programme, new ActivityTerms(
            $"bench {word}", "bench", Day, "08:00", "18:00", [new RoleSeats("服务", volunteers)], null, IsInsured: true)), ct);
        long[] people = await Fill(owner, programme, activity, word, ct);
        Stopwatch watch = Stopwatch.StartNew();
        await first.Run(new TickAttendance(Guid.NewGuid(), activity,
            [.. people.Select((person, place) => new AttendanceTimes(person, "09:00", place % 2 == 0 ? "11:17" : "10:30"))]), ct);
        decimal ticked = watch.Elapsed.Seconds();
        long[] records = [.. (await second.Ask(new ActivityPage(activity), ct)).Confirmable];
        watch.Restart();
        await second.Run(new ConfirmHours(Guid.NewGuid(), activity, records), ct);
        decimal confirmed = watch.Elapsed.Seconds();
        await ground.Settle(ct);
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        watch.Restart();
        ActivityClosed closed = await first.Run(new CloseActivity(Guid.NewGuid(), activity), ct);
        decimal took = watch.Elapsed.Seconds();
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        if (closed.Records != volunteers)
        {
            throw new InvalidOperationException("Not all records are in the books.");
        }

        int entries = 2 * ((volunteers + PeopleOfEntry - 1) / PeopleOfEntry), lines = (2 * volunteers) + entries;
        watch.Restart();
        await Bare(owner, entries, lines, ct);
        return new TimeBankReading(volunteers, lines, ticked, confirmed, took, cpu.Seconds(), watch.Elapsed.Seconds());
    }

    /// <summary>A programme with its rules, decided by two, and two coordinators.</summary>
    private async Task<(FundSession First, FundSession Second, int Programme)> Open(CancellationToken ct)
    {
        FundSession set = ground.Foundation.Operator(_book.Book), accountant = ground.Foundation.SessionOf(_book.Maker, _book.Book);
        List<FundSession> coordinators = [];
        foreach (string name in new[] { "bench-coordinator-1", "bench-coordinator-2" })
        {
            long person = await set.Run(new AddLogin(Guid.NewGuid(), new NewLogin(name, name, "correct horse battery"), MustChange: false), ct);
            await set.Run(new GrantRole(Guid.NewGuid(), person, Role.Coordinator, null, new LocalDate(2026, 1, 1), null), ct);
            coordinators.Add(ground.Foundation.SessionOf(person, _book.Book));
        }

        int programme = await accountant.Run(new OpenProgramme(Guid.NewGuid(), "T01", "时间银行"), ct);
        long review = await accountant.Run(new ProposeRule(Guid.NewGuid(), true, new LocalDate(2026, 12, 1), "bench", UnitDoor.Rule), ct);
        await ground.Foundation.SessionOf(_book.Reviewer, _book.Book).Run(new AgreeRule(Guid.NewGuid(), review), ct);
        long rule = await coordinators[0].Run(new ProposeProgrammeRule(Guid.NewGuid(), programme, new LocalDate(2026, 1, 1), new ProgrammeTerms(),
            [new RateTerms("服务", EvidenceGrade.TwoParty, 10)], "bench"), ct);
        await coordinators[1].Run(new DecideProgrammeRule(Guid.NewGuid(), rule, Agrees: true), ct);
        return (coordinators[0], coordinators[1], programme);
    }

    /// <summary>People who take part and have signed up.</summary>
    private async Task<long[]> Fill(NpgsqlConnection owner, int programme, long activity, string word, CancellationToken ct)
    {
        await using NpgsqlCommand fill = new("""
            with people as (
              insert into person (kind, name, created_at)
              select 'person', $3 || ' volunteer ' || i, now() from generate_series(1, $4) i returning person_id),
            members as (
              insert into member (book_id, person_id, fund_id, number, kind, salt, added_by, added_at)
              select $1, person_id, $2, lpad(person_id::text, 8, '0'), 'volunteer',
                     decode(repeat('00', 16), 'hex'), $5, now() from people returning person_id)
            select person_id from members
            """, owner)
        {
            Parameters =
            {
                new() { Value = _book.Book }, new() { Value = programme }, new() { Value = word },
                new() { Value = volunteers }, new() { Value = _book.Maker },
            },
        };
        List<long> people = [];
        await using (NpgsqlDataReader rows = await fill.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct))
            {
                people.Add(rows.GetInt64(0));
            }
        }

        await using NpgsqlCommand sign = new("""
            insert into activity_sign_up (book_id, activity_id, person_id, role, signed_by, signed_at)
            select $1, $2, person_id, '服务', $3, now() from unnest($4) x(person_id)
            """, owner)
        {
            Parameters =
            {
                new() { Value = _book.Book }, new() { Value = activity }, new() { Value = _book.Maker }, new() { Value = people.ToArray() },
            },
        };
        await sign.ExecuteNonQueryAsync(ct);
        await ground.Settle(ct);
        return [.. people];
    }

    /// <summary>The same number of headers and lines, with nothing that is proved or kept.</summary>
    private async Task Bare(NpgsqlConnection owner, int entries, int lines, CancellationToken ct)
    {
        await using NpgsqlCommand bare = new("""
            with heads as (
              insert into bare.header (book_id, entry_no, entry_date, memo, posted_at)
              select $1, o.last + i, '2026-12-30', 'bench', now()
                from (select coalesce(max(entry_no), 0) as last from bare.header where book_id = $1) o,
                generate_series(1, $2) i returning entry_no)
            insert into bare.line (book_id, entry_no, line_no, account_id, fund_id, commodity, period, amount)
            select $1, h.first + (i - 1) / $4, 1 + (i - 1) % $4, 2, 3, 'HOUR', 202612, 100 from (select min(entry_no) as first from heads) h,
              generate_series(1, $3) i
            """, owner)
        {
            Parameters =
            {
                new() { Value = _book.Book }, new() { Value = entries }, new() { Value = lines }, new() { Value = (lines + entries - 1) / entries },
            },
        };
        await bare.ExecuteNonQueryAsync(ct);
    }
}

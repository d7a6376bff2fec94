using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>What PostgreSQL refuses about the calendar, to the tables' owner and to the app's login.</summary>
public sealed class PeriodWallTests
{
    private const string At = "'2026-03-20 10:00+08'";

    [Theory]
    [InlineData("period_never_reopened", "update period set closed_at = null, closed_by = null where period = 202601")]
    [InlineData("period_already_closed", "update period set closed_at = closed_at + interval '1 s' where period = 202601")]
    [InlineData("period_already_closed", "update period set closed_by = 1 where period = 202601")]
    [InlineData("period_already_closed", "update period set closed_at = " + At + ", closed_by = 1 where period = 202600")]
    [InlineData("period_fixed", "update period set starts = '2026-03-02' where period = 202603")]
    [InlineData("period_fixed", "update period set ends = '2026-04-30' where period = 202603")]
    [InlineData("period_fixed", "update period set period = 202603 where period = 202604")]
    [InlineData("period_fixed", "update period set book_id = 2 where period = 202604")]
    [InlineData("period_closed_together", "update period set closed_at = " + At + " where period = 202602")]
    [InlineData("period_closed_together", "update period set closed_by = 1 where period = 202602")]
    [InlineData("period_closed_together", "update period set closed_by = 1, closed_at = 'infinity' where period = 202602")]
    [InlineData("period_not_over", "update period set closed_by = 1, closed_at = '2026-02-28 23:59+08' where period = 202602")]
    [InlineData("period_earlier_open", "update period set closed_by = 1, closed_at = '2026-04-01 00:00+08' where period = 202603")]
    [InlineData("period_with_first_month", "update period set closed_by = 1, closed_at = '2028-04-01' where period = 202700")]
    [InlineData("period_voucher_waits", "update period set closed_by = 1, closed_at = " + At + " where period = 202602")]
    [InlineData("period_isolation", "begin isolation level repeatable read; update period set closed_by = 1, closed_at = " + At + " where period = 202602")]
    [InlineData("append_only", "delete from period where period = 202713")]
    [InlineData("append_only", "delete from period where false")]
    [InlineData("append_only", "truncate period cascade")]
    [InlineData("period_born_open", "insert into period values (1, 202801, '2028-01-01', '2028-01-31', now(), 1)")]
    [InlineData("period_calendar", "insert into period values (1, 202801, '2028-01-01', '2028-01-30')")]
    [InlineData("period_calendar", "insert into period values (1, 202802, '2028-02-01', '2028-02-28')")]
    [InlineData("period_calendar", "insert into period values (1, 202813, '2028-12-01', '2028-12-31')")]
    [InlineData("period_calendar", "insert into period values (1, 202800, '2028-01-01', '2028-01-31')")]
    [InlineData("period_calendar", "insert into period values (1, 202814, '2028-12-31', '2028-12-31')")]
    [InlineData("period_calendar", "insert into period values (1, 1, '2028-12-31', '2028-12-31')")]
    [InlineData("period_hole", "insert into period values (1, 202801, '2028-01-01', '2028-01-31')")]
    [InlineData("period_hole", Whole2029)]
    [InlineData("period_hole", Whole2025)]
    public async Task The_calendar_is_what_it_is_even_to_its_owner(string constraint, string attack)
    {
        await using TestBody body = await JanuaryClosedFebruaryWaiting();
        (await Attack(body.Connections.Owner, attack)).ConstraintName.ShouldBe(constraint);
    }

    [Theory]
    [InlineData("update period set closed_at = null, closed_by = null where period = 202601")]
    [InlineData("update period set closed_by = 1, closed_at = " + At + " where period = 202602")]
    [InlineData("delete from period")]
    [InlineData("truncate period")]
    [InlineData("select prove_closing(p) from period p")]
    public async Task The_app_login_closes_by_one_function_only(string attack)
    {
        await using TestBody body = await JanuaryClosedFebruaryWaiting();
        (await Attack(body.Connections.Books, attack)).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("period_closed_together", "select close_period(1, 202602, null, " + At + ")")]
    [InlineData("period_closed_together", "select close_period(1, 202602, 1, null)")]
    [InlineData("period_closed_together", "select close_period(1, 202602, 1, 'infinity')")]
    [InlineData("period_voucher_waits", "select close_period(1, 202602, 1, " + At + ")")]
    [InlineData("period_unknown", "select close_period(1, null, 1, " + At + ")")]
    [InlineData("period_unknown", "select close_period(9, 202602, 1, " + At + ")")]
    [InlineData("period_born_open", "insert into period values (1, 202801, '2028-01-01', '2028-01-31', now(), 1)")]
    [InlineData("period_hole", "insert into period values (1, 202801, '2028-01-01', '2028-01-31')")]
    public async Task The_function_keeps_the_same_rules(string constraint, string attack)
    {
        await using TestBody body = await JanuaryClosedFebruaryWaiting();
        (await Attack(body.Connections.Books, attack)).ConstraintName.ShouldBe(constraint);
    }

    [Fact]
    public async Task No_voucher_is_written_into_a_closed_month_past_the_door()
    {
        await using TestBody body = await JanuaryClosedFebruaryWaiting();
        string write = """
            insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
            values (1, 'ordinary', '2026-01-02', 202601, 1, 2, 100, 1, now())
            """;
        (await Attack(body.Connections.Books, write)).ConstraintName.ShouldBe("entry_period_closed");
        (await Attack(body.Connections.Owner, write)).ConstraintName.ShouldBe("entry_period_closed");
    }

    [Fact]
    public async Task A_month_is_not_said_to_be_closed_before_its_last_entry()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 10, Restriction.Unrestricted, new LocalDate(2026, 1, 5));
        (await Attack(body.Connections.Owner, "update period set closed_by = 1, closed_at = '2026-02-01 00:00+08' where period = 202601"))
            .ConstraintName.ShouldBe("period_time_backwards");
        await body.Reconcile(new LocalDate(2026, 1, 31));
        body.Clock.Now = Instant.FromUtc(2026, 2, 1, 2, 0);
        await body.Close(202601);
        (await Sql(body.Connections.Books, "select closed_at = (select max(posted_at) from journal_entry) from period where period = 202601")).ShouldBe(true);
    }

    private static async Task<TestBody> JanuaryClosedFebruaryWaiting()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted, new LocalDate(2026, 1, 5));
        await body.PrepareExpense(TestBody.Community, 1, on: new LocalDate(2026, 2, 5));
        await body.Close(202601);
        return body;
    }

    private const string Whole2029 = """
        insert into period select 1, 2029 * 100 + m, case m when 0 then date '2029-01-01' when 13 then '2029-12-31' else make_date(2029, m, 1) end,
          case when m in (0, 13) then date '2029-12-31' else (make_date(2029, m, 1) + interval '1 month - 1 day')::date end from generate_series(0, 13) m
        """;

    private const string Whole2025 = """
        insert into period select 1, 2025 * 100 + m, case m when 0 then date '2025-01-01' when 13 then '2025-12-31' else make_date(2025, m, 1) end,
          case when m in (0, 13) then date '2025-12-31' else (make_date(2025, m, 1) + interval '1 month - 1 day')::date end from generate_series(0, 13) m
        """;
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Periods.PeriodNotation;

namespace CommunityFund.Tests.Periods;

/// <summary>A close and a voucher at the same moment, in both orders: whoever comes second sees what the first did.</summary>
public sealed class ClosingRacesTests
{
    private const string Waiting = """
        insert into voucher (book_id, kind, occurred_on, period, narrative_id, line_count, total, maker_id, prepared_at)
        values (1, 'ordinary', '2026-01-06', 202601, 1, 2, 100, 1, now())
        """;

    private static readonly LocalDate January = new(2026, 1, 6);

    [Fact]
    public async Task A_voucher_prepared_while_its_month_is_being_closed_waits_and_is_refused()
    {
        await using TestBody body = await WithMoney();
        await using NpgsqlConnection closing = await Begin(body.Connections.Books, "select close_period(1, 202601, 2, '2026-03-20 02:00Z')");
        Task<long> prepared = Expense(body);
        await SomebodyWaits(body, closing, prepared);
        await closing.Sql("commit");
        (await RefusalOf(() => prepared)).Code.ShouldBe(ConstraintRefusal.PeriodClosed);
        await NothingWaitsInWhatIsClosed(body);
    }

    [Fact]
    public async Task A_close_waits_for_a_voucher_being_prepared_and_is_refused()
    {
        await using TestBody body = await WithMoney();
        await using NpgsqlConnection preparing = await Begin(body.Connections.Books, Waiting);
        Task closed = body.Close(202601);
        await SomebodyWaits(body, preparing, closed);
        await preparing.Sql("commit");
        (await RefusalOf(() => closed)).Blockers().ShouldBe(["waiting.stop"]);
    }

    [Fact]
    public async Task The_owner_too_waits_for_a_voucher_being_prepared()
    {
        await using TestBody body = await WithMoney();
        await using NpgsqlConnection preparing = await Begin(body.Connections.Books, Waiting);
        Task<PostgresException> closed = Attack(
            body.Connections.Owner, "update period set closed_by = 1, closed_at = '2026-03-20 10:00+08' where period = 202601");
        await SomebodyWaits(body, preparing, closed);
        await preparing.Sql("commit");
        (await closed).ConstraintName.ShouldBe("period_voucher_waits");
    }

    [Fact]
    public async Task A_close_that_meets_a_review_sees_the_entry_it_waited_for()
    {
        await using TestBody body = await WithMoney();
        long voucher = await Expense(body);
        await using NpgsqlConnection reviewing = await Begin(
            body.Connections.Books, $"select post_vouchers(1, array[{voucher}], 2, null, '2026-03-20 03:00Z')");
        Task closed = body.Close(202601);
        await SomebodyWaits(body, reviewing, closed);
        await reviewing.Sql("commit");
        await closed;
        (await Sql(body.Connections.Books, "select closed_at = '2026-03-20 03:00Z' from period where period = 202601")).ShouldBe(true);
        await NothingWaitsInWhatIsClosed(body);
    }

    [Fact]
    public async Task A_close_before_a_review_is_refused_and_the_review_goes_through()
    {
        await using TestBody body = await WithMoney();
        long voucher = await Expense(body);
        await using NpgsqlConnection closing = await Begin(body.Connections.Books, "select 1");
        (await Should.ThrowAsync<PostgresException>(() => closing.Sql("select close_period(1, 202601, 2, '2026-03-20 02:00Z')")))
            .ConstraintName.ShouldBe("period_voucher_waits");
        await closing.Sql("rollback");
        await body.Review(voucher);
        await body.Close(202601);
        await NothingWaitsInWhatIsClosed(body);
    }

    [Fact]
    public async Task Eight_people_preparing_and_reviewing_while_another_closes_leave_nothing_behind()
    {
        await using TestBody body = await WithMoney();
        Task[] writers = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => Write(body)))];
        int attempts = 0;
        while (!await IsClosed(body))
        {
            attempts++;
            await Try(() => body.Close(202601));
        }

        await Task.WhenAll(writers);
        attempts.ShouldBeGreaterThan(0);
        await NothingWaitsInWhatIsClosed(body);
    }

    private static async Task Write(TestBody body)
    {
        for (int i = 0; i < 6; i++)
        {
            await Try(async () => await body.Review(await Expense(body)));
        }
    }

    private static async Task Try(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (RefusedException refused)
        {
            refused.Refusal.Code.ShouldBeOneOf(CloseMonth.NotReady, ConstraintRefusal.PeriodClosed, Work.MonthClosed);
        }
    }

    private static async Task<bool> IsClosed(TestBody body) =>
        (bool)(await Sql(body.Connections.Books, "select closed_at is not null from period where period = 202601"))!;

    private static async Task<TestBody> WithMoney()
    {
        TestBody body = await TestBody.New();
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 1, 5), "借入备用金",
        [
            new VoucherRow(Account.Keys.Cash, TestBody.Community, Side.Debit, Amount.Yuan(1000), CashFlow: CashFlow.OtherReceived.Key),
            new VoucherRow("long-term-borrowings", TestBody.Community, Side.Credit, Amount.Yuan(1000)),
        ])));
        return body;
    }

    /// <summary>Paid from the cash box, for which no bank is asked.</summary>
    private static Task<long> Expense(TestBody body) => body.Accountant.Run(new PrepareVoucher(TestBody.Key, January, "活动物资",
    [
        new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(1)),
        new VoucherRow(Account.Keys.Cash, TestBody.Community, Side.Credit, Amount.Yuan(1), CashFlow: CashFlow.PurchasesPaid.Key),
    ]));

    private static async Task<NpgsqlConnection> Begin(string connectionString, string sql)
    {
        NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        await connection.Sql("begin");
        await connection.Sql(sql);
        return connection;
    }

    private static async Task SomebodyWaits(TestBody body, NpgsqlConnection first, Task second)
    {
        string waits = $"select exists (select 1 from pg_stat_activity where {first.ProcessID} = any (pg_blocking_pids(pid)))";
        while (!(bool)(await Sql(body.Connections.Books, waits))!) // elsewhere: a transaction sees one picture of who waits
        {
            second.IsCompleted.ShouldBeFalse("the second should wait for the first");
            await Task.Yield();
        }
    }

    private static async Task NothingWaitsInWhatIsClosed(TestBody body) =>
        (await Sql(body.Connections.Books, """
            select (select count(*) from voucher v join period p using (book_id, period) where p.closed_at is not null and v.state = 'prepared')
                 + (select count(*) from journal_entry j join period p using (book_id, period) where j.posted_at > p.closed_at)
            """)).ShouldBe(0L);
}

using System.Diagnostics;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Books;

/// <summary>When the way to the database breaks, nobody knows what was done; the command's key settles it.</summary>
public sealed class UnknownOutcomeTests : IAsyncLifetime
{
    private TestBody _body = null!;
    private Wire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _body = await TestBody.New();
        _wire = new Wire(_body.Connections.Books);
        await _body.Gift(TestBody.Community, 1000m, Restriction.Unrestricted);
    }

    public async ValueTask DisposeAsync()
    {
        await _wire.DisposeAsync();
        await _body.DisposeAsync();
    }

    [Theory]
    [InlineData(Wire.Cut.AfterCommit)]
    [InlineData(Wire.Cut.BeforeCommit)]
    [InlineData(Wire.Cut.AfterCommit, Wire.Cut.BeforeCommit)]
    [InlineData(Wire.Cut.BeforeCommit, Wire.Cut.AfterCommit, Wire.Cut.AfterCommit)]
    public async Task A_commit_that_nobody_answered_is_done_once(params Wire.Cut[] cuts)
    {
        PrepareVoucher expense = Expense(Guid.NewGuid());
        _wire.CutNext(cuts);

        long voucher = await Accountant().Run(expense);

        (await Count("活动物资")).ShouldBe(1);
        (await Accountant().Run(expense)).ShouldBe(voucher, "the same form answers the same");
        (await Logged(expense.Key)).ShouldBe(1);
    }

    [Theory]
    [InlineData(Wire.Cut.AfterCommit)]
    [InlineData(Wire.Cut.BeforeCommit)]
    public async Task A_voucher_is_posted_once_under_one_number_whatever_was_heard(Wire.Cut cut)
    {
        long voucher = await Accountant().Run(Expense(Guid.NewGuid()));
        ReviewVoucher review = new(Guid.NewGuid(), voucher);
        _wire.CutNext(cut);

        PostedNumber posted = await Reviewer().Run(review);

        await using FundDb db = _body.Db();
        PostedEntry entry = await db.Entries.SingleAsync(row => row.VoucherId == voucher);
        (entry.Series, entry.Number).ShouldBe((posted.Series, posted.Number));
        (await Reviewer().Run(review)).ShouldBe(posted);
    }

    [Fact]
    public async Task Who_gave_away_his_own_right_is_told_that_it_was_done()
    {
        long grant;
        await using (FundDb db = _body.Db())
        {
            grant = await db.Set<RoleGrant>().Where(row => row.PersonId == 2 && row.Role == Role.Admin)
                .Select(row => row.RoleGrantId).SingleAsync();
        }

        _wire.CutNext(Wire.Cut.AfterCommit);
        await Reviewer().Run(new EndRole(Guid.NewGuid(), grant));

        await using FundDb after = _body.Db();
        (await after.Set<RoleGrant>().SingleAsync(row => row.RoleGrantId == grant)).ValidUntil
            .ShouldBe(new LocalDate(2026, 3, 19));
    }

    [Fact]
    public async Task A_server_that_comes_back_after_three_seconds_finds_the_command_waiting()
    {
        _wire.Down();
        Task<long> running = Accountant().Run(Expense(Guid.NewGuid()));
        Task<FundNumber> asking = Task.Run(() => Numbers(Accountant()));
        await Task.Delay(TimeSpan.FromSeconds(3));
        running.IsCompleted.ShouldBeFalse();
        _wire.Up();

        await running;
        (await asking).FundId.ShouldBe(TestBody.Community);
        (await Count("活动物资")).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_stays_away_is_said_to_be_and_the_same_form_settles_it_later(bool committed)
    {
        PrepareVoucher expense = Expense(Guid.NewGuid());
        FundSession session = Accountant(TimeSpan.FromSeconds(3));
        _wire.CutNext(committed ? Wire.Cut.AfterCommit : Wire.Cut.BeforeCommit);
        _wire.CutsAll = true;

        RefusedException refused = await Should.ThrowAsync<RefusedException>(() => session.Run(expense));
        refused.Refusal.Code.ShouldBe(FundSession.Unavailable);
        Stopwatch again = Stopwatch.StartNew();
        (await Should.ThrowAsync<RefusedException>(() => Numbers(session))).Refusal.Code.ShouldBe(FundSession.Away);
        again.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3), "whoever has waited once does not wait again");

        _wire.Up();
        long voucher = await session.Run(expense);
        (await Count("活动物资")).ShouldBe(1);
        (await session.Run(expense)).ShouldBe(voucher);
    }

    [Fact]
    public async Task Who_leaves_while_it_commits_has_done_it()
    {
        using CancellationTokenSource leaving = new();
        (Task committed, Action release) = _wire.HoldNext();
        Task<long> running = Accountant().Run(Expense(Guid.NewGuid()), leaving.Token);
        await committed;
        await leaving.CancelAsync();
        release();

        (await running).ShouldBeGreaterThan(0);
        (await Count("活动物资")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_a_fault_and_a_cancellation_are_not_tried_again()
    {
        FundSession accountant = Accountant();
        await Should.ThrowAsync<RefusedException>(() => accountant.Run(Expense(Guid.NewGuid(), 5000m)));
        await Should.ThrowAsync<RefusedException>(() => accountant.Run(new ReviewVoucher(Guid.NewGuid(), 1)));
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => accountant.Run(Expense(Guid.NewGuid()), gone.Token));

        _wire.Commits.ShouldBe(0);
        _wire.Opened.ShouldBe(1);
        (await Count("活动物资")).ShouldBe(0);
    }

    [Fact]
    public async Task People_who_are_thrown_out_again_and_again_still_do_each_thing_once()
    {
        using CancellationTokenSource over = new();
        Task throwing = ThrowOut(over.Token);
        Guid[] keys = [.. Enumerable.Range(0, 30).Select(_ => Guid.NewGuid())];

        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (key, _) =>
        {
            long voucher = await Accountant(TimeSpan.FromSeconds(60)).Run(Expense(key, 1m));
            await Reviewer(TimeSpan.FromSeconds(60)).Run(new ReviewVoucher(Guid.NewGuid(), voucher));
        });
        await over.CancelAsync();
        await throwing;
        await using NpgsqlConnection pooled = new(_body.Connections.Books);
        NpgsqlConnection.ClearPool(pooled);

        (await Count("活动物资")).ShouldBe(keys.Length);
        await using FundDb db = _body.Db();
        int[] numbers = await db.Entries.Where(row => row.Series == "记" && row.Period == 202603).Select(row => row.Number)
            .OrderBy(number => number).ToArrayAsync();
        numbers.ShouldBe(Enumerable.Range(1, keys.Length + 1));
    }

    private static async Task<FundNumber> Numbers(FundSession session) =>
        (await session.Ask(new FundNumbers())).Single(number => number.FundId == TestBody.Community);

    private static PrepareVoucher Expense(Guid key, decimal yuan = 12m) => new(key, new LocalDate(2026, 3, 5), "活动物资",
    [
        new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(yuan)),
        new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(yuan), CashFlow: CashFlow.PurchasesPaid.Key),
    ]);

    private FundSession Accountant(TimeSpan? patience = null) => By(1, patience);

    private FundSession Reviewer(TimeSpan? patience = null) => By(2, patience);

    private FundSession By(long person, TimeSpan? patience) =>
        new Foundation(_wire.Connection, _body.Clock, TestBody.LogKey)
        {
            LongestOutage = patience ?? TimeSpan.FromSeconds(15),
        }.SessionOf(person, _body.Book);

    private async Task ThrowOut(CancellationToken over)
    {
        await using NpgsqlDataSource server = NpgsqlDataSource.Create(_body.Connections.Superuser);
        while (!over.IsCancellationRequested)
        {
            await using NpgsqlCommand all = server.CreateCommand(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and usename like '%_app' and random() < 0.3
                """);
            await all.ExecuteNonQueryAsync(CancellationToken.None);
            await Task.Delay(Random.Shared.Next(50, 250), CancellationToken.None);
        }
    }

    private async Task<int> Count(string narrative)
    {
        await using FundDb db = _body.Db();
        return await db.Vouchers.CountAsync(voucher => db.Set<Narrative>()
            .Any(row => row.NarrativeId == voucher.NarrativeId && row.Text == narrative));
    }

    private async Task<int> Logged(Guid key)
    {
        await using FundDb db = _body.Db();
        return await db.Set<CommandLog>().CountAsync(row => row.Key == key);
    }
}

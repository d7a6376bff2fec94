using CommunityFund.Banking;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Payments;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;
using static CommunityFund.Tests.Payments.PaymentNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>Bank and books side by side: what is ticked, what is left, who signs, and what stays.</summary>
public sealed class ReconcilingTests
{
    private static readonly LocalDate Day = new(2026, 3, 15);

    [Fact]
    public async Task Bank_and_books_meet_when_what_only_one_side_shows_is_added()
    {
        await using TestBody body = await TestBody.New();
        long gift = await body.Gift(TestBody.Community, 500, Restriction.Unrestricted), late = await body.Gift(TestBody.Community, 80, Restriction.Unrestricted);
        long paid = await body.PrepareExpense(TestBody.Community, 30);
        await body.Review(paid);
        await body.Import(FileOf("03-03,500.00,,500.00,张三,捐赠", "03-06,60.00,,560.00,李四,转账", "03-07,,5.00,555.00,,手续费"));
        long line = (await body.Lines())[0].BankLineId;
        await body.Accountant.Run(new TickMatch(TestBody.Key, [new TickedPair(line, gift)]));
        WorkingView view = await body.Accountant.Ask(new WorkingSheet(1, Day));
        BankSheet sheet = view.Sheet;
        (sheet.Statement, sheet.Booked).ShouldBe((Amount.Yuan(555), Amount.Yuan(550)));
        sheet.Items.Select(item => (item.Side, item.Size, item.Voucher, item.Age)).ShouldBe([
            (OpenSide.BooksReceived, Amount.Yuan(80), late, 13), (OpenSide.BooksPaid, Amount.Yuan(30), paid, 10),
            (OpenSide.BankReceived, Amount.Yuan(60), null, 9), (OpenSide.BankPaid, Amount.Yuan(5), null, 8),
        ]);
        (sheet.AdjustedBooked, sheet.AdjustedStatement).ShouldBe((Amount.Yuan(605), Amount.Yuan(605)));
        view.Ticked.Select(ticked => (ticked.Line, ticked.Voucher)).ShouldBe([(line, gift)]);
        view.MayPrepare.ShouldBeTrue();
        (await body.Accountant.Ask(new WorkingSheet(1, Day, Amount.Yuan(556)))).MayPrepare.ShouldBeFalse();
        (await RefusalOf(() => body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, Day, Amount.Yuan(556), true)))).Code
            .ShouldBe(Reconciliation.Unequal);
        (await RefusalOf(() => body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, Day, Amount.Yuan(556), false)))).Code
            .ShouldBe(Reconciliation.NotByLines);
    }

    [Fact]
    public async Task Two_sign_and_what_they_signed_for_stays_until_two_open_it_again()
    {
        await using TestBody body = await TestBody.New();
        (long id, long line, long gift) = await Prepared(body);
        (await RefusalOf(() => body.Accountant.Run(new ConfirmReconciliation(TestBody.Key, id)))).Code.ShouldBe("database.reconciliation-same-person");
        await body.Reviewer.Run(new ConfirmReconciliation(TestBody.Key, id));
        UntickMatch undo = new(TestBody.Key, 1, line, gift);
        (await RefusalOf(() => body.Accountant.Run(undo))).Code.ShouldBe("database.bank-match-locked");
        (await RefusalOf(() => body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, Day, Amount.Yuan(500), true)))).Code
            .ShouldBe("database.reconciliation-backwards");
        await body.Accountant.Run(new AskToUnlock(TestBody.Key, id, "勾错了一笔"));
        (await RefusalOf(() => body.Accountant.Run(new AgreeToUnlock(TestBody.Key, id)))).Code.ShouldBe("database.reconciliation-same-person");
        await body.SecondReviewer.Run(new AgreeToUnlock(TestBody.Key, id));
        await body.Accountant.Run(undo);
        ReconciliationView kept = await body.Accountant.Ask(new ReconciliationPage(id));
        (kept.State, kept.Sheet.Items.Count, kept.Unlocked!.Name).ShouldBe((ReconciliationState.Unlocked, 1, "王复核"));
        (await body.Accountant.Ask(new WorkingSheet(1, Day))).Sheet.Items.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_booked_meanwhile_is_not_signed_unseen()
    {
        await using TestBody body = await TestBody.New();
        (long id, _, _) = await Prepared(body);
        await body.Gift(TestBody.Community, 7, Restriction.Unrestricted);
        (await RefusalOf(() => body.Reviewer.Run(new ConfirmReconciliation(TestBody.Key, id)))).Code.ShouldBe("database.reconciliation-stale");
        await body.Reviewer.Run(new DropReconciliation(TestBody.Key, id, "又记了一笔，请重新对账"));
        long again = await body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, Day, Amount.Yuan(500), false));
        await body.Reviewer.Run(new ConfirmReconciliation(TestBody.Key, again));
    }

    [Fact]
    public async Task Who_paid_in_the_time_does_not_reconcile_it()
    {
        await using TestBody body = await TestBody.New();
        (long id, _, _) = await Prepared(body);
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Cashier, null, new LocalDate(2026, 2, 1), new LocalDate(2026, 3, 10)));
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.VoucherReviewer, null, new LocalDate(2026, 3, 11), null));
        (await RefusalOf(() => body.FinanceOfficer.Run(new ConfirmReconciliation(TestBody.Key, id)))).Code
            .ShouldBe("database.reconciliation-by-cashier");
    }

    [Fact]
    public async Task Who_made_a_payment_or_let_it_go_does_not_reconcile_the_account_it_left()
    {
        await using TestBody body = await PayingBody();
        await body.Released(await body.Owed(Row(100)));
        (await Attack(by: 1, day: 20)).ShouldBe("reconciliation_by_cashier", "made it");
        (await Attack(by: 4, day: 20)).ShouldBe("reconciliation_by_cashier", "let it go");
        (await Attack(by: 2, day: 20)).ShouldBe("reconciliation_stale", "paid nothing");
        (await Attack(by: 1, day: 19)).ShouldBe("reconciliation_stale", "paid nothing by then");

        async Task<string?> Attack(int by, int day)
        {
            await using NpgsqlConnection owner = new(body.Connections.Owner);
            await owner.OpenAsync();
            await using NpgsqlCommand command = new(
                $"""
                insert into reconciliation (book_id, bank_account_id, statement_day, statement_units, from_paper, booked_units, prepared_by, prepared_at)
                values (1, 1, '2026-03-{day}', 1, true, 1, {by}, now())
                """, owner);
            return (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName;
        }
    }

    [Fact]
    public async Task Red_and_what_it_undoes_are_nothing_together_and_blue_takes_over_line_and_tick()
    {
        await using TestBody body = await TestBody.New();
        long onLine = await body.Gift(TestBody.Community, 500, Restriction.Unrestricted), onPaper = await body.Gift(TestBody.Community, 80, Restriction.Unrestricted),
            gone = await body.Gift(TestBody.Community, 9, Restriction.Unrestricted);
        await body.Import(FileOf("03-03,500.00,,500.00,张三,捐赠"));
        await body.Accountant.Run(new TickMatch(TestBody.Key, [new TickedPair((await body.Lines())[0].BankLineId, onLine)]));
        await body.Accountant.Run(new TickVouchers(TestBody.Key, 1, [onPaper], Day));
        await body.Review(await body.Reverse(gone, reason: "没有这笔"));
        foreach (long voucher in new[] { onLine, onPaper })
        {
            VoucherRow[] rows = await body.RowsOf(voucher);
            await body.Review(await body.Correct(voucher, [.. rows.Select(row => row with { Fund = TestBody.General })], reason: "记错基金"));
        }

        LocalDate today = new(2026, 3, 20);
        WorkingView view = await body.Accountant.Ask(new WorkingSheet(1, today, Amount.Yuan(580)));
        view.Sheet.Items.ShouldBeEmpty();
        view.Sheet.Difference.ShouldBe(Amount.Fen(0));
        // On the day before red and blue were written, the books still showed what was put right.
        (await body.Accountant.Ask(new WorkingSheet(1, new LocalDate(2026, 3, 4)))).Sheet.Items.Select(item => item.Size)
            .ShouldBe([Amount.Yuan(80), Amount.Yuan(9)]);
    }

    [Theory]
    [InlineData(509, "transposed")]
    [InlineData(1454, "lines-missing")]
    [InlineData(585, "same-amount")]
    [InlineData(330, "wrong-side")]
    public async Task A_difference_comes_with_its_likeliest_cause(int statement, string cause)
    {
        await using TestBody body = await TestBody.New();
        await Prepared(body, prepare: false);
        (await body.Accountant.Ask(new WorkingSheet(1, Day, Amount.Yuan(statement)))).Causes.Select(found => found.Key).ShouldContain(cause);
    }

    [Theory]
    [InlineData("update reconciliation set statement_units = statement_units + 1", "append_only")]
    [InlineData("update reconciliation set state = 'prepared', decided_by = null, decided_at = null", "reconciliation_out_of_turn")]
    [InlineData("update reconciliation set state = 'unlocked', unlocked_by = 2, unlocked_at = now()", "reconciliation_unlocked")]
    [InlineData("delete from reconciliation", "append_only")]
    [InlineData("update reconciliation_item set units = 1", "append_only")]
    [InlineData("insert into reconciliation_item (book_id, reconciliation_id, item_no, voucher_id, occurred_on, units) values (1, 1, 9, 1, '2026-03-01', 1)", "append_only")]
    [InlineData("update bank_match set undone_by = 1, undone_at = now()", "bank_match_locked")]
    [InlineData("delete from bank_tick", "append_only")]
    [InlineData("insert into bank_tick (book_id, bank_account_id, voucher_id, seen_on, ticked_by, ticked_at) select 1, 1, max(voucher_id), '2026-03-15', 1, now() from voucher", "bank_match_locked")]
    [InlineData("insert into reconciliation (book_id, bank_account_id, statement_day, statement_units, from_paper, booked_units, prepared_by, prepared_at) values (1, 1, '2026-03-18', 1, true, 1, 1, now())", "reconciliation_stale")]
    public async Task The_tables_owner_rewrites_nothing_that_was_signed(string attack, string wall)
    {
        await using TestBody body = await TestBody.New();
        (long id, _, _) = await Prepared(body);
        await body.Reviewer.Run(new ConfirmReconciliation(TestBody.Key, id));
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand command = new(attack, owner);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName.ShouldBe(wall);
    }

    [Fact]
    public async Task Whatever_is_matched_or_left_both_sides_meet_on_every_day()
    {
        await using TestBody body = await TestBody.New();
        Random chance = new(20260315);
        List<(long Voucher, decimal Yuan, int Day)> booked = [];
        List<string> rows = [];
        decimal balance = 0;
        foreach (int day in Enumerable.Range(2, 14))
        {
            decimal yuan = chance.Next(1, 6) * 100;
            if (chance.Next(4) > 0)
            {
                booked.Add((await body.Gift(TestBody.Community, yuan, Restriction.Unrestricted, new LocalDate(2026, 3, day)), yuan, day));
            }

            if (chance.Next(4) > 0)
            {
                balance += yuan;
                rows.Add(FormattableString.Invariant($"03-{day:00},{yuan:0.00},,{balance:0.00},张三,第{day}日"));
            }
        }

        await body.Import(FileOf([.. rows]));
        await body.Review(await body.Reverse(booked[0].Voucher, reason: "记错"));
        foreach (OpenItem item in (await body.Accountant.Ask(new WorkingSheet(1, Day))).Sheet.Items.Where(item => item.Pairs.Count > 0).Take(5))
        {
            OpenPair pair = item.Pairs[^1];
            try
            {
                await body.Accountant.Run(new TickMatch(TestBody.Key, [new TickedPair(item.Line!.Value, pair.Voucher)]));
            }
            catch (RefusedException)
            {
                // An earlier line took that voucher.
            }
        }

        foreach (int day in Enumerable.Range(2, 18))
        {
            BankSheet sheet = (await body.Accountant.Ask(new WorkingSheet(1, new LocalDate(2026, 3, day)))).Sheet;
            (sheet.Difference ?? Amount.Fen(0)).ShouldBe(Amount.Fen(0), $"day {day}");
        }
    }

    /// <summary>A gift of 500.00 on its line, and 85.00 the bank does not show; prepared by the accountant.</summary>
    private static async Task<(long Id, long Line, long Gift)> Prepared(TestBody body, bool prepare = true)
    {
        long gift = await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        await body.Gift(TestBody.Community, 85, Restriction.Unrestricted);
        await body.Import(FileOf("03-03,500.00,,500.00,张三,捐赠"));
        long line = (await body.Lines())[0].BankLineId;
        await body.Accountant.Run(new TickMatch(TestBody.Key, [new TickedPair(line, gift)]));
        return (prepare ? await body.Accountant.Run(new PrepareReconciliation(TestBody.Key, 1, Day, Amount.Yuan(500), false)) : 0, line, gift);
    }
}

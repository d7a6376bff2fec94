using CommunityFund.Books;
using CommunityFund.CashBox;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>The cash box: the cashier notes and counts, an accountant books, a third reviews.</summary>
public sealed class CashBoxTests
{
    private static readonly LocalDate Day = new(2026, 3, 5);

    [Fact]
    public async Task What_the_cashier_notes_is_booked_by_the_accountant_and_waits_again_when_its_voucher_is_dropped()
    {
        await using TestBody body = await TestBody.New();
        FundSession cashier = await Cashier(body);
        long gift = await Note(cashier, CashKind.Receipt, 300, party: "王梅");
        (await RefusalOf(() => cashier.Run(Book(gift)))).Code.ShouldBe(Need.Missing);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, await body.Accountant.Run(Book(gift)), "再核对"));
        (await View(body)).Waiting.Select(note => note.Id).ShouldBe([gift]);
        await body.Review(await body.Accountant.Run(Book(gift)));
        long taken = await Note(cashier, CashKind.Deposit, 200, bank: 1);
        CashBoxView view = await View(body);
        (view.Booked, view.Expected).ShouldBe((Amount.Yuan(300), Amount.Yuan(100)));
        (await RefusalOf(() => body.Accountant.Run(Book(gift)))).Code.ShouldBe(CashNote.Gone);
        await cashier.Run(new DropCashNote(TestBody.Key, taken, "没有去银行"));
        (await View(body)).Waiting.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cash_taken_to_the_bank_changes_places_only_and_a_blue_voucher_books_the_note_instead()
    {
        await using TestBody body = await TestBody.New();
        FundSession cashier = await Cashier(body);
        await body.Review(await body.Accountant.Run(Book(await Note(cashier, CashKind.Receipt, 300), TestBody.General)));
        long voucher = await body.Accountant.Run(Book(await Note(cashier, CashKind.Deposit, 200, bank: 1)));
        await body.Review(voucher);
        (await body.Accountant.Net(body, TestBody.Bank, TestBody.General)).ShouldBe(Amount.Yuan(200));
        long note = (await View(body)).Done.Single(row => row.Voucher == voucher).Id;
        await body.Review(await body.Reverse(voucher, reason: "金额不对"));
        (await View(body)).Waiting.Select(row => row.Id).ShouldBe([note]);
    }

    [Fact]
    public async Task A_count_is_watched_by_another_and_its_difference_is_booked_after_review()
    {
        await using TestBody body = await TestBody.New();
        FundSession cashier = await Cashier(body);
        await body.Review(await body.Accountant.Run(Book(await Note(cashier, CashKind.Receipt, 300), TestBody.General)));
        long count = await cashier.Run(new CountCash(TestBody.Key, Account.Keys.Cash, [new CashPiece(10000, 2), new CashPiece(5000, 1), new CashPiece(50, 1)]));
        (await RefusalOf(() => body.Accountant.Run(new SettleCashCount(TestBody.Key, count, IsClearedUp: false)))).Code.ShouldBe(SettleCashCount.NothingToSettle);
        (await RefusalOf(() => cashier.Run(new WatchCashCount(TestBody.Key, count)))).Code.ShouldBe(Need.Missing);
        await body.Reviewer.Run(new WatchCashCount(TestBody.Key, count));
        long voucher = await body.Accountant.Run(new SettleCashCount(TestBody.Key, count, IsClearedUp: false));
        await body.Review(voucher);
        (await body.Accountant.Net(body, "other-receivables", TestBody.General)).ShouldBe(Amount.Yuan(49.5m));
        VoucherRow[] rows = await body.RowsOf(voucher);
        (await RefusalOf(() => body.Correct(voucher, [.. rows.Select(row => row with { Amount = Amount.Yuan(9) })]))).Code
            .ShouldBe(CashCountOpen.OtherThanCounted);
        long blue = await body.Correct(voucher, [.. rows.Select(row => row.Account == "other-receivables"
            ? row with { Account = Account.Keys.ManagementExpense, Restriction = Restriction.Unrestricted } : row)], reason: "查明为费用");
        await body.Review(blue);
        (await View(body)).Counts.Single().ShouldSatisfyAllConditions(
            row => row.Voucher.ShouldBe(blue), row => row.MaySettle.ShouldBeFalse());
        CashBoxView view = await View(body);
        (view.Booked, view.Counts.Single().Difference).ShouldBe((Amount.Yuan(250.5m), Amount.Yuan(-49.5m)));
        (await RefusalOf(() => cashier.Run(new CountCash(TestBody.Key, Account.Keys.Cash, [new CashPiece(300, 1)])))).Code.ShouldBe(CountCash.BadPieces);
        foreach ((string attack, string wall) in new[]
        {
            ("update cash_count set units = 1", "append_only"), ("delete from cash_note", "append_only"), ("update cash_note set units = 1", "append_only"),
            ("insert into cash_count (book_id, account_id, counted_on, pieces, units, booked_units, counted_by, counted_at) select 1, account_id, '2026-03-05', '{\"100\": 2}', 100, 0, 1, now() from cash_count", "cash_count_sum"),
        })
        {
            await using NpgsqlConnection owner = new(body.Connections.Owner);
            await owner.OpenAsync();
            await using NpgsqlCommand command = new(attack, owner);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName.ShouldBe(wall);
        }
    }

    [Fact]
    public async Task Of_two_counts_that_miss_the_same_money_only_the_last_is_settled_and_a_late_note_is_booked_on_the_first_open_day()
    {
        await using TestBody body = await TestBody.New();
        FundSession cashier = await Cashier(body);
        LocalDate late = new(2026, 1, 28), open = new(2026, 3, 1);
        long note = await cashier.Run(new NoteCash(
            TestBody.Key, CashKind.Receipt, late, Amount.Yuan(300), Account.Keys.Cash, null, "", PersonKind.Person, "义卖收入"));
        await body.Close(202601, 202602);
        Refusal no = await RefusalOf(() => body.Accountant.Run(Book(note, TestBody.General)));
        (no.Code, no.Facts["open"]).ShouldBe((Work.MonthClosed, open));
        await body.Review(await body.Accountant.Run(Book(note, TestBody.General) with { BookedOn = open }));
        long first = await Count(), waiting = await body.Accountant.Run(new SettleCashCount(TestBody.Key, first, IsClearedUp: false));
        long second = await Count();
        (await View(body)).Counts.Where(row => row.MaySettle).Select(row => row.Id).ShouldBe([second]);
        await body.Review(waiting);
        (await RefusalOf(() => body.Accountant.Run(new SettleCashCount(TestBody.Key, second, IsClearedUp: false)))).Code
            .ShouldBe(SettleCashCount.NothingToSettle);
        await body.Review(await body.Reverse(waiting, reason: "重新处理"));
        (await RefusalOf(() => body.Accountant.Run(new SettleCashCount(TestBody.Key, first, IsClearedUp: false)))).Code
            .ShouldBe(SettleCashCount.NotLatest);
        await body.Review(await body.Accountant.Run(new SettleCashCount(TestBody.Key, second, IsClearedUp: false)));
        (await View(body)).Booked.ShouldBe(Amount.Yuan(290));

        async Task<long> Count()
        {
            long count = await cashier.Run(new CountCash(TestBody.Key, Account.Keys.Cash,
                [new CashPiece(10000, 2), new CashPiece(5000, 1), new CashPiece(2000, 2)]));
            await body.Reviewer.Run(new WatchCashCount(TestBody.Key, count));
            return count;
        }
    }

    private static async Task<FundSession> Cashier(TestBody body)
    {
        await body.Operator.Run(new GrantRole(TestBody.Key, 3, Role.Cashier, null, new LocalDate(2026, 1, 1), null));
        return body.FinanceOfficer;
    }

    private static Task<long> Note(FundSession by, CashKind kind, decimal yuan, int? bank = null, string party = "") => by.Run(new NoteCash(
        TestBody.Key, kind, Day, Amount.Yuan(yuan), Account.Keys.Cash, bank, party, PersonKind.Person, "社区活动收付"));

    private static BookCashNote Book(long note, int fund = TestBody.Community) =>
        new(TestBody.Key, note, fund, "other-income", Restriction.Unrestricted, CashFlow.OtherReceived.Key);

    private static Task<CashBoxView> View(TestBody body) => body.Accountant.Ask(new CashBoxPage());
}

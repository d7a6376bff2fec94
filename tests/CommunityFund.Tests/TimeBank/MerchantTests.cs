using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Payments;
using CommunityFund.Tests.Stock;
using CommunityFund.TimeBank.Redemptions;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.TimeBank.RedemptionNotation;
using static CommunityFund.Tests.Vouchers.CorrectingNotation;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Merchants are owed piece by piece and paid month by month, through the payment desk and the bank.</summary>
public sealed class MerchantTests
{
    private static readonly LocalDate March = new(2026, 3, 1);

    [Fact]
    public async Task A_merchants_month_is_stated_settled_paid_and_booked()
    {
        await using TestBody body = await PaymentNotation.PayingBody();
        TimeBankBody bank = await body.OpenTimeBank();
        long merchant = await Month(bank, 3);
        StatementView seen = await body.Accountant.Ask(new MerchantStatement(merchant, March));
        (seen.Pieces.Count, seen.Total, seen.Waiting, seen.Said, seen.Booked, seen.Agrees, seen.IsOver, seen.HasAccount)
            .ShouldBe((2, Amount.Yuan(10.10m), 1, Amount.Yuan(10.10m), Amount.Yuan(10.10m), true, false, false));
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March)))).Code.ShouldBe(SettleMerchant.NotOver);
        body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March)))).Code.ShouldBe(SettleMerchant.NoAccount);
        await Account(bank);
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March.PlusMonths(-1)))))
            .Code.ShouldBe(SettleMerchant.NothingOwed);
        await body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March));
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March)))).Code.ShouldBe(SettleMerchant.Already);
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, new LocalDate(9999, 12, 1))))).Code.ShouldBe(SettleMerchant.NotOver);
        await using (FundDb db = body.Db())
        {
            (await Should.ThrowAsync<PostgresException>(() => db.Database.ExecuteSqlAsync($"update merchant_settlement set state = 'paid'")))
                .ConstraintName.ShouldBe("merchant_settlement_unlike");
        }

        DeskItem item = (await body.Accountant.Ask(new PaymentDesk())).Payees.SelectMany(payee => payee.Items).ShouldHaveSingleItem();
        (item.Merchant, item.Amount, item.Code).ShouldBe((merchant, Amount.Yuan(10.10m), $"YJ202603S{merchant}"));
        (await body.Accountant.Ask(new MerchantList())).ShouldHaveSingleItem().Owed.ShouldBe(Amount.Yuan(10.10m));

        await body.CheckAccounts();
        long batch = await body.Accountant.Run(new MakeBatch(
            TestBody.Key, 1, new LocalDate(2026, 4, 2), [], [], 1, Amount.Yuan(10.10m), [item.Id]));
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
        await body.PaidByBank($"03-20,,10.10,,{Merchant},YJ202603S{merchant}", item.Id);
        (await body.Rows(batch)).ShouldBe([PaymentState.Paid]);
        seen = await body.Accountant.Ask(new MerchantStatement(merchant, March));
        (seen.Settled, seen.Said, seen.Booked, seen.Pieces.Count).ShouldBe((MerchantMonthState.Paid, Amount.Fen(0), Amount.Fen(0), 2));
        (await bank.Net("accounts-payable")).ShouldBe(Amount.Fen(0));

        // What waited for review comes with the next month, and a voucher of a settled piece stays.
        await body.Review((await Rows(bank)).Single(row => row.Cost == RedemptionCost.Waiting).VoucherId!.Value);
        (await body.Accountant.Ask(new MerchantStatement(merchant, new LocalDate(2026, 4, 9)))).Total.ShouldBe(Amount.Yuan(5.05m));
        long settled = (await Rows(bank)).First(row => row.MerchantSettlementId is not null).VoucherId!.Value;
        long red = await body.Reverse(settled, reason: "重做");
        (await RefusalOf(() => body.Review(red))).Code.ShouldBe(HandOverUndone.Settled);
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task A_statement_that_the_books_do_not_bear_out_is_not_settled_and_nobody_releases_the_own()
    {
        await using TestBody body = await PaymentNotation.PayingBody();
        TimeBankBody bank = await body.OpenTimeBank();
        long merchant = await Month(bank, 2);
        await Account(bank);
        long other = await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 19), "多记的应付",
        [
            new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(1)),
            new VoucherRow("accounts-payable", TestBody.Community, Side.Credit, Amount.Yuan(1), Counterparty: merchant),
        ]));
        await body.Review(other);
        body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
        (await RefusalOf(() => body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March)))).Code.ShouldBe(SettleMerchant.Disagrees);
        await body.Review(await body.Reverse(other, reason: "多记"));
        await body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March));
        DeskItem item = (await body.Accountant.Ask(new PaymentDesk())).Payees.SelectMany(payee => payee.Items).ShouldHaveSingleItem();
        await body.CheckAccounts();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Cashier, null, March, null));
        long batch = await body.FinanceOfficer.Run(new MakeBatch(TestBody.Key, 1, new LocalDate(2026, 4, 2), [], [], 1, item.Amount, [item.Id]));
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 1, Role.ApproverL1, null, March, null));
        (await RefusalOf(() => body.Accountant.Run(new ReleaseBatch(TestBody.Key, batch)))).Code.ShouldBe(MerchantPaid.OwnRelease);
        (await RefusalOf(() => body.Accountant.Ask(new MerchantStatement(1, March)))).Code.ShouldBe(MerchantStatement.Unknown);
    }

    [Fact]
    public async Task A_payment_that_is_reversed_is_owed_again()
    {
        await using TestBody body = await PaymentNotation.PayingBody();
        TimeBankBody bank = await body.OpenTimeBank();
        long merchant = await Month(bank, 2);
        await Account(bank);
        body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
        await body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March));
        DeskItem item = (await body.Accountant.Ask(new PaymentDesk())).Payees.SelectMany(payee => payee.Items).Single();
        long voucher = await body.PaidByBank($"03-20,,5.05,,{Merchant},月结", item.Id);
        (await body.Accountant.Ask(new PaymentDesk())).Payees.ShouldBeEmpty();
        await body.Review(await body.Reverse(voucher, reason: "认错了"));
        StatementView seen = await body.Accountant.Ask(new MerchantStatement(merchant, March));
        (seen.Settled, seen.Said, seen.Agrees).ShouldBe((MerchantMonthState.Owed, Amount.Yuan(5.05m), true));
        (await body.Accountant.Ask(new PaymentDesk())).Payees.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Money_that_the_bank_gives_back_is_owed_again_and_paid_once_more()
    {
        await using TestBody body = await PaymentNotation.PayingBody();
        TimeBankBody bank = await body.OpenTimeBank();
        long merchant = await Month(bank, 2);
        await Account(bank);
        body.Clock.Now = Instant.FromUtc(2026, 4, 2, 2, 0);
        await body.Accountant.Run(new SettleMerchant(TestBody.Key, merchant, March));
        DeskItem item = (await body.Accountant.Ask(new PaymentDesk())).Payees.SelectMany(payee => payee.Items).Single();
        await body.CheckAccounts();
        long batch = await body.Accountant.Run(new MakeBatch(TestBody.Key, 1, new LocalDate(2026, 4, 2), [], [], 1, item.Amount, [item.Id]));
        await body.Approver().Run(new ReleaseBatch(TestBody.Key, batch));
        long paid = await body.PaidByBank($"03-20,,5.05,,{Merchant},月结", item.Id);
        long back = await body.Line($"03-20,5.05,,,{Merchant},退汇 户名不符");
        long red = await body.Accountant.Run(new RecordReturnedPayment(TestBody.Key, new BankRest([back]), paid, "退汇 户名不符"));
        await body.Review(red);
        (await body.Rows(batch)).ShouldBe([PaymentState.Failed]);
        StatementView seen = await body.Accountant.Ask(new MerchantStatement(merchant, March));
        (seen.Settled, seen.Agrees, seen.Booked).ShouldBe((MerchantMonthState.Owed, true, Amount.Yuan(5.05m)));
        DeskItem again = (await body.Accountant.Ask(new PaymentDesk())).Payees.SelectMany(payee => payee.Items).Single();
        again.BankSays.ShouldBe("退汇 户名不符");
        await body.PaidByBank($"03-20,,5.05,,{Merchant},再付月结", again.Id);
        (await body.Accountant.Ask(new MerchantStatement(merchant, March))).Settled.ShouldBe(MerchantMonthState.Paid);
        long undo = await body.Reverse(red, reason: "对错了付款");
        (await RefusalOf(() => body.Review(undo))).Code.ShouldBe(MerchantUnpaid.PaidAgain);
        await StockNotation.IsClean(body);
    }

    [Fact]
    public async Task A_blue_voucher_keeps_merchant_and_amount_or_is_refused()
    {
        await using TestBody body = await PaymentNotation.PayingBody();
        TimeBankBody bank = await body.OpenTimeBank();
        long merchant = await Month(bank, 2);
        Redemption row = (await Rows(bank)).First(each => each.Cost == RedemptionCost.Booked);
        CorrectVoucher blue = new(TestBody.Key, row.VoucherId!.Value, new LocalDate(2026, 3, 20), "金额",
        [
            new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(6)),
            new VoucherRow("accounts-payable", TestBody.Community, Side.Credit, Amount.Yuan(6), Counterparty: merchant),
        ]);
        (await RefusalOf(() => body.Accountant.Run(blue))).Code.ShouldBe(HandOverUndone.OtherCost);
    }

    /// <summary>Pieces handed out in March, the last with its voucher still waiting.</summary>
    private static async Task<long> Month(TimeBankBody bank, int pieces)
    {
        long item = await bank.Offer(OfMerchant(5.05m, 10), 5, name: "豆浆一杯"), one = await bank.Earner("王小妹", 100);
        for (int i = 1; i <= pieces; i++)
        {
            long reservation = await bank.Reserved(one, item);
            await bank.HandedOver(reservation);
            if (i < pieces)
            {
                await bank.Body.Review((await bank.Row(reservation)).VoucherId!.Value);
            }
        }

        await using FundDb db = bank.Body.Db();
        return (await db.Set<CatalogueItem>().SingleAsync(row => row.CatalogueItemId == item)).MerchantId!.Value;
    }

    private static Task Account(TimeBankBody bank) => bank.Body.Accountant.Run(
        new SetPayeeAccount(TestBody.Key, Merchant, PersonKind.Organisation, PaymentNotation.Card, "工商银行清河支行"));

    private static async Task<List<Redemption>> Rows(TimeBankBody bank)
    {
        await using FundDb db = bank.Body.Db();
        return await db.Set<Redemption>().AsNoTracking().OrderBy(row => row.RedemptionId).ToListAsync();
    }
}

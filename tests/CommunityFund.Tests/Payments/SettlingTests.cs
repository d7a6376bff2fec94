using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Ledger;
using CommunityFund.Payments;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Payments;

public sealed class SettlingTests
{
    private const string Platform = "other-monetary.01";

    [Fact]
    public async Task What_a_platform_pays_out_a_day_later_is_found_and_its_fee_is_shared_by_the_gifts_funds()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(
            TestBody.Key, "20880000111122", "支付宝", "01", "支付宝", "Alipay", BankAccountKind.Platform));
        await body.Import(Encoding.UTF8.GetBytes(string.Join('\n', "账号：20880000111122", StatementNotation.Header,
            "2026-03-05,100.00,,,王梅,捐赠", "2026-03-05,200.00,,,李明,捐赠", "2026-03-06,100.50,,,张华,捐赠", "2026-03-09,70.00,,,赵云,捐赠")));
        BankLine[] bill = await body.Lines();
        await Gift(body, bill[0], TestBody.Community);
        await Gift(body, bill[1], TestBody.Children);
        await Gift(body, bill[2], TestBody.Community);
        (await body.Accountant.Ask(new SettlementDesk())).Found.ShouldBeEmpty();
        long paid = await body.Line("03-07,398.10,,,支付宝（中国）网络技术有限公司,结算");
        SettlementGuess found = (await body.Accountant.Ask(new SettlementDesk())).Found.Single();
        (found.BankLine, found.Lines.Count, found.Gross, found.Fee).ShouldBe((paid, 3, Amount.Yuan(400.5m), Amount.Yuan(2.4m)));
        (await RefusalOf(() => body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, [bill[3].BankLineId])))).Code
            .ShouldBe(SettlePlatform.NotOpen);
        (await RefusalOf(() => body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, [bill[0].BankLineId])))).Code
            .ShouldBe(SettlePlatform.OddFee);
        long voucher = await body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, found.Lines));
        (await RefusalOf(() => body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, found.Lines)))).Code
            .ShouldBe(SettlePlatform.NoBankLine);
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, voucher, "再核对"));
        await body.Review(await body.Accountant.Run(new SettlePlatform(TestBody.Key, paid, found.Lines)));
        (await body.Accountant.Net(body, Platform, TestBody.Community)).ShouldBe(Amount.Yuan(0));
        (await body.Accountant.Net(body, Platform, TestBody.Children)).ShouldBe(Amount.Yuan(0));
        (await body.Accountant.Net(body, Account.Keys.FundraisingExpense, TestBody.Community)).ShouldBe(Amount.Yuan(1.21m));
        (await body.Accountant.Net(body, Account.Keys.FundraisingExpense, TestBody.Children)).ShouldBe(Amount.Yuan(1.19m));
        (await body.Stage(paid)).ShouldBe(LineStage.Posted);
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand again = new("""
            insert into settlement (book_id, platform_id, bank_line_id, gross, fee, state, made_by, made_at) values (1, 2, 1, 10000, 0, 'prepared', 1, now());
            insert into settlement_line (book_id, settlement_id, bank_line_id) select 1, max(settlement_id), 1 from settlement
            """, owner);
        (await Should.ThrowAsync<PostgresException>(() => again.ExecuteNonQueryAsync())).ConstraintName.ShouldBe("settlement_twice");
        (await body.Accountant.Ask(new SettlementDesk())).Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_gift_that_platform_and_bank_both_show_is_booked_once()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(new AddBankAccount(
            TestBody.Key, "20880000111122", "支付宝", "01", "支付宝", "Alipay", BankAccountKind.Platform));
        await body.Import(Encoding.UTF8.GetBytes(
            $"账号：20880000111122\n{StatementNotation.Header},交易流水号\n2026-03-05,100.00,,,王梅,捐赠,202603052200147890"));
        await Gift(body, (await body.Lines()).Single(), TestBody.Community);
        long other = await body.Line("03-06,100.00,,,王梅,订单 202603059999999999"), again = await body.Line("03-07,100.00,,,王梅,订单 202603052200147890");
        (await RefusalOf(() => body.Accountant.Run(Donation(again, TestBody.Community, 100) with { ReceivedOn = new LocalDate(2026, 3, 7) })))
            .Code.ShouldBe("database.gift-seen-twice");
        await body.Accountant.Run(Donation(other, TestBody.Community, 100) with { ReceivedOn = new LocalDate(2026, 3, 6) });
    }

    private static async Task Gift(TestBody body, BankLine line, int fund) => await body.Review(await body.Accountant.Run(new RecordDonation(
        TestBody.Key, fund, "", PersonKind.Person, Amount.Fen(line.Units), line.OccurredOn, Platform,
        fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted, "", "平台捐赠", line.BankLineId)));
}

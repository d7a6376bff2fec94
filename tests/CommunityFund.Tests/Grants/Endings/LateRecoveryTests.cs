using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Grants;
using CommunityFund.Grants.Endings;
using CommunityFund.Grants.Registers;
using CommunityFund.Ledger;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Books;
using CommunityFund.Tests.Documents;
using CommunityFund.Tests.Grants.Awards;
using CommunityFund.Tests.Grants.Registers;
using CommunityFund.Tests.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Grants.Endings;

/// <summary>Money that comes after its claim was given up makes the fund whole that bore the loss (grants.md 5.2, move 24).</summary>
public sealed class LateRecoveryTests
{
    [Theory]
    [InlineData(2004)]
    [InlineData(2026)]
    public async Task What_comes_after_a_write_off_takes_the_loss_back_in_the_fund_that_bore_it(int standard)
    {
        await using TestBody body = standard == 2004 ? await TestBody.New2004() : await TestBody.New();
        (EndingNotation made, long writeOff) = await WrittenOff(body);
        string loss = standard == 2004 ? "management-expense" : "impairment-loss";
        (await AwardNotation.Refused(() => body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(3200.01m), "居委会筹到款"))))
            .ShouldSay(AwaitLateRecovery.BadAmount, "3,200.00", "3,200.00");
        (await AwardNotation.Refused(() => body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(500), " "))))
            .ShouldSay(AwaitLateRecovery.NoteMissing, "由谁偿还", "who pays");
        await body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(500), "居委会筹到款，先还一部分"));
        (await AwardNotation.Refused(() => body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(1), "再还"))))
            .ShouldSay(AwaitLateRecovery.OneOpen, "500.00", "500.00");

        long voucher = await Came(made, 500);
        PostedNumber posted = await body.Review(voucher);
        (await BankNotation.Entry(body, posted.EntryNo)).ShouldBe(
        [
            "D recovery-claims 500.00  ordinary", "C bad-debt-allowance 500.00  ordinary", "D bad-debt-allowance 500.00  ordinary",
            $"C {loss} 500.00 {(standard == 2004 ? "" : "U")} ordinary", "C recovery-claims 500.00  ordinary", "D bank.01 500.00  ordinary",
        ]);
        (await made.Net(loss, TestBody.Community)).ShouldBe(2700);
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(Amount.Yuan(5500));
        (await body.Numbers(TestBody.Children)).OwnCash.ShouldBe(Amount.Yuan(6000));
        foreach (string square in new[] { "recovery-claims", "bad-debt-allowance" })
        {
            (await made.Net(square, TestBody.Community)).ShouldBe(0);
        }

        // The grant's page and its story say so, and what is still lost.
        WriteOffShown shown = (await body.Accountant.Ask(new GrantEndingPage(made.Grant))).WriteOffs.Single();
        (shown.Lost, shown.Late.Single().State, shown.Late.Single().Voucher).ShouldBe((Amount.Yuan(2700), LateRecoveryState.Came, voucher));
        (await made.Grants.Desk.Ask(new GrantStory(made.Grant))).Events.ShouldContain(row =>
            row.What.Key == "term.MoneyMove.RecoveredLate" && row.Amount == Amount.Yuan(500));
        (await made.State()).ShouldBe(GrantState.Closed);
        await made.Grants.ShouldBeClean();

        await body.Review(await body.Reverse(voucher, body.Clock.Now.InUtc().Date));
        (await made.Net(loss, TestBody.Community)).ShouldBe(3200);
        (await body.Accountant.Ask(new GrantEndingPage(made.Grant))).WriteOffs.Single().Late.Single().State.ShouldBe(LateRecoveryState.Awaited);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task What_is_awaited_is_taken_back_and_the_database_refuses_more_than_was_given_up()
    {
        await using TestBody body = await TestBody.New();
        (EndingNotation made, long writeOff) = await WrittenOff(body);
        long late = await body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(3200), "居委会筹到款"));
        string again = $"insert into grant_late_recovery (book_id, grant_write_off_id, units, note, state, expectation_id, awaited_by, awaited_at) "
            + $"select 1, {writeOff}, 1, '再还', 'awaited', max(expectation_id), {made.Grants.Id("desk")}, now() from expectation";
        await Refused(made, "grant_late_recovery_beyond", again);
        await body.Accountant.Run(new DropLateRecovery(EndingNotation.Key, late));
        (await AwardNotation.Refused(() => body.Accountant.Run(new DropLateRecovery(EndingNotation.Key, late))))
            .ShouldSay(DropLateRecovery.TooLate, "已取消", "taken back");
        await Refused(made, "grant_late_recovery_turn", "update grant_late_recovery set state = 'came'");

        // One payment at a time, even if it is small enough.
        await body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(500), "居委会筹到款"));
        await Refused(made, "grant_late_recovery_one", again);
        await made.Grants.ShouldBeClean();
    }

    [Fact]
    public async Task An_auditor_finds_what_is_awaited_and_what_came_in_the_register_of_exceptions()
    {
        await using TestBody body = await TestBody.New();
        (EndingNotation made, long writeOff) = await WrittenOff(body);
        await body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(500), "居委会筹到款"));
        (await Late(body)).ShouldBe([(Amount.Yuan(500), LateRecoveryState.Awaited, "居委会筹到款", null)]);
        long voucher = await Came(made, 500);
        (await Late(body)).ShouldBe([(Amount.Yuan(500), LateRecoveryState.Awaited, "居委会筹到款", null)]);
        await body.Review(voucher);
        (await Late(body)).ShouldBe([(Amount.Yuan(500), LateRecoveryState.Came, "居委会筹到款", voucher)]);
        long late = await body.Accountant.Run(new AwaitLateRecovery(EndingNotation.Key, writeOff, Amount.Yuan(100), "再还一笔"));
        (await Late(body)).Count.ShouldBe(2);
        await body.Accountant.Run(new DropLateRecovery(EndingNotation.Key, late));
        (await Late(body)).Count.ShouldBe(1);
        await body.Review(await body.Reverse(voucher, body.Clock.Now.InUtc().Date));
        (await Late(body)).ShouldBe([(Amount.Yuan(500), LateRecoveryState.Awaited, "居委会筹到款", null)]);
    }

    [Fact]
    public async Task The_papers_of_a_write_off_prove_both_its_vouchers()
    {
        await using TestBody body = await TestBody.New();
        (_, long writeOff) = await WrittenOff(body);
        await using FundDb db = body.Db();
        long posted = await db.Set<GrantWriteOff>().Where(row => row.GrantWriteOffId == writeOff).Select(row => row.VoucherId!.Value).SingleAsync();
        (await db.Set<VoucherDocument>().OrderBy(row => row.VoucherId).Where(row => row.Name == "决议.png").ToListAsync())
            .Select(row => (row.VoucherId, row.SharedWith)).ShouldBe([(posted - 1, null), (posted, posted - 1)]);
    }

    private static async Task<List<(Amount?, LateRecoveryState?, string, long?)>> Late(TestBody body)
    {
        ExceptionRegisterView view = await body.FinanceOfficer.Ask(new ExceptionRegister(new RegisterFilter(), GrantException.LateRecovery));
        RegisterTests.Says(RegisterTable.Of(view, RegisterTests.Spoken));
        return [.. view.Rows.Select(row => (row.Amount, row.Recovery, row.Reason, row.Voucher))];
    }

    private static async Task Refused(EndingNotation made, string wall, string sql)
    {
        PostgresException refused = await Should.ThrowAsync<PostgresException>(() => made.Grants.App(sql));
        refused.ConstraintName.ShouldBe(wall);
        ConstraintWordsTests.Tell(refused);
    }

    /// <summary>3,200 claimed and all of it written off, borne by the community fund; the grant is closed.</summary>
    private static async Task<(EndingNotation Made, long WriteOff)> WrittenOff(TestBody body)
    {
        EndingNotation made = await EndingStages.PartlyAcquitted(body);
        await made.Heard();
        await made.Terminate();
        made.Grants.Wait(31);
        await made.Demanded();
        long writeOff = await body.Accountant.Run(new DraftWriteOff(EndingNotation.Key, made.Grant, TestBody.Community, "居委会账户无余额", "损失由社区基金承担"));
        await made.Grants.Steer.Run(new ResolveWriteOff(EndingNotation.Key, writeOff, "决议〔2026〕30号"));
        Enclosure paper = new(await body.Accountant.Run(new UploadDocument(EndingNotation.Key, "决议.png", Samples.Png(77))));
        await body.Review(await body.Accountant.Run(new PrepareWriteOff(EndingNotation.Key, writeOff, [paper])));
        await body.Accountant.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()));
        await made.Grants.L2.Run(new SettleRecovery(EndingNotation.Key, made.Grant, await made.Version()));
        return (made, writeOff);
    }

    private static async Task<long> Came(EndingNotation made, decimal yuan)
    {
        await using FundDb db = made.Body.Db();
        long expectation = await db.Set<GrantLateRecovery>().Where(row => row.State == LateRecoveryState.Awaited).Select(row => row.ExpectationId)
            .SingleAsync();
        string day = made.Body.Clock.Now.InUtc().Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await made.Body.Import(Encoding.UTF8.GetBytes(string.Join('\n', $"账号：{BankNotation.Number}", StatementNotation.Header,
            $"{day},{yuan:0.00},,,幸福里居委会,补还项目款")));
        return await made.Body.Accountant.Run(new MatchExpectations(EndingNotation.Key, [(await made.Body.Lines())[^1].BankLineId], [expectation]));
    }
}

using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

public sealed class MatchingExpectationsTests
{
    [Fact]
    public async Task What_was_expected_is_booked_as_the_feature_said_when_the_bank_tells_of_it()
    {
        await using TestBody body = await TestBody.New();
        long expected = await Gift(body, 200);
        long line = await body.Line("03-05,200.00,,,王梅,捐赠");
        long voucher = await body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [expected]));
        (await body.Stage(line)).ShouldBe(LineStage.Waiting);
        (await RefusalOf(() => body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [expected])))).Code
            .ShouldBe(UndecidedLine.HasVoucher);
        await body.Review(voucher);
        (await body.Accountant.Net(body, Account.Keys.DonationIncome, TestBody.Community)).ShouldBe(Amount.Yuan(-200));
        (await Met(body, expected)).ShouldBe(voucher);
    }

    [Fact]
    public async Task Dropped_or_reversed_the_expectation_waits_again_and_a_blue_voucher_meets_it_instead()
    {
        await using TestBody body = await TestBody.New();
        long expected = await Gift(body, 200), line = await body.Line("03-05,200.00,,,王梅,捐赠");
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, await Match(body, line, expected), "再核对"));
        (await Met(body, expected)).ShouldBeNull();
        long first = await Match(body, line, expected);
        await body.Review(first);
        VoucherRow[] other = [.. (await body.RowsOf(first)).Select(row => row with { Fund = TestBody.General })];
        await body.Reviewer.Run(new RejectVoucher(TestBody.Key, await body.Correct(first, other, reason: "记错基金"), "没有错"));
        await body.Review(await body.Reverse(first, reason: "记错"));
        (await Met(body, expected)).ShouldBeNull();
        long second = await Match(body, line, expected);
        await body.Review(second);
        VoucherRow[] elsewhere = [.. (await body.RowsOf(second)).Select(row => row with { Fund = TestBody.General })];
        long blue = await body.Correct(second, elsewhere, reason: "记错基金");
        (await Met(body, expected)).ShouldBe(second);
        await body.Review(blue);
        (await Met(body, expected)).ShouldBe(blue);
        (await body.View(line)).VoucherId.ShouldBe(blue);
    }

    [Fact]
    public async Task Several_lines_and_several_expectations_meet_where_their_sums_are_equal()
    {
        await using TestBody body = await TestBody.New();
        long[] expected = [await Gift(body, 200), await Gift(body, 50)];
        long[] lines = [await body.Line("03-05,150.00,,,王梅,捐赠"), await body.Line("03-06,100.00,,,王梅,捐赠")];
        (await RefusalOf(() => body.Accountant.Run(new MatchExpectations(TestBody.Key, lines, [expected[0]])))).Code
            .ShouldBe(MatchExpectations.Unequal);
        await body.Review(await body.Accountant.Run(new MatchExpectations(TestBody.Key, lines, expected)));
        (await body.Stage(lines[0])).ShouldBe(LineStage.Posted);
        (await body.Stage(lines[1])).ShouldBe(LineStage.Posted);
        (await RefusalOf(() => Match(body, lines[0], expected[0]))).Code.ShouldBe(UndecidedLine.HasVoucher);
    }

    [Theory]
    [InlineData("insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, {0}, {3}, 15000, 1, now())", "bank_line_taken")]
    [InlineData("insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, {1}, {2}, 5000, 1, now())", "bank_line_amount")]
    [InlineData("insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at) values (1, {1}, {2}, -10, 1, now())", "bank_line_amount")]
    [InlineData("update bank_match set units = units + 1", "append_only")]
    [InlineData("delete from bank_match", "append_only")]
    [InlineData("update expectation set units = units + 1", "append_only")]
    [InlineData("delete from expectation_line", "append_only")]
    [InlineData("update expectation set voucher_id = null where voucher_id is not null", "expectation_met")]
    public async Task The_tables_owner_gives_no_line_away_twice_and_changes_no_match(string attack, string wall)
    {
        await using TestBody body = await TestBody.New();
        long expected = await Gift(body, 150), line = await body.Line("03-05,150.00,,,王梅,捐赠"), other = await body.Line("03-06,50.00,,,李娜,捐赠");
        long voucher = await Match(body, line, expected);
        await body.Review(voucher);
        long cash = await body.Gift(TestBody.Community, 150, Restriction.Unrestricted);
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand command = new(
            attack.Replace("{0}", $"{line}").Replace("{1}", $"{other}").Replace("{2}", $"{voucher}").Replace("{3}", $"{cash}"), owner);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).ConstraintName.ShouldBe(wall);
    }

    private static Task<long> Match(TestBody body, long line, long expectation) =>
        body.Accountant.Run(new MatchExpectations(TestBody.Key, [line], [expectation]));

    private static async Task<long?> Met(TestBody body, long expectation)
    {
        await using FundDb db = body.Db();
        return await db.Set<Expectation>().Where(row => row.ExpectationId == expectation).Select(row => row.VoucherId).SingleAsync();
    }

    private static Task<long> Gift(TestBody body, decimal yuan) => body.Accountant.Run(new ExpectGift(TestBody.Key, yuan));

    /// <summary>As a feature would: a gift that was promised.</summary>
    private sealed record ExpectGift(Guid Key, decimal Yuan) : Command<long>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

        internal override async Task<long> Apply(Work work, CancellationToken ct)
        {
            Account income = (await work.ChartOn(work.Today, ct))[Account.Keys.DonationIncome];
            Fund fund = await work.FundById(TestBody.Community, ct);
            return await new Expected(
                ExpectationKind.Gift, Amount.Yuan(Yuan), "定期捐赠", new LocalDate(2026, 3, 5),
                [new ExpectedLine(income, fund, Side.Credit, Amount.Yuan(Yuan), CashFlow.DonationsReceived, new Tags(Restriction.Unrestricted))],
                Code: "CF-7K3Q").Write(work, ct);
        }
    }
}

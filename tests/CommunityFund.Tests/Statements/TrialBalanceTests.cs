using System.Globalization;
using CommunityFund.Accounts;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Statements;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Statements;

public sealed class TrialBalanceTests
{
    public TrialBalanceTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Fact]
    public async Task A_small_ledger_reads_as_an_accountant_expects()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView march = await body.Accountant.Ask(new TrialBalance(202602, 202603, Level: 2));
        TrialBalanceText.Draw(march, StatementBooks.Words).ShouldBe("""
            科目余额表
            单位：测试慈善会
            期间：2026-02 至 2026-03
            基金：全部基金
            科目编码  科目名称        期初余额 借方  期初余额 贷方  本期发生额 借方  本期发生额 贷方  本年累计 借方  本年累计 贷方  期末余额 借方  期末余额 贷方
            1002      银行存款            11,000.00              -           500.00           800.50       1,500.00         800.50      10,699.50              -
            100201      建行基本户        11,000.00              -           500.00           800.50       1,500.00         800.50      10,699.50              -
            1501      固定资产             1,200.00              -                -                -              -              -       1,200.00              -
            1502      累计折旧                    -         300.00                -                -              -              -              -         300.00
            3101      非限定性净资产              -       2,900.00                -                -              -              -              -       2,900.00
            3102      限定性净资产                -       8,000.00                -                -              -              -              -       8,000.00
            4101      捐赠收入                    -       1,000.00                -           500.00              -       1,500.00              -       1,500.00
            5101      业务活动成本                -              -           800.50                -         800.50              -         800.50              -
                      合计                12,200.00      12,200.00         1,300.50         1,300.50       2,300.50       2,300.50      12,700.00      12,700.00
            试算平衡：期初、本期、本年累计、期末借贷相等

            """);
    }

    [Fact]
    public async Task Each_account_can_be_divided_by_fund_and_the_parts_make_the_whole()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(202601, 202603, ByFund: true));
        TrialBalanceRow bank = view.Rows.Single(row => row is { AccountKey: "bank", Fund: null });
        view.Rows.Where(row => row is { AccountKey: "bank", Fund: not null }).Select(row => (row.Fund!.Code, row.Figures.ClosingDebit)).ShouldBe(
            [("F00", Amount.Yuan(2000)), ("C01", Amount.Yuan(850)), ("C02", Amount.Yuan(7849.50m))], ignoreOrder: true);
        bank.Figures.ClosingDebit.ShouldBe(Amount.Yuan(10699.50m));
        bank.Figures.Credit.ShouldBe(Amount.Yuan(800.50m));
        view.Totals.ShouldBe((await body.Accountant.Ask(new TrialBalance(202601, 202603))).Totals);
    }

    [Fact]
    public async Task Levels_roll_up_along_parent_accounts()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await StatementBooks.Hostile(body, "打印机", "01");
        TrialBalanceView one = await body.Accountant.Ask(new TrialBalance(202601, 202603));
        TrialBalanceView two = await body.Accountant.Ask(new TrialBalance(202601, 202603, Level: 2));
        one.Rows.ShouldAllBe(row => row.Level == 1);
        two.Rows.Where(row => row.Code.StartsWith("1002", StringComparison.Ordinal)).Select(row => (row.Code, row.Level, row.Figures.ClosingDebit))
            .ShouldBe([("1002", 1, Amount.Yuan(10689.50m)), ("100201", 2, Amount.Yuan(10689.50m))]);
        two.Rows.Where(row => row.Level == 1).ShouldBe(one.Rows);
        two.Totals.ShouldBe(one.Totals);
    }

    [Fact]
    public async Task Accounts_with_nothing_are_left_out_unless_asked_for_and_memorandum_accounts_always()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView some = await body.Accountant.Ask(new TrialBalance(202603, 202603));
        TrialBalanceView all = await body.Accountant.Ask(new TrialBalance(202603, 202603, Level: 2, ShowZero: true));
        some.Rows.ShouldNotContain(row => row.Code == "1001");
        all.Rows.ShouldContain(row => row.Code == "1001");
        all.Rows.ShouldNotContain(row => row.Code.StartsWith('9'));
        all.Totals.ShouldBe(some.Totals);
    }

    [Fact]
    public async Task Year_to_date_begins_in_january_and_the_adjusting_period_follows_december()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        TrialBalanceView end = await body.Accountant.Ask(new TrialBalance(202613, 202613));
        end.Totals.Debit.ShouldBe(Amount.Yuan(0));
        end.Totals.YearDebit.ShouldBe(Amount.Yuan(2300.50m));
        TrialBalanceView next = await body.Accountant.Ask(new TrialBalance(202701, 202701));
        next.Totals.OpeningDebit.ShouldBe(end.Totals.ClosingDebit);
        next.Totals.YearDebit.ShouldBe(Amount.Yuan(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20260320)]
    public async Task Balances_equal_what_the_lines_add_up_to(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        await using FundDb db = body.Db();
        List<PostedLine> lines = await db.Postings.AsNoTracking().ToListAsync();
        Dictionary<int, string> keys = await db.Accounts.ToDictionaryAsync(account => account.AccountId, account => account.Key);
        foreach ((int from, int to, int? fund) in new (int, int, int?)[] { (202601, 202603, null), (202602, 202602, TestBody.Community), (202603, 202603, null) })
        {
            TrialBalanceView view = await body.Accountant.Ask(new TrialBalance(from, to, fund, Level: 2));
            view.IsBalanced.ShouldBeTrue($"seed {seed}");
            foreach (TrialBalanceRow row in view.Rows)
            {
                PostedLine[] mine = [.. lines.Where(line => (fund is null || line.FundId == fund) && line.Period <= to
                    && (keys[line.AccountId] == row.AccountKey || keys[line.AccountId].StartsWith($"{row.AccountKey}.", StringComparison.Ordinal)))];
                row.Figures.ShouldBe(Added(mine, from), $"seed {seed}, {row.Code}");
            }

            view.Totals.YearDebit.Units.ShouldBe(lines.Where(line => line.Side == Side.Debit && line.Period <= to && (fund is null || line.FundId == fund))
                .Sum(line => line.Units), $"seed {seed}");
        }
    }

    [Fact]
    public async Task Someone_whose_role_reaches_one_subtree_sees_that_and_is_refused_the_rest()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        int below = await body.Accountant.Run(new CreateFund(
            TestBody.Key, "C03", "幸福里楼组微基金", FundKind.Micro, TestBody.Community, Restriction.Unrestricted, ""));
        await body.Gift(below, 70, Restriction.Unrestricted);
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("沈街道", "shen", TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.FinanceOffice, TestBody.Community, new LocalDate(2026, 1, 1), null));
        FundSession officer = body.Foundation.SessionOf(person, body.Book);

        TrialBalanceView seen = await officer.Ask(new TrialBalance(202601, 202603));
        seen.Funds.Included.Select(fund => fund.Code).ShouldBe(["C01", "C03"]);
        seen.Funds.Text(StatementBooks.Words).ShouldBe("您可以查看的 2 个基金：C01 幸福里社区基金、C03 幸福里楼组微基金");
        seen.Rows.Single(row => row.Code == "1002").Figures.ClosingDebit.ShouldBe(Amount.Yuan(920));
        seen.IsBalanced.ShouldBeTrue();
        (await officer.Ask(new TrialBalance(202601, 202603, TestBody.Community, Below: false))).Totals.ClosingDebit.ShouldBe(Amount.Yuan(1000));
        (await officer.Ask(new StatementChoices())).Funds.Select(fund => fund.Code).ShouldBe(["C01", "C03"]);
        (await officer.Ask(new AccountLedger("bank", LedgerBooks.Quarter))).Lines.Select(line => line.Fund.Code).Distinct().ShouldBe(["C01", "C03"], ignoreOrder: true);

        RefusedException no = await Should.ThrowAsync<RefusedException>(() => officer.Ask(new TrialBalance(202601, 202603, TestBody.Children)));
        no.Refusal.Code.ShouldBe(Need.OutsideFund);
    }

    [Theory]
    [InlineData(202600, 202603, StatementRange.UnknownPeriod)]
    [InlineData(202601, 999912, StatementRange.UnknownPeriod)]
    [InlineData(202603, 202601, StatementRange.Backwards)]
    public async Task Periods_outside_the_calendar_or_backwards_are_refused(int from, int to, string code)
    {
        await using TestBody body = await TestBody.New();
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new TrialBalance(from, to)));
        no.Refusal.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Without_a_role_that_reads_statements_nothing_is_shown()
    {
        await using TestBody body = await TestBody.New();
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("许评审", "xu", TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.Voter, null, new LocalDate(2026, 1, 1), null));
        RefusedException no = await Should.ThrowAsync<RefusedException>(() =>
            body.Foundation.SessionOf(person, body.Book).Ask(new TrialBalance(202601, 202603)));
        no.Refusal.Code.ShouldBe(Need.Missing);
    }

    private static TrialFigures Added(PostedLine[] lines, int from)
    {
        long opening = lines.Where(line => line.Period < from).Sum(line => line.Side == Side.Debit ? line.Units : -line.Units);
        return TrialFigures.Of(opening, Sum(Side.Debit, from), Sum(Side.Credit, from), Sum(Side.Debit, 202601), Sum(Side.Credit, 202601));

        long Sum(Side side, int since) => lines.Where(line => line.Side == side && line.Period >= since).Sum(line => line.Units);
    }
}

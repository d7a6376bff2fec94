using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements;

public sealed class AccountLedgerTests
{
    private static readonly LedgerDays Quarter = LedgerBooks.Quarter;

    public AccountLedgerTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Fact]
    public async Task An_account_reads_as_a_bound_ledger()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.Accountant.Ask(new AccountLedger("bank", LedgerDays.Months(202602, 202603)))).Sheet(StatementBooks.Words).Text()
            .ShouldBe("""
            明细账 1002 银行存款
            单位：测试慈善会
            日期：2026-02-01 至 2026-03-31
            基金：全部基金
            日期        凭证  摘要                                    基金            对方科目               借方    贷方  方向       余额
                              期初余额                                                                                     借    11,000.00
            2026-02-03  记-1  活动物资 [100201 建行基本户]            儿童基金        5101 业务活动成本            650.50  借    10,349.50
            2026-02-20  记-2  捐赠 [100201 建行基本户]                儿童基金        4101 捐赠收入        500.00          借    10,849.50
            2026-02           本月合计                                                                     500.00  650.50  借    10,849.50
            2026-02           本年累计                                                                   1,500.00  650.50  借    10,849.50
            2026-03-01  记-1  活动物资 [100201 建行基本户]            幸福里社区基金  5101 业务活动成本            199.99  借    10,649.51
            2026-03-02  记-2  冲销多记的活动物资 [100201 建行基本户]  幸福里社区基金  5101 业务活动成本            -49.99  借    10,699.50
            2026-03           本月合计                                                                       0.00  150.00  借    10,699.50
            2026-03           本年累计                                                                   1,500.00  800.50  借    10,699.50
                              本期合计及期末余额                                                           500.00  800.50  借    10,699.50

            """);
    }

    [Fact]
    public async Task A_day_book_adds_up_every_day_and_a_new_year_begins_with_what_is_carried_over()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await body.Gift(TestBody.Community, 12.34m, Restriction.Unrestricted, new LocalDate(2026, 3, 2));
        (await body.Accountant.Ask(new AccountLedger(TestBody.Bank, LedgerDays.Months(202601, 202613), TestBody.Community, Daily: true)))
            .Sheet(StatementBooks.Words).Text().ShouldBe("""
            日记账 100201 建行基本户
            单位：测试慈善会
            日期：2026-01-01 至 2026-12-31、含 2026 调整期
            基金：C01 幸福里社区基金
            日期        凭证  摘要                基金            对方科目               借方    贷方  方向      余额
                              上年结转                                                                 平        0.00
            2026-01-10  记-1  捐赠                幸福里社区基金  4101 捐赠收入      1,000.00          借    1,000.00
            2026-01-10        本日合计                                               1,000.00    0.00  借    1,000.00
            2026-01           本月合计                                               1,000.00    0.00  借    1,000.00
            2026-01           本年累计                                               1,000.00    0.00  借    1,000.00
            2026-03-01  记-1  活动物资            幸福里社区基金  5101 业务活动成本            199.99  借      800.01
            2026-03-01        本日合计                                                   0.00  199.99  借      800.01
            2026-03-02  记-2  冲销多记的活动物资  幸福里社区基金  5101 业务活动成本            -49.99  借      850.00
            2026-03-02  记-3  捐赠                幸福里社区基金  4101 捐赠收入         12.34          借      862.34
            2026-03-02        本日合计                                                  12.34  -49.99  借      862.34
            2026-03           本月合计                                                  12.34  150.00  借      862.34
            2026-03           本年累计                                               1,012.34  150.00  借      862.34
                              结转下年                                                                 借      862.34
                              本期合计及期末余额                                     1,012.34  150.00  借      862.34

            """);
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public async Task Pages_hold_every_line_once_forwards_and_backwards_and_the_balance_goes_on(int seed, bool daily)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        AccountLedger ledger = new("bank", Quarter, Daily: daily, Size: 7);
        List<AccountLedgerView> pages = await body.Accountant.Pages(ledger);
        pages.Count.ShouldBeGreaterThan(3);
        List<AccountLine> seen = [.. pages.SelectMany(page => page.Lines)];
        seen.Select(line => line.Place).ShouldBe((await body.Lines()).Where(line => line.Is("bank")).Select(line => line.Place)
            .OrderBy(place => (place.Period, place.Day, place.EntryNo, place.LineNo)), $"seed {seed}");
        Amount at = pages[0].Opening;
        foreach (AccountLedgerView page in pages)
        {
            page.Rows[0].Balance.ShouldBe(at, $"seed {seed}");
            foreach (AccountLine line in page.Lines)
            {
                at += line.Side == Side.Debit ? line.Amount : -line.Amount;
                line.Balance.ShouldBe(at, $"seed {seed}");
            }
        }

        at.ShouldBe(pages[^1].Closing);
        AccountLedgerView back = await body.Accountant.Ask(ledger with { Before = LinePlace.End });
        back.After.ShouldBeNull();
        List<AccountLine> behind = [.. back.Lines];
        while (back.Before is { } before && behind.Count < seen.Count - 7)
        {
            back = await body.Accountant.Ask(ledger with { Before = before });
            back.Rows[0].Balance.ShouldBe(back.Lines.First().Balance
                - (back.Lines.First().Side == Side.Debit ? back.Lines.First().Amount : -back.Lines.First().Amount));
            behind.InsertRange(0, back.Lines);
        }

        behind.Select(line => line.Place).ShouldBe(seen.Select(line => line.Place).TakeLast(behind.Count), $"seed {seed}");
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public async Task Totals_of_days_months_and_years_are_what_the_lines_add_up_to_on_whatever_page_they_stand(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        List<BookedLine> lines = [.. (await body.Lines()).Where(line => line.Is("bank"))];
        AccountRow[] rows = [.. (await body.Accountant.Pages(new AccountLedger("bank", Quarter, Daily: true, Size: 5)))
            .SelectMany(page => page.Rows)];
        foreach (AccountRow row in rows.Where(row => row.Debit is not null && row.Line is null))
        {
            BookedLine[] mine = [.. lines.Where(line => row.Kind switch
            {
                AccountRowKind.DayTotal => line.Day == row.Day,
                AccountRowKind.MonthTotal => line.Period == row.Period,
                _ => line.Period <= row.Period,
            })];
            (row.Debit, row.Credit).ShouldBe((Sum(mine, Side.Debit), Sum(mine, Side.Credit)), $"seed {seed}, {row.Kind} {row.Day} {row.Period}");
        }

        rows.Count(row => row.Kind == AccountRowKind.DayTotal).ShouldBe(lines.Select(line => line.Day).Distinct().Count(), $"seed {seed}");
        rows.Count(row => row.Kind == AccountRowKind.MonthTotal).ShouldBe(3);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(20260322)]
    public async Task Every_account_and_fund_agrees_with_the_trial_balance_to_the_fen(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        foreach ((int from, int to) in new[] { (202601, 202603), (202602, 202602), (202603, 202613) })
        {
            TrialBalanceView trial = await body.Accountant.Ask(new TrialBalance(from, to, Level: 2, ByFund: true));
            GeneralLedgerView general = await body.Accountant.Ask(new GeneralLedger(LedgerDays.Months(from, to), Level: 2));
            SubLedgerView byFund = await body.Accountant.Ask(new SubLedger(SubLedgerBy.Fund, LedgerDays.Months(from, to)));
            byFund.Rows.Aggregate(Amount.Fen(0), (sum, row) => sum + row.Debit).ShouldBe(trial.Totals.Debit, $"seed {seed}");
            general.Accounts.Select(account => account.Account.Code)
                .ShouldBe(trial.Rows.Where(row => row.Fund is null).Select(row => row.Code), $"seed {seed}");
            foreach (TrialBalanceRow row in trial.Rows)
            {
                AccountLedgerView detail = await body.Accountant.Ask(
                    new AccountLedger(row.AccountKey, LedgerDays.Months(from, to), row.Fund?.FundId, Below: false, Size: 1000));
                Agrees(row.Figures, detail.Opening, detail.Debit, detail.Credit, detail.Closing, $"seed {seed}, {row.Code} {row.Fund}");
                detail.Lines.Where(line => line.Side == Side.Debit).Aggregate(Amount.Fen(0), (sum, line) => sum + line.Amount)
                    .ShouldBe(row.Figures.Debit);
                detail.Rows[^1].Balance.ShouldBe(detail.Closing);
                if (row.Fund is null)
                {
                    GeneralAccount account = general.Accounts.Single(each => each.Key == row.AccountKey);
                    Agrees(row.Figures, account.Opening, account.Debit, account.Credit, account.Closing, $"seed {seed}, general {row.Code}");
                    account.Rows[^1].Balance.ShouldBe(account.Closing);
                }
                else if (byFund.Rows.SingleOrDefault(each => each.Id == row.Fund.FundId && each.AccountKey == row.AccountKey) is { } sub)
                {
                    Agrees(row.Figures, sub.Opening, sub.Debit, sub.Credit, sub.Closing, $"seed {seed}, sub {row.Code} {row.Fund}");
                }
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task A_month_that_is_cut_begins_and_ends_on_the_very_days(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        LocalDate from = new(2026, 1, 17), to = new(2026, 3, 11);
        List<BookedLine> lines = [.. (await body.Lines()).Where(line => line.Is("bank"))];
        AccountLedgerView view = await body.Accountant.Ask(new AccountLedger("bank", LedgerDays.Of(from, to), Size: 1000));
        BookedLine[] before = [.. lines.Where(line => line.Day < from)], within = [.. lines.Where(line => line.Day >= from && line.Day <= to)];
        view.Opening.ShouldBe(Sum(before, Side.Debit) - Sum(before, Side.Credit), $"seed {seed}");
        (view.Debit, view.Credit).ShouldBe((Sum(within, Side.Debit), Sum(within, Side.Credit)), $"seed {seed}");
        view.Lines.Count().ShouldBe(within.Length);
        view.Rows.Where(row => row.Kind == AccountRowKind.YearToDate).Select(row => row.Debit).Last()
            .ShouldBe(Sum([.. lines.Where(line => line.Day <= to)], Side.Debit));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("commitments")]
    [InlineData("=1+1")]
    public async Task Only_accounts_of_the_statutory_chart_have_lines_here(string account)
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new AccountLedger(account, Quarter))))
            .Refusal.Code.ShouldBe(LedgerHead.UnknownAccount);
    }

    [Fact]
    public async Task Only_cash_and_bank_have_a_day_book()
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new AccountLedger("programme-cost", Quarter, Daily: true))))
            .Refusal.Code.ShouldBe(AccountLedger.NotCash);
    }

    [Fact]
    public async Task An_account_without_lines_keeps_its_opening_balance()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        AccountLedgerView view = await body.Accountant.Ask(new AccountLedger("accumulated-depreciation", LedgerDays.Months(202602, 202603)));
        view.Lines.ShouldBeEmpty();
        view.Rows.Single().Balance.ShouldBe(Amount.Yuan(-300));
        view.Closing.ShouldBe(Amount.Yuan(-300));
    }

    [Theory]
    [InlineData("2026-03-05", "2026-03-04")]
    [InlineData("2026-03-31", "2026-02-01")]
    public async Task Days_backwards_are_refused(string from, string to)
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(
            new AccountLedger("bank", LedgerDays.Of(DayText.Read(from), DayText.Read(to)))))).Refusal.Code.ShouldBe(StatementRange.Backwards);
    }

    private static void Agrees(TrialFigures figures, Amount opening, Amount debit, Amount credit, Amount closing, string where) =>
        (opening, debit, credit, closing).ShouldBe((figures.OpeningDebit - figures.OpeningCredit, figures.Debit, figures.Credit,
            figures.ClosingDebit - figures.ClosingCredit), where);

    private static Amount Sum(IReadOnlyList<BookedLine> lines, Side side) =>
        Amount.Fen(lines.Where(line => line.Side == side).Sum(line => line.Units));
}

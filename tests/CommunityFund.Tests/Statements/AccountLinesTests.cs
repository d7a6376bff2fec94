using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements;

public sealed class AccountLinesTests
{
    public AccountLinesTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Fact]
    public async Task An_account_shows_each_line_with_its_voucher_counter_accounts_and_the_balance_after_it()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        AccountLinesView view = await body.Accountant.Ask(new AccountLines("bank", 202602, 202603));
        view.Opening.ShouldBe(Amount.Yuan(11000));
        view.Lines.Select(line => (line.Day, line.Series, line.Number, line.Fund.Code, line.Counters.Single().Code, line.Side, line.Amount, line.Balance))
            .ShouldBe(
            [
                (new LocalDate(2026, 2, 3), "记", 1, "C02", "5101", Side.Credit, Amount.Yuan(650.50m), Amount.Yuan(10349.50m)),
                (new LocalDate(2026, 2, 20), "记", 2, "C02", "4101", Side.Debit, Amount.Yuan(500), Amount.Yuan(10849.50m)),
                (new LocalDate(2026, 3, 1), "记", 1, "C01", "5101", Side.Credit, Amount.Yuan(199.99m), Amount.Yuan(10649.51m)),
                (new LocalDate(2026, 3, 2), "记", 2, "C01", "5101", Side.Credit, Amount.Yuan(-49.99m), Amount.Yuan(10699.50m)),
            ]);
        view.Lines[0].Account.Code.ShouldBe("100201");
        view.Lines[3].Narrative.ShouldBe("冲销多记的活动物资");
        (view.Debit, view.Credit, view.Closing).ShouldBe((Amount.Yuan(500), Amount.Yuan(800.50m), Amount.Yuan(10699.50m)));
    }

    [Fact]
    public async Task The_running_balance_goes_on_across_pages_and_ends_at_the_closing_balance()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed: 7);
        AccountLinesView whole = await body.Accountant.Ask(new AccountLines("bank", 202602, 202603, PageSize: 1000));
        whole.Total.ShouldBeGreaterThan(15);
        Amount at = whole.Opening;
        List<AccountLine> seen = [];
        for (int page = 1; page <= (whole.Total + 6) / 7; page++)
        {
            AccountLinesView part = await body.Accountant.Ask(new AccountLines("bank", 202602, 202603, Page: page, PageSize: 7));
            part.Before.ShouldBe(at);
            foreach (AccountLine line in part.Lines)
            {
                at += line.Side == Side.Debit ? line.Amount : -line.Amount;
                line.Balance.ShouldBe(at);
            }

            (part.Before + part.PageDebit - part.PageCredit).ShouldBe(at);
            seen.AddRange(part.Lines);
        }

        at.ShouldBe(whole.Closing);
        seen.Select(line => line.VoucherId).ShouldBe(whole.Lines.Select(line => line.VoucherId));
        seen.Select(line => line.Day).ShouldBeInOrder();
        TrialBalanceView trial = await body.Accountant.Ask(new TrialBalance(202602, 202603));
        trial.Rows.Single(row => row.AccountKey == "bank").Figures.ClosingDebit.ShouldBe(whole.Closing);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(int.MaxValue, 2)]
    public async Task A_page_that_does_not_exist_is_the_nearest_one(int asked, int shown)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.Accountant.Ask(new AccountLines("bank", 202602, 202603, Page: asked, PageSize: 3))).Page.ShouldBe(shown);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("commitments")]
    [InlineData("=1+1")]
    public async Task Only_accounts_of_the_statutory_chart_have_lines_here(string account)
    {
        await using TestBody body = await TestBody.New();
        RefusedException no = await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new AccountLines(account, 202601, 202603)));
        no.Refusal.Code.ShouldBe(AccountLines.UnknownAccount);
    }

    [Fact]
    public async Task An_account_without_lines_keeps_its_opening_balance()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        AccountLinesView view = await body.Accountant.Ask(new AccountLines("accumulated-depreciation", 202602, 202603));
        view.Lines.ShouldBeEmpty();
        view.Closing.ShouldBe(Amount.Yuan(-300));
        view.IsLast.ShouldBeTrue();
    }
}

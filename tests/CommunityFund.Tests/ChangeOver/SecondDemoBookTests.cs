using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Demo;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Checks;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.ChangingOver;

/// <summary>青岚社区基金会, which kept 2025 by the standard of 2004 and changed over: nothing is lost on the way, in any ledger.</summary>
public sealed class SecondDemoBookTests
{
    [Fact]
    public async Task The_books_that_changed_over_are_clean_and_their_lots_live_on()
    {
        FundSession accountant = await Accountant();
        CheckReport report = await accountant.Ask(new CheckBooks());
        CheckedBody.Said(report).ShouldBeEmpty();
        report.Entries.ShouldBeGreaterThan(90);
        await using FundDb db = await Db();
        (await db.RestrictedLots().Where(lot => lot.ReceivedOn == new LocalDate(2026, 1, 1)).Select(lot => lot.Units).SingleAsync()).ShouldBe(680000);
        (await db.RestrictedLots().CountAsync(lot => lot.ReceivedOn < new LocalDate(2026, 1, 1) && lot.Used < lot.Units)).ShouldBeGreaterThan(3);
        (await db.Postings.CountAsync(line => line.ProjectClass != "")).ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Both_trial_balances_meet_with_what_was_moved_between_them()
    {
        FundSession accountant = await Accountant();
        ChangeOverBalanceView view = await accountant.Ask(new ChangeOverBalance());
        view.IsProved.ShouldBeTrue();
        TrialBalanceView december = await accountant.Ask(new TrialBalance(202501, 202513)), january = await accountant.Ask(new TrialBalance(202601, 202601));
        (view.Totals.BeforeDebit, view.Totals.BeforeCredit).ShouldBe((december.Totals.ClosingDebit, december.Totals.ClosingCredit));
        (view.Totals.AfterDebit, view.Totals.AfterCredit).ShouldBe((january.Totals.OpeningDebit, january.Totals.OpeningCredit));
        foreach (TrialBalanceRow row in december.Rows)
        {
            ChangeOverRow beside = view.Rows.SingleOrDefault(each => each.AccountKey == row.AccountKey)
                ?? new ChangeOverRow(row.AccountKey, row.Code, "", "", "", 1, ChangeOverFigures.Of([]));
            (beside.OldCode, beside.Figures.BeforeDebit, beside.Figures.BeforeCredit)
                .ShouldBe((row.Code, row.Figures.ClosingDebit, row.Figures.ClosingCredit), row.AccountKey);
        }

        view.Rows.Where(row => !row.Figures.Debit.IsZero || !row.Figures.Credit.IsZero)
            .Select(row => $"{row.OldCode}>{row.NewCode} {row.Figures.Debit} {row.Figures.Credit}").ShouldBe(
            [
                "1301>1301 0.00 12000.00", "1501>1501 6805.00 0.00", "1601>1601 9000.00 0.00", ">1602 0.00 9000.00",
                ">1701 12000.00 0.00", "3101>3101 0.00 5.00", "3102>3102 0.00 6800.00",
            ], ignoreOrder: true);
        view.Proofs.Sum(proof => proof.Recognised.Units).ShouldBe(680500);
        string text = ChangeOverBalanceText.Draw(view, Words.From([typeof(Words).Assembly]));
        text.ShouldContain("核对相符");
        ChangeOverBalanceWorkbook.Draw(view, Words.From([typeof(Words).Assembly])).Length.ShouldBeGreaterThan(5000);
    }

    [Fact]
    public async Task An_account_goes_on_over_the_turn_of_the_year_under_its_new_name()
    {
        FundSession accountant = await Accountant();
        AccountLedgerView over = await accountant.Ask(new AccountLedger("deferred-expenses", LedgerDays.Months(202512, 202601)));
        over.Rows.Select(row => row.Kind).ShouldBe(
        [
            AccountRowKind.Opening, AccountRowKind.Line, AccountRowKind.MonthTotal, AccountRowKind.YearToDate, AccountRowKind.ToNextYear,
            AccountRowKind.FromLastYear, AccountRowKind.Line, AccountRowKind.ConversionTotal, AccountRowKind.Line,
            AccountRowKind.MonthTotal, AccountRowKind.YearToDate,
        ]);
        (over.Debit, over.Credit).ShouldBe((Amount.Yuan(0), Amount.Yuan(14000)));
        AccountLedgerView january = await accountant.Ask(new AccountLedger("payroll-payable", LedgerDays.Months(202601, 202601)));
        (january.Account.NameZh, january.Rows[0].Kind, january.Rows[0].Balance).ShouldBe(
            ("应付职工薪酬", AccountRowKind.FromLastYear, Amount.Yuan(-21000)));
        AccountLedgerView moved = await accountant.Ask(new AccountLedger("deferred-expenses", LedgerDays.Months(202601, 202601)));
        moved.Opening.ShouldBe(Amount.Yuan(12000));
        JournalView journal = await accountant.Ask(new Journal(LedgerDays.Months(202513, 202601), Size: 500));
        journal.Lines.Count(line => line.Place.Period == 202600).ShouldBe(8);
    }

    private static Task<(LocalConnections Connections, Func<Task> Drop)> Clone() => TestCluster.CloneOf(
        "cf_qinglan", connection => SeedQinglan.Run(connection, TestBody.LogKey, () => TestBody.Password));

    private static async Task<FundSession> Accountant() =>
        new Foundation((await Clone()).Connections.Books, SystemClock.Instance, TestBody.LogKey).SessionOf(1, 1);

    private static async Task<FundDb> Db() => new Foundation((await Clone()).Connections.Books, SystemClock.Instance, TestBody.LogKey).Open();
}

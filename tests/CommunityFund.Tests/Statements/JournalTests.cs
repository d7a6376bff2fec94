using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements;

public sealed class JournalTests
{
    private static readonly LedgerDays Quarter = LedgerBooks.Quarter;

    public JournalTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Fact]
    public async Task The_journal_shows_every_line_in_the_order_of_posting_and_leaves_out_what_was_carried_over()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.Accountant.Ask(new Journal(Quarter))).Sheet(StatementBooks.Words).Text().ShouldBe("""
            序时账
            单位：测试慈善会
            日期：2026-01-01 至 2026-03-31
            基金：全部基金
            分录号  日期        凭证  摘要                科目               基金                借方      贷方
            2       2026-01-10  记-1  捐赠                100201 建行基本户  幸福里社区基金  1,000.00
            2       2026-01-10  记-1  捐赠                4101 捐赠收入      幸福里社区基金            1,000.00
            3       2026-02-03  记-1  活动物资            5101 业务活动成本  儿童基金          650.50
            3       2026-02-03  记-1  活动物资            100201 建行基本户  儿童基金                    650.50
            4       2026-02-20  记-2  捐赠                100201 建行基本户  儿童基金          500.00
            4       2026-02-20  记-2  捐赠                4101 捐赠收入      儿童基金                    500.00
            5       2026-03-01  记-1  活动物资            5101 业务活动成本  幸福里社区基金    199.99
            5       2026-03-01  记-1  活动物资            100201 建行基本户  幸福里社区基金              199.99
            6       2026-03-02  记-2  冲销多记的活动物资  5101 业务活动成本  幸福里社区基金    -49.99
            6       2026-03-02  记-2  冲销多记的活动物资  100201 建行基本户  幸福里社区基金              -49.99
                                      合计                                                   2,300.50  2,300.50

            """);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Pages_hold_every_line_once_and_debits_are_credits(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed);
        List<LinePlace> expected = [.. (await body.Lines()).OrderBy(line => (line.EntryNo, line.LineNo)).Select(line => line.Place)];
        List<JournalLine> seen = [];
        JournalView page;
        for (LinePlace? after = null; ; after = page.After)
        {
            page = await body.Accountant.Ask(new Journal(Quarter, After: after, Size: 9));
            seen.AddRange(page.Lines);
            if (page.After is null)
            {
                break;
            }
        }

        seen.Select(line => line.Place).ShouldBe(expected, $"seed {seed}");
        Sum(seen, line => line.Debit).ShouldBe(Sum(seen, line => line.Credit));
        Sum(seen, line => line.Debit).ShouldBe((await body.Accountant.Ask(new TrialBalance(202601, 202603))).Totals.Debit, $"seed {seed}");

        List<LinePlace> behind = [];
        for (LinePlace? before = LinePlace.End; before is not null; before = page.Before)
        {
            page = await body.Accountant.Ask(new Journal(Quarter, Before: before, Size: 9));
            behind.InsertRange(0, page.Before is null ? page.Lines.Select(line => line.Place).Where(place => !behind.Contains(place))
                : page.Lines.Select(line => line.Place));
        }

        behind.ShouldBe(expected, $"seed {seed}");
    }

    [Fact]
    public async Task Lines_are_found_by_account_fund_days_amount_words_series_and_number()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        async Task<string[]> Found(JournalFilter filter, int? fund = null, LedgerDays? days = null) =>
            [.. (await body.Accountant.Ask(new Journal(days ?? Quarter, fund, Filter: filter))).Lines
                .Select(line => $"{line.Place.EntryNo}.{line.Place.LineNo}")];

        (await Found(new JournalFilter("bank"))).ShouldBe(["2.1", "3.2", "4.1", "5.2", "6.2"]);
        (await Found(new JournalFilter(), TestBody.Children)).ShouldBe(["3.1", "3.2", "4.1", "4.2"]);
        (await Found(new JournalFilter(), days: LedgerDays.Of(new LocalDate(2026, 2, 20), new LocalDate(2026, 3, 1))))
            .ShouldBe(["4.1", "4.2", "5.1", "5.2"]);
        (await Found(new JournalFilter(Least: Amount.Yuan(199.99m), Most: Amount.Yuan(650.49m)))).ShouldBe(["4.1", "4.2", "5.1", "5.2"]);
        (await Found(new JournalFilter(Most: Amount.Yuan(49.99m)))).ShouldBe(["6.1", "6.2"]);
        (await Found(new JournalFilter(Text: "多记"))).ShouldBe(["6.1", "6.2"]);
        (await Found(new JournalFilter(Text: "100%_"))).ShouldBeEmpty();
        (await Found(new JournalFilter(Series: "转"))).ShouldBeEmpty();
        (await Found(new JournalFilter(Number: 1))).ShouldBe(["2.1", "2.2", "3.1", "3.2", "5.1", "5.2"]);
        (await Found(new JournalFilter(Series: "记", Number: 2), days: LedgerDays.Months(202603, 202603))).ShouldBe(["6.1", "6.2"]);
    }

    private static Amount Sum(IEnumerable<JournalLine> lines, Func<JournalLine, Amount> of) =>
        lines.Aggregate(Amount.Fen(0), (sum, line) => sum + of(line));
}

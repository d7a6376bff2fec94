using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Donations;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Lots;
using CommunityFund.People;
using CommunityFund.Statements;
using CommunityFund.Tests.Checks;
using CommunityFund.Tests.Statements;
using CommunityFund.Tests.Vouchers;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Lots;

/// <summary>The pictures of money say what statements and lots say, on any day and as known at any entry.</summary>
public sealed class MoneyPicturesTests
{
    private static readonly string[] Incomes = ["government-grant-income", "service-income", "sales-income", "investment-income", "other-income"];
    private static readonly string[] Expenses = ["management-expense", "fundraising-expense", "other-expense"];
    private static readonly string[] Classes = ["children", "elderly", ""];

    public MoneyPicturesTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Theory]
    [InlineData(2026, 71)]
    [InlineData(2025, 72)]
    public async Task Pictures_add_up_to_the_statement_of_activities_and_to_what_lots_have_left(int year, int seed)
    {
        await using TestBody body = year == 2026 ? await TestBody.New() : await TestBody.New2004();
        await Play(body, year, seed);
        FormView activities = await body.FinanceOfficer.Ask(new Statement("activities", (year * 100) + 1, (year * 100) + 13));
        (LocalDate from, LocalDate to) = (new LocalDate(year, 1, 1), new LocalDate(year, 12, 31));
        InflowView inflow = await body.FinanceOfficer.Ask(new InflowBySource(from, to));
        MoneyFlowView flow = await body.FinanceOfficer.Ask(new MoneyFlow(from, to));

        inflow.Total.ShouldBe(Year(activities, "income"));
        OfSources(inflow, MoneyEndKind.Persons, MoneyEndKind.Organisations, MoneyEndKind.Nameless, MoneyEndKind.Enterprises).ShouldBe(
            Year(activities, "donations") + Amount.Yuan(88), "the enterprise's 88.00 came as a yield");
        OfSources(inflow, MoneyEndKind.Enterprises).ShouldBe(Amount.Yuan(88 + 66));
        OfSources(inflow, MoneyEndKind.Government).ShouldBe(Year(activities, "government"));
        inflow.Sources.Select(source => flow.Of(source.Kind)).ShouldBe(inflow.Sources.Select(source => OfSources(inflow, source.Kind)));
        flow.Of(MoneyEndKind.Programmes).ShouldBe(Year(activities, "programmes"));
        flow.Of(MoneyEndKind.Management).ShouldBe(Year(activities, "management"));
        flow.Of(MoneyEndKind.Fundraising).ShouldBe(Year(activities, "fundraising"));
        flow.Of(MoneyEndKind.Transferred).ShouldBe(Amount.Fen(0));
        Dictionary<int, long> left = await LeftInLots(body);
        foreach (FundFlow fund in flow.Funds)
        {
            fund.Came.ShouldBe(fund.Went, $"seed {seed}, {fund.Name}");
            Amount unused = fund.Out[flow.Outs.ToList().FindIndex(end => end.Kind == MoneyEndKind.Left)];
            unused.Units.ShouldBe(left.GetValueOrDefault(fund.FundId), $"seed {seed}, {fund.Name}");
            FundTimelineView life = await body.FinanceOfficer.Ask(new FundTimeline(fund.FundId, from, to));
            life.Months[^1].Left.ShouldBe(unused);
            life.Moments[0].What.ShouldBe("Opened");
        }

        FundTimelineView community = await body.FinanceOfficer.Ask(new FundTimeline(TestBody.Community));
        community.Months.Aggregate(Amount.Fen(0), (sum, month) => sum + month.Transferred).ShouldBe(Amount.Yuan(30));
        community.Moments.ShouldContain(moment => moment.What == "Received" && moment.Amount == Amount.Yuan(30));
        (await body.Numbers(TestBody.Community)).OwnCash.ShouldBe(community.Months[^1].OwnCash);
        Workbook(inflow, flow, community);
    }

    [Theory]
    [InlineData(73)]
    public async Task A_day_and_a_position_show_what_a_plain_sum_over_the_lines_shows(int seed)
    {
        await using TestBody body = await TestBody.New();
        await Play(body, 2026, seed);
        List<BookedLine> lines = await body.Lines();
        long last = lines.Max(line => line.EntryNo);
        Random random = new(seed);
        for (int i = 0; i < 6; i++)
        {
            LocalDate from = new LocalDate(2026, 1, 1).PlusDays(random.Next(40)), to = from.PlusDays(random.Next(45));
            long known = random.NextInt64(last / 2, last + 1);
            MoneyFlowView flow = await body.Accountant.Ask(new MoneyFlow(from, to, Known: known));
            InflowView inflow = await body.Accountant.Ask(new InflowBySource(from, to, Known: known));
            string which = $"seed {seed}, {from} to {to} at {known}";
            flow.Of(MoneyEndKind.Carried).Units.ShouldBe(Net(line => line.Day < from), which);
            flow.Of(MoneyEndKind.Left).Units.ShouldBe(Net(line => line.Day <= to), which);
            inflow.Total.Units.ShouldBe(Net(line => line.Account.EndsWith("-income", StringComparison.Ordinal) && line.Day >= from && line.Day <= to), which);
            flow.Of(MoneyEndKind.Programmes).Units.ShouldBe(-Net(line => line.Is("programme-cost") && line.Day >= from && line.Day <= to), which);

            long Net(Func<BookedLine, bool> which) => lines.Where(line => line.EntryNo <= known && IsMoney(line) && which(line))
                .Sum(line => line.Side == Side.Credit ? line.Units : -line.Units);
        }

        static bool IsMoney(BookedLine line) => line.Account.EndsWith("-income", StringComparison.Ordinal) || line.Account.EndsWith("-expense", StringComparison.Ordinal)
            || line.Is("programme-cost") || line.Account.StartsWith("net-assets", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_reaches_one_fund_sees_the_money_of_that_fund_alone_and_what_cannot_be_is_refused()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 40, Restriction.Restricted);
        await body.Operator.Run(new AddLogin(TestBody.Key, new NewLogin("冯监事", "feng", TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, 5, Role.Panel, TestBody.Children, new LocalDate(2026, 1, 1), null));
        FundSession panel = body.Foundation.SessionOf(5, body.Book);
        (await panel.Ask(new InflowBySource())).Total.ShouldBe(Amount.Yuan(40));
        (await panel.Ask(new MoneyFlow())).Funds.ShouldHaveSingleItem().FundId.ShouldBe(TestBody.Children);
        (await panel.Ask(new MoneyChoices())).Funds.ShouldHaveSingleItem().FundId.ShouldBe(TestBody.Children);
        (await CorrectingNotation.RefusalOf(() => panel.Ask(new FundTimeline(TestBody.Community)))).Code.ShouldBe(Need.OutsideFund);
        (await CorrectingNotation.RefusalOf(() => panel.Ask(new MoneyFlow(new LocalDate(2026, 3, 2), new LocalDate(2026, 3, 1))))).Code.ShouldBe(MoneyScope.Backwards);
        (await CorrectingNotation.RefusalOf(() => panel.Ask(new InflowBySource(Known: 99)))).Code.ShouldBe(TraceReader.UnknownPosition);
    }

    /// <summary>Gifts of all kinds, income of all kinds, spending, red ink, a transfer, an enterprise.</summary>
    private static async Task Play(TestBody body, int year, int seed)
    {
        Random random = new(seed);
        await body.Gift(TestBody.General, 500, Restriction.Unrestricted, new LocalDate(year, 1, 3));
        await body.Gift(TestBody.Children, 900, Restriction.Restricted, new LocalDate(year, 1, 4));
        List<long> posted = [];
        for (int step = 0; step < 30; step++)
        {
            int fund = random.Next(3) switch { 0 => TestBody.General, 1 => TestBody.Community, _ => TestBody.Children };
            Restriction restriction = fund == TestBody.Children ? Restriction.Restricted : Restriction.Unrestricted;
            Amount amount = Amount.Fen(random.Next(1, 20_000));
            LocalDate day = new(year, random.Next(1, 4), random.Next(1, 19));
            try
            {
                long voucher = random.Next(5) switch
                {
                    0 => await body.Accountant.Run(new RecordDonation(
                        TestBody.Key, fund, random.Next(3) switch { 0 => "", 1 => "张丽", _ => "清河商会" }, random.Next(2) == 0 ? PersonKind.Person : PersonKind.Organisation,
                        amount, day, TestBody.Bank, restriction, "", "捐赠", null)),
                    1 => await Earned(body, TestBody.General, Incomes[random.Next(Incomes.Length)], amount, day),
                    2 or 3 => await Spent(body, fund, Account.Keys.ProgrammeCost, amount, day, restriction, Classes[random.Next(Classes.Length)]),
                    _ => await Spent(body, TestBody.General, Expenses[random.Next(Expenses.Length)], amount, day, Restriction.Unrestricted, ""),
                };
                await body.Review(voucher);
                posted.Add(voucher);
            }
            catch (RefusedException refused) when (refused.Refusal.Code is ConstraintRefusal.HoldAboveAvailable or ConstraintRefusal.LotsNotEnough
                or ConstraintRefusal.OwnCashFloor or "expense.fund-cannot-bear" or "expense.lots-cannot-bear")
            {
                // The fund had not that much; the next one comes.
            }
        }

        foreach (string account in new[] { "investment-income", "donation-income" })
        {
            await body.Review((await body.Accountant.Run(new PrepareDrafts(TestBody.Key, chart =>
            [
                new Draft(JournalEntry.On(new LocalDate(year, 3, 6), "企业交来")
                    .Debit(chart[TestBody.Bank], "F00", Amount.Yuan(account == "investment-income" ? 88 : 66), new Tags(CashFlow: CashFlow.DonationsReceived))
                    .Credit(chart[account], "F00", Amount.Yuan(account == "investment-income" ? 88 : 66), new Tags(Restriction.Unrestricted, Enterprise: 7))
                    .Balanced()),
            ])))[0]);
        }

        long transfer = await body.Accountant.Run(new ProposeTransfer(
            TestBody.Key, TestBody.General, TestBody.Community, Amount.Yuan(30), Restriction.Unrestricted, "支持社区", ""));
        await body.Reviewer.Run(new AgreeTransfer(TestBody.Key, transfer));
        await body.Review(await body.Accountant.Run(new PrepareTransfer(TestBody.Key, transfer)));
        await body.Review(await body.Reverse(posted[^1], new LocalDate(year, 3, 20)));
    }

    private static Task<long> Earned(TestBody body, int fund, string account, Amount amount, LocalDate day) =>
        body.Accountant.Run(new PrepareVoucher(TestBody.Key, day, "收入",
        [
            new VoucherRow(TestBody.Bank, fund, Side.Debit, amount, CashFlow: CashFlow.OtherReceived.Key),
            new VoucherRow(account, fund, Side.Credit, amount, Restriction.Unrestricted),
        ]));

    private static Task<long> Spent(TestBody body, int fund, string account, Amount amount, LocalDate day, Restriction restriction, string projectClass) =>
        body.Accountant.Run(new RecordExpense(
            TestBody.Key, fund, account, amount, day, TestBody.Bank, restriction, CashFlow.PurchasesPaid.Key, "", PersonKind.Person, "活动物资", null,
            ProjectClass: projectClass.Length > 0 ? projectClass : null));

    private static Amount OfSources(InflowView view, params MoneyEndKind[] kinds) => view.Months
        .SelectMany(month => view.Sources.Zip(month.Amounts)).Where(pair => kinds.Contains(pair.First.Kind))
        .Aggregate(Amount.Fen(0), (sum, pair) => sum + pair.Second);

    private static Amount Year(FormView view, string row) =>
        view.Rows.Single(each => each.Key == row).Figures![view.Columns.Select(column => column.Key).ToList().IndexOf("year")]!;

    private static async Task<Dictionary<int, long>> LeftInLots(TestBody body)
    {
        await using FundDb db = body.Db();
        var lots = await db.Set<GiftLot>().GroupBy(lot => lot.FundId).Select(of => new { of.Key, Units = of.Sum(lot => lot.Units - lot.Used) }).ToListAsync();
        var gaps = await db.Set<LotGap>().GroupBy(gap => gap.FundId).Select(of => new { of.Key, Units = -of.Sum(gap => gap.Units) }).ToListAsync();
        return lots.Concat(gaps).GroupBy(each => each.Key).ToDictionary(of => of.Key, of => of.Sum(each => each.Units));
    }

    /// <summary>Opened again, the workbooks have the tables' figures and sums that a program reckons anew.</summary>
    private static void Workbook(InflowView inflow, MoneyFlowView flow, FundTimelineView life)
    {
        foreach ((byte[] file, MoneyTable table) in new[]
        {
            (MoneyWorkbook.Draw(inflow, StatementBooks.Words), MoneyTable.Of(inflow, StatementBooks.Words)),
            (MoneyWorkbook.Draw(flow, StatementBooks.Words), MoneyTable.Came(flow, StatementBooks.Words)),
            (MoneyWorkbook.Draw(life, StatementBooks.Words), MoneyTable.Of(life, StatementBooks.Words)),
        })
        {
            using XLWorkbook book = new(new MemoryStream(file));
            IXLWorksheet sheet = book.Worksheets.Single();
            IXLCell total = sheet.Column(1).CellsUsed().First(cell => cell.GetString() == "合计");
            for (int at = 0; at < table.Columns.Count; at++)
            {
                IXLCell cell = sheet.Cell(total.Address.RowNumber, at + 2);
                cell.HasFormula.ShouldBe(table.Totals[at] is not null);
                if (table.Totals[at] is { } sum)
                {
                    Math.Round(Convert.ToDecimal(book.Evaluate($"'{sheet.Name}'!{cell.Address}"), CultureInfo.InvariantCulture), 2)
                        .ShouldBe(decimal.Parse(sum.ToString(), CultureInfo.InvariantCulture));
                }
            }
        }
    }
}

using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Periods;
using CommunityFund.Statements;
using CommunityFund.Tests.Books;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Statements.Ratios;

/// <summary>The law's ratios of real books: sums, bases with their exclusions, years before the books.</summary>
public sealed class LawRatioTests
{
    private const string Base =
        "insert into law_base (book_id, year, income, barred, freed, net_assets, source, entered_by, entered_at, confirmed_by, confirmed_at) values ";

    [Fact]
    public async Task An_earlier_year_counts_once_another_person_has_confirmed_it_and_until_then_the_sheet_says_what_to_enter()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.Accountant.Ask(new LawRatios(2026))).Rules.ShouldAllBe(rule => rule.Fit == RuleFit.UnknownBody);
        await body.Accountant.Run(Profile(raises: true));
        await body.PrepareExpense(TestBody.Children, 100);
        LawRatioView view = await body.FinanceOfficer.Ask(new LawRatios(2026));
        (view.Bases[0].Source, view.Bases[0].NetAssets).ShouldBe((YearSource.Opening, Amount.Yuan(10_900)));
        view.Missing.ShouldBe([2025, 2024, 2023]);
        RatioRule rule = view.Binding.ShouldHaveSingleItem();
        rule.Tests.Select(test => test.State).ShouldBe([RatioState.Unknown, RatioState.Exempt]);
        RatioSum spent = view.Sums.Single(sum => sum.Figure == RatioFigure.Charitable);
        (spent.SoFar, spent.Waiting).ShouldBe((Amount.Yuan(800.50m), Amount.Yuan(100)));
        spent.Accounts.ShouldHaveSingleItem().Amount.ShouldBe(spent.SoFar);

        long entered = await body.Accountant.Run(Enter(2025, 2000, 500, 100));
        (await No(body.Accountant.Run(new ConfirmLawBase(TestBody.Key, entered)))).ShouldBe(ConfirmLawBase.OwnEntry);
        (await body.Reviewer.Ask(new LawRatios(2026))).Entered.ShouldHaveSingleItem().MayConfirm.ShouldBeTrue();
        (await body.Accountant.Ask(new LawRatios(2026))).Bases[0].Total.ShouldBeNull();
        await body.Reviewer.Run(new ConfirmLawBase(TestBody.Key, entered));
        RatioTest least = (await body.Accountant.Ask(new LawRatios(2026))).Binding.Single().Tests[0];
        (least.State, least.Limit, least.Room, least.Ratio).ShouldBe((RatioState.OnTheWay, Amount.Yuan(1120), Amount.Yuan(319.50m), 50.03m));
        least.Options[1].Missing.ShouldBe([2024, 2023]);

        long corrected = await body.Accountant.Run(Enter(2025, 1000, 0, 0));
        (await body.Accountant.Ask(new LawRatios(2026))).Bases[0].Total.ShouldBe(Amount.Yuan(1600), "the correction waits");
        await body.Reviewer.Run(new ConfirmLawBase(TestBody.Key, corrected));
        (await body.Accountant.Ask(new LawRatios(2026))).Binding.Single().Tests[0].State.ShouldBe(RatioState.Met);
        (await No(body.Reviewer.Run(new ConfirmLawBase(TestBody.Key, corrected)))).ShouldBe(ConfirmLawBase.Gone);
        (await No(body.Accountant.Run(Enter(2026, 1, 0, 0)))).ShouldBe(EnterLawBase.YearInBooks);
        (await No(body.Accountant.Run(Enter(2024, 1, 2, 0)))).ShouldBe(EnterLawBase.Unlikely);
        (await No(body.Accountant.Run(Profile(raises: false) with { Source = " " }))).ShouldBe(SetBodyProfile.SourceMissing);
        await Walls(body);
    }

    [Fact]
    public async Task A_gift_for_a_later_year_leaves_the_income_of_its_own_and_comes_into_that_of_its_day()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Profile(raises: true));
        await body.Gift(TestBody.Children, 400, Restriction.Restricted, new LocalDate(2026, 3, 2));
        await body.Accountant.Run(new AddClause(TestBody.Key, TestBody.Children, ClauseKind.Period, "2027 年起使用", "协议第五条",
            new LocalDate(2027, 2, 1), null, new LocalDate(2026, 3, 3)));
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted, new LocalDate(2026, 3, 10));
        await body.Gift(TestBody.Community, 600, Restriction.Unrestricted, new LocalDate(2026, 3, 11));
        long known = (await body.Accountant.Ask(new LawRatios(2026))).Head.KnownAt;

        body.Clock.Now = Instant.FromUtc(2027, 3, 1, 1, 0);
        LawRatioView next = await body.Accountant.Ask(new LawRatios(null));
        next.Bases[0].ShouldBe(new RatioYear(
            2026, YearSource.Books, Amount.Yuan(2000), Amount.Yuan(1000), Amount.Yuan(0), Amount.Yuan(2000)));
        next.Gifts.ShouldHaveSingleItem().IsBarred.ShouldBeTrue();
        next.Binding.Single().Tests[0].Limit.ShouldBe(Amount.Yuan(700));

        await body.Review(await body.PrepareExpense(TestBody.Children, 1200, on: new LocalDate(2027, 2, 10)));
        body.Clock.Now = Instant.FromUtc(2028, 1, 10, 1, 0);
        await body.Accountant.Run(new OpenYear(TestBody.Key, 2028));
        LawRatioView later = await body.Accountant.Ask(new LawRatios(2028));
        later.Bases.Take(2).Select(year => (year.Income, year.Barred, year.Freed, year.Total)).ShouldBe(
        [
            (Amount.Yuan(0), Amount.Yuan(0), Amount.Yuan(1000), Amount.Yuan(1000)),
            (Amount.Yuan(2000), Amount.Yuan(1000), Amount.Yuan(0), Amount.Yuan(1000)),
        ]);
        later.Gifts.ShouldHaveSingleItem().IsBarred.ShouldBeFalse();
        (await body.Accountant.Ask(new LawRatios(2027, new LocalDate(2027, 12, 31), known))).Sums
            .Single(sum => sum.Figure == RatioFigure.Charitable).SoFar.ShouldBe(Amount.Yuan(0), "as known before it was booked");
        (await No(body.Accountant.Ask(new LawRatios(2025)))).ShouldBe(StatementRange.UnknownPeriod);
    }

    [Theory]
    [InlineData("cn-npo-2004")]
    [InlineData("cn-npo-2026")]
    public async Task Both_standards_are_judged_by_the_same_formulas(string standard)
    {
        await using TestBody body = await TestBody.New();
        int year = standard == "cn-npo-2004" ? 2025 : 2026;
        int book = await body.Foundation.Operator().Run(new SetUpBook(
            TestBody.Key, "second", "另一家基金会", standard, new LocalDate(year, 1, 1),
            new NewLogin("孙会计", "sun", TestBody.Password), new NewLogin("钱审核", "qian", TestBody.Password)));
        FundSession accountant = body.Foundation.SessionOf(5, book), reviewer = body.Foundation.SessionOf(6, book);
        await reviewer.Run(new SetDocumentRule(TestBody.Key, VoucherKind.Ordinary, Evidence.None, new LocalDate(2000, 1, 1)));
        await Post("donation-income", Side.Credit, 50_000, CashFlow.DonationsReceived);
        await Post("programme-cost", Side.Debit, 9000, CashFlow.GrantsPaid);
        await Post("management-expense", Side.Debit, 900, CashFlow.OtherPaid);
        await Post("fundraising-expense", Side.Debit, 100, CashFlow.OtherPaid);
        await accountant.Run(new SetBodyProfile(TestBody.Key, BodyKind.Foundation, false, false, new LocalDate(2020, 1, 1), "登记证书"));
        await reviewer.Run(new ConfirmLawBase(TestBody.Key, await accountant.Run(Enter(year - 1, 1, 0, 0))));

        LawRatioView view = await accountant.Ask(new LawRatios(year, new LocalDate(year, 12, 31)));
        view.Head.Range.ToPeriod.ShouldBe((year * 100) + 13);
        view.Sums.Select(sum => (sum.Figure, sum.SoFar.Units / 100)).ShouldBe(
        [
            (RatioFigure.Income, 50_000), (RatioFigure.Donations, 50_000), (RatioFigure.Charitable, 9000), (RatioFigure.Management, 900),
            (RatioFigure.StaffAndOffice, 900), (RatioFigure.Fundraising, 100), (RatioFigure.Spend, 10_000),
        ]);
        RatioRule rule = view.Binding.ShouldHaveSingleItem();
        rule.Law.Key.ShouldBe("regulation-private");
        rule.Tests.Select(test => (test.State, test.Limit, test.Ratio)).ShouldBe(
        [
            (RatioState.Met, Amount.Yuan(800), 90m), (RatioState.Met, Amount.Yuan(1000), 9m),
        ]);

        async Task Post(string account, Side side, decimal yuan, CashFlow flow) => await reviewer.Run(new ReviewVoucher(
            TestBody.Key, await accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(year, 1, 15), "业务",
            [
                new VoucherRow(account, 1, side, Amount.Yuan(yuan), side == Side.Credit ? Restriction.Unrestricted : null),
                new VoucherRow("cash", 1, side == Side.Debit ? Side.Credit : Side.Debit, Amount.Yuan(yuan), CashFlow: flow.Key),
            ]))));
    }

    private static async Task Walls(TestBody body)
    {
        foreach ((string constraint, string attack) in new[]
        {
            ("law_base_same_person", Base + "(1, 2024, 1, 0, 0, 1, '报告', 1, now(), 1, now())"),
            ("law_base_same_person", Base + "(1, 2024, 1, 0, 0, 1, '报告', 1, now(), null, null); update law_base set confirmed_by = 1, confirmed_at = now() where year = 2024"),
            ("law_base_in_books", Base + "(1, 2026, 1, 0, 0, 1, '报告', 1, now(), null, null)"),
            ("append_only", "update law_base set income = 1"),
            ("append_only", "update law_base set confirmed_by = null, confirmed_at = null"),
            ("append_only", "delete from law_base"),
            ("append_only", "truncate law_base"),
            ("append_only", "update body_profile set is_charity = false"),
            ("append_only", "delete from body_profile"),
        })
        {
            foreach (string login in new[] { body.Connections.Owner, body.Connections.Books })
            {
                await using NpgsqlConnection open = new(login);
                await open.OpenAsync();
                await using NpgsqlCommand command = new(attack, open);
                PostgresException refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
                ConstraintWordsTests.Tell(refused);
                (refused.ConstraintName == constraint || login == body.Connections.Books && refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
                    .ShouldBeTrue($"{attack}: {refused.MessageText}");
            }
        }
    }

    private static SetBodyProfile Profile(bool raises) =>
        new(TestBody.Key, BodyKind.Foundation, raises, true, new LocalDate(2020, 1, 1), "公开募捐资格证书 001 号");

    private static EnterLawBase Enter(int year, decimal income, decimal barred, decimal freed) => new(
        TestBody.Key, year, Amount.Yuan(income), Amount.Yuan(barred), Amount.Yuan(freed), Amount.Yuan(10_000), "审计报告 1 号");

    private static async Task<string> No(Task act) => (await Should.ThrowAsync<RefusedException>(() => act)).Refusal.Code;
}

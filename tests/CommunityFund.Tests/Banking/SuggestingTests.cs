using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Periods;
using CommunityFund.Tests.Periods;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

/// <summary>What a line may be, why, and what is learned from what it became.</summary>
public sealed class SuggestingTests
{
    [Fact]
    public async Task Expected_money_is_ranked_by_amount_code_name_account_and_day()
    {
        await using TestBody body = await TestBody.New();
        await Expect(body, 200, "月捐", "CF-7K3Q", "王梅", new LocalDate(2026, 3, 1));
        await Expect(body, 200, "别人的月捐", "", "李娜", new LocalDate(2026, 3, 4));
        await Expect(body, 350, "王梅的另一笔", "", "王梅", new LocalDate(2026, 3, 5));
        await Expect(body, 900, "毫不相干", "", "赵六", new LocalDate(2026, 3, 5));
        IReadOnlyList<BankCandidate> ranked = (await body.View(await body.Line("03-05,200.00,,,王梅,捐赠 cf-7k3q"))).Candidates;
        ranked.Where(row => row.Source == CandidateSource.Expected).Select(row => (row.Title, row.Fits))
            .ShouldBe([("月捐", true), ("别人的月捐", true), ("王梅的另一笔", false)]);
        ranked[0].Reasons.Select(reason => reason.Because).ShouldBe([Because.Amount, Because.Code, Because.Party, Because.NearDay]);
    }

    [Fact]
    public async Task A_voucher_that_stands_is_offered_until_a_line_is_matched_to_it()
    {
        await using TestBody body = await TestBody.New();
        long voucher = await body.Gift(TestBody.Community, 88, Restriction.Unrestricted);
        long line = await body.Line("03-04,88.00,,,陈阿姨,爱心捐款"), same = await body.Line("03-05,88.00,,,陈阿姨,爱心捐款 二");
        BankCandidate offered = (await body.View(line)).Candidates.Single(row => row.Source == CandidateSource.Voucher);
        (offered.Id, offered.Reasons[0].Because).ShouldBe((voucher, Because.Amount));
        await body.Accountant.Run(new MatchVoucher(TestBody.Key, [line], [voucher]));
        (await body.View(same)).Candidates.ShouldNotContain(row => row.Source == CandidateSource.Voucher);
    }

    [Fact]
    public async Task What_was_chosen_twice_becomes_a_rule_that_proposes_and_can_be_put_right_or_switched_off()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.General, 5000, Restriction.Unrestricted);
        long first = await body.Line("03-03,,980.00,,德信会计师事务所,代理记账费 二月"), second = await body.Line("03-10,,980.00,,德信会计师事务所,代理记账费 三月");
        RecordExpense expense = Expense(first, TestBody.General, 980, payee: "德信会计师事务所") with { ExpenseAccount = "management-expense", CashFlow = CashFlow.OtherPaid.Key };
        await body.Accountant.Run(expense);
        (await body.Accountant.Run(new LearnRule(TestBody.Key, first, Asked: false))).ShouldBe(0);
        await body.Accountant.Run(expense with { Key = TestBody.Key, BankLine = second });
        long rule = await body.Accountant.Run(new LearnRule(TestBody.Key, second, Asked: false));
        (await body.Accountant.Run(new LearnRule(TestBody.Key, second, Asked: false))).ShouldBe(0);

        long third = await body.Line("03-18,,1000.00,,德信会计师事务所,审计费");
        BankCandidate proposed = (await body.View(third)).Candidates.Single(row => row.Source == CandidateSource.Rule);
        (proposed.Id, proposed.Proposal!.Kind, proposed.Proposal.Fund, proposed.Proposal.Target)
            .ShouldBe((rule, DisposalKind.Expense, TestBody.General, "management-expense"));
        ChangeRule change = new(TestBody.Key, rule, BankWay.Out, null, "德信会计师事务所", "记账", DisposalKind.Expense, TestBody.General,
            "management-expense", CashFlow.OtherPaid.Key, null, "代理记账费", Off: false);
        (await RefusalOf(() => body.Accountant.Run(change with { Fund = null }))).Code.ShouldBe(ChangeRule.NotWhole);
        (await RefusalOf(() => body.Accountant.Run(change with { Rule = 99 }))).Code.ShouldBe(ChangeRule.Unknown);
        (await RefusalOf(() => body.Accountant.Run(change with { Party = "", Words = " " }))).Code.ShouldBe("database.bank-rule-looks-at-something");
        await body.Accountant.Run(change);
        (await body.View(third)).Candidates.ShouldNotContain(row => row.Source == CandidateSource.Rule);
        await body.Accountant.Run(change with { Key = TestBody.Key, Off = true });
        (await body.Accountant.Ask(new BankRuleList())).Single().ShouldSatisfyAllConditions(
            row => row.Off.ShouldBeTrue(), row => row.Learned.ShouldBeTrue(), row => row.Words.ShouldBe("记账"));
        (await RefusalOf(() => body.Accountant.Run(change with { Key = TestBody.Key, Rule = null }))).Code.ShouldBe("database.bank-rule-once");
    }

    [Fact]
    public async Task The_banks_own_name_says_nothing_so_a_rule_about_its_interest_looks_at_the_words()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 300, Restriction.Unrestricted, new LocalDate(2026, 2, 10));
        long[] lines = [await body.Line("03-10,10.00,,,中国建设银行,存款利息"), await body.Line("03-20,11.00,,,中国建设银行,存款利息")];
        foreach (long line in lines)
        {
            (await body.View(line)).Suggested.Kind.ShouldBe(DisposalKind.Interest);
            await body.Accountant.Run(new RecordInterest(
                TestBody.Key, new BankRest([line]), InterestKey.Closing, new LocalDate(2026, 3, 1), new LocalDate(2026, 3, 10), "利息"));
        }

        await body.Accountant.Run(new LearnRule(TestBody.Key, lines[1], Asked: false));
        (await body.Accountant.Ask(new BankRuleList())).Single().ShouldSatisfyAllConditions(
            row => row.Words.ShouldBe("存款利息"), row => row.Kind.ShouldBe(DisposalKind.Interest));
        (await RefusalOf(async () => await body.Accountant.Run(new LearnRule(TestBody.Key, await body.Line("03-21,1.00,,,某人,捐"), Asked: true))))
            .Code.ShouldBe(LearnRule.NothingToLearn);
    }

    [Theory]
    [InlineData("03-05,,12.00,,中国建设银行,网银手续费", DisposalKind.Fee)]
    [InlineData("03-05,4800.00,,,翠苑居委会,退汇：户名不符", DisposalKind.Returned)]
    [InlineData("03-05,1150.00,,,翠苑居委会,项目余款退回", DisposalKind.Refund)]
    [InlineData("03-05,,500.00,,测试慈善会,内部转账", DisposalKind.Transfer)]
    [InlineData("03-05,2000.00,,,周先生,定向捐助 助学 小明同学", DisposalKind.Agency)]
    [InlineData("03-05,200.00,,,王梅,捐赠", DisposalKind.Gift)]
    public async Task The_words_on_a_line_say_what_it_may_be(string row, DisposalKind kind)
    {
        await using TestBody body = await TestBody.New();
        (await body.View(await body.Line(row))).Suggested.Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Lists_tell_what_is_owed_in_suspense_and_what_a_refund_may_be_of()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 500, Restriction.Unrestricted);
        long unknown = await body.Line("03-05,300.00,,,,现金存入");
        await body.Review(await body.Accountant.Run(new RecordSuspense(
            TestBody.Key, new BankRest([unknown]), SuspenseKind.UnknownPayer, "柜面现金", "暂收款")));
        (await body.Accountant.Ask(new SuspenseList())).Items.Single().ShouldSatisfyAllConditions(
            row => row.Left.ShouldBe(Amount.Yuan(300)), row => row.Days.ShouldBe(15), row => row.Words.ShouldContain("现金存入"));
        long paid = await body.Line("03-06,,120.00,,文具店,采购");
        await body.Review(await body.Accountant.Run(Expense(paid, TestBody.Community, 120, payee: "文具店")));
        long back = await body.Line("03-09,20.00,,,文具店,退货款");
        (await body.Accountant.Ask(new RefundChoices(back))).Single().ShouldSatisfyAllConditions(
            row => row.Party.ShouldBe("文具店"), row => row.Left.ShouldBe(Amount.Yuan(120)));
        (await Suspended()).Mark.ShouldBe(ClosingMark.Fine, "it came after January");
        await body.Close(202601, 202602);
        (await Suspended()).ShouldSatisfyAllConditions(
            check => check.Mark.ShouldBe(ClosingMark.Look),
            check => check.Items.Single().ShouldSatisfyAllConditions(
                item => item.Amount.ShouldBe(Amount.Yuan(300)), item => item.Day.ShouldBe(new LocalDate(2026, 3, 5))));

        async Task<ClosingCheck> Suspended() => (await body.Accountant.Ask(new PeriodCalendar(2026))).Next!.Checks
            .Single(check => check.Matter == ClosingMatter.Suspense);
    }

    private static Task<long> Expect(TestBody body, decimal yuan, string narrative, string code, string party, LocalDate due) =>
        body.Accountant.Run(new ExpectFrom(TestBody.Key, yuan, narrative, code, party, due));

    /// <summary>As a feature would.</summary>
    private sealed record ExpectFrom(Guid Key, decimal Yuan, string Narrative, string Code, string Party, LocalDate Due) : Command<long>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

        internal override async Task<long> Apply(Work work, CancellationToken ct)
        {
            Account income = (await work.ChartOn(work.Today, ct))[Account.Keys.DonationIncome];
            Fund fund = await work.FundById(TestBody.Community, ct);
            return await new Expected(
                ExpectationKind.Gift, Amount.Yuan(Yuan), Narrative, Due,
                [new ExpectedLine(income, fund, Side.Credit, Amount.Yuan(Yuan), CashFlow.DonationsReceived, new Tags(Restriction.Unrestricted))],
                Code, await Counterparty.FindOrAdd(work, PersonKind.Person, Party, ct)).Write(work, ct);
        }
    }
}

using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Statements;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Statements;

/// <summary>Ledgers as of a day, as known at a position, and for people whose role reaches only some funds.</summary>
public sealed class LedgersInTimeTests
{
    private static readonly LedgerDays Quarter = LedgerBooks.Quarter;

    public LedgersInTimeTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    public async Task The_same_days_and_position_give_the_same_figures_whatever_is_posted_and_corrected_later(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed, vouchers: 30);
        long person = await Somebody(body, "王记");
        await body.Owe(person, TestBody.Community, 120, new LocalDate(2026, 2, 10));
        LedgerDays cut = LedgerDays.Of(new LocalDate(2026, 1, 12), new LocalDate(2026, 3, 20));
        (long known, long voucher) = (0, 0);
        string[] then = [];
        foreach (bool later in new[] { false, true })
        {
            long? at = later ? known : null;
            List<string> said = [];
            foreach (LedgerDays days in new[] { Quarter, cut })
            {
                AccountLedgerView bank = await body.Accountant.Ask(new AccountLedger("bank", days, Known: at, Daily: true, Size: 500));
                known = bank.Head.KnownAt;
                voucher = bank.Lines.Last(line => line.Fund.FundId == TestBody.General).VoucherId;
                said.AddRange(
                [
                    bank.Sheet(StatementBooks.Words).Text(),
                    (await body.Accountant.Ask(new GeneralLedger(days, Known: at, Level: 2))).Sheet(StatementBooks.Words).Text(),
                    (await body.Accountant.Ask(new Journal(days, Known: at, Size: 500))).Sheet(StatementBooks.Words).Text(),
                    (await body.Accountant.Ask(new SubLedger(SubLedgerBy.Fund, days, Known: at))).Sheet(StatementBooks.Words).Text(),
                    (await body.Accountant.Ask(new SubLedger(SubLedgerBy.Counterparty, days, Known: at))).Sheet(StatementBooks.Words).Text(),
                ]);
            }

            if (later)
            {
                string.Join("", said).ShouldBe(string.Join("", then), customMessage: $"seed {seed}");
                (await body.Accountant.Ask(new AccountLedger("bank", Quarter))).Debit.ShouldNotBe(
                    (await body.Accountant.Ask(new AccountLedger("bank", Quarter, Known: known))).Debit, $"seed {seed}");
                continue;
            }

            then = [.. said];
            await body.Gift(TestBody.Children, 77, Restriction.Restricted, new LocalDate(2026, 1, 15));
            await body.Gift(TestBody.Community, 5, Restriction.Unrestricted, new LocalDate(2026, 3, 20));
            await body.Owe(person, TestBody.General, 33, new LocalDate(2026, 1, 2));
            await StatementBooks.Red(body, TestBody.Community, 3, new LocalDate(2026, 2, 2));
            await body.Review(await body.Accountant.Run(new ReverseVoucher(TestBody.Key, voucher, new LocalDate(2026, 3, 30), "记错")));
        }
    }

    [Fact]
    public async Task A_position_that_is_not_in_the_books_yet_is_refused()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Ask(new Journal(Quarter, Known: 7)))).Refusal.Code
            .ShouldBe(LedgerHead.UnknownPosition);
        (await body.Accountant.Ask(new Journal(Quarter, Known: 0))).Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Someone_whose_role_reaches_one_fund_sees_its_lines_and_its_balances_and_nobody_elses()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        long donor = await Somebody(body, "王记"), other = await Somebody(body, "李记");
        await body.Owe(donor, TestBody.Community, 40, new LocalDate(2026, 3, 3));
        await body.Owe(other, TestBody.Children, 50, new LocalDate(2026, 3, 3));
        FundSession officer = await Officer(body, Role.FinanceOffice, TestBody.Community);

        (await officer.Ask(new Journal(Quarter))).Lines.Select(line => line.Fund.Code).Distinct().ShouldBe(["C01"]);
        AccountLedgerView bank = await officer.Ask(new AccountLedger("bank", Quarter));
        (bank.Opening, bank.Closing).ShouldBe((Amount.Fen(0), Amount.Yuan(850)));
        (await officer.Ask(new GeneralLedger(Quarter))).Accounts.Select(account => account.Key)
            .ShouldBe(["bank", "other-payables", "donation-income", "programme-cost"]);
        (await officer.Ask(new SubLedger(SubLedgerBy.Counterparty, Quarter))).Rows.Select(row => row.Name).ShouldBe(["王记"]);
        (await Should.ThrowAsync<RefusedException>(() => officer.Ask(new AccountLedger("bank", Quarter, TestBody.Children))))
            .Refusal.Code.ShouldBe(Need.OutsideFund);
        foreach (string unknown in new[] { "李记", $"#{other}", "#999", "nobody", "#" })
        {
            (await Should.ThrowAsync<RefusedException>(() => officer.Ask(new Journal(Quarter, Filter: new JournalFilter(Counterparty: unknown)))))
                .Refusal.Code.ShouldBe(LedgerHead.UnknownCounterparty);
        }
    }

    [Fact]
    public async Task Who_may_not_read_statements_reads_no_ledger_and_the_steering_group_no_names()
    {
        await using TestBody body = await TestBody.New();
        FundSession voter = await Officer(body, Role.Voter, null), steer = await Officer(body, Role.Steer, null);
        foreach (Func<Task> ask in new Func<Task>[]
        {
            () => voter.Ask(new Journal(Quarter)), () => voter.Ask(new AccountLedger("bank", Quarter)), () => voter.Ask(new LedgerChoices()),
            () => voter.Ask(new GeneralLedger(Quarter)), () => voter.Ask(new SubLedger(SubLedgerBy.Fund, Quarter)),
            () => steer.Ask(new SubLedger(SubLedgerBy.Counterparty, Quarter)),
        })
        {
            (await Should.ThrowAsync<RefusedException>(ask)).Refusal.Code.ShouldBe(Need.Missing);
        }

        (await steer.Ask(new GeneralLedger(Quarter))).Accounts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Claims_and_debts_are_read_by_counterparty_and_lead_to_their_lines()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        long person = await Somebody(body, "王记文具店");
        await body.Owe(person, TestBody.Community, 40, new LocalDate(2026, 1, 20));
        await body.Owe(person, TestBody.Community, 2.50m, new LocalDate(2026, 3, 3));
        LedgerDays spring = LedgerDays.Months(202602, 202603);
        (await body.Accountant.Ask(new SubLedger(SubLedgerBy.Counterparty, spring))).Sheet(StatementBooks.Words).Text().ShouldBe("""
            往来明细
            单位：测试慈善会
            日期：2026-02-01 至 2026-03-31
            基金：全部基金
            往来单位或个人  科目             方向  期初余额  借方  贷方  方向  期末余额
            王记文具店      2209 其他应付款  贷       40.00  0.00  2.50  贷       42.50
            合计                                             0.00  2.50

            """);
        (await body.Accountant.Ask(new AccountLedger("other-payables", spring, Counterparty: "王记文具店"))).Sheet(StatementBooks.Words)
            .Text().ShouldBe("""
            明细账 2209 其他应付款 · 王记文具店
            单位：测试慈善会
            日期：2026-02-01 至 2026-03-31
            基金：全部基金
            日期        凭证  摘要                基金            对方科目           借方   贷方  方向   余额
                              期初余额                                                            贷    40.00
            2026-03-03  转-1  应付物资款          幸福里社区基金  5101 业务活动成本         2.50  贷    42.50
            2026-03           本月合计                                               0.00   2.50  贷    42.50
            2026-03           本年累计                                               0.00  42.50  贷    42.50
                              本期合计及期末余额                                     0.00   2.50  贷    42.50

            """);
    }

    [Fact]
    public async Task The_general_ledger_and_the_sub_ledger_of_funds_read_as_an_accountant_expects()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        (await body.Accountant.Ask(new GeneralLedger(Quarter, Level: 2))).Sheet(StatementBooks.Words).Text().ShouldBe("""
            总账
            单位：测试慈善会
            日期：2026-01-01 至 2026-03-31
            基金：全部基金
            科目                 期间     摘要          借方      贷方  方向       余额
            1002 银行存款                 上年结转                      借    10,000.00
                                 2026-01  本月合计  1,000.00      0.00  借    11,000.00
                                 2026-01  本年累计  1,000.00      0.00  借    11,000.00
                                 2026-02  本月合计    500.00    650.50  借    10,849.50
                                 2026-02  本年累计  1,500.00    650.50  借    10,849.50
                                 2026-03  本月合计      0.00    150.00  借    10,699.50
                                 2026-03  本年累计  1,500.00    800.50  借    10,699.50
            100201 建行基本户             上年结转                      借    10,000.00
                                 2026-01  本月合计  1,000.00      0.00  借    11,000.00
                                 2026-01  本年累计  1,000.00      0.00  借    11,000.00
                                 2026-02  本月合计    500.00    650.50  借    10,849.50
                                 2026-02  本年累计  1,500.00    650.50  借    10,849.50
                                 2026-03  本月合计      0.00    150.00  借    10,699.50
                                 2026-03  本年累计  1,500.00    800.50  借    10,699.50
            1501 固定资产                 上年结转                      借     1,200.00
            1502 累计折旧                 上年结转                      贷       300.00
            3101 非限定性净资产           上年结转                      贷     2,900.00
            3102 限定性净资产             上年结转                      贷     8,000.00
            4101 捐赠收入                 上年结转                      平         0.00
                                 2026-01  本月合计      0.00  1,000.00  贷     1,000.00
                                 2026-01  本年累计      0.00  1,000.00  贷     1,000.00
                                 2026-02  本月合计      0.00    500.00  贷     1,500.00
                                 2026-02  本年累计      0.00  1,500.00  贷     1,500.00
            5101 业务活动成本             上年结转                      平         0.00
                                 2026-02  本月合计    650.50      0.00  借       650.50
                                 2026-02  本年累计    650.50      0.00  借       650.50
                                 2026-03  本月合计    150.00      0.00  借       800.50
                                 2026-03  本年累计    800.50      0.00  借       800.50

            """);
        (await body.Accountant.Ask(new SubLedger(SubLedgerBy.Fund, LedgerDays.Months(202602, 202603), TestBody.Children)))
            .Sheet(StatementBooks.Words).Text().ShouldBe("""
            基金辅助账
            单位：测试慈善会
            日期：2026-02-01 至 2026-03-31
            基金：C02 儿童基金
            基金          科目               方向  期初余额      借方      贷方  方向  期末余额
            C02 儿童基金  100201 建行基本户  借    8,000.00    500.00    650.50  借    7,849.50
            C02 儿童基金  3102 限定性净资产  贷    8,000.00      0.00      0.00  贷    8,000.00
            C02 儿童基金  4101 捐赠收入      平        0.00      0.00    500.00  贷      500.00
            C02 儿童基金  5101 业务活动成本  平        0.00    650.50      0.00  借      650.50
            合计                                             1,150.50  1,150.50

            """);
    }

    [Fact]
    public async Task Memorandum_series_stand_in_no_ledger()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        string before = (await body.Accountant.Ask(new Journal(Quarter))).Sheet(StatementBooks.Words).Text();
        await using NpgsqlConnection owner = new(body.Connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlTransaction transaction = await owner.BeginTransactionAsync();
        await using NpgsqlCommand post = new(
            """
            insert into journal_entry (book_id, entry_no, period, series, number, occurred_on, kind, narrative_id, line_count, total,
                                       document_hashes, voucher_id, maker_id, reviewer_id, posted_at, leaf)
            select 1, entry_no + 1, 202603, '备', 1, date '2026-03-05', 'ordinary', narrative_id, 2, 100, '{}', -1, 1, 2, posted_at, leaf
              from journal_entry where entry_no = 6;
            insert into posting (book_id, entry_no, line_no, period, account_id, fund_id, commodity, side, units, restriction, cash_flow,
                                 movement, project_class, narrative_id)
            select 1, 7, l.no, 202603, a.account_id, 3, 'CNY', l.side, 100, '', '', 'ordinary', '', j.narrative_id
              from journal_entry j, (values (1, 'commitments', 'D'), (2, 'commitments-contra', 'C')) l (no, key, side) join account a using (key)
             where j.entry_no = 7
            """, owner, transaction);
        await post.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        JournalView after = await body.Accountant.Ask(new Journal(Quarter));
        after.Head.KnownAt.ShouldBe(7);
        after.Sheet(StatementBooks.Words).Text().ShouldBe(before);
        (await body.Accountant.Ask(new LedgerChoices())).Accounts.ShouldNotContain(account => account.Account.Code.StartsWith('9'));
        (await body.Accountant.Ask(new GeneralLedger(Quarter, Level: 2))).Accounts.ShouldNotContain(
            account => account.Account.Code.StartsWith('9'));
    }

    private static async Task<long> Somebody(TestBody body, string name)
    {
        await using FundDb db = body.Db();
        Person person = new() { Kind = PersonKind.Organisation, Name = name, CreatedAt = body.Clock.Now };
        db.Add(person);
        await db.SaveChangesAsync();
        return person.PersonId;
    }

    private static async Task<FundSession> Officer(TestBody body, Role role, int? fund)
    {
        string login = $"x{role}".ToLowerInvariant();
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("沈街道", login, TestBody.Password), MustChange: false));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, role, fund, new LocalDate(2026, 1, 1), null));
        return body.Foundation.SessionOf(person, body.Book);
    }
}

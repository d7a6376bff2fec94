using System.Reflection;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Books;

public sealed class StandardsTests
{
    // 财会〔2004〕7号, and 4701 by 财会〔2020〕9号.
    private const string Chart2004 =
        """
        1001 现金 1002 银行存款 1009 其他货币资金 1101 短期投资 1102 短期投资跌价准备 1111 应收票据 1121 应收账款
        1122 其他应收款 1131 坏账准备 1141 预付账款 1201 存货 1202 存货跌价准备 1301 待摊费用 1401 长期股权投资
        1402 长期债权投资 1421 长期投资减值准备 1501 固定资产 1502 累计折旧 1505 在建工程 1506 文物文化资产
        1509 固定资产清理 1601 无形资产 1701 受托代理资产
        2101 短期借款 2201 应付票据 2202 应付账款 2203 预收账款 2204 应付工资 2206 应交税金 2209 其他应付款
        2301 预提费用 2401 预计负债 2501 长期借款 2502 长期应付款 2601 受托代理负债
        3101 非限定性净资产 3102 限定性净资产
        4101 捐赠收入 4201 会费收入 4301 提供服务收入 4401 政府补助收入 4501 商品销售收入 4601 投资收益
        4701 总部拨款收入 4901 其他收入
        5101 业务活动成本 5201 管理费用 5301 筹资费用 5401 其他费用
        """;

    // 财会〔2024〕25号, as one published program has it.
    private const string Chart2026 =
        """
        1001 现金 1002 银行存款 1009 其他货币资金 1101 短期投资 1102 短期投资跌价准备 1111 应收票据 1121 应收账款
        1122 其他应收款 1131 坏账准备 1141 预付账款 1201 存货 1202 存货跌价准备 1301 待摊费用 1401 长期股权投资
        1402 长期债权投资 1403 其他长期投资 1421 长期投资减值准备 1501 固定资产 1502 累计折旧 1505 在建工程
        1506 文物资源 1509 固定资产清理 1601 无形资产 1602 累计摊销 1701 长期待摊费用 1801 受托代理资产
        2101 短期借款 2201 应付票据 2202 应付账款 2203 预收账款 2204 应付职工薪酬 2206 应交税费 2209 其他应付款
        2301 预提费用 2501 长期借款 2502 长期应付款 2503 预计负债 2601 受托代理负债
        3101 非限定性净资产 3102 限定性净资产 3201 以前年度净资产调整
        4101 捐赠收入 4201 会费收入 4301 提供服务收入 4401 政府补助收入 4501 商品销售收入 4601 投资收益
        4701 总部拨款收入 4901 其他收入
        5101 业务活动成本 5201 税金及附加 5301 管理费用 5401 筹资费用 5501 资产减值损失 5601 所得税费用 5901 其他费用
        """;

    // Ours, alike under every standard.
    private const string OwnAccounts =
        """
        100199 现金（受托代理资产） 100299 银行存款（受托代理资产） 100999 其他货币资金（受托代理资产） 112201 项目预拨 112202 追缴
        9101 已批资助 9102 承诺备抵 9201 时间发放 9202 个人时间 9203 时间池 9204 已用时间
        9301 积分发行 9302 个人积分 9303 兑换中 9304 已兑换 9305 过期
        """;

    private static Standard Old => Standards.Find("cn-npo-2004")!;

    private static Standard New => Standards.Find("cn-npo-2026")!;

    [Fact]
    public void Both_standards_load_oldest_first_and_follow_each_other_without_a_gap()
    {
        Standards.All.Select(standard => standard.Key).ShouldBe(["cn-npo-2004", "cn-npo-2026"]);
        Old.Source.ShouldBe("财会〔2004〕7号");
        New.Source.ShouldBe("财会〔2024〕25号");
        New.From.ShouldBe(Old.To!.Value.PlusDays(1));
        New.To.ShouldBeNull();
    }

    [Fact]
    public void The_day_decides_which_standard_is_in_force()
    {
        Standards.InForce(new LocalDate(2025, 12, 31)).ShouldBe(Old);
        Standards.InForce(new LocalDate(2026, 1, 1)).ShouldBe(New);
        Standards.Find("cn-npo-1999").ShouldBeNull();
    }

    [Fact]
    public void A_day_before_every_standard_is_refused()
    {
        LocalDate day = new(2004, 12, 31);
        Refusal refusal = Should.Throw<RefusedException>(() => Standards.InForce(day)).Refusal;
        refusal.Code.ShouldBe(Standards.NoneInForce);
        refusal.Facts["date"].ShouldBe(day);
    }

    [Theory]
    [InlineData("cn-npo-2004", Chart2004)]
    [InlineData("cn-npo-2026", Chart2026)]
    public void A_chart_has_every_account_of_its_rule_and_our_own_and_no_other(string key, string chart)
    {
        string[] words = $"{chart} {OwnAccounts}".Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> expected = words.Chunk(2).Select(pair => $"{pair[0]} {pair[1]}");
        Standards.Find(key)!.Accounts.Select(account => $"{account.Code} {account.NameZh}").ShouldBe(expected, ignoreOrder: true);
    }

    [Fact]
    public void A_key_means_the_same_lasting_thing_under_both_standards()
    {
        // Every account of 2004 goes on in 2026, so each is looked up there.
        foreach (StandardAccount old in Old.Accounts)
        {
            Lasting(New.Account(old.Key)).ShouldBe(Lasting(old), old.Key);
        }
    }

    [Theory]
    [InlineData("1701", "agency-assets", "long-term-deferred-expenses")]
    [InlineData("5201", "management-expense", "taxes-and-surcharges")]
    [InlineData("5301", "fundraising-expense", "management-expense")]
    [InlineData("5401", "other-expense", "fundraising-expense")]
    public void A_code_that_was_reused_has_another_key(string code, string old, string now)
    {
        Old.Accounts.Single(account => account.Code == code).Key.ShouldBe(old);
        New.Accounts.Single(account => account.Code == code).Key.ShouldBe(now);
    }

    [Theory]
    [InlineData("agency-assets", "1701", "1801")]
    [InlineData("provisions", "2401", "2503")]
    [InlineData("management-expense", "5201", "5301")]
    [InlineData("other-expense", "5401", "5901")]
    public void A_thing_that_was_renumbered_keeps_its_key(string key, string old, string now)
    {
        Old.Account(key).Code.ShouldBe(old);
        New.Account(key).Code.ShouldBe(now);
    }

    [Fact]
    public void Expenses_say_their_restriction_only_from_2026()
    {
        ClassesThatSay(Old).ShouldBe([AccountClass.NetAssets, AccountClass.Income]);
        ClassesThatSay(New).ShouldBe([AccountClass.NetAssets, AccountClass.Income, AccountClass.Expense]);

        // All accounts of a class or none.
        static IEnumerable<AccountClass> ClassesThatSay(Standard standard) => standard.Accounts
            .GroupBy(account => account.Class)
            .Where(accounts => accounts.Select(account => account.NeedsRestriction).Distinct().Single())
            .Select(accounts => accounts.Key);
    }

    [Fact]
    public void Own_cash_agency_and_claims_are_the_accounts_of_the_ruling()
    {
        Keys(AccountRole.OwnCash).ShouldBe(["cash", "bank", "other-monetary"]);
        Keys(AccountRole.AgencyCash).ShouldBe(["cash.agency", "bank.agency", "other-monetary.agency"]);
        Keys(AccountRole.Agency).ShouldBe(["agency-assets", "agency-liabilities"]);
        Keys(AccountRole.Commitment).ShouldBe(["commitments"]);
        Keys(AccountRole.Claim).ShouldBe(
        [
            "short-term-borrowings", "bills-payable", "accounts-payable", "advances-received", "payroll-payable",
            "taxes-payable", "other-payables", "accruals", "provisions",
        ]);
        New.Account("accumulated-depreciation").NormalSide.ShouldBe(Side.Credit);
        New.Account("bad-debt-allowance").NormalSide.ShouldBe(Side.Credit);
    }

    [Fact]
    public void Memorandum_accounts_are_alike_and_only_they_count_hours_and_points()
    {
        List<StandardAccount> memorandum = Of(New);
        Of(Old).ShouldBe(memorandum);
        memorandum.Select(account => account.Commodity.Code).ShouldBe(memorandum.Select(account => Unit(account.Code)));
        New.Accounts.Except(memorandum).ShouldAllBe(account => account.Code[0] != '9' && account.Commodity == Commodity.Cny);

        static List<StandardAccount> Of(Standard standard) =>
            [.. standard.Accounts.Where(account => account.Class == AccountClass.Memorandum)];
        static string Unit(string code) => code[..2] switch { "92" => "HOUR", "93" => "POINT", _ => "CNY" };
    }

    [Fact]
    public void Every_key_of_the_kernel_is_in_the_chart_and_becomes_an_account()
    {
        FieldInfo[] constants = typeof(Account.Keys).GetFields(BindingFlags.Public | BindingFlags.Static);
        string[] keys = [.. constants.Select(constant => (string)constant.GetRawConstantValue()!)];
        keys.Select(key => New.Account(key).ToAccount().Key).ShouldBe(keys);
        keys.Except([Account.Keys.PriorYearAdjustment]).ShouldAllBe(key => Old.Accounts.Any(account => account.Key == key));
        New.Account("bank.agency").ToAccount().ShouldBe(new Account(
            "bank.agency", "100299", AccountClass.Asset, Side.Debit, AccountRole.AgencyCash, NeedsRestriction: false));
    }

    [Fact]
    public void Pinyin_has_one_initial_for_each_character_and_the_same_in_every_file()
    {
        Dictionary<Rune, SortedSet<char>> initials = [];
        foreach (StandardAccount account in Standards.All.SelectMany(standard => standard.Accounts))
        {
            Rune[] characters = [.. account.NameZh.EnumerateRunes().Where(Rune.IsLetter)];
            account.Pinyin.Length.ShouldBe(characters.Length, account.NameZh);
            foreach (var (character, initial) in characters.Zip(account.Pinyin))
            {
                (initials.TryGetValue(character, out SortedSet<char>? known) ? known : initials[character] = []).Add(initial);
            }
        }

        // 行 is read háng in 银行 and xíng in 发行.
        initials.Where(pair => pair.Value.Count > 1).Select(pair => $"{pair.Key}{string.Concat(pair.Value)}").ShouldBe(["行hx"]);
    }

    private static IEnumerable<string> Keys(AccountRole role) =>
        New.Accounts.Where(account => account.Role == role).Select(account => account.Key);

    private static (AccountClass, Side, AccountRole, Commodity, string?) Lasting(StandardAccount account) =>
        (account.Class, account.NormalSide, account.Role, account.Commodity, account.ParentKey);
}

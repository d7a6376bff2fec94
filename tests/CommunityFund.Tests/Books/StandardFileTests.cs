using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Tests.Statements;
using YamlDotNet.RepresentationModel;

namespace CommunityFund.Tests.Books;

public sealed class StandardFileTests
{
    private const string Sound =
        """
        standard: test
        name: { zh: 试验, en: Trial }
        source: 财会〔2004〕7号
        from: 2005-01-01
        to: 2025-12-31
        accounts:
          - { code: 1001, key: cash, zh: 现金, en: Cash, pinyin: xj,
              class: asset, side: debit, role: own-cash, restriction: false }
          - code: 1002
            key: bank
            zh: 银行存款
            en: Bank
            pinyin: yhck
            class: asset
            side: debit
            role: own-cash
            restriction: false
          - { code: 100201, key: bank.ccb, zh: 建行, en: CCB, pinyin: jh,
              class: asset, side: debit, role: own-cash, restriction: false, parent: bank }
          - { code: 3101, key: net-assets-unrestricted, zh: 非限, en: U, pinyin: fx,
              class: net-assets, side: credit, role: none, restriction: true }
          - { code: 3102, key: net-assets-restricted, zh: 限定, en: R, pinyin: xd,
              class: net-assets, side: credit, role: none, restriction: true }
          - { code: 4101, key: donation-income, zh: 捐赠, en: D, pinyin: jz,
              class: income, side: credit, role: none, restriction: true }
          - { code: 5101, key: programme-cost, zh: 成本, en: P, pinyin: cb,
              class: expense, side: debit, role: none, restriction: false }
          - { code: 5201, key: management-expense, zh: 管理, en: M, pinyin: gl,
              class: expense, side: debit, role: none, restriction: false }
          - { code: 5301, key: fundraising-expense, zh: 筹资, en: F, pinyin: cz,
              class: expense, side: debit, role: none, restriction: false }
          - { code: 9201, key: hours, zh: 时间, en: H, pinyin: sj,
              class: memorandum, side: debit, role: none, restriction: false, commodity: HOUR }
        """;

    private static readonly string Accounts = Sound[Sound.IndexOf("accounts:", StringComparison.Ordinal)..];

    /// <summary>Flaw, line, detail, and the change to the sound file that brings it about.</summary>
    public static TheoryData<StandardFlaw, int, string?, string, string> Flaws => new()
    {
        { StandardFlaw.NotYaml, 8, null, "restriction: false }\n  - code: 1002", "restriction: false ]\n  - code: 1002" },
        { StandardFlaw.NotYaml, 11, null, "    zh: 银行存款", "\tzh: 银行存款" },
        { StandardFlaw.NotYaml, 1, "", Sound, "# nothing but a comment" },
        { StandardFlaw.NotYaml, 7, "---", "accounts:", "---\naccounts:" },
        { StandardFlaw.DuplicateField, 11, "key", "    zh: 银行存款", "    key: bank" },
        { StandardFlaw.WrongShape, 1, "accounts", Sound, "accounts" },
        { StandardFlaw.WrongShape, 2, "Trial", "{ zh: 试验, en: Trial }", "Trial" },
        { StandardFlaw.WrongShape, 6, "accounts", Accounts, "accounts: none" },
        { StandardFlaw.WrongShape, 7, "zh", "zh: 现金", "zh: [现金]" },
        { StandardFlaw.WrongShape, 7, "cash", "- { code: 1001,", "- cash\n  - { code: 1001," },
        { StandardFlaw.UnknownField, 3, "sauce", "source:", "sauce:" },
        { StandardFlaw.UnknownField, 2, "fr", "en: Trial", "fr: Essai" },
        { StandardFlaw.UnknownField, 15, "sides", "    side: debit", "    sides: debit" },
        { StandardFlaw.MissingField, 1, "source", "source: 财会〔2004〕7号\n", "" },
        { StandardFlaw.MissingField, 2, "en", ", en: Trial", "" },
        { StandardFlaw.MissingField, 6, "accounts", Accounts, "accounts:" },
        { StandardFlaw.MissingField, 9, "restriction", "    restriction: false\n", "" },
        { StandardFlaw.MissingField, 13, "pinyin", "    pinyin: yhck", "    pinyin:" },
        { StandardFlaw.BadWord, 14, "assets", "\n    class: asset", "\n    class: assets" },
        { StandardFlaw.BadWord, 15, "借", "    side: debit", "    side: 借" },
        { StandardFlaw.BadWord, 16, "Own-Cash", "    role: own-cash", "    role: Own-Cash" },
        { StandardFlaw.BadWord, 17, "yes", "    restriction: false", "    restriction: yes" },
        { StandardFlaw.BadWord, 33, "DAY", "HOUR", "DAY" },
        { StandardFlaw.BadDate, 4, "2005-1-1", "2005-01-01", "2005-1-1" },
        { StandardFlaw.BadDate, 5, "2004-12-31", "2025-12-31", "2004-12-31" },
        { StandardFlaw.BadKey, 10, "Bank", "    key: bank", "    key: Bank" },
        { StandardFlaw.BadKey, 18, "bank..ccb", "bank.ccb", "bank..ccb" },
        { StandardFlaw.BadCode, 9, "10O2", "code: 1002\n", "code: 10O2\n" },
        { StandardFlaw.BadCode, 9, "１００２", "code: 1002\n", "code: １００２\n" },
        { StandardFlaw.BadPinyin, 13, "YHCK", "yhck", "YHCK" },
        { StandardFlaw.NotMoney, 17, "POINT", "    restriction: false", "    commodity: POINT" },
        { StandardFlaw.NoAccounts, 6, "accounts", Accounts, "accounts: []" },
        { StandardFlaw.DuplicateKey, 10, "cash", "    key: bank", "    key: cash" },
        { StandardFlaw.DuplicateCode, 9, "1001", "code: 1002\n", "code: 1001\n" },
        { StandardFlaw.UnknownParent, 19, "banks", "parent: bank", "parent: banks" },
        { StandardFlaw.CodeOutsideParent, 18, "100101 / 1002", "100201", "100101" },
        { StandardFlaw.CodeOutsideParent, 18, "100201 / 100201", "parent: bank", "parent: bank.ccb" },
        { StandardFlaw.ClassUnlikeParent, 19, "bank", "jh,\n      class: asset", "jh,\n      class: liability" },
        { StandardFlaw.MissingAccount, 6, "programme-cost", "key: programme-cost", "key: programme-costs" },
        { StandardFlaw.MissingAccount, 6, "prior-year-adjustment", "from: 2005-01-01\nto: 2025-12-31", "from: 2026-01-01\nto:" },
    };

    [Theory]
    [MemberData(nameof(Flaws))]
    public void A_broken_file_is_refused_with_its_line_and_reason(
        StandardFlaw flaw, int line, string? detail, string was, string now)
    {
        Sound.ShouldContain(was, Case.Sensitive);
        RefusedException refused = Should.Throw<RefusedException>(() => Read(ReplaceFirst(was, now)));

        refused.Refusal.Code.ShouldBe(StandardFile.BrokenFile);
        refused.Refusal.Facts["file"].ShouldBe("trial.yaml");
        (refused.Refusal.Facts["reason"], refused.Refusal.Facts["line"]).ShouldBe((flaw, line), refused.Message);
        if (detail is not null)
        {
            refused.Refusal.Facts["detail"].ShouldBe(detail);
        }
    }

    [Fact]
    public void Every_flaw_is_provoked_and_has_words_in_both_languages()
    {
        IEnumerable<StandardFlaw> provoked = Flaws.Select(row => row.Data.Item1)
            .Concat(StatementLayoutFileTests.Flaws.Select(row => row.Data.Item1)).Concat(Statements.Ratios.LawRuleTests.Flaws.Select(row => row.Data.Item1)).Distinct();
        provoked.ShouldBe(Enum.GetValues<StandardFlaw>(), ignoreOrder: true);

        Stream words = typeof(StandardFile).Assembly.GetManifestResourceStream("words/Books/Standards/words.yaml")!;
        using StreamReader text = new(words);
        YamlStream yaml = [];
        yaml.Load(text);
        YamlNode flaws = yaml.Documents[0].RootNode["term"][nameof(StandardFlaw)];
        Enum.GetNames<StandardFlaw>().ShouldAllBe(name => $"{flaws[name]["zh"]}".Length > 0 && $"{flaws[name]["en"]}".Length > 0);
    }

    [Fact]
    public void A_sound_file_is_read_whole()
    {
        Standard standard = Read(Sound);
        standard.Accounts.Count.ShouldBe(10);
        standard.NameZh.ShouldBe("试验");
        standard.NameEn.ShouldBe("Trial");
        standard.Accounts[2].ShouldBe(new StandardAccount(
            "bank.ccb", "100201", "建行", "CCB", AccountClass.Asset, Side.Debit, AccountRole.OwnCash, Commodity.Cny, "jh",
            NeedsRestriction: false, "bank"));
        standard.Account("hours").Commodity.ShouldBe(Commodity.Hour);
        Should.Throw<ArgumentException>(() => standard.Account("no-such"));
    }

    [Fact]
    public void A_file_cut_off_or_mistyped_anywhere_is_read_or_refused_but_never_a_fault_of_the_program()
    {
        const string slips = "{}[],:&*!|>'\"%@`#-?\t\n";
        for (int i = 0; i < Sound.Length; i++)
        {
            ReadOrRefuse(Sound[..i]);
            ReadOrRefuse($"{Sound[..i]}{slips[i % slips.Length]}{Sound[(i + 1)..]}");
            ReadOrRefuse($"{Sound[..i]}{slips[i * 7 % slips.Length]}{Sound[i..]}");
        }
    }

    private static string ReplaceFirst(string was, string now)
    {
        int at = Sound.IndexOf(was, StringComparison.Ordinal);
        return $"{Sound[..at]}{now}{Sound[(at + was.Length)..]}";
    }

    private static Standard Read(string text) => StandardFile.Read("trial.yaml", new StringReader(text));

    private static void ReadOrRefuse(string text)
    {
        try
        {
            Read(text);
        }
        catch (RefusedException refused)
        {
            refused.Refusal.Facts["line"].ShouldBeOfType<int>().ShouldBeInRange(1, text.Count(sign => sign == '\n') + 2);
        }
    }
}

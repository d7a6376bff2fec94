using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements;

public sealed class StatementLayoutFileTests
{
    private const string Sound =
        """
        statement: trial
        zh: 试验表
        en: Trial
        at: day
        columns:
          - { key: opening, zh: 年初数, en: Opening, of: opening }
          - { key: closing, zh: 期末数, en: Closing, of: closing }
          - { key: both, zh: 两数, en: Both, sum: [opening, closing] }
        rows:
          - { line: 1, key: cash, zh: 现金, en: Cash, formula: "{own-cash}" }
          - { line: 2, key: investments, zh: 投资, en: Investments, formula: short-term-investments - short-term-investment-allowance }
          - { line: 3, key: total, zh: 合计, en: Total, formula: "@cash + @investments" }
        controls:
          - { zh: 相等, en: Equal, left: "@total", right: "@cash + @investments" }
        """;

    private static readonly string Doubling = "  - { key: d0, zh: 零, en: Nothing, formula: 0 }\n" + string.Concat(Enumerable.Range(1, 20)
        .Select(row => $"  - {{ key: d{row}, zh: 倍, en: Double, formula: \"@d{row - 1} + @d{row - 1}\" }}\n"));

    /// <summary>Flaw, line, detail, and the change to the sound file that brings it about.</summary>
    public static TheoryData<StandardFlaw, int, string, string, string> Flaws => new()
    {
        { StandardFlaw.UnknownAccount, 10, "{own-cahs}", "{own-cash}", "{own-cahs}" },
        { StandardFlaw.UnknownAccount, 11, "short-term-investmens", "formula: short-term-investments", "formula: short-term-investmens" },
        { StandardFlaw.UnknownRow, 12, "@investment", "@cash + @investments\" }\ncontrols", "@cash + @investment\" }\ncontrols" },
        { StandardFlaw.UnknownRow, 14, "@totals", "left: \"@total\"", "left: \"@totals\"" },
        { StandardFlaw.UnknownColumn, 8, "last", "[opening, closing]", "[opening, last]" },
        { StandardFlaw.UnknownColumn, 12, "@cash:june", "\"@cash + @investments\" }\ncontrols", "\"@cash:june + @investments\" }\ncontrols" },
        { StandardFlaw.BadFormula, 12, "@investments", "@cash + @investments\" }\ncontrols", "@cash  @investments\" }\ncontrols" },
        { StandardFlaw.BadFormula, 10, "* 2", "\"{own-cash}\"", "\"{own-cash} * 2\"" },
        { StandardFlaw.BadFilter, 10, "flow donations", "\"{own-cash}\"", "\"{own-cash}[flow donations]\"" },
        { StandardFlaw.BadFilter, 10, "restrikted", "\"{own-cash}\"", "\"{own-cash}[own, restrikted]\"" },
        { StandardFlaw.BadMeasure, 10, "yesterday", "\"{own-cash}\"", "\"{own-cash}:yesterday\"" },
        { StandardFlaw.BadWord, 7, "clossing", "of: closing", "of: clossing" },
        { StandardFlaw.UnknownField, 11, "formel", "formula: short-term", "formel: short-term" },
        { StandardFlaw.DuplicateRow, 12, "cash", "key: total, zh", "key: cash, zh" },
        { StandardFlaw.DuplicateRow, 12, "2", "line: 3", "line: 2" },
        { StandardFlaw.TooLarge, 21, "d10", "  - { line: 2, key: inv", Doubling + "  - { line: 2, key: inv" },
        { StandardFlaw.Circular, 10, "@cash → @total → @cash", "\"{own-cash}\"", "\"@total - @investments\"" },
        { StandardFlaw.CountedTwice, 12, "bank: 现金 {own-cash} / 合计 bank", "@cash + @investments\" }\ncontrols", "@cash + @investments + bank\" }\ncontrols" },
        { StandardFlaw.CountedTwice, 11, "short-term-investments: 投资 short-term-investments / 投资 {investment}", "formula: short-term-investments - short-term-investment-allowance", "formula: \"short-term-investments + {investment}\"" },
    };

    [Fact]
    public void A_sound_file_is_read_with_its_rows_columns_and_controls()
    {
        StatementLayout form = Read(Sound).ShouldHaveSingleItem();
        form.Columns.Select(column => column.Key).ShouldBe(["opening", "closing", "both"]);
        form.Rows.Select(row => row.Line).ShouldBe(["1", "2", "3"]);
        form.Controls.ShouldHaveSingleItem();
    }

    [Theory]
    [MemberData(nameof(Flaws))]
    public void A_statement_that_is_wrong_is_refused_by_file_line_and_reason(StandardFlaw flaw, int line, string detail, string was, string becomes)
    {
        Sound.ShouldContain(was);
        Refusal refusal = Should.Throw<RefusedException>(() => Read(Sound.Replace(was, becomes, StringComparison.Ordinal))).Refusal;
        refusal.Code.ShouldBe(StandardFile.BrokenFile);
        (refusal.Facts["file"], refusal.Facts["reason"], refusal.Facts["line"], refusal.Facts["detail"])
            .ShouldBe(("own.yaml", flaw, line, detail));
    }

    [Theory]
    [InlineData("\"{own-cash}[flow donations-received] + {own-cash}[not flow donations-received]\"")]
    [InlineData("\"cash + cash.agency - cash[agency]\"", "cash.agency")]
    [InlineData("\"{own-cash}[fund F01] + {own-cash}[fund F02]\"")]
    [InlineData("\"{own-cash}[fund F01] + {own-cash}[not fund F02]\"", "own-cash")]
    [InlineData("\"{own-cash}:opening + {own-cash}:span\"")]
    public void Only_what_overlaps_is_counted_twice(string formula, string? twice = null)
    {
        string text = Sound.Replace("\"{own-cash}\"", formula, StringComparison.Ordinal).Replace(
            "  - { key: both, zh: 两数, en: Both, sum: [opening, closing] }\n", "", StringComparison.Ordinal);
        if (twice is null)
        {
            Read(text).ShouldNotBeEmpty();
            return;
        }

        Should.Throw<RefusedException>(() => Read(text)).Refusal.Facts["reason"].ShouldBe(StandardFlaw.CountedTwice);
    }

    [Fact]
    public void Every_shipped_standard_has_the_three_forms_the_fund_statements_and_the_notes()
    {
        foreach (Standard standard in Standards.All)
        {
            IReadOnlyList<StatementLayout> forms = StatementLayouts.Shipped(standard.Key);
            forms.Where(form => form.Section == FormSection.Forms).Select(form => form.Number).ShouldBe(["会民非01表", "会民非02表", "会民非03表"]);
            forms.Where(form => form.Section == FormSection.Funds).Select(form => form.Key).ShouldBe(["fund", "funds", "projects"]);
            forms.Count(form => form.Section == FormSection.Notes).ShouldBe(10);
        }
    }

    [Fact]
    public void The_forms_of_2004_have_the_official_line_numbers()
    {
        LinesOf("balance-sheet").ShouldBe(
            "1 2 3 4 8 9 15 18 20 21 24 30 31 32 33 34 35 38 40 41 51 60 "
            + "61 62 63 65 66 71 72 74 78 80 81 84 88 90 91 100 101 105 110 120");
        LinesOf("activities").ShouldBe("1 2 3 4 5 6 9 11 12 13-20 21 24 28 35 40 45");
        LinesOf("cash-flows").ShouldBe("1 2 3 4 5 8 13 14 15 16 19 23 24 25 26 27 30 34 35 36 39 43 44 45 48 50 51 52 55 58 59 60 61");
    }

    private static string LinesOf(string key) => string.Join(' ', StatementLayouts.Shipped("cn-npo-2004").Single(form => form.Key == key)
        .Rows.Select(row => row.Line).Where(line => line.Length > 0));

    private static IReadOnlyList<StatementLayout> Read(string text) =>
        StatementLayoutFile.Read("own.yaml", text, "cn-npo-2004", FormAccounts.Of(Standards.Find("cn-npo-2004")!));
}

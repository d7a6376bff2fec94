using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Books;

/// <summary>What a reader is told, in the reader's language.</summary>
public sealed class WordsSpokenTests
{
    private static readonly CultureInfo Zh = CultureInfo.GetCultureInfo("zh-CN");
    private static readonly CultureInfo En = CultureInfo.GetCultureInfo("en");
    private static readonly Words Shared = Words.From([typeof(Words).Assembly]);

    [Fact]
    public void A_refusal_names_the_fact_with_its_unit()
    {
        RefusedException no = Should.Throw<RefusedException>(() => JournalEntry.On(new LocalDate(2026, 3, 1), "x")
            .Debit(Plain, "F01", Amount.Yuan(1300m)).Credit(Plain, "F01", Amount.Yuan(65.5m)).Balanced());

        Shared.Of(no.Refusal, Zh).ShouldContain("基金 F01 借方多 1,234.50 元");
        Shared.Of(no.Refusal, En).ShouldContain("Fund F01: Debit is over by CNY 1,234.50");
    }

    [Theory]
    [InlineData(202603, "2026-03", "2026-03")]
    [InlineData(202613, "2026 调整期", "2026 adjusting period")]
    [InlineData(202600, "2026 期初", "2026 opening")]
    public void A_period_has_one_form_everywhere(int number, string zh, string en) => Show(new PeriodNumber(number), zh, en);

    [Theory]
    [InlineData("12,3")]
    [InlineData("１２")]
    [InlineData("{limit} {0}")]
    [InlineData("<b>1</b>")]
    public void What_was_typed_comes_back_as_it_was_written(string typed) =>
        Shared.Of(Should.Throw<RefusedException>(() => AmountText.Read(typed)).Refusal, Zh).ShouldContain($"“{typed}”");

    [Fact]
    public void An_empty_text_is_called_blank() =>
        Shared.Of(Should.Throw<RefusedException>(() => AmountText.Read(" ")).Refusal, En).ShouldContain("(blank)");

    [Fact]
    public void Values_are_shown_as_the_reader_writes_them()
    {
        Show(Amount.Fen(-5), "-0.05 元", "CNY -0.05");
        Show(Amount.Fen(long.MinValue), "-92,233,720,368,547,758.08 元", "CNY -92,233,720,368,547,758.08");
        Show(Amount.OfUnits(90, Commodity.Hour), "1:30 小时", "1:30 h");
        Show(Amount.OfUnits(1200, Commodity.Point), "1,200 积分", "1,200 points");
        Show(new LocalDate(2026, 3, 1), "2026-03-01", "2026-03-01");
        Show(Instant.FromUtc(2026, 3, 1, 16, 5), "2026-03-02 00:05", "2026-03-02 00:05");
        Show(2026, "2026", "2026");
        Show(Restriction.Restricted, "限定", "Restricted");
        Show(CashFlow.Internal, "内部往来", "Between own funds");
        Show(new Term("term.Side.Debit"), "借", "Debit");
        Show(new object[] { Side.Debit, Side.Credit }, "借、贷", "Debit, Credit");
        Show(null, "（空白）", "(blank)");
    }

    [Fact]
    public void A_key_without_words_is_a_fault_in_tests_and_shows_itself_in_production()
    {
        List<string> missed = [];
        Words lenient = Words.From([typeof(Words).Assembly], missed.Add);

        Should.Throw<KeyNotFoundException>(() => Shared["no.such-key"]);
        Should.Throw<KeyNotFoundException>(() => Shared.Of(new Refusal("entry.unbalanced", new Dictionary<string, object?>())));
        lenient["no.such-key"].ToString().ShouldBe("no.such-key");
        missed.ShouldBe(["no.such-key"]);
    }

    [Fact]
    public void A_name_cannot_turn_the_sentence_it_stands_in() => Show("赵\u202e六\u2069", "赵六", "赵六");

    [Fact]
    public void The_same_key_in_two_files_stops_the_start() =>
        Should.Throw<InvalidOperationException>(() => Words.Of(
            [.. Read("a", "x: { y: { zh: 甲, en: a } }"), .. Read("b", "x.y: { zh: 乙, en: b }")])).Message.ShouldContain("'x.y'");

    [Theory]
    [InlineData("x: { zh: 甲 }")]
    [InlineData("x: { zh: 甲, en: '' }")]
    [InlineData("x: { zh: 甲, en: a, fr: b }")]
    [InlineData("x: 甲")]
    public void A_key_without_both_languages_stops_the_start(string yaml) =>
        Should.Throw<FormatException>(() => Read("a", yaml).ToList()).Message.ShouldContain("line 1");

    private static Account Plain { get; } =
        new("programme-cost", "5101", AccountClass.Expense, Side.Debit, AccountRole.None, false);

    private static IEnumerable<KeyValuePair<string, Phrase>> Read(string source, string yaml) =>
        WordsFile.Read(source, new StringReader(yaml)).ToList();

    private static void Show(object? value, string zh, string en)
    {
        Shared.Show(value, Zh).ShouldBe(zh);
        Shared.Show(value, En).ShouldBe(en);
    }
}

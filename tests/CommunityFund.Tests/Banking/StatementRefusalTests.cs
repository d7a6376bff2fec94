using System.Text;
using CommunityFund.Banking;
using CommunityFund.Ledger;
using YamlDotNet.Serialization;
using static CommunityFund.Tests.Banking.StatementNotation;

namespace CommunityFund.Tests.Banking;

public sealed class StatementRefusalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData(" \r\n\t\n")]
    public void An_empty_file_is_refused(string text) => RefusalOf(text).Code.ShouldBe("bank.empty-file");

    [Fact]
    public void A_file_over_forty_megabytes_is_refused_unread() =>
        RefusalOf(new byte[StatementFile.LargestBytes + 1], "a.csv").Code.ShouldBe("bank.file-too-large");

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452")]
    [InlineData("504B03041400000008000000")]
    [InlineData("255044462D312E370A25")]
    [InlineData("FFD8FFE000104A464946")]
    [InlineData("31322C33340035")]
    [InlineData("FFFE0000310000002C000000")]
    [InlineData("FFFE31")]
    [InlineData("81FF81FF2C0A")]
    [InlineData("D0CF11E0A1B11AE1")]
    [InlineData("504B0304787878786C2F776F726B7368656574732F")]
    public void What_is_no_text_is_refused(string hex)
    {
        Refusal refusal = RefusalOf(Convert.FromHexString(hex), "流水.csv");
        (refusal.Code, refusal.Facts["file"]).ShouldBe(("bank.unreadable", "流水.csv"));
    }

    [Fact]
    public void A_file_without_a_header_is_told_what_was_looked_for_and_found()
    {
        Refusal refusal = RefusalOf("姓名,摘要,金额\n张三,工资,12.00");
        refusal.Code.ShouldBe("bank.no-header");
        refusal.Facts["found"].ShouldBe("金额、摘要");
        refusal.Facts["looked"].ShouldBeOfType<string>().ShouldContain("借方发生额");
        RefusalOf("hello").Facts["found"].ShouldBe("—");
        RefusalOf("日期,收入\n昨天,1.00").Code.ShouldBe("bank.no-header");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n合计,1.00,,,,")]
    [InlineData("\n20260301,,,12.00,,期初余额")]
    public void A_file_without_lines_is_refused(string below) => RefusalOf(Header + below).Code.ShouldBe("bank.no-lines");

    [Theory]
    [InlineData("20261301")]
    [InlineData("2026-02-29")]
    [InlineData("1999-12-31")]
    [InlineData("2101/1/1")]
    [InlineData("2026-03-01 24:00:00")]
    [InlineData("2026-03")]
    [InlineData("昨天")]
    [InlineData("２０２６０３０１")]
    [InlineData("12:30:00")]
    [InlineData("")]
    public void A_date_that_is_none_is_refused_with_its_line(string typed)
    {
        Refusal refusal = RefusalOfRow($"{typed},1.00,,,,");
        (refusal.Code, refusal.Facts["line"], refusal.Facts["typed"]).ShouldBe(("bank.bad-date", 2, typed));
    }

    [Theory]
    [InlineData("20260301", "2026-03-01", null)]
    [InlineData("2026-3-1", "2026-03-01", null)]
    [InlineData("2026/3/1 9:05", "2026-03-01", "09:05:00")]
    [InlineData("2026.03.01 09:05:06", "2026-03-01", "09:05:06")]
    [InlineData("2026年3月1日", "2026-03-01", null)]
    [InlineData("20260301090506", "2026-03-01", "09:05:06")]
    [InlineData("2026-03-01T09:05:06.123", "2026-03-01", "09:05:06")]
    [InlineData("2100-12-31\t", "2100-12-31", null)]
    [InlineData("=\"20000101\"", "2000-01-01", null)]
    [InlineData("2026-03-02-09.15.30.123456", "2026-03-02", "09:15:30")]
    [InlineData("2026-03-02T10:11:12+08:00", "2026-03-02", "10:11:12")]
    [InlineData("2026/3/2 下午 3:04:05", "2026-03-02", "15:04:05")]
    [InlineData("2026-03-02 星期一", "2026-03-02", null)]
    [InlineData("05-Mar-2026", "2026-03-05", null)]
    public void A_date_is_read_in_the_ways_banks_write_it(string typed, string date, string? time)
    {
        StatementLine line = Rows($"{typed},1.00,,,,").Lines.First();
        line.OccurredOn.ToString("uuuu-MM-dd", null).ShouldBe(date);
        line.OccurredAt?.TimeOfDay.ToString("HH:mm:ss", null).ShouldBe(time);
        (line.OccurredAt is null).ShouldBe(time is null);
    }

    [Theory]
    [InlineData("1.005")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("1E+05")]
    [InlineData("Infinity")]
    [InlineData("１２")]
    [InlineData("$12.00")]
    [InlineData("0x10")]
    [InlineData("999999999999999.00")]
    [InlineData("12.00 美元")]
    [InlineData("=1+1")]
    public void An_amount_that_is_none_is_refused_with_its_line(string typed)
    {
        Refusal refusal = RefusalOfRow($"20260301,{typed},,,,");
        (refusal.Code, refusal.Facts["line"], refusal.Facts["typed"]).ShouldBe(("bank.bad-amount", 2, typed));
    }

    [Fact]
    public void Half_an_amount_is_refused()
    {
        RefusalOfRow("20260301,,,,张三,捐赠").Code.ShouldBe("bank.bad-amount");
        RefusalOfRow("20260301,\"1,2,3\",,,,").Code.ShouldBe("bank.bad-amount");
        RefusalOfRow("20260301,1.00,,x,,").Code.ShouldBe("bank.bad-amount");
        RefusalOfRow($"20260301,{new string('9', 3_000)},,,,").Facts["typed"].ShouldBeOfType<string>().Length.ShouldBe(60);
    }

    [Theory]
    [InlineData("\"1,250.50\"", 125_050)]
    [InlineData("¥1250.5", 125_050)]
    [InlineData("￥ 1250", 125_000)]
    [InlineData("  12.00\t", 1_200)]
    [InlineData("+12.00元", 1_200)]
    [InlineData("-¥12.00", -1_200)]
    [InlineData("¥-12.00", -1_200)]
    [InlineData("−12.00", -1_200)]
    [InlineData("=\"12.00\"", 1_200)]
    [InlineData("CNY 12", 1_200)]
    [InlineData("(12.00)", -1_200)]
    [InlineData("\"1,234.56-\"", -123_456)]
    [InlineData(".50", 50)]
    [InlineData("1 000.00", 100_000)]
    [InlineData("1，000.00", 100_000)]
    [InlineData("1000.00¥", 100_000)]
    [InlineData("\"1,000.00CR\"", 100_000)]
    [InlineData("12.00DR", -1_200)]
    [InlineData("'12.00", 1_200)]
    public void An_amount_is_read_in_the_ways_banks_write_it(string typed, long fen) =>
        Rows($"20260301,{typed},--,,,").Lines.First().Amount.ShouldBe(Amount.Fen(fen));

    [Fact]
    public void A_line_is_money_in_or_money_out_but_not_both()
    {
        Refusal refusal = RefusalOfRow("20260301,5.00,3.00,,,");
        (refusal.Code, refusal.Facts["in"], refusal.Facts["out"]).ShouldBe(("bank.both-ways", Amount.Yuan(5), Amount.Yuan(3)));
    }

    [Theory]
    [InlineData("收/支", "收入", 500)]
    [InlineData("收/支", "支出", -500)]
    [InlineData("借贷标志", "贷", 500)]
    [InlineData("借贷标志", "借", -500)]
    [InlineData("借/贷", "d", -500)]
    public void A_direction_gives_the_sign(string header, string word, long fen) =>
        Read($"日期,交易金额,{header}\n20260301,5.00,{word}").Lines.First().Amount.ShouldBe(Amount.Fen(fen));

    [Theory]
    [InlineData("")]
    [InlineData("左")]
    public void A_direction_that_says_neither_is_refused(string word)
    {
        Refusal refusal = RefusalOf($"日期,金额(元),收/支\n20260301,5.00,{word}");
        (refusal.Code, refusal.Facts["line"], refusal.Facts["typed"]).ShouldBe(("bank.bad-direction", 2, word));
    }

    [Fact]
    public void Another_currency_is_refused_in_the_row_or_above()
    {
        Refusal refusal = RefusalOf("日期,金额,币种\n20260301,5.00,人民币\n20260301,5.00,美元");
        (refusal.Code, refusal.Facts["line"], refusal.Facts["currency"]).ShouldBe(("bank.other-currency", 3, "美元"));
        RefusalOf("账号：6217 币种：USD\n日期,金额\n20260301,5.00").Code.ShouldBe("bank.other-currency");
    }

    [Fact]
    public void Two_accounts_in_one_file_are_refused()
    {
        Refusal refusal = RefusalOf("账号,日期,金额\n1111,20260301,5.00\n2222,20260301,5.00");
        (refusal.Code, refusal.Facts["first"], refusal.Facts["other"]).ShouldBe(("bank.several-accounts", "1111", "2222"));
    }

    [Fact]
    public void More_than_a_hundred_thousand_lines_are_refused()
    {
        string[] rows = [.. Enumerable.Repeat("20260301,1.00,,,,", StatementFile.MostLines)];
        Rows(rows).Lines.Count.ShouldBe(StatementFile.MostLines);
        RefusalOf($"{Header}\n{string.Join('\n', rows)}\n20260301,1.00,,,,").Code.ShouldBe("bank.too-many-lines");
    }

    [Fact]
    public void A_cell_longer_than_four_thousand_characters_is_refused()
    {
        Rows($"20260301,1.00,,,,{new string('a', 4_000)}").Lines.Count.ShouldBe(1);
        Refusal refusal = RefusalOf($"{Header}\n\n20260301,1.00,,,,{new string('a', 4_001)}");
        (refusal.Code, refusal.Facts["line"]).ShouldBe(("bank.line-too-long", 3));
        RefusalOf(new string('a', 9_000_000)).Code.ShouldBe("bank.line-too-long");
    }

    [Fact]
    public void Every_refusal_and_warning_has_its_words_in_both_languages()
    {
        using StreamReader reader = new(typeof(StatementFile).Assembly.GetManifestResourceStream("words/Banking/words.yaml")!);
        var words = new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, Dictionary<string, string>>>(reader.ReadToEnd());
        string[] codes =
        [
            .. new[]
            {
                "empty-file", "file-too-large", "unreadable", "workbook-locked", "archive-locked", "wrong-password", "too-much-inside",
                "nothing-inside", "too-wide", "date-order", "no-such-sheet", "no-header", "no-lines", "bad-date", "bad-amount",
                "both-ways", "bad-direction", "several-accounts", "other-unit", "cells-shifted", "header-changes", "other-currency", "too-many-lines", "line-too-long",
            }.Select(code => $"refusal.bank.{code}"),
            .. new[]
            {
                "chain-broken", "count-differs", "no-balances", "rows-skipped", "neutral", "closed", "red-amount", "serial-repeated",
                "columns-guessed", "dates-serial", "dates-month-first", "dates-day-first", "signs-opposite", "signs-by-balance", "signs-all-in", "in-alone", "out-alone", "fees-split",
                "row-too-wide", "out-negative", "signs-card", "state-unknown", "fees-unproved", "amount-chosen", "sheets-joined", "sheets-left",
                "another-table", "half-characters",
            }.Select(code => $"warning.bank.{code}"),
            .. BankVocabulary.Sources.Select(source => source.Source), BankVocabulary.OtherSource,
        ];
        codes.Except(words.Keys).ShouldBeEmpty();
        words.Values.ShouldAllBe(word => word["zh"].Length > 0 && word["en"].Length > 0);
    }
}

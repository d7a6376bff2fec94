using System.Security.Cryptography;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Tests.Banking.StatementNotation;

namespace CommunityFund.Tests.Banking;

public sealed class StatementFileTests
{
    private static readonly StatementFile Ccb = StatementFile.Read(Sample("ccb-corporate-2026.csv"), "ccb.csv");

    [Fact]
    public void The_corporate_statement_is_read_in_full()
    {
        (Ccb.Source, Ccb.Encoding, Ccb.HeaderRow, Ccb.Currency).ShouldBe(("bank.source.ccb-corporate", "GB18030", 1, "CNY"));
        Ccb.AccountNumber.ShouldBe("33050161xxxx00001234");
        Ccb.Lines.Count.ShouldBe(30);
        Ccb.Columns[StatementColumn.MoneyIn].ShouldBe("贷方发生额（收入）");
        Ccb.Columns[StatementColumn.Serial].ShouldBe("账户明细编号-交易流水号");
        Ccb.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Sample("ccb-corporate-2026.csv"))));

        Ccb.Lines.First().ShouldBe(new StatementLine(
            2, new LocalDate(2026, 3, 1), new LocalDateTime(2026, 3, 1, 22, 21, 5), Amount.Yuan(50_000), Amount.Yuan(436_250),
            "和顺物业服务有限公司", "6217********8301", "转账存入", "捐赠 幸福里社区基金 儿童活动", "1-032600000001", "1-032600000001"));
        Ccb.Lines.ElementAt(3).Amount.ShouldBe(Amount.Yuan(-12));
    }

    [Fact]
    public void The_corporate_balances_form_an_unbroken_chain()
    {
        (Ccb.Opening, Ccb.Closing).ShouldBe((Amount.Yuan(386_250), Amount.Yuan(595_117.38m)));
        Ccb.FirstBrokenLine.ShouldBeNull();
        Ccb.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Two_equal_gifts_on_one_day_both_stay()
    {
        StatementLine[] equal = [.. Ccb.Lines.Where(line => line.CounterpartyName == "陈阿姨")];
        equal.Select(line => line.Amount).ShouldBe([Amount.Yuan(88), Amount.Yuan(88)]);
        equal.Select(line => line.Identity).ShouldBeUnique();
    }

    [Theory]
    [InlineData(false, "UTF-8")]
    [InlineData(true, "UTF-8 with BOM")]
    public void The_same_statement_in_utf8_says_the_same(bool mark, string encoding)
    {
        byte[] content = [.. mark ? Encoding.UTF8.GetPreamble() : [], .. Encoding.UTF8.GetBytes(CcbText())];
        StatementFile file = StatementFile.Read(content, "a.csv");
        file.Encoding.ShouldBe(encoding);
        file.Told().ShouldBe(Ccb.Told());
    }

    [Theory]
    [InlineData(false, "UTF-16LE")]
    [InlineData(true, "UTF-16BE")]
    public void The_same_statement_in_utf16_with_tabs_says_the_same(bool bigEndian, string encoding)
    {
        UnicodeEncoding utf16 = new(bigEndian, byteOrderMark: true);
        string text = string.Join('\n', CcbCells().Select(cells => string.Join('\t', cells)));
        StatementFile file = StatementFile.Read((byte[])[.. utf16.GetPreamble(), .. utf16.GetBytes(text)], "a.csv");
        file.Encoding.ShouldBe(encoding);
        file.Told().ShouldBe(Ccb.Told());
    }

    [Fact]
    public void Columns_are_found_by_name_wherever_they_stand()
    {
        int[] order = [.. Enumerable.Range(0, 14).Order(Comparer<int>.Create((a, b) => (a * 5 % 14).CompareTo(b * 5 % 14)))];
        IEnumerable<string> lines = CcbCells().Select(cells => string.Join(',', order.Select(i => $"\"{cells[i]}\"")));
        StatementFile file = Read(string.Join('\n', lines));
        file.Told().ShouldBe(Ccb.Told());
        file.Lines.Select(line => line.Identity).ShouldBe(Ccb.Lines.Select(line => line.Identity));
    }

    [Fact]
    public void Text_above_and_totals_below_are_no_lines()
    {
        string total = "合计,,,\"52,192.35\",\"261,059.73\",,,,,,,,,";
        StatementFile file = Read($"中国建设银行,账户明细\n\n打印日期：2026-03-31,共 30 笔\n{CcbText()}{total}\n以上信息仅供参考\n");
        file.HeaderRow.ShouldBe(4);
        file.Told().ShouldBe(Ccb.Told());
        file.Lines.First().LineNo.ShouldBe(5);
        StatementWarning skipped = file.Warnings.ShouldHaveSingleItem();
        (skipped.Code, skipped.Facts["count"], skipped.Facts["line"]).ShouldBe(("bank.rows-skipped", 2, 35));
    }

    [Fact]
    public void The_header_may_stand_in_row_60_but_not_below()
    {
        string above = string.Concat(Enumerable.Repeat("说明\n", 59));
        Read(above + CcbText()).HeaderRow.ShouldBe(60);
        RefusalOf(above + "说明\n" + CcbText()).Code.ShouldBe("bank.no-header");
    }

    [Fact]
    public void A_missing_line_breaks_the_chain_and_is_named()
    {
        string[] lines = CcbText().Split("\r\n");
        StatementFile file = Read(string.Join("\r\n", lines.Where((_, i) => i != 10)));
        file.Lines.Count.ShouldBe(29);
        file.FirstBrokenLine.ShouldBe(11);
        file.Warnings[0].Code.ShouldBe("bank.chain-broken");
        file.Warnings[0].Facts["expected"].ShouldBe(Amount.Yuan(559_480));
        file.Warnings[0].Facts["found"].ShouldBe(Amount.Yuan(555_920));
        file.Closing.ShouldBe(Amount.Yuan(595_117.38m));
    }

    [Fact]
    public void A_statement_with_the_newest_line_first_is_read_backwards()
    {
        string[] lines = CcbText().TrimEnd().Split("\r\n");
        StatementFile file = Read(string.Join('\n', [lines[0], .. lines.Skip(1).Reverse()]));
        (file.Opening, file.Closing, file.FirstBrokenLine).ShouldBe((Ccb.Opening, Ccb.Closing, null));
    }

    [Fact]
    public void The_bank_of_china_sample_runs_backwards_without_a_break()
    {
        StatementFile file = StatementFile.Read(Sample("boc-debit.csv"), "boc-debit.csv");
        (file.Source, file.Lines.Count, file.HeaderRow, file.AccountNumber).ShouldBe(("bank.source.boc-personal", 17, 2, "3167"));
        file.Lines.First().OccurredAt.ShouldBe(new LocalDateTime(2025, 8, 22, 17, 57, 17));
        (file.Closing, file.FirstBrokenLine).ShouldBe((Amount.Yuan(3_240.28m), null));
        file.Lines.ElementAt(11).Amount.ShouldBe(Amount.Yuan(5_771));
    }

    [Fact]
    public void The_merchants_bank_sample_has_gaps_and_says_where()
    {
        StatementFile file = StatementFile.Read(Sample("cmb-debit.csv"), "cmb-debit.csv");
        (file.Source, file.Lines.Count, file.FirstBrokenLine).ShouldBe(("bank.source.cmb-personal", 5, 4));
        file.Lines.Select(line => line.Identity).ShouldAllBe(identity => identity.EndsWith("#1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alipay-personal.gbk.csv", "bank.source.alipay-personal", "GB18030", 8, 2)]
    [InlineData("wechat-personal.csv", "bank.source.wechat-personal", "UTF-8", 23, 4)]
    public void A_wallet_bill_is_read_without_its_neutral_rows(string name, string source, string encoding, int lines, int neutral)
    {
        StatementFile file = StatementFile.Read(Sample(name), name);
        (file.Source, file.Encoding, file.Lines.Count).ShouldBe((source, encoding, lines));
        file.LeftOut.Count(row => row.Reason != LeftOutRow.NoMovement).ShouldBe(neutral);
        file.Warnings.Select(warning => warning.Code).ShouldContain("bank.count-differs");
        file.Warnings.Select(warning => warning.Code).ShouldContain("bank.no-balances");
        (file.Opening, file.Closing).ShouldBe((null, null));
        file.Lines.Select(line => line.Identity).ShouldBeUnique();
    }

    [Fact]
    public void A_wallet_row_keeps_its_words()
    {
        StatementLine line = StatementFile.Read(Sample("wechat-personal.csv"), "w.csv").Lines.First();
        (line.Amount, line.CounterpartyName, line.BankSerial)
            .ShouldBe((Amount.Yuan(-28.16m), "云膳过桥米线(传奇广场店)", "3985734"));
    }
}

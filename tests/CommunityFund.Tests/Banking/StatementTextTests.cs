using System.Text;
using CommunityFund.Banking;
using CommunityFund.Ledger;
using NodaTime;
using static CommunityFund.Tests.Banking.StatementNotation;

namespace CommunityFund.Tests.Banking;

public sealed class StatementTextTests
{
    [Fact]
    public void The_day_of_booking_goes_before_the_day_it_happened()
    {
        StatementLine line = Read("交易日期,交易时间,记账日期,金额\n2026-03-01,23:59:58,2026-03-02,1.00").Lines.First();
        (line.OccurredOn, line.OccurredAt).ShouldBe((new LocalDate(2026, 3, 2), new LocalDateTime(2026, 3, 1, 23, 59, 58)));
    }

    [Fact]
    public void Lines_without_a_serial_are_told_apart_by_their_cells_and_their_ordinal()
    {
        StatementFile file = Rows("20260301,1.00,,,张三,", "20260301,1.00,,,李四,", "20260301,1.00,,,张三,");
        string[] names = [.. file.Lines.Select(line => line.Identity)];
        names[0].ShouldMatch("^[0-9a-f]{64}#1$");
        names[1].ShouldNotBe(names[0]);
        names[2].ShouldBe(names[0].Replace("#1", "#2", StringComparison.Ordinal));
        Rows("20260302,1.00,,,王五,", "20260301,1.00,,,张三,,,").Lines.ElementAt(1).Identity.ShouldBe(names[0]);
    }

    [Fact]
    public void A_fee_that_shares_the_serial_of_its_transfer_stays()
    {
        StatementFile file = Read("日期,金额,流水号\n20260301,-100.00,S1\n20260301,-1.00,S1\n20260301,-1.00,S1#2\n20260301,-1.00,/");
        file.Lines.Select(line => line.Identity).Take(3).ShouldBe(["S1", "S1#2", "S1#2#2"]);
        (file.Lines.ElementAt(3).BankSerial, file.Lines.ElementAt(3).Identity.Length).ShouldBe((null, 66));
        file.Warnings.Select(warning => warning.Code).ShouldContain("bank.serial-repeated");
    }

    [Fact]
    public void What_cannot_be_seen_is_taken_out_and_the_rest_stays_as_written()
    {
        string row = "20260301,1.00,,,e\u0301\u200B\u202Eabc\u0007\uFEFF,=cmd|' /C calc'!A0 <b>😀</b>\uFFFF";
        StatementLine line = Rows(row).Lines.First();
        line.CounterpartyName.ShouldBe("\u00E9abc");
        line.Summary.ShouldBe("=cmd|' /C calc'!A0 <b>😀</b>");
    }

    [Fact]
    public void Half_a_character_at_the_end_of_a_cell_costs_no_more_than_itself()
    {
        byte[] gbk = CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes($"{Header}\n20260301,1.00,,,张三,助老#\n20260302,2.00,,,李#,捐");
        StatementFile file = StatementFile.Read(gbk.Select(b => b == (byte)'#' ? (byte)0xC0 : b).ToArray(), "a.csv");
        file.Lines.Select(line => (line.CounterpartyName, line.Summary, line.Amount)).ShouldBe([("张三", "助老?", Amount.Yuan(1)), ("李?", "捐", Amount.Yuan(2))]);
        file.Warnings[0].Code.ShouldBe("bank.half-characters");
    }

    [Fact]
    public void A_long_text_ends_in_an_ellipsis_and_never_in_half_a_character()
    {
        string summary = Rows($"20260301,1.00,,,,{new string('a', 398)}😀😀").Lines.First().Summary;
        summary.ShouldBe(new string('a', 398) + "…");
        Rows($"20260301,1.00,,,,{new string('a', 400)}").Lines.First().Summary.Length.ShouldBe(400);
    }

    [Fact]
    public void A_quoted_text_may_run_over_lines()
    {
        StatementFile file = Rows("20260301,\"1,000.00\",,,张三,\"第一行", "第二行\"", "20260302,2.00,,,李四,");
        file.Lines.Select(line => (line.LineNo, line.Amount)).ShouldBe([(2, Amount.Yuan(1_000)), (4, Amount.Yuan(2))]);
        file.Lines.First().Summary.ShouldBe("第一行 第二行");
    }

    [Fact]
    public void A_quote_that_is_never_closed_swallows_no_line()
    {
        StatementFile file = Rows("20260301,\"1,000.00\",,,\"张三,捐赠", "20260302,2.00,,,李四,12\"蛋糕", "20260303,3.00,,,\"王五,捐赠");
        file.Lines.Select(line => line.Amount).ShouldBe([Amount.Yuan(1_000), Amount.Yuan(2), Amount.Yuan(3)]);
        file.Lines.Select(line => line.CounterpartyName).ShouldBe(["张三", "李四", "王五"]);
        file.Lines.ElementAt(1).Summary.ShouldBe("12\"蛋糕");
    }

    [Fact]
    public void A_row_with_more_cells_than_the_header_is_pointed_out() =>
        Rows("20260301,1.00,,,张三,捐赠,助老").Warnings.Select(warning => warning.Code).ShouldBe(["bank.row-too-wide"]);

    [Fact]
    public void A_negative_amount_in_the_column_of_money_out_is_a_reversal_and_pointed_out()
    {
        StatementFile file = Rows("20260301,,5.00,100.00,,", "20260301,,-5.00,105.00,,");
        (file.Lines.ElementAt(1).Amount, file.Opening).ShouldBe((Amount.Yuan(5), Amount.Yuan(105)));
        file.Warnings.ShouldHaveSingleItem().Code.ShouldBe("bank.red-amount");
    }

    [Fact]
    public void The_header_printed_again_on_the_next_page_is_no_line()
    {
        StatementFile file = Rows("20260301,1.00,,1.00,,", "本页小计,1.00,,,,", Header, "20260302,1.00,,2.00,,");
        (file.Lines.Count, file.FirstBrokenLine).ShouldBe((2, null));
        file.Warnings.ShouldHaveSingleItem().Facts["count"].ShouldBe(2);
    }

    [Fact]
    public void The_account_is_found_above_the_header_too()
    {
        Read("户名：清河慈善会 账号：3305 0161\n日期,金额\n20260301,1.00").AccountNumber.ShouldBe("33050161");
        Read("账号,33050161,币种,人民币\n日期,金额\n20260301,1.00").AccountNumber.ShouldBe("33050161");
    }

    [Fact]
    public void The_largest_amounts_do_not_overflow()
    {
        StatementFile file = Rows([.. Enumerable.Repeat("20260301,99999999999999.99,,,,", 2_000), "20260301,1.00,,5.00,,"]);
        (file.Lines.Count, file.FirstBrokenLine).ShouldBe((2_001, null));
    }

    [Theory]
    [InlineData("\",\n")]
    [InlineData("\"\n")]
    [InlineData(",,,,,,,,\"\n")]
    [InlineData("a\",\"b,\"c\n")]
    public void Ten_megabytes_of_nonsense_are_refused(string nonsense) => Should.Throw<RefusedException>(() =>
        Rows(string.Concat(Enumerable.Repeat(nonsense, 119_000))));

    [Fact]
    public void A_damaged_file_is_read_or_refused_but_never_breaks_the_program()
    {
        const int seed = 20260301;
        Random random = new(seed);
        byte[][] originals =
        [
            Sample("ccb-corporate-2026.csv"), Encoding.UTF8.GetBytes(CcbText()),
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(CcbText())], Sample("wechat-personal.csv"),
            Sample("boc-debit.csv"), Sample("alipay-personal.gbk.csv"),
        ];
        int read = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] damaged = Damaged(originals[i % originals.Length], random);
            try
            {
                StatementFile file = StatementFile.Read(damaged, "statement.csv");
                file.Lines.Select(line => line.Identity).ShouldBeUnique();
                read++;
            }
            catch (Exception problem) when (problem is not RefusedException)
            {
                throw new InvalidOperationException($"seed {seed}, round {i}: {Convert.ToBase64String(damaged)}", problem);
            }
            catch (RefusedException)
            {
                continue;
            }
        }

        read.ShouldBeGreaterThan(50);
    }

    private static byte[] Damaged(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        byte[] sharp = "\",\n\r\t-0.9;=\\\0"u8.ToArray();
        for (int blows = random.Next(1, 6); blows > 0 && bytes.Count > 10; blows--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, sharp[random.Next(sharp.Length)]);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length), length));
                    break;
                default:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}

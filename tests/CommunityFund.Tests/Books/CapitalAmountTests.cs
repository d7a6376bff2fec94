using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Tests.Books;

/// <summary>大写金额, with the examples of 支付结算办法 附一 among them.</summary>
public sealed class CapitalAmountTests
{
    [Theory]
    [InlineData(0, "人民币零元整")]
    [InlineData(1, "人民币壹分")]
    [InlineData(10, "人民币壹角整")]
    [InlineData(56, "人民币伍角陆分")]
    [InlineData(100, "人民币壹元整")]
    [InlineData(1000, "人民币壹拾元整")]
    [InlineData(123450, "人民币壹仟贰佰叁拾肆元伍角整")]
    [InlineData(140950, "人民币壹仟肆佰零玖元伍角整")]
    [InlineData(600714, "人民币陆仟零柒元壹角肆分")]
    [InlineData(168032, "人民币壹仟陆佰捌拾元叁角贰分")]
    [InlineData(10700053, "人民币壹拾万柒仟元伍角叁分")]
    [InlineData(1640902, "人民币壹万陆仟肆佰零玖元零贰分")]
    [InlineData(32504, "人民币叁佰贰拾伍元零肆分")]
    [InlineData(1000000, "人民币壹万元整")]
    [InlineData(1000100, "人民币壹万零壹元整")]
    [InlineData(1001000, "人民币壹万零壹拾元整")]
    [InlineData(2000000000, "人民币贰仟万元整")]
    [InlineData(10000000000, "人民币壹亿元整")]
    [InlineData(10000000100, "人民币壹亿零壹元整")]
    [InlineData(10001000000, "人民币壹亿零壹万元整")]
    [InlineData(10001000100, "人民币壹亿零壹万零壹元整")]
    [InlineData(9999999999999999, "人民币玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分")]
    [InlineData(-123450, "人民币负壹仟贰佰叁拾肆元伍角整")]
    [InlineData(long.MinValue, "人民币负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分")]
    public void Money_is_written_in_characters_that_cannot_be_altered(long fen, string written) =>
        CapitalAmount.Of(Amount.Fen(fen)).ShouldBe(written);

    [Fact]
    public void Hours_are_no_money() => Should.Throw<ArgumentException>(() => CapitalAmount.Of(Amount.OfUnits(60, Commodity.Hour)));
}

using CommunityFund.Ledger;

namespace CommunityFund.Ledger.Tests;

public sealed class AmountTextTests
{
    [Theory]
    [InlineData("1", 100)]
    [InlineData("12.5", 1250)]
    [InlineData("0.01", 1)]
    [InlineData(" 1,250.50 ", 125050)]
    [InlineData("007.10", 710)]
    [InlineData("99999999999999.99", 9999999999999999)]
    public void What_a_person_types_is_read_to_the_fen(string typed, long fen) =>
        AmountText.ReadPositive(typed).Units.ShouldBe(fen);

    [Theory]
    [InlineData("1.005", AmountText.TooManyDecimals)]
    [InlineData("0.000", AmountText.TooManyDecimals)]
    [InlineData("1e400", AmountText.NotANumber)]
    [InlineData("1E5", AmountText.NotANumber)]
    [InlineData("NaN", AmountText.NotANumber)]
    [InlineData("Infinity", AmountText.NotANumber)]
    [InlineData("", AmountText.NotANumber)]
    [InlineData(null, AmountText.NotANumber)]
    [InlineData("-", AmountText.NotANumber)]
    [InlineData("5-", AmountText.NotANumber)]
    [InlineData("(5)", AmountText.NotANumber)]
    [InlineData("+5", AmountText.NotANumber)]
    [InlineData(".5", AmountText.NotANumber)]
    [InlineData("5.", AmountText.NotANumber)]
    [InlineData("1.2.3", AmountText.NotANumber)]
    [InlineData("5\0", AmountText.NotANumber)]
    [InlineData("1 000", AmountText.NotANumber)]
    [InlineData("0x10", AmountText.NotANumber)]
    [InlineData("=1+1", AmountText.NotANumber)]
    [InlineData("一百", AmountText.NotANumber)]
    [InlineData("１２", AmountText.OtherDigits)]
    [InlineData("٣", AmountText.OtherDigits)]
    [InlineData("1．5", AmountText.OtherDigits)]
    [InlineData("1,2,3", AmountText.BadGrouping)]
    [InlineData("1,0000", AmountText.BadGrouping)]
    [InlineData("100000000000000", AmountText.TooLarge)]
    [InlineData("9999999999999999999999999999", AmountText.TooLarge)]
    [InlineData("0", AmountText.NotPositive)]
    [InlineData("-5", AmountText.NotPositive)]
    public void Anything_else_is_refused_with_its_reason_and_the_text_as_typed(string? typed, string code)
    {
        RefusedException no = Should.Throw<RefusedException>(() => AmountText.ReadPositive(typed));
        no.Refusal.Code.ShouldBe(code);
        no.Refusal.Facts["typed"].ShouldBe(typed ?? "");
    }

    [Fact]
    public void A_minus_sign_is_read_where_red_ink_is_allowed() => AmountText.Read("-5.20").Units.ShouldBe(-520);

    [Fact]
    public void A_text_of_a_million_digits_is_refused_at_once() =>
        Should.Throw<RefusedException>(() => AmountText.Read(new string('9', 1_000_000)))
            .Refusal.Code.ShouldBe(AmountText.NotANumber);
}

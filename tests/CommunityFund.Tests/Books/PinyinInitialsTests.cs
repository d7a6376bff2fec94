using CommunityFund.Books;

namespace CommunityFund.Tests.Books;

/// <summary>Accounts are typed by their sound.</summary>
public sealed class PinyinInitialsTests
{
    [Theory]
    [InlineData("银行", "yh")]
    [InlineData("银行存款", "yhck")]
    [InlineData("建行基本户", "jhjbh")]
    [InlineData("工行一般户", "ghybh")]
    [InlineData("分行和总行", "fhhzh")]
    public void A_bank_is_read_as_a_bank(string name, string initials) => PinyinInitials.Of(name).ShouldBe(initials);

    [Theory]
    [InlineData("行政支出", "xzzc")]
    [InlineData("执行费", "zxf")]
    public void Elsewhere_the_same_character_is_read_as_going(string name, string initials) =>
        PinyinInitials.Of(name).ShouldBe(initials);
}

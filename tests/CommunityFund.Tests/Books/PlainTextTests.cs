using CommunityFund.Books;

namespace CommunityFund.Tests.Books;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("  王晓梅 ", "王晓梅")]
    [InlineData("王\u202E梅", "王梅")]
    [InlineData("王\u200B梅", "王梅")]
    [InlineData("王\0梅", "王梅")]
    [InlineData("第一行\r\n第二行", "第一行  第二行")]
    [InlineData("e\u0301", "é")]
    [InlineData("<b>=cmd|'/c calc'!A0</b>", "<b>=cmd|'/c calc'!A0</b>")]
    [InlineData("𠮷野家", "𠮷野家")]
    [InlineData(null, "")]
    public void What_was_written_stays_and_what_cannot_be_seen_goes(string? typed, string kept) => PlainText.Of(typed).ShouldBe(kept);
}

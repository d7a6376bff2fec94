using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Tests.Paper;
using CommunityFund.Tests.Statements;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Members;

namespace CommunityFund.Tests.TimeBank;

/// <summary>Cards and the sheet to sign, as they come out of the printer.</summary>
public sealed class TimeBankPaperTests(PdfPressTests.Warm warm) : IClassFixture<PdfPressTests.Warm>
{
    private static readonly Words Words = StatementBooks.Words;

    [Fact]
    public async Task Ten_cards_go_on_a_sheet_each_with_number_and_code()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        await bank.First.Run(new AddMembers(TestBody.Key, bank.Programme, MemberKind.Volunteer,
            [.. Enumerable.Range(1, 11).Select(i => new MemberLine($"志愿者{i:00}", "幸福里"))]));
        CardsView cards = await bank.First.Download(new MemberCards(bank.Programme));
        byte[] pdf = await warm.Press.Print(MemberCardPaper.Of(cards, "https://jijin.example.org/Passbook/Card", Words), Words);
        (await Pdf.Pages(pdf)).ShouldBe(2);
        string text = await Pdf.Text(pdf);
        foreach (CardSlip card in cards.Cards)
        {
            text.ShouldContain(card.Name);
            text.ShouldContain($"{card.Number[..4]} {card.Number[4..]}");
            text.ShouldContain($"{card.Code[..4]} {card.Code[4..]}");
        }

        await Keep("cards", pdf);
    }

    [Theory]
    [InlineData("zh-CN", "志愿服务签到表", "本人签名")]
    [InlineData("en", "Sign-in sheet", "Signature")]
    public async Task The_sheet_to_sign_repeats_its_head_on_every_page(string language, string title, string hand)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        await using TestBody body = await TestBody.New();
        TimeBankBody bank = await body.OpenTimeBank();
        long activity = await bank.Activity(bank.Terms(seats: 40));
        for (int i = 0; i < 35; i++)
        {
            await bank.First.Run(new SignUpMember(TestBody.Key, activity, await bank.Volunteer($"志愿者{i:00}"), "服务"));
        }

        byte[] pdf = await warm.Press.Print(SignSheetPaper.Of(await bank.First.Download(new SignSheet(activity)), Words), Words);
        int pages = await Pdf.Pages(pdf);
        pages.ShouldBe(2);
        string text = await Pdf.Text(pdf);
        text.ShouldContain(title);
        text.ShouldContain("志愿者34");
        text.Split('\f')[..pages].ShouldAllBe(page => page.Replace(" ", "", StringComparison.Ordinal).Contains(hand.Replace(" ", "", StringComparison.Ordinal)));
        await Keep($"sheet-{language}", pdf);
    }

    /// <summary>For whoever wants to look at it.</summary>
    private static async Task Keep(string name, byte[] pdf)
    {
        if (Environment.GetEnvironmentVariable("PAPER_SHOTS") is { Length: > 0 } place)
        {
            await File.WriteAllBytesAsync(Path.Combine(place, $"{name}.pdf"), pdf);
        }
    }
}

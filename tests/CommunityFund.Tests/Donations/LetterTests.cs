using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Donations.Letters;
using CommunityFund.Donations.Posters;
using CommunityFund.Ledger;
using CommunityFund.Tests.Statements;
using Microsoft.EntityFrameworkCore;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Donations;

/// <summary>Letters confirm gifts and are no receipts; what opens a donor's page stands in the letter alone.</summary>
public sealed class LetterTests
{
    [Fact]
    public async Task A_letter_says_what_was_given_that_it_is_no_receipt_and_keeps_its_code()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await ReceiptTests.Body();
        long named = await body.GiftOf("林小满", 1680.32m, TestBody.Children), anonymous = await body.GiftOf("", 20);
        await body.Accountant.Run(ReceiptTests.Receipt(named, 7, 1680.32m));
        (await body.Accountant.Run(new IssueLetters(TestBody.Key, [named, anonymous, anonymous]))).ShouldBe(2);
        (await body.Accountant.Run(new IssueLetters(TestBody.Key, [named]))).ShouldBe(0);
        IReadOnlyList<GiftLetter> letters = await body.Accountant.Ask(new GiftLetters([named, anonymous]));
        await using PdfPress press = new();
        byte[] pdf = await press.Print(LetterPaper.Of(letters, "https://gifts.example.org/", StatementBooks.Words), StatementBooks.Words);
        (await Pdf.Pages(pdf)).ShouldBe(2);
        string text = await Pdf.Text(pdf);
        foreach (string said in new[]
        {
            "非财政票据", "林小满", "1,680.32", "人民币壹仟陆佰捌拾元叁角贰分", "儿童基金", "仅用于社区儿童活动", ReceiptTests.Code, "0000000007", "测试慈善会",
            letters[0].Number, letters[0].Code[..4], "匿名",
        })
        {
            text.ShouldContain(said);
        }

        LetterPaper.Address("https://gifts.example.org/", letters[0])
            .ShouldBe($"https://gifts.example.org/Donations/Trace?number={letters[0].Number}&code={letters[0].Code}");
        await using FundDb db = body.Db();
        DonationCode found = (await DonationCode.Find(db, body.Foundation, letters[0].Number, $" {letters[0].Code.ToLowerInvariant()} ", default))!;
        (found.BookId, found.DonationId).ShouldBe((1, named));
        (await DonationCode.Find(db, body.Foundation, letters[0].Number, letters[1].Code, default)).ShouldBeNull();
        (await DonationCode.Find(db, new Foundation(body.Connections.Books, body.Clock, new byte[] { 1 }), letters[0].Number, letters[0].Code, default))
            .ShouldBeNull("another installation's key draws other codes");
        (await body.Accountant.Ask(new LetterList(null, null, null, "小满", false, 1))).Items.Single().Receipt.ShouldBe("0000000007");
        (await body.Accountant.Ask(new LetterList(TestBody.Community, null, null, "", true, 1))).Total.ShouldBe(0);
        (await RefusalOf(() => body.Accountant.Run(new IssueLetters(TestBody.Key, [])))).Code.ShouldBe(IssueLetters.BadChoice);
    }

    [Fact]
    public async Task A_poster_tells_where_to_give_what_to_write_and_what_the_restriction_means()
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        FundReferenceItems all = await body.Accountant.Ask(new FundReferences());
        all.Funds.ShouldNotContain(fund => fund.FundId == TestBody.Agency);
        await using PdfPress press = new();
        byte[] pdf = await press.Print(PosterPaper.Of(all, TestBody.Children, null, StatementBooks.Words), StatementBooks.Words);
        (await Pdf.Pages(pdf)).ShouldBe(1);
        string text = await Pdf.Text(pdf);
        foreach (string said in new[] { "儿童基金", "仅用于社区儿童活动", Number, FundReference.Of("C02"), "限定性捐赠", "测试慈善会" })
        {
            text.ShouldContain(said);
        }

        Should.Throw<RefusedException>(() => PosterPaper.Of(all, TestBody.Agency, null, StatementBooks.Words)).Refusal.Code.ShouldBe(PosterPaper.NoFund);
        Should.Throw<RefusedException>(() => PosterPaper.Of(all with { Accounts = [] }, TestBody.Children, null, StatementBooks.Words)).Refusal.Code
            .ShouldBe(PosterPaper.NoAccount);
    }
}

using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using NodaTime;

namespace CommunityFund.Tests.Funds;

public sealed class CreateFundTests
{
    private static CreateFund Form => new(TestBody.Key, "F07", "助学基金", FundKind.Special, null, Restriction.Unrestricted, "");

    [Fact]
    public async Task A_fund_stands_in_the_tree_below_its_parent()
    {
        await using TestBody body = await TestBody.New();
        int fund = await body.Accountant.Run(Form with { Parent = TestBody.Community });
        FundNumber number = await body.Numbers(fund);
        (number.ParentId, number.Depth, number.Available).ShouldBe((TestBody.Community, 1, Amount.Yuan(0)));
    }

    [Theory]
    [InlineData("", "助学基金", FundKind.Special, CreateFund.BadCode)]
    [InlineData("f07", "助学基金", FundKind.Special, CreateFund.BadCode)]
    [InlineData("Ｆ07", "助学基金", FundKind.Special, CreateFund.BadCode)]
    [InlineData("F07\n", "助学基金", FundKind.Special, CreateFund.BadCode)]
    [InlineData("F1234567890123456", "助学基金", FundKind.Special, CreateFund.BadCode)]
    [InlineData("F07", " ", FundKind.Special, CreateFund.BadName)]
    [InlineData("C01", "助学基金", FundKind.Special, CreateFund.Taken)]
    [InlineData("F07", "儿童基金", FundKind.Special, CreateFund.Taken)]
    [InlineData("F07", "助学基金", FundKind.General, CreateFund.BadKind)]
    [InlineData("F07", "助学基金", FundKind.Agency, CreateFund.BadKind)]
    [InlineData("F07", "助学基金", FundKind.Programme, CreateFund.BadKind)]
    public async Task A_fund_that_does_not_fit_is_refused(string code, string name, FundKind kind, string refusal)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(Form with { Code = code, Name = name, Kind = kind }))).ShouldBe(refusal);
    }

    [Fact]
    public async Task A_restricted_fund_quotes_the_words_that_restrict_it()
    {
        await using TestBody body = await TestBody.New();
        CreateFund restricted = Form with { DefaultRestriction = Restriction.Restricted };
        (await Refused(() => body.Accountant.Run(restricted with { Clause = " " }))).ShouldBe(CreateFund.ClauseMissing);
        (await Refused(() => body.Accountant.Run(restricted with { Clause = new string('字', 501) }))).ShouldBe(CreateFund.ClauseMissing);
        int fund = await body.Accountant.Run(restricted with { Clause = "仅用于助学（捐赠协议第一条）" });
        (await body.Numbers(fund)).Clause.ShouldBe("仅用于助学（捐赠协议第一条）");
    }

    [Fact]
    public async Task Nothing_stands_below_a_technical_fund_or_an_unknown_one()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(Form with { Parent = TestBody.Agency }))).ShouldBe(CreateFund.BadParent);
        (await Refused(() => body.Accountant.Run(Form with { Parent = 99 }))).ShouldBe(Work.UnknownFund);
    }

    [Fact]
    public async Task Who_keeps_one_fund_opens_funds_below_it_only()
    {
        await using TestBody body = await TestBody.New();
        long person = await body.Reviewer.Run(new AddLogin(TestBody.Key, new NewLogin("分会计", "fen", TestBody.Password)));
        await body.Operator.Run(new GrantRole(TestBody.Key, person, Role.Accountant, TestBody.Community, new LocalDate(2026, 1, 1), null));
        FundSession session = body.Foundation.SessionOf(person, body.Book);
        await session.Run(Form with { Parent = TestBody.Community });
        (await Refused(() => session.Run(Form with { Key = TestBody.Key, Code = "F08", Name = "又一个" }))).ShouldBe(Need.OutsideFund);
        (await Refused(() => session.Run(Form with { Key = TestBody.Key, Code = "F08", Name = "又一个", Parent = TestBody.Children })))
            .ShouldBe(Need.OutsideFund);
    }

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}

using CommunityFund.Accounts;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Accounts;

public sealed class SubAccountTests
{
    private static AddSubAccount Form => new(TestBody.Key, "management-expense", "01", "办公费", "Office costs", "");

    [Fact]
    public async Task A_sub_account_is_named_under_every_standard_that_knows_its_parent()
    {
        await using TestBody body = await TestBody.New();
        string key = await body.Accountant.Run(Form);
        await using FundDb db = body.Db();
        var names = await (from account in db.Accounts
                           join name in db.Set<AccountName>() on account.AccountId equals name.AccountId
                           where account.Key == "management-expense" || account.Key == key
                           select new { account.Key, name.Standard, name.Code, name.Pinyin, name.NormalSide }).ToListAsync();
        string[] standards = [.. names.Select(name => name.Standard).Distinct().Order()];
        standards.ShouldBe(["cn-npo-2004", "cn-npo-2026"]);
        foreach (string standard in standards)
        {
            string above = names.Single(name => name.Standard == standard && name.Key != key).Code;
            var below = names.Single(name => name.Standard == standard && name.Key == key);
            (below.Code, below.Pinyin, below.NormalSide).ShouldBe((above + "01", "bgf", Side.Debit));
        }
    }

    [Fact]
    public async Task Once_divided_an_account_takes_no_lines_itself()
    {
        await using TestBody body = await TestBody.New();
        string key = await body.Accountant.Run(Form);
        Chart chart = await body.Accountant.Ask(new AccountList(new NodaTime.LocalDate(2026, 3, 1)));
        chart.Find("management-expense")!.TakesLines.ShouldBeFalse();
        (chart.Find(key)!.TakesLines, chart.Find(key)!.Added).ShouldBe((true, true));
        chart.Typed("bgf").Account.Key.ShouldBe(key);
    }

    [Theory]
    [InlineData("no-such", "01", "办公费", "Office", "", SubAccount.UnknownParent)]
    [InlineData("management-expense", "1", "办公费", "Office", "", SubAccount.BadSuffix)]
    [InlineData("management-expense", "001", "办公费", "Office", "", SubAccount.BadSuffix)]
    [InlineData("management-expense", "０１", "办公费", "Office", "", SubAccount.BadSuffix)]
    [InlineData("bank", "01", "另一户", "Another", "", SubAccount.BadSuffix)]
    [InlineData("bank", "99", "另一户", "Another", "", SubAccount.BadSuffix)]
    [InlineData("management-expense", "01", " ", "Office", "", SubAccount.BadName)]
    [InlineData("management-expense", "01", "办公费", "", "", SubAccount.BadName)]
    [InlineData("management-expense", "01", "办公费", "Office", "办公", SubAccount.BadPinyin)]
    [InlineData("donation-income", "01", "个人捐赠", "Individuals", "", SubAccount.PostedByRule)]
    [InlineData("net-assets-restricted", "01", "某基金", "Some fund", "", SubAccount.PostedByRule)]
    public async Task A_sub_account_that_does_not_fit_is_refused(
        string parent, string suffix, string zh, string en, string pinyin, string code)
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.Accountant.Run(new AddSubAccount(TestBody.Key, parent, suffix, zh, en, pinyin)))).ShouldBe(code);
    }

    [Fact]
    public async Task Digits_are_taken_once()
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Form);
        (await Refused(() => body.Accountant.Run(Form with { NameZh = "差旅费" }))).ShouldBe(SubAccount.BadSuffix);
    }

    [Fact]
    public async Task An_account_with_vouchers_is_not_divided()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 100, Restriction.Unrestricted);
        await body.PrepareExpense(TestBody.Community, 10);
        (await Refused(() => body.Accountant.Run(Form with { ParentKey = "programme-cost" }))).ShouldBe(SubAccount.ParentHasLines);
        (await body.Accountant.Ask(new SubAccountProposal("programme-cost"))).HasLines.ShouldBeTrue();
    }

    [Fact]
    public async Task The_proposal_is_the_first_number_free_under_every_standard()
    {
        await using TestBody body = await TestBody.New();
        (await body.Accountant.Ask(new SubAccountProposal("management-expense"))).Suffix.ShouldBe("01");
        await body.Accountant.Run(Form);
        await body.Accountant.Run(Form with { Key = TestBody.Key, Suffix = "03" });
        ProposedSubAccount proposed = await body.Accountant.Ask(new SubAccountProposal("management-expense"));
        (proposed.Suffix, proposed.HasLines).ShouldBe(("02", false));
        proposed.Beside.Count.ShouldBe(2);
        (await body.Accountant.Ask(new SubAccountProposal("bank"))).Suffix.ShouldBe("02");
    }

    [Fact]
    public async Task Accounts_are_added_by_accountants_and_administrators()
    {
        await using TestBody body = await TestBody.New();
        (await Refused(() => body.FinanceOfficer.Run(Form))).ShouldBe(Need.Missing);
        (await Refused(() => body.FinanceOfficer.Ask(new SubAccountProposal("bank")))).ShouldBe(Need.Missing);
    }

    private static async Task<string> Refused(Func<Task> work) => (await Should.ThrowAsync<RefusedException>(work)).Refusal.Code;
}

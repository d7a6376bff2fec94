using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Tests.Statements;

public sealed class OwnLayoutTests
{
    private const string Report =
        """
        statement: street-report
        zh: 街道报表
        en: Street report
        at: span
        columns:
          - { key: month, zh: 本月, en: Month, of: span }
          - { key: year, zh: 本年, en: Year, of: year }
        rows:
          - { key: gifts, zh: 收到捐赠, en: Gifts, formula: "donation-income[ordinary]" }
          - { key: children, zh: 其中儿童基金, en: Children, in: 1, formula: "donation-income[ordinary, fund C02]" }
          - { key: cash, zh: 基本户余额, en: Bank, formula: "bank.01:closing" }
        controls:
          - { zh: 银行余额在资产负债表以内, en: Within the balance sheet, left: "@cash:year", right: "@balance-sheet/cash:closing" }
        """;

    [Fact]
    public async Task An_accountant_adds_a_statement_without_code_and_it_is_drawn()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await body.Accountant.Run(Set("street", Report));
        FormView view = await body.FinanceOfficer.Ask(new Statement("street-report", 202602, 202602));
        view.Layout.IsOwn.ShouldBeTrue();
        view.IsHeld.ShouldBeTrue();
        view.Rows.Select(row => string.Join(' ', row.Figures!.Select(figure => figure!.ToString())))
            .ShouldBe(["500.00 1500.00", "500.00 500.00", "10849.50 10849.50"]);

        await body.Accountant.Run(Set("street", Report.Replace("收到捐赠", "捐赠收入", StringComparison.Ordinal)));
        (await body.FinanceOfficer.Ask(new Statement("street-report", 202602, 202602))).Rows[0].Name.Zh.ShouldBe("捐赠收入");
        await body.Accountant.Run(Set("street", ""));
        Refusal gone = (await Should.ThrowAsync<RefusedException>(() => body.FinanceOfficer.Ask(new Statement("street-report", 202602, 202602)))).Refusal;
        gone.Code.ShouldBe("statement.unknown-form");
    }

    [Theory]
    [InlineData("street", "bank.01:closing", "bank.99:closing", "standard.broken-file")]
    [InlineData("street", "@balance-sheet/cash:closing", "@balance-sheet/cahs:closing", Statement.UnknownPart)]
    [InlineData("street", "@balance-sheet/cash:closing", "@trial-sheet/cash:closing", "statement.unknown-form")]
    [InlineData("street", "\"donation-income[ordinary]\"", "\"@street-report/gifts:month\"", Statement.CircleOfStatements)]
    [InlineData("../street", "街道", "街道", SetStatementLayout.BadName)]
    [InlineData("other", "街道", "街道", SetStatementLayout.Twice)]
    public async Task What_is_wrong_is_refused_and_changes_nothing(string file, string was, string becomes, string code)
    {
        await using TestBody body = await TestBody.New();
        await body.Accountant.Run(Set("street", Report));
        Report.ShouldContain(was);
        (await Should.ThrowAsync<RefusedException>(() => body.Accountant.Run(Set(file, Report.Replace(was, becomes, StringComparison.Ordinal)))))
            .Refusal.Code.ShouldBe(code);
        (await body.Accountant.Ask(new LayoutList())).Where(each => each.IsOwn).ShouldHaveSingleItem().Text.ShouldBe(Report);
    }

    [Fact]
    public async Task A_statement_of_a_shipped_name_takes_its_place_and_only_accountants_lay_out()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        string shipped = (await body.Accountant.Ask(new LayoutList())).Single(file => file.File == "03-cash-flows").Text;
        (await Should.ThrowAsync<RefusedException>(() => body.Reviewer.Run(Set("cash", shipped)))).Refusal.Code.ShouldBe(Need.Missing);
        await body.Accountant.Run(Set("cash", shipped.Replace("zh: 现金流量表", "zh: 我们的现金流量表", StringComparison.Ordinal)));
        FormView view = await body.FinanceOfficer.Ask(new Statement("cash-flows", 202601, 202603));
        view.Layout.Title.Zh.ShouldBe("我们的现金流量表");
        view.IsHeld.ShouldBeTrue();
        (await body.FinanceOfficer.Ask(new StatementList(202603))).Count(item => item.Key == "cash-flows").ShouldBe(1);
    }

    private static SetStatementLayout Set(string file, string text) => new(TestBody.Key, "cn-npo-2026", file, text, "街道财政所要");
}

using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Tests.Statements.Cases;

/// <summary>Regulation 3, case by case under both standards, through the program's own commands into the forms.</summary>
[Collection(CaseBookReaders.Name)]
public sealed class RegulationCaseTests(CaseBooks books)
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases => RegulationCases.All.SelectMany(each =>
        Standards.All.Select(standard => new TheoryDataRow<string, string>(standard.Key, each.Name)));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task After_a_case_of_the_regulation_the_statements_say_what_it_says(string standard, string name)
    {
        CaseBook book = await books.Of(standard);
        RegulationCase played = RegulationCases.Named(name);
        string figures = await book.Figures(played);
        (book.Booked(played) + figures).TrimEnd().ShouldBe(book.Is2004 ? played.In2004 : played.In2026);
    }

    [Theory]
    [InlineData("cn-npo-2004")]
    [InlineData("cn-npo-2026")]
    public async Task Every_control_of_every_statement_holds_and_what_the_funds_have_adds_up_to_what_the_book_has(string standard)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        CaseBook book = await books.Of(standard);
        foreach (FormView view in await book.Statements())
        {
            view.IsHeld.ShouldBeTrue(FormText.Draw(view, StatementBooks.Words));
        }

        ThreeForms asked = new(book.Month(1), book.Month(3));
        FundSession reader = book.Body.FinanceOfficer;
        IReadOnlyList<FormView> whole = await reader.Ask(asked);
        List<IReadOnlyList<FormView>> funds = [];
        foreach (StatementFund fund in whole[0].Head.Funds.Included)
        {
            funds.Add(await reader.Ask(asked with { Fund = fund.FundId, Below = false }));
        }

        for (int form = 0; form < whole.Count; form++)
        {
            foreach (FormViewRow row in whole[form].Rows.Where(row => row.Figures is not null))
            {
                row.Figures!.Select((figure, column) => (figure, Sum: funds.Aggregate(Amount.Fen(0), (sum, fund) =>
                        sum + fund[form].Rows.Single(each => each.Key == row.Key).Figures![column]!)))
                    .ShouldAllBe(pair => pair.figure == pair.Sum, $"{whole[form].Layout.Key}/{row.Key}");
            }
        }
    }

    // Cases 30 and 31.
    [Theory]
    [InlineData("cn-npo-2004")]
    [InlineData("cn-npo-2026")]
    public async Task Closing_the_months_leaves_every_figure_as_it_was_and_nothing_on_income_and_expense(string standard)
    {
        await using CaseBook book = await CaseBook.Played(standard);
        List<string> before = await All(book);
        await book.Closed();
        (await All(book)).ShouldBe(before);
        await using FundDb db = book.Body.Db();
        int last = book.Month(3);
        var lines = await (from line in db.Postings
                           join account in db.Accounts on line.AccountId equals account.AccountId
                           where line.Period <= last
                               && (account.Class == AccountClass.Income || account.Class == AccountClass.Expense)
                           select new { account.Key, line.FundId, line.Restriction, line.Side, line.Units }).ToListAsync();
        lines.GroupBy(line => (line.Key, line.FundId, line.Restriction))
            .Where(same => same.Sum(line => line.Side == Side.Debit ? line.Units : -line.Units) != 0).Select(same => same.Key)
            .ShouldBeEmpty();
    }

    private static async Task<List<string>> All(CaseBook book)
    {
        List<string> figures = [];
        foreach (RegulationCase each in RegulationCases.All)
        {
            figures.Add($"{each.Name}\n{await book.Figures(each)}");
        }

        return figures;
    }
}

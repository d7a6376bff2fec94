using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using CommunityFund.Tests.Statements.Cases;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Statements.Forms;

/// <summary>Behind every figure stand the accounts, the funds and the lines that make it, and nothing else.</summary>
[Collection(CaseBookReaders.Name)]
public sealed class FigureDrillTests(CaseBooks books)
{
    [Theory]
    [InlineData(71)]
    public async Task Every_figure_of_a_random_book_is_the_sum_of_its_shares_and_of_its_lines(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed, vouchers: 30);
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 9), "志愿者误餐",
        [
            .. Enumerable.Repeat(new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Fen(1)), 120),
            new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Fen(120), CashFlow: CashFlow.PurchasesPaid.Key),
        ])));
        int lines = 0;
        foreach (Statement asked in Forms(202602, 202603, new LocalDate(2026, 3, 25)))
        {
            lines = Math.Max(lines, await Drilled(body.FinanceOfficer, asked, $"seed {seed}"));
        }

        lines.ShouldBeGreaterThan(100, "some figure has more lines than a page holds");
    }

    [Theory]
    [InlineData("cn-npo-2004")]
    [InlineData("cn-npo-2026")]
    public async Task Every_figure_of_the_cases_of_the_regulation_is_the_sum_of_its_shares_and_of_its_lines(string standard)
    {
        CaseBook book = await books.Of(standard);
        Statement fund = new("fund", book.Month(3), book.Month(3), book.FundOf("19 其余解除")),
            funds = new("funds", book.Month(3), book.Month(3), TestBody.General, Below: false);
        foreach (Statement asked in Forms(book.Month(3), book.Month(3), null).Append(fund).Append(funds))
        {
            await Drilled(book.Body.FinanceOfficer, asked, standard);
        }
    }

    private static Statement[] Forms(int from, int to, LocalDate? day) =>
        [.. new[] { "balance-sheet", "activities", "cash-flows" }.Select(form => new Statement(form, from, to, AsOf: day))];

    /// <returns>The most lines that one figure has.</returns>
    private static async Task<int> Drilled(FundSession reader, Statement asked, string where)
    {
        FormView view = await reader.Ask(asked);
        int most = 0;
        foreach ((FormViewRow row, int column) in view.Rows.SelectMany(row => Enumerable.Range(0, row.Figures?.Count ?? 0)
            .Where(column => row.Figures![column] is { IsZero: false }).Select(column => (row, column))))
        {
            StatementFigure figure = new(asked, row.Key, view.Columns[column].Key);
            FigureView page = await reader.Ask(figure);
            string which = $"{where}: {asked.Form}/{row.Key}:{view.Columns[column].Key}";
            page.Figure.ShouldBe(row.Figures![column], which);
            Sum(page.Shares.Select(share => share.Amount)).ShouldBe(page.Figure, which);
            List<FigureLine> lines = [.. page.Lines];
            while (page.HasMore)
            {
                page = await reader.Ask(figure with { Page = page.Page + 1 });
                lines.AddRange(page.Lines);
            }

            Sum(lines.Select(line => line.Effect)).ShouldBe(page.Figure, which);
            most = Math.Max(most, lines.Count);
        }

        return most;
    }

    private static Amount Sum(IEnumerable<Amount> amounts) => amounts.Aggregate(Amount.Fen(0), (sum, amount) => sum + amount);
}

using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements.Forms;

/// <summary>A day and a position say what a statement shows, whatever is booked afterwards.</summary>
public sealed class StatementsInTimeTests
{
    private static readonly string[] Forms =
        ["balance-sheet", "activities", "cash-flows", "funds", "fund", "projects", "note-restricted"];

    [Theory]
    [InlineData(61)]
    public async Task The_same_day_and_position_give_the_same_text_for_ever_though_more_is_booked_into_open_months(int seed)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        await using TestBody body = await TestBody.New();
        List<(Statement Asked, string Text)> drawn = [];
        HashSet<string> texts = [];
        for (int round = 0; round < 3; round++)
        {
            await StatementBooks.Random(body, seed + round, vouchers: 15);
            foreach (Statement asked in Forms.SelectMany(form => new[]
            {
                new Statement(form, 202602, 202602, Of(form), AsOf: new LocalDate(2026, 2, 17)),
                new Statement(form, 202601, 202603, Of(form)),
            }))
            {
                FormView latest = await body.FinanceOfficer.Ask(asked);
                Statement pinned = asked with { Known = latest.Head.KnownAt };
                drawn.Add((pinned, FormText.Draw(await body.FinanceOfficer.Ask(pinned), StatementBooks.Words)));
                texts.Add(drawn[^1].Text);
            }
        }

        foreach ((Statement asked, string text) in drawn)
        {
            FormText.Draw(await body.FinanceOfficer.Ask(asked), StatementBooks.Words).ShouldBe(text, $"seed {seed}");
        }

        texts.Count.ShouldBeGreaterThan(3 * 2 * 4, "what was booked in between shows");

        static int? Of(string form) => form == "fund" ? TestBody.Children : null;
    }

    [Theory]
    [InlineData(62)]
    public async Task A_day_within_a_month_shows_what_a_plain_sum_over_the_lines_up_to_it_shows(int seed)
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Random(body, seed, vouchers: 30);
        List<BookedLine> lines = await body.Lines();
        Random chance = new(seed);
        for (int i = 0; i < 5; i++)
        {
            LocalDate day = new LocalDate(2026, 1, 2).PlusDays(chance.Next(88));
            IReadOnlyList<FormView> forms = await body.FinanceOfficer.Ask(new ThreeForms(
                202601, AccountingPeriod.Of(day), AsOf: day));
            string which = $"seed {seed}, {day}";
            Figure(forms[0], "cash", "closing").ShouldBe(Net("bank"), which);
            Figure(forms[0], "payables", "closing").ShouldBe(-Net("other-payables"), which);
            Figure(forms[0], "net-assets", "closing").ShouldBe(-Net("donation-income") - Net("programme-cost"), which);
            Figure(forms[1], "donations", "year").ShouldBe(-Net("donation-income"), which);
            Figure(forms[1], "expenses", "year").ShouldBe(Net("programme-cost"), which);
            Figure(forms[2], "net-increase", "year").ShouldBe(Net("bank"), which);

            long Net(string account) => lines.Where(line => line.Day <= day && line.Is(account))
                .Sum(line => line.Side == Side.Debit ? line.Units : -line.Units);
        }
    }

    private static long Figure(FormView view, string row, string column) => view.Rows.Single(each => each.Key == row)
        .Figures![view.Columns.Select(each => each.Key).ToList().IndexOf(column)]!.Units;
}

using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;
using NodaTime;

namespace CommunityFund.Tests.Statements;

public sealed class StatementTests
{
    [Fact]
    public async Task Look()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        foreach (string form in new[] { "balance-sheet", "activities", "cash-flows", "funds", "projects", "note-cash", "note-restricted", "note-fixed-assets", "note-expenses" })
        {
            FormView view = await body.FinanceOfficer.Ask(new Statement(form, 202603, 202603));
            TestContext.Current.TestOutputHelper!.WriteLine(FormText.Draw(view, StatementBooks.Words));
            File.WriteAllText($"/tmp/{form}.txt", FormText.Draw(view, StatementBooks.Words));
            File.WriteAllBytes($"/tmp/{form}.xlsx", FormWorkbook.Draw(view, StatementBooks.Words));
        }

        FormView fund = await body.FinanceOfficer.Ask(new Statement("fund", 202601, 202603, TestBody.Children));
        File.WriteAllText("/tmp/fund.txt", FormText.Draw(fund, StatementBooks.Words));
        fund.IsHeld.ShouldBeTrue();
    }
}

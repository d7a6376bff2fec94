using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Tests.Exports;

/// <summary>Whoever reads the whole book may take it away, whoever reads some funds these (ExportPartTests); nobody else.</summary>
public sealed class ExportRightsTests
{
    [Fact]
    public async Task Accountant_and_finance_office_may_and_a_reviewer_may_not()
    {
        await using TestBody body = await TestBody.New();
        foreach (FundSession reader in new[] { body.Accountant, body.FinanceOfficer, body.Foundation.Operator(body.Book) })
        {
            (await reader.Run(new StartExport(TestBody.Key, ExportFormat.Csv, null))).Code.ShouldBe("test");
            (await reader.Ask(new ExportBook(ExportFormat.Workbook))).Entries.ShouldBe(0);
        }

        foreach (Func<Task> no in new Func<Task>[]
        {
            () => body.SecondReviewer.Run(new StartExport(TestBody.Key, ExportFormat.Csv, null)),
            () => body.SecondReviewer.Ask(new ExportBook(ExportFormat.Csv)),
            () => body.SecondReviewer.Ask(new ExportForm()),
        })
        {
            (await Should.ThrowAsync<RefusedException>(no)).Refusal.Code.ShouldBe(Need.Missing);
        }
    }

    [Fact]
    public async Task Tables_are_exported_whole_so_a_day_is_refused()
    {
        await using TestBody body = await TestBody.New();
        (await Should.ThrowAsync<RefusedException>(() =>
            body.Accountant.Run(new StartExport(TestBody.Key, ExportFormat.Csv, new LocalDate(2026, 1, 1))))).Refusal.Code.ShouldBe(ExportBook.NoDay);
        Should.Throw<RefusedException>(() => ExportFormats.Read("pdf")).Refusal.Code.ShouldBe(ExportFormats.Unknown);
    }
}

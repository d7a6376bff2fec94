using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Exports;
using CommunityFund.Tests.Statements;
using CommunityFund.TimeBank.Exchange;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Reports;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.TimeBank;

/// <summary>The month of a time bank: registers beside the ledger, and what differs is said.</summary>
public sealed class TimeBankMonthTests
{
    private static readonly string? Sheets = Environment.GetEnvironmentVariable("BANK_SHEETS");

    [Fact]
    public async Task Services_points_and_corrections_are_in_the_month_and_agree_with_the_ledger()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        TimeBankBody bank = exchange.Bank;
        await exchange.Confirm(exchange.Mother, await exchange.Served());
        long wrong = await exchange.Served("12:00", "13:00");
        await exchange.Confirm(exchange.Mother, wrong);
        await bank.First.Run(new ProposeServiceCorrection(TestBody.Key, wrong, "没来"));
        await bank.Second.Run(new AgreeServiceCorrection(TestBody.Key, wrong, true));
        PostedNumber reserved = await bank.Post(UnitKind.PointsReserved, 8, exchange.Helper, exchange.Helper, exchange.Today);
        await bank.Post(UnitKind.PointsRedeemed, 8, null, exchange.Helper, exchange.Today, of: reserved.EntryNo);
        await bank.Post(UnitKind.PointsReserved, 5, exchange.Helper, exchange.Helper, exchange.Today);
        await bank.Post(UnitKind.HoursDonated, 30, null, exchange.Helper, exchange.Today);
        TimeBankMonthView view = await bank.First.Ask(new TimeBankMonth());
        view.Earned.ShouldBe([new EarnedRow(null, "幸福里", EvidenceGrade.TwoParty, Hours(120), 1)]);
        view.Kinds.Single(row => row.Kind == UnitKind.HoursUsed).ShouldBe(new KindRow(UnitKind.HoursUsed, 3, Hours(120), Hours(60)));
        (view.Pool.Units, view.Members, view.Holders).ShouldBe((30, 3, 2));
        Figure("hours-used").ShouldBe((Hours(120), Hours(120)));
        Figure("hours-pool").ShouldBe((Hours(30), Hours(30)));
        Figure("hours-held").ShouldBe((Hours(570), Hours(570)));
        Figure("points-issued").ShouldBe((Points(20), Points(20)));
        Figure("points-redeemed").ShouldBe((Points(8), Points(8)));
        Figure("points-held").ShouldBe((Points(7), Points(7)));
        Figure("points-in-redemption").ShouldBe((Points(5), Points(5)));

        // The ten hours of the fixture stand in the ledger without a record: that is said.
        Figure("hours-issued").ShouldBe((Hours(120), Hours(720)));
        view.Agrees.ShouldBeFalse();
        view.Figures.Count(row => !row.Agrees).ShouldBe(1);

        TimeBankMonthView before = await bank.First.Ask(new TimeBankMonth(bank.Programme, exchange.Today.PlusMonths(-1)));
        (before.Earned.Count, before.Agrees, before.Holders).ShouldBe((0, true, 0));

        (Amount, Amount) Figure(string key) => view.Figures.Where(row => row.Key == key).Select(row => (row.Register, row.Ledger)).Single();
    }

    [Fact]
    public async Task Hours_of_a_project_stand_with_it_and_the_workbook_has_the_same_figures()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        long project = await body.Accountant.Run(new AddProject(TestBody.Key));
        await exchange.Confirm(exchange.Mother, await exchange.Served(project: project));
        TimeBankMonthView view = await exchange.Bank.First.Ask(new TimeBankMonth());
        (view.Earned.Single().Project, view.Earned.Single().Community).ShouldBe(("助老上门", "和平里"));
        byte[] file = TimeBankWorkbook.Draw(view, StatementBooks.Words);
        using MemoryStream stream = new(file);
        using XLWorkbook book = new(stream);
        IXLWorksheet sheet = book.Worksheet(1);
        sheet.Cell("A4").GetString().ShouldBe("助老上门");
        (sheet.Cell("E4").GetDateTime().TimeOfDay.TotalMinutes, sheet.Cell("E4").Style.NumberFormat.Format).ShouldBe((120, "[h]:mm"));
        sheet.Cell("E5").FormulaA1.ShouldBe("SUM(E4:E4)");
        if (Sheets is not null)
        {
            await File.WriteAllBytesAsync(Path.Combine(Sheets, "month.xlsx"), file, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task The_audit_workbook_has_every_line_and_the_sums_of_each_kind_by_month()
    {
        await using TestBody body = await TestBody.New();
        Exchange exchange = await Exchange.Open(body);
        await exchange.Confirm(exchange.Mother, await exchange.Served());
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        string directory = Directory.CreateTempSubdirectory().FullName;
        using XLWorkbook book = new(await body.FinanceOfficer.Export(ExportFormat.Workbook, directory));
        IXLWorksheet lines = book.Worksheet("时间和积分"), months = book.Worksheet("时间和积分月度合计");
        lines.LastRowUsed()!.RowNumber().ShouldBe(9, "an entry of the fixture, and three of the service, with two lines each");
        string[] heads = [.. lines.Row(1).CellsUsed().Select(cell => cell.GetString())];
        int debit = Array.IndexOf(heads, "借方（最小单位）") + 1, holder = Array.IndexOf(heads, "持有人") + 1, kind = Array.IndexOf(heads, "业务") + 1;
        lines.RowsUsed().Where(row => row.Cell(kind).GetString() == "支取时间" && !row.Cell(debit).IsEmpty()).Select(row => row.Cell(debit).GetDouble())
            .ShouldBe([120]);
        lines.RowsUsed().Where(row => row.Cell(kind).GetString() == "发放积分" && !row.Cell(holder).IsEmpty()).Select(row => row.Cell(holder).GetDouble())
            .ShouldBe([exchange.Helper]);
        months.RowsUsed().Skip(1).Select(row => (row.Cell(4).GetString(), row.Cell(6).GetDouble(), row.Cell(7).GetDouble(), row.Cell(9).GetDouble()))
            .ShouldBe([("存入时间", 2, 720, 720), ("支取时间", 1, 120, 120), ("发放积分", 1, 20, 20)]);
        if (Sheets is not null)
        {
            File.Copy(Directory.GetFiles(directory)[0], Path.Combine(Sheets, "audit.xlsx"), overwrite: true);
        }

        Directory.Delete(directory, recursive: true);
    }

    private static Amount Hours(long minutes) => Amount.OfUnits(minutes, Commodity.Hour);

    private static Amount Points(long units) => Amount.OfUnits(units, Commodity.Point);

    private sealed record AddProject(Guid Key) : Command<long>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Person);

        internal override async Task<long> Apply(Work work, CancellationToken ct)
        {
            Project project = new()
            {
                BookId = work.Book,
                Code = "P01",
                Name = "助老上门",
                ProjectClass = "",
                Community = "和平里",
                OpenedOn = new LocalDate(2026, 1, 1),
            };
            work.Db.Add(project);
            await work.Db.SaveChangesAsync(ct);
            return project.ProjectId;
        }
    }
}

using System.Globalization;
using ClosedXML.Excel;
using CommunityFund.Audits;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Tests.Banking;
using CommunityFund.Tests.Grants;
using CommunityFund.Tests.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Tests.Audits;

public sealed class SampleTests
{
    private static readonly LocalDate First = new(2026, 3, 1), Last = new(2026, 3, 31);

    private static DrawSample Draw(SampleClass what = SampleClass.CashOut, int size = 3) =>
        new(TestBody.Key, what, First, Last, size, "掷骰 3 5 6 1", "一季度抽查付款");

    [Fact]
    public async Task A_sample_is_kept_with_its_seed_and_comes_out_again_after_the_books_went_on()
    {
        await using TestBody body = await Paid();
        long sample = await body.FinanceOfficer.Run(Draw());
        SampleSheetView sheet = await body.Accountant.Ask(new SampleSheet(sample));
        sheet.Lines.ShouldBe(3);
        sheet.Total.ShouldBe(Amount.Yuan(1550));
        (sheet.Interval, sheet.Hits).ShouldBe((Amount.Fen(51_667), 3));
        sheet.Rows.ShouldContain(row => row.Amount == Amount.Yuan(1000) && row.Hits >= 1 && row.Maker == "周会计" && row.Reviewer == "吴审核");

        await body.Review(await body.PrepareExpense(TestBody.Community, 700));
        SampleRedone again = await body.Reviewer.Ask(new RedoSample(sample));
        (again.IsSame, again.LinesNow, again.Same, again.OnlyNow).ShouldBe((true, 3, sheet.Rows.Count, 0));
        (await body.FinanceOfficer.Ask(new SampleList())).Samples.Single().Seed.ShouldBe("掷骰 3 5 6 1");
        using XLWorkbook book = new(new MemoryStream(SampleWorkbook.Draw(sheet, Words.From([typeof(Words).Assembly]))));
        book.Worksheets.Single().Cell(9, 2).GetString().ShouldStartWith("2026-03 记-");
    }

    [Fact]
    public async Task A_reversal_and_what_it_reverses_are_two_lines_that_both_count()
    {
        await using TestBody body = await Paid();
        long wrong = await body.PrepareExpense(TestBody.Community, 200);
        await body.Review(wrong);
        await body.Review(await body.Reverse(wrong));
        SampleSheetView sheet = await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(size: 500))));
        (sheet.Lines, sheet.Total).ShouldBe((5, Amount.Yuan(1950)));
        sheet.Rows.Count(row => row.Amount == Amount.Yuan(-200)).ShouldBe(1);
        (await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(SampleClass.Donations))))).Total.ShouldBe(Amount.Yuan(6000));
        (await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(SampleClass.Expenses))))).Lines.ShouldBe(5);
        (await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(SampleClass.CashIn))))).Total.ShouldBe(Amount.Yuan(6000));
        (await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(SampleClass.All))))).Total.ShouldBe(Amount.Yuan(7950));
    }

    [Fact]
    public async Task What_cannot_be_drawn_is_refused_in_words()
    {
        await using TestBody body = await Paid();
        (await Refused(body, Draw() with { Seed = " " })).ShouldSay(DrawSample.SeedMissing, "1 到 60 个字", "1 to 60 characters");
        (await Refused(body, Draw() with { Reason = "" })).ShouldSay(DrawSample.ReasonMissing, "为什么抽样", "why the sample is drawn");
        (await Refused(body, Draw() with { From = Last, To = First })).ShouldSay(DrawSample.DaysReversed, "改正日期", "Correct the days");
        (await Refused(body, Draw(size: 501))).ShouldSay(DrawSample.BadSize, "1 到 500", "from 1 to 500");
        (await Refused(body, Draw(SampleClass.ProjectAdvances))).ShouldSay(DrawSample.NothingToDraw, "项目预拨", "Advances to projects");
        (await BankNotation.RefusalOf(() => body.FinanceOfficer.Ask(new SampleSheet(77)))).ShouldSay(AuditSample.Unknown, "77", "77");
        (await BankNotation.RefusalOf(() => body.Accountant.Run(Draw()))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task An_officer_of_one_fund_draws_from_vouchers_wholly_of_it_until_the_last_day_and_others_samples_stay_shut()
    {
        await using TestBody body = await Paid();
        long whole = await body.FinanceOfficer.Run(Draw());
        FundSession officer = await body.OfficerOfChildren();
        long sample = await officer.Run(Draw());
        SampleSheetView sheet = await officer.Ask(new SampleSheet(sample));
        (sheet.Lines, sheet.Total).ShouldBe((1, Amount.Yuan(50)));
        sheet.FundNames.ShouldBe(["儿童基金"]);
        (await officer.Ask(new SampleList())).Samples.Select(row => row.Id).ShouldBe([sample]);
        (await BankNotation.RefusalOf(() => officer.Ask(new SampleSheet(whole)))).Code.ShouldBe(AuditSample.Unknown);
        (await BankNotation.RefusalOf(() => officer.Ask(new RedoSample(whole)))).Code.ShouldBe(AuditSample.Unknown);

        body.Clock.Now = Instant.FromUtc(2026, 4, 1, 2, 0);
        (await BankNotation.RefusalOf(() => officer.Ask(new SampleList()))).Code.ShouldBe(Need.Missing);
        (await BankNotation.RefusalOf(() => officer.Run(Draw()))).Code.ShouldBe(Need.Missing);
    }

    [Fact]
    public async Task An_officer_of_a_subtree_reaches_the_funds_below_it_and_no_voucher_that_touches_another_fund_too()
    {
        await using TestBody body = await Paid();
        int below = await body.Accountant.Run(new CreateFund(
            TestBody.Key, "C03", "绘本屋", FundKind.Special, TestBody.Children, Restriction.Restricted, "仅用于绘本屋"));
        await body.Gift(below, 300, Restriction.Restricted);
        await body.Review(await body.PrepareOf(below, 70));
        await body.Review(await body.PrepareOfTwo(400, 90));
        FundSession officer = await body.OfficerOfChildren();
        SampleSheetView sheet = await officer.Ask(new SampleSheet(await officer.Run(Draw(size: 500))));
        (sheet.Lines, sheet.Total).ShouldBe((2, Amount.Yuan(120)));
        sheet.FundNames.ShouldBe(["儿童基金", "绘本屋"], ignoreOrder: true);
        (await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(size: 500))))).Total.ShouldBe(Amount.Yuan(2110));
    }

    [Fact]
    public async Task Whoever_has_the_lines_of_the_journal_and_the_seed_draws_the_same_sample()
    {
        await using TestBody body = await Paid();
        SampleSheetView sheet = await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(SampleClass.All, 4))));
        await using FundDb db = body.Db();
        List<SampleLine> journal = await db.Postings.Where(line => line.Side == Side.Debit)
            .Select(line => new SampleLine(line.EntryNo, line.LineNo, Math.Abs(line.Units))).ToListAsync();
        MoneyUnitSample drawn = MoneyUnitSample.Draw(journal, sheet.Size, sheet.Seed);
        (drawn.Lines, Amount.Fen(drawn.Total), Amount.Fen(drawn.Interval), Amount.Fen(drawn.Start))
            .ShouldBe((sheet.Lines, sheet.Total, sheet.Interval, sheet.Start));
        drawn.Hits.Select(hit => (Amount.Fen(hit.Line.Units), Amount.Fen(hit.Through), hit.Hits))
            .ShouldBe(sheet.Rows.Select(row => (row.Amount, row.Through, row.Hits)));
    }

    [Fact]
    public async Task A_sample_that_somebody_bent_past_the_program_does_not_come_out_again()
    {
        await using TestBody body = await Paid();
        long sample = await body.FinanceOfficer.Run(Draw(size: 2));
        (await body.Accountant.Ask(new RedoSample(sample))).IsSame.ShouldBeTrue();
        await AuditNotation.Bend(body, "audit_sample", "audit_sample_lasting", "update audit_sample set population_lines = population_lines + 1");
        (await body.Accountant.Ask(new RedoSample(sample))).ShouldSatisfyAllConditions(
            again => again.IsSame.ShouldBeFalse(), again => again.LinesThen.ShouldBe(again.LinesNow + 1));
        await AuditNotation.Bend(body, "audit_sample_item", "audit_sample_item_lasting", "update audit_sample_item set hits = hits + 1 where item_no = 1");
        (await body.Accountant.Ask(new RedoSample(sample))).ShouldSatisfyAllConditions(
            again => again.OnlyThen.ShouldBe(1), again => again.OnlyNow.ShouldBe(1));
    }

    [Fact]
    public async Task The_worksheet_has_a_row_for_each_line_with_boxes_to_tick_and_adds_up()
    {
        await using TestBody body = await Paid();
        SampleSheetView sheet = await body.FinanceOfficer.Ask(new SampleSheet(await body.FinanceOfficer.Run(Draw(size: 500))));
        foreach ((string language, string title, string voucher) in new[] { ("zh", "抽样底稿", "记-"), ("en", "Sample worksheet", "2026-03 ") })
        {
            CultureInfo.CurrentUICulture = new CultureInfo(language);
            using XLWorkbook book = new(new MemoryStream(SampleWorkbook.Draw(sheet, Words.From([typeof(Words).Assembly]))));
            IXLWorksheet page = book.Worksheets.Single();
            page.Name.ShouldBe(title);
            page.Cell(9, 2).GetString().ShouldContain(voucher);
            Enumerable.Range(9, 3).Select(row => page.Cell(row, 7).GetValue<decimal>()).ShouldBe([1000m, 500m, 50m]);
            Enumerable.Range(12, 5).Select(column => page.Cell(9, column).GetString()).ShouldAllBe(box => box == "□");
            (page.Cell(12, 7).FormulaA1, page.Cell(12, 7).GetValue<decimal>()).ShouldBe(("SUM(G9:G11)", 1550m));
        }
    }

    [Fact]
    public async Task PostgreSQL_keeps_a_sample_whole_and_as_it_was_drawn()
    {
        await using TestBody body = await Paid();
        long sample = await body.FinanceOfficer.Run(Draw());
        foreach (string change in new[] { "update audit_sample set seed = 'x'", "delete from audit_sample_item", "truncate audit_sample cascade" })
        {
            (await AuditNotation.Refused(body, change)).ShouldBe("append_only");
        }

        (await AuditNotation.Refused(body, $"""
            insert into audit_sample_item (book_id, audit_sample_id, item_no, entry_no, line_no, units, through_units, hits)
            values (1, {sample}, 400, 1, 1, 5, 5, 1)
            """)).ShouldBe("audit_sample_whole");
    }

    private static Task<Refusal> Refused(TestBody body, DrawSample draw) => BankNotation.RefusalOf(() => body.FinanceOfficer.Run(draw));

    private static async Task<TestBody> Paid()
    {
        TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 5000, Restriction.Unrestricted);
        await body.Gift(TestBody.Children, 1000, Restriction.Restricted);
        await body.Review(await body.PrepareExpense(TestBody.Community, 1000));
        await body.Review(await body.PrepareExpense(TestBody.Community, 500));
        await body.Review(await body.PrepareOf(TestBody.Children, 50));
        return body;
    }
}

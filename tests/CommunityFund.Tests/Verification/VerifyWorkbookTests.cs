using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Checkpoints;
using CommunityFund.Exports;
using CommunityFund.Ledger;
using CommunityFund.Tests.Exports;
using CommunityFund.Tests.Grants.Acquittals;
using CommunityFund.Tests.Statements;
using CommunityFund.Verification;
using CommunityFund.Vouchers;
using NodaTime;

namespace CommunityFund.Tests.Verification;

/// <summary>A workbook proves itself, wherever it went and whoever saved it again; what was changed in it is named.</summary>
public sealed class VerifyWorkbookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("fund-verify-").FullName;

    public VerifyWorkbookTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task An_untouched_workbook_is_clean_whatever_its_language_and_its_reader_s(string language)
    {
        await using TestBody body = await Small();
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
        VerifyReport report = Verify(file);
        Names(report).ShouldBeEmpty();
        report.NotRecomputed.ShouldBeEmpty();
        report.Recomputed.Count.ShouldBeGreaterThan(5);
        report.Lines.ShouldBe(16);
        report.Entries.ShouldBe(await body.FinanceOfficer.Ask(new ExportBook(ExportFormat.Workbook)) is { } facts ? facts.KnownAt : 0);
        report.Key.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task Saved_again_by_LibreOffice_it_is_clean_too(string language)
    {
        await using TestBody body = await Small();
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        string into = Directory.CreateDirectory(Path.Combine(_directory, "again")).FullName;
        await ExportNotation.Program("soffice", $"-env:UserInstallation=file://{into}/profile", "--headless", "--convert-to",
            "xlsx:Calc MS Excel 2007 XML", "--outdir", into, file);
        Names(Verify(Directory.GetFiles(into, "*.xlsx").Single())).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_workbook_up_to_a_day_and_one_in_several_sheets_are_clean_and_know_the_seal()
    {
        await using TestBody body = await Small();
        await body.Operator.Run(new SealLog(TestBody.Key));
        VerifyReport report = Verify(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory, new LocalDate(2026, 2, 28)));
        Names(report).ShouldBeEmpty();
        report.Until.ShouldBe(new LocalDate(2026, 2, 28));
        report.Checkpoint!.Root.ShouldBe(Convert.FromHexString(report.Root));
        Names(Verify(await body.FinanceOfficer.Export(
            ExportFormat.Workbook, _directory, but: target => target with { RowsPerSheet = 10, LinesWithFormulas = 15 }))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Promises_of_grants_prove_themselves_among_the_money()
    {
        await using TestBody body = await TestBody.New();
        await PaidNotation.Paid(body);
        VerifyReport report = Verify(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        Names(report).ShouldBeEmpty();
        report.Entries.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task An_empty_book_proves_itself()
    {
        await using TestBody body = await TestBody.New();
        Names(Verify(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_that_look_like_formulas_escapes_or_numbers_prove_themselves()
    {
        await using TestBody body = await Small();
        foreach (string said in new[] { "=1+1", "_x0041_", " 前后空格 ", "007", "1e5", "TRUE", "2026-03-01", "<&>\"'", "𠮷😀", "多\n行", "'quoted" })
        {
            await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), said,
            [
                new VoucherRow("programme-cost", TestBody.Community, Side.Debit, Amount.Yuan(1)),
                new VoucherRow(TestBody.Bank, TestBody.Community, Side.Credit, Amount.Yuan(1), CashFlow: CashFlow.PurchasesPaid.Key),
            ])));
        }

        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        Names(Verify(file)).ShouldBeEmpty();
        string into = Directory.CreateDirectory(Path.Combine(_directory, "again")).FullName;
        await ExportNotation.Program("soffice", $"-env:UserInstallation=file://{into}/profile", "--headless", "--convert-to",
            "xlsx:Calc MS Excel 2007 XML", "--outdir", into, file);
        Names(Verify(Directory.GetFiles(into, "*.xlsx").Single())).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_goes_on_from_an_earlier_workbook_and_not_the_other_way_round()
    {
        await using TestBody body = await Small();
        string earlier = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        await body.Gift(TestBody.Community, 7, Restriction.Unrestricted, new LocalDate(2026, 3, 19));
        string later = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        Names(Verify(later, previous: earlier)).ShouldBeEmpty();
        Codes(Verify(earlier, previous: later)).ShouldBe([VerifyCode.Shorter]);
        string broken = Path.Combine(_directory, "broken.xlsx");
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(earlier))[..4000]);
        Codes(Verify(later, previous: broken)).ShouldContain(VerifyCode.EarlierBroken);
    }

    [Fact]
    public async Task Books_that_were_written_anew_do_not_go_on_from_the_earlier_workbook()
    {
        await using TestBody body = await Small();
        string earlier = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        await using TestBody other = await TestBody.New();
        await StatementBooks.Small(other);
        await other.Gift(TestBody.Community, 8, Restriction.Unrestricted, new LocalDate(2026, 3, 19));
        Codes(Verify(await other.FinanceOfficer.Export(ExportFormat.Workbook, _directory), previous: earlier)).ShouldBe([VerifyCode.Rewritten]);
    }

    [Fact]
    public async Task The_published_key_is_asked_for_by_its_fingerprint()
    {
        await using TestBody body = await Small();
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        string key = Verify(file).Key;
        Names(Verify(file, key: key)).ShouldBeEmpty();
        Names(Verify(file, key: key.ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal))).ShouldBeEmpty();
        Codes(Verify(file, key: "0123 4567 89ab cdef")).ShouldBe([VerifyCode.OtherKey]);
        Codes(Verify(file, key: "")).ShouldBe([VerifyCode.OtherKey]);
    }

    [Fact]
    public async Task What_a_poster_says_of_the_log_is_compared()
    {
        await using TestBody body = await Small();
        string file = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        VerifyReport before = Verify(file);
        await body.Gift(TestBody.Community, 7, Restriction.Unrestricted, new LocalDate(2026, 3, 19));
        string later = await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory);
        string poster = string.Join(' ', before.Root.Chunk(4).Select(group => new string(group))).ToUpperInvariant();
        Names(Verify(later, anchor: LogAnchor.Typed(before.Entries, poster[..24])!)).ShouldBeEmpty();
        Names(Verify(later, anchor: new LogAnchor(before.Entries, before.Root))).ShouldBeEmpty();
        Names(Verify(file, anchor: new LogAnchor(0, Convert.ToHexStringLower(new MerkleRoot().Root())))).ShouldBeEmpty();
        Codes(Verify(later, anchor: new LogAnchor(before.Entries + 1, before.Root))).ShouldBe([VerifyCode.AnchorOther]);
        Codes(Verify(file, anchor: new LogAnchor(before.Entries + 1, before.Root))).ShouldBe([VerifyCode.AnchorShorter]);
    }

    [Theory]
    [InlineData(5, "0123456789abcde")]
    [InlineData(5, "0123456789abcdeg")]
    [InlineData(-1, "0123456789abcdef")]
    [InlineData(5, "")]
    public void What_is_no_root_of_a_poster_is_not_taken_for_one(long size, string root) => LogAnchor.Typed(size, root).ShouldBeNull();

    [Fact]
    public async Task What_is_no_workbook_of_ours_is_said_so()
    {
        await using TestBody body = await TestBody.New();
        string file = Path.Combine(_directory, "x.xlsx");
        await File.WriteAllTextAsync(file, "no workbook");
        Codes(Verify(file)).ShouldBe([VerifyCode.Unreadable]);
        await File.WriteAllBytesAsync(file, []);
        Codes(Verify(file)).ShouldBe([VerifyCode.Unreadable]);
        using ClosedXML.Excel.XLWorkbook book = new();
        book.AddWorksheet("x").Cell(1, 1).SetValue("form");
        book.SaveAs(file);
        Codes(Verify(file)).ShouldBe([VerifyCode.NotOurs]);
    }

    /// <summary><c>ALTERATIONS=1000</c> in the environment runs so many, <c>ALTERATION_SEED</c> says where to begin.</summary>
    [Fact]
    public async Task Every_single_alteration_is_caught_and_named()
    {
        int wanted = Number("ALTERATIONS") ?? 260, first = Number("ALTERATION_SEED") ?? 1;
        await using TestBody body = await Small();
        await body.Operator.Run(new SealLog(TestBody.Key));
        byte[] file = await File.ReadAllBytesAsync(await body.FinanceOfficer.Export(ExportFormat.Workbook, _directory));
        Words words = StatementBooks.Words;
        List<string> missed = [];
        Dictionary<AlterationKind, int> made = [];
        Parallel.For(first, first + wanted, seed =>
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");
            WorkbookAlteration altered = WorkbookAlteration.Of(file, seed);
            VerifyReport report = VerifyWorkbook.Run(() => new MemoryStream(altered.File, writable: false), words);
            lock (made)
            {
                made[altered.Kind] = made.GetValueOrDefault(altered.Kind) + 1;
                if (!IsNamed(altered, report))
                {
                    missed.Add($"{seed} {altered}: {string.Join("; ", Names(report).Take(6))}");
                }
            }
        });
        missed.ShouldBeEmpty();
        made.Count.ShouldBe(Enum.GetValues<AlterationKind>().Length);
    }

    private static bool IsNamed(WorkbookAlteration altered, VerifyReport report) => altered.Kind switch
    {
        AlterationKind.CutOff => report.Findings.Count > 0,
        AlterationKind.SheetsSwapped => report.Findings.Any(found => found.Sheet == altered.Sheet || found.Sheet == altered.What),
        AlterationKind.SheetRemoved => report.Findings.Any(found => found.Sheet == altered.Sheet || found.Says.Code == VerifyCode.NotOurs),
        _ when altered.Row == 0 => report.Findings.Any(found => found.Sheet == altered.Sheet || Equals(found.Says.Facts.GetValueOrDefault("is"), altered.Sheet)),
        _ => report.Findings.Any(found => found.Sheet == altered.Sheet && Math.Abs(found.Row - altered.Row) <= 1)
            || report.Findings.Any(found => found.Says.Code == VerifyCode.NotOurs && altered.Row <= 2),
    };

    private static int? Number(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static VerifyReport Verify(string file, string? key = null, string? previous = null, LogAnchor? anchor = null) =>
        VerifyWorkbook.Run(() => File.OpenRead(file), StatementBooks.Words, new VerifyAsked(key, previous is null ? null : () => File.OpenRead(previous), anchor));

    private static string[] Names(VerifyReport report) =>
        [.. report.Findings.Select(found => $"{found.Says.Code} “{found.Sheet}” {found.Row} {string.Join(' ', found.Says.Facts.Select(fact => $"{fact.Key}={fact.Value}"))}")];

    private static string[] Codes(VerifyReport report) => [.. report.Findings.Select(found => found.Says.Code).Distinct()];

    private static async Task<TestBody> Small()
    {
        TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        return body;
    }
}

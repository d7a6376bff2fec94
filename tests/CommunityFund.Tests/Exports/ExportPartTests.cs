using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.People;
using CommunityFund.Statements;
using CommunityFund.Tests.Periods;
using CommunityFund.Tests.Statements;
using CommunityFund.Verification;
using CommunityFund.Vouchers;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Exports;

/// <summary>What an officer of some funds takes away: the demo foundation's F01 and what stands below it, and nothing of the others.</summary>
public sealed class ExportPartTests : IDisposable
{
    private const string Leak = "泄露";
    private static readonly string? Sheets = Environment.GetEnvironmentVariable("AUDIT_SHEETS");

    private readonly string _directory = Directory.CreateTempSubdirectory("fund-part-").FullName;

    public ExportPartTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-CN");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("zh-CN")]
    [InlineData("en")]
    public async Task No_cell_of_a_part_has_a_name_an_amount_or_a_number_of_other_funds_and_it_proves_itself(string language)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneDemo();
        FundSession officer = await Officer(connections, "F01");
        await Mark(connections, ["F01", "F03"]);
        using ZipArchive zip = await Package(officer, null, language);
        ZipArchiveEntry workbook = zip.Entries.Single(entry => entry.FullName.EndsWith(".xlsx", StringComparison.Ordinal));
        workbook.FullName.ShouldStartWith("qinghe-F01-");
        using XLWorkbook book = new(new MemoryStream(Bytes(workbook)));
        List<string> leaks = [];
        foreach (IXLWorksheet sheet in book.Worksheets)
        {
            sheet.Name.ShouldNotContain(Leak);
            foreach (IXLCell cell in sheet.CellsUsed())
            {
                string shown = Shown(cell);
                bool isDigest = shown.Length is 16 or 64 && shown.All(char.IsAsciiHexDigitLower);
                bool isLarge = decimal.TryParse(shown, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) > 1_000_000_000m;
                if (!isDigest && (Says(shown) || isLarge))
                {
                    leaks.Add($"{sheet.Name} {cell.Address}: {shown}");
                }
            }
        }

        leaks.ShouldBeEmpty();

        // Not vacuous: every register that there is has rows of these funds.
        string[] none = [.. book.Worksheets.Where(sheet => sheet.LastRowUsed().RowNumber() < 2).Select(sheet => sheet.Name)];
        if (language == "zh-CN")
        {
            book.Worksheets.Select(sheet => sheet.Name).ShouldBe(
            [
                "封面", "科目余额表", "各基金收支总表", "F01 幸福里社区基金", "F03 儿童友好基金", "序时账", "备查登记", "总账", "明细账（分基金）",
                "凭证登记", "冲销和更正", "捐赠登记", "捐赠票据登记", "社会企业约定", "社会企业申报", "资助项目", "拨付期", "预拨款账龄", "资助承诺",
                "时间和积分", "时间和积分月度合计",
                "岗位及变更", "科目", "基金", "姓名", "日志", "校验",
            ]);
            none.ShouldBe(["冲销和更正", "时间和积分", "时间和积分月度合计"]);
        }

        // Nor does any other part of the package say more, on paper or as text.
        zip.Entries.ShouldNotContain(entry => entry.FullName.StartsWith("csv/", StringComparison.Ordinal));
        zip.Entries.Count(entry => entry.FullName.StartsWith("pdf/", StringComparison.Ordinal)).ShouldBe(2, "a trial balance, and the notices of both funds in one file");
        foreach (ZipArchiveEntry part in zip.Entries.Where(entry => entry != workbook && entry.FullName != "verify.html"))
        {
            (part.FullName + Encoding.UTF8.GetString(Bytes(part))).ShouldNotContain(Leak, Case.Sensitive, part.FullName);
        }

        Encoding.UTF8.GetString(Bytes(zip.Entries.Single(entry => entry.FullName.EndsWith(".journal", StringComparison.Ordinal))))
            .ShouldNotMatch("9\\d{9,}\\.");

        VerifyReport report = VerifyWorkbook.Run(() => new MemoryStream(Bytes(workbook), writable: false), StatementBooks.Words);
        report.Findings.Select(finding => $"{finding.Says.Code} {finding.Sheet} {finding.Row} {string.Join(", ", finding.Says.Facts)}").Take(20).ShouldBeEmpty();
        report.Funds.ShouldBe(["F01", "F03"]);
        report.Held.ShouldBeInRange(1, report.Lines - 1);
        report.Entries.ShouldBeGreaterThan(report.Lines / 2);
        if (Sheets is { } into)
        {
            await File.WriteAllBytesAsync(Path.Combine(into, $"part-{language}.xlsx"), Bytes(workbook));
        }

        await Drop(connections, drop);
    }

    [Fact]
    public async Task Its_lines_are_those_of_the_whole_book_in_these_funds_and_balance()
    {
        (LocalConnections connections, Func<Task> drop) = await TestCluster.CloneDemo();
        FundSession officer = await Officer(connections, "F01");
        LocalDate day = new(2026, 2, 28);
        string whole = await Foundation(connections).Operator(1).Export(ExportFormat.Workbook, _directory, day),
            part = await officer.Export(ExportFormat.Workbook, _directory, day);
        using XLWorkbook all = new(whole), some = new(part);
        string[] wanted = [.. Lines(all, all: true).Where(line => line.Contains("|F01|", StringComparison.Ordinal) || line.Contains("|F03|", StringComparison.Ordinal))];
        Lines(some, all: false).ShouldBe(wanted);
        wanted.Length.ShouldBeGreaterThan(10);
        some.Worksheet("封面").CellsUsed().Select(cell => Shown(cell)).ShouldContain("借贷相等");
        string cover = string.Join('\n', some.Worksheet("封面").CellsUsed().Select(cell => Shown(cell)));
        foreach (string says in new[] { "审计底稿（部分基金）", "只含 2 个基金：F01 幸福里社区基金、F03 儿童友好基金", "街道财务（F01 幸福里社区基金 及其下级，到 2027", "不在内的" })
        {
            cover.ShouldContain(says);
        }

        // The log is the same, so a part goes on from the whole and the other way round.
        VerifyWorkbook.Run(() => File.OpenRead(part), StatementBooks.Words, new VerifyAsked(null, () => File.OpenRead(whole))).Findings.ShouldBeEmpty();
        await Drop(connections, drop);
    }

    [Fact]
    public async Task A_line_of_a_shared_entry_has_no_words_and_an_altered_one_no_longer_balances()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await body.Review(await body.Accountant.Run(new PrepareVoucher(TestBody.Key, new LocalDate(2026, 3, 5), "两个基金一起付的",
        [
            .. new[] { (TestBody.Community, 12.34m), (TestBody.Children, 56.78m) }.SelectMany(each => new[]
            {
                new VoucherRow("programme-cost", each.Item1, Side.Debit, Amount.Yuan(each.Item2)),
                new VoucherRow(TestBody.Bank, each.Item1, Side.Credit, Amount.Yuan(each.Item2), CashFlow: CashFlow.PurchasesPaid.Key),
            }),
        ])));
        await body.Operator.Run(new GrantRole(TestBody.Key, 4, Role.Panel, TestBody.Children, new LocalDate(2026, 1, 1), null));
        string file = await body.SecondReviewer.Export(ExportFormat.Workbook, _directory);
        VerifyReport report = VerifyWorkbook.Run(() => File.OpenRead(file), StatementBooks.Words);
        report.Findings.ShouldBeEmpty();
        report.Held.ShouldBe(2 + 2, "one entry of the fixture is shared too");
        using (XLWorkbook book = new(file))
        {
            IXLRow[] shared = [.. book.Worksheet("序时账").RowsUsed().Where(row => row.Cell(7).GetString().Contains("还涉及其他基金", StringComparison.Ordinal))];
            shared = [.. shared.TakeLast(2)];
            shared.Select(row => row.Cell(13).GetString() + row.Cell(14).GetString()).ShouldBe(["56.78", "56.78"]);
            book.Worksheet("凭证登记").CellsUsed().Select(cell => Shown(cell)).ShouldNotContain("69.12");
            book.Worksheets.SelectMany(sheet => sheet.CellsUsed()).ShouldNotContain(cell => Shown(cell).Contains("两个基金", StringComparison.Ordinal));
        }

        using (ZipArchive zip = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            ZipArchiveEntry journal = zip.Entries.First(entry => Encoding.UTF8.GetString(Bytes(entry)).Contains("<v>56.78</v>", StringComparison.Ordinal)
                && Encoding.UTF8.GetString(Bytes(entry)).Contains("inlineStr", StringComparison.Ordinal));
            string text = Encoding.UTF8.GetString(Bytes(journal)), name = journal.FullName;
            journal.Delete();
            await using Stream into = zip.CreateEntry(name).Open();
            await into.WriteAsync(Encoding.UTF8.GetBytes(new Regex("<v>56.78</v>").Replace(text, "<v>56.79</v>", 1)));
        }

        string[] codes = [.. VerifyWorkbook.Run(() => File.OpenRead(file), StatementBooks.Words).Findings.Select(finding => finding.Says.Code)];
        codes.ShouldContain(VerifyCode.RowChanged);
        codes.ShouldContain(VerifyCode.Unbalanced);
    }

    [Fact]
    public async Task Who_reads_some_funds_takes_neither_tables_nor_a_month_of_all_and_nothing_once_the_role_is_over()
    {
        await using TestBody body = await TestBody.New();
        await StatementBooks.Small(body);
        await body.Close(202601);
        await body.Operator.Run(new GrantRole(TestBody.Key, 4, Role.Panel, TestBody.Children, new LocalDate(2026, 1, 1), new LocalDate(2026, 4, 30)));
        FundSession panel = body.SecondReviewer;
        ExportFacts facts = await panel.Run(new StartExport(TestBody.Key, ExportFormat.Package, null));
        facts.Funds.Select(fund => fund.Code).ShouldBe(["C02"]);
        facts.Lines.ShouldBeLessThan((await body.FinanceOfficer.Ask(new ExportForm())).Lines);
        (await panel.Ask(new PackageForMe()))!.IsPart.ShouldBeTrue();
        await panel.Download(new FetchExport(ExportFormat.Package, new LocalDate(2026, 1, 31), "00", [TestBody.Children]));
        (await panel.Ask(new PackageForMe())).ShouldBeNull("it is told of until it is taken");

        (string Code, Func<Task> Asked)[] refused =
        [
            (ExportBook.WholeOnly, () => panel.Run(new StartExport(TestBody.Key, ExportFormat.Csv, null))),
            (Need.OnlySomeFunds, () => panel.Download(new FetchMonth(202601, "00"))),
            (Need.OnlySomeFunds, () => panel.Download(new FetchExport(ExportFormat.Package, new LocalDate(2026, 1, 31), "00", []))),
            (Need.OutsideFund, () => panel.Download(new FetchExport(ExportFormat.Package, new LocalDate(2026, 1, 31), "00", [TestBody.Children, TestBody.Community]))),
        ];
        foreach (var (code, asked) in refused)
        {
            (await Should.ThrowAsync<RefusedException>(asked)).Refusal.Code.ShouldBe(code);
        }

        body.Clock.Now = Instant.FromUtc(2026, 5, 6, 2, 0);
        (await Should.ThrowAsync<RefusedException>(() => panel.Ask(new ExportBook(ExportFormat.Workbook)))).Refusal.Code.ShouldBe(Need.Missing);
        (await panel.Ask(new PackageForMe())).ShouldBeNull();
    }

    // What stands there: a formula is not computed again.
    private static string Shown(IXLCell cell) => Convert.ToString(cell.HasFormula ? cell.CachedValue : cell.Value, CultureInfo.InvariantCulture) ?? "";

    private static bool Says(string text) =>
        text.Contains(Leak, StringComparison.Ordinal) || Regex.IsMatch(text, @"\bF0[02456]\b|[记转备]-9\d{4}\b");

    private static IEnumerable<string> Lines(XLWorkbook book, bool all) => book.Worksheet("序时账").RowsUsed().Skip(1).Select(row =>
        string.Join('|', new[] { 1, 4, 6, 8, 11, 13, 14 }.Select(column => row.Cell(column).GetString())));

    private async Task<ZipArchive> Package(FundSession officer, LocalDate? day, string language)
    {
        string path = Path.Combine(_directory, $"{language}.zip");
        await officer.Ask(new ExportBook(ExportFormat.Package, day)
        {
            To = new ExportTarget(() => File.Create(path), StatementBooks.Words)
            {
                Print = async (paper, _) => Encoding.UTF8.GetBytes(await PaperPage.Of(paper, StatementBooks.Words)),
            },
        });
        return ZipFile.OpenRead(path);
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream part = entry.Open();
        using MemoryStream bytes = new();
        part.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static Foundation Foundation(LocalConnections connections) => new(connections.Books, SystemClock.Instance, TestBody.LogKey);

    /// <summary>Somebody who signs in here and holds no other role.</summary>
    private static async Task<FundSession> Officer(LocalConnections connections, string fund)
    {
        Foundation foundation = Foundation(connections);
        int id = (await foundation.SessionOf(1, 1).Ask(new FundNumbers())).Single(number => number.Code == fund).FundId;
        long person = await foundation.SessionOf(2, 1).Run(
            new AddLogin(TestBody.Key, new NewLogin("顾街财", "gujiecai", TestBody.Password), MustChange: false));
        await foundation.Operator(1).Run(
            new GrantRole(TestBody.Key, person, Role.FinanceOffice, id, new LocalDate(2026, 1, 1), new LocalDate(2027, 12, 31)));
        return foundation.SessionOf(person, 1);
    }

    private static async Task Drop(LocalConnections connections, Func<Task> drop)
    {
        foreach (string used in new[] { connections.Books, connections.Owner })
        {
            await using NpgsqlConnection pooled = new(used);
            NpgsqlConnection.ClearPool(pooled);
        }

        await drop();
    }

    /// <summary>Marks whatever belongs to other funds alone, so that it is known wherever it comes up: names and words, amounts too large for the
    /// demo, numbers of vouchers that nobody reached. What a part has of its own stays as it was.</summary>
    private static async Task Mark(LocalConnections connections, string[] codes)
    {
        await using NpgsqlConnection owner = new(connections.Owner);
        await owner.OpenAsync();
        await using NpgsqlCommand mark = new(Marks.Replace("@codes", $"array['{string.Join("','", codes)}']", StringComparison.Ordinal), owner);
        await mark.ExecuteNonQueryAsync();
    }

    private const string Marks =
        """
        do $$
        declare
          part record;
          mine integer[] := (select array_agg(fund_id) from fund where book_id = 1 and code = any (@codes));
        begin
          for part in select tablename from pg_tables where schemaname = 'public' loop
            execute format('alter table %I disable trigger user', part.tablename);
          end loop;

          for part in select conrelid::regclass as name, conname from pg_constraint
                    where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0 and coninhcount = 0 loop
            execute format('alter table %s drop constraint %I', part.name, part.conname);
          end loop;

          create temp table own_entry on commit drop as
            select entry_no, bool_and(fund_id = any (mine)) as whole from posting where book_id = 1 group by 1 having bool_or(fund_id = any (mine));
          create temp table own_person on commit drop as
            select maker_id as person_id from voucher v where book_id = 1
               and exists (select from voucher_line l where l.book_id = 1 and l.voucher_id = v.voucher_id and l.fund_id = any (mine))
            union select decided_by from voucher v where book_id = 1
               and exists (select from voucher_line l where l.book_id = 1 and l.voucher_id = v.voucher_id and l.fund_id = any (mine))
            union select counterparty_id from posting where book_id = 1 and fund_id = any (mine)
            union select donor_id from donation where book_id = 1 and fund_id = any (mine)
            union select unnest(array[r.payer_id, r.registered_by]) from official_receipt r join donation d using (book_id, donation_id)
                   where book_id = 1 and d.fund_id = any (mine)
            union select unnest(array[e.person_id, t.proposed_by, t.decided_by]) from enterprise_term t join enterprise e using (book_id, enterprise_id)
                   where book_id = 1 and t.fund_id = any (mine)
            union select unnest(array[d.declared_by, d.verified_by]) from enterprise_declaration d
                   join enterprise_term t using (book_id, enterprise_term_id) where book_id = 1 and t.fund_id = any (mine)
            union select unnest(array[c.lead_id, c.fin_lead_id]) from grant_case c where book_id = 1
                and exists (select from grant_money m where m.book_id = 1 and m.grant_id = c.grant_id and m.fund_id = any (mine))
            union select unnest(array[person_id, granted_by, confirmed_by]) from role_grant where book_id = 1 and fund_id = any (mine);

          for part in select c.table_name, c.column_name from information_schema.columns c
                     join information_schema.columns f on f.table_schema = c.table_schema and f.table_name = c.table_name and f.column_name = 'fund_id'
                    where c.table_schema = 'public' and c.data_type = 'bigint' and c.is_generated = 'NEVER' and c.table_name not in ('fund', 'role_grant', 'voucher_line')
                      and c.column_name not like '%\_id' and c.column_name not like '%\_by' and c.column_name not like '%\_no' loop
            execute format('update %I set %I = %I + 900000000000 where book_id = 1 and fund_id <> all ($1)',
              part.table_name, part.column_name, part.column_name) using mine;
          end loop;

          update journal_entry j set number = number + 90000 where book_id = 1 and number > 0
             and not exists (select from own_entry o where o.entry_no = j.entry_no);
          update journal_entry j set total = total + 900000000000 where book_id = 1
             and not exists (select from own_entry o where o.entry_no = j.entry_no and o.whole);
          update voucher v set total = total + 900000000000 where book_id = 1 and exists (
                   select from voucher_line l where l.book_id = 1 and l.voucher_id = v.voucher_id and l.fund_id <> all (mine));
          update narrative n set text = '泄露' || text where book_id = 1 and text is not null and not exists (
                   select from journal_entry j join own_entry o on o.entry_no = j.entry_no and o.whole
                    where j.book_id = 1 and j.narrative_id = n.narrative_id)
             and not exists (select from posting p where p.book_id = 1 and p.fund_id = any (mine) and p.narrative_id = n.narrative_id
                                and not exists (select from journal_entry j where j.book_id = 1 and j.narrative_id = n.narrative_id))
             and not exists (select from voucher v where v.book_id = 1 and v.narrative_id = n.narrative_id and not exists (
                   select from voucher_line l where l.book_id = 1 and l.voucher_id = v.voucher_id and l.fund_id <> all (mine)));
          update voucher_document d set name = '泄露' || name where book_id = 1 and exists (
                   select from voucher_line l where l.book_id = 1 and l.voucher_id = d.voucher_id and l.fund_id <> all (mine));
          update fund set name = '泄露' || name where book_id = 1 and fund_id <> all (mine);
          update fund_clause set words = '泄露' || words where book_id = 1 and fund_id <> all (mine);
          update donation set clause = '泄露' || clause, order_number = case when order_number = '' then '' else '泄露' || order_number end where book_id = 1 and fund_id <> all (mine);
          update campaign c set name = '泄露' || name where book_id = 1 and not exists (
                   select from donation d where d.book_id = 1 and d.campaign_id = c.campaign_id and d.fund_id = any (mine));
          update gift_agreement a set number = '泄露' || number where book_id = 1 and not exists (
                   select from donation d where d.book_id = 1 and d.gift_agreement_id = a.gift_agreement_id and d.fund_id = any (mine));
          update enterprise_term set community = '泄露' || community, agreement = '泄露' || agreement where book_id = 1 and fund_id <> all (mine);
          update grant_case c set title = '泄露' || title where book_id = 1 and not exists (
                   select from grant_money m where m.book_id = 1 and m.grant_id = c.grant_id and m.fund_id = any (mine));
          update account_name n set name_zh = '泄露' || name_zh, name_en = '泄露' || name_en where book_id = 1 and not exists (
                   with recursive used as (
                     select distinct account_id from posting where book_id = 1 and fund_id = any (mine)
                     union select a.parent_id from account a join used using (account_id) where a.book_id = 1)
                   select from used where used.account_id = n.account_id);
          update person set name = '泄露' || name where person_id not in (select person_id from own_person where person_id is not null);
        end $$
        """;
}

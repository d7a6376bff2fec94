using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

public sealed class StagingTests
{
    private const int Seed = 20260331;

    /// <summary>One month as three sources tell it: the bank's CSV with serials, its workbook without, a text of another order. A
    /// fourth has no balances.</summary>
    private static byte[] Told(int source, IReadOnlyList<(int Day, long Fen, string Name)> lines)
    {
        long balance = 1_000_000;
        (int Day, long Fen, string Name, long Balance, int No)[] rows = [.. lines.Select((line, i) => (line.Day, line.Fen, line.Name, balance += line.Fen, i))];
        string Yuan(long fen) => (fen / 100m).ToString("0.00", null);
        return source switch
        {
            0 => Encoding.UTF8.GetBytes($"账号：{Number}\n交易日期,金额,余额,对方户名,交易流水号\n" + string.Concat(rows.Select(row => $"2026-03-{row.Day:00},{Yuan(row.Fen)},{Yuan(row.Balance)},{row.Name},S{row.No}\n"))),
            1 => StatementNotation.Workbook(("明细", [["账号", Number], ["记账日期", "收入", "支出", "余额", "摘要"], .. rows.Select(row => new[]
            {
                $"2026-03-{row.Day:00}", row.Fen > 0 ? Yuan(row.Fen) : "", row.Fen < 0 ? Yuan(-row.Fen) : "", Yuan(row.Balance), row.Name,
            })])),
            2 => Encoding.UTF8.GetBytes($"账号\t{Number}\n日期\t借贷标志\t发生额\t余额\t附言\n" + string.Concat(rows.Reverse().Select(row => $"202603{row.Day:00}\t{(row.Fen > 0 ? "贷" : "借")}\t{Yuan(Math.Abs(row.Fen))}\t{Yuan(row.Balance)}\t{row.Name}捐\n"))),
            _ => Encoding.UTF8.GetBytes($"账号;{Number}\n日期;金额;说明\n" + string.Concat(rows.Select(row => $"2026-03-{row.Day:00};{Yuan(row.Fen)};{row.Name}\n"))),
        };
    }

    /// <summary>Few days, few amounts, so that many lines look alike.</summary>
    private static (int Day, long Fen, string Name)[] Month(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(2, 30)).Select(_ => (Day: random.Next(1, 6), Fen: random.Next(2) == 0 ? 8_800L : random.Next(2) == 0 ? -8_800L : random.Next(1, 9_999), Name: random.Next(2) == 0 ? "陈阿姨" : "李建国"))
            .OrderBy(line => line.Day),
    ];

    [Fact]
    public void A_month_from_three_sources_in_any_order_twice_gives_the_same_lines()
    {
        Random random = new(Seed);
        for (int round = 0; round < 60; round++)
        {
            var month = Month(random);
            int[] order = [.. Enumerable.Range(0, 6).Select(i => i % 3).OrderBy(_ => random.Next())];
            List<StagedLine> here = [];
            foreach (int source in order)
            {
                // A source may be exported up to any day, and again later in full.
                int upTo = random.Next(3) == 0 ? random.Next(1, month.Length + 1) : month.Length;
                Stage(here, Told(source, month[..upTo]));
            }

            Stage(here, Told(random.Next(3), month));
            here.Select(line => (line.Day.Day, line.Units)).Order().ShouldBe(month.Select(line => (line.Day, line.Fen)).Order(), $"seed {Seed}, round {round}, order {string.Join(',', order)}");
        }
    }

    private static StagingPlan Stage(List<StagedLine> here, byte[] content)
    {
        StatementFile file = StatementFile.Read(content, "流水.csv");
        StagingPlan plan = StagingPlan.Of(file, here);
        int before = here.Count;
        here.AddRange(file.Lines.Select((line, i) => (line, i)).Where(each => plan.FateOf(each.i) is LineFate.New or LineFate.Doubtful).Select((each, n) =>
            new StagedLine(before + n, TextKey.Of(plan.IdentityOf(each.i, each.line)), each.line.OccurredOn, each.line.Amount.Units, each.line.BalanceAfter?.Units, each.line.BankSerial is { } serial ? TextKey.Of(serial) : null, TextKey.Of(each.line.CounterpartyName), TextKey.Of(file.Fingerprint))));
        return plan;
    }

    [Fact]
    public void Without_balances_another_source_raises_doubts_line_by_line_and_no_more()
    {
        (int, long, string)[] month = [(1, 8_800, "陈阿姨"), (1, 8_800, "陈阿姨"), (2, -100, "银行")];
        List<StagedLine> here = [];
        Stage(here, Told(0, month[..1])).Count(LineFate.New).ShouldBe(1);
        StagingPlan silent = Stage(here, Told(3, month));
        (silent.Count(LineFate.Doubtful), silent.Count(LineFate.New)).ShouldBe((1, 2));
        StagingPlan again = Stage(here, Told(3, month));
        again.Count(LineFate.Known).ShouldBe(3);
    }

    [Fact]
    public void A_refund_under_its_payments_number_is_a_line_of_its_own_and_the_same_in_every_export()
    {
        List<StagedLine> here = [];
        byte[] sale = "日期,金额,流水号\n2026-03-01,100.00,S1"u8.ToArray(), refund = "日期,金额,流水号\n2026-03-02,-100.00,S1"u8.ToArray();
        Stage(here, sale);
        Stage(here, refund).Count(LineFate.New).ShouldBe(1);
        Stage(here, refund).Count(LineFate.Known).ShouldBe(1);
        Stage(here, sale).Count(LineFate.Known).ShouldBe(1);
    }

    [Theory]
    [InlineData("0305,100.00,1100.00,000123;0306,50.00,1150.00,000124", "0405,100.00,1250.00,000123;0406,60.00,1310.00,000124", "New New")]
    [InlineData("0305,88.00,,1;0306,88.00,,2", "0405,88.00,,1;0406,88.00,,2", "New New")]
    [InlineData("0305,100.00,1100.00,0;0306,50.00,1150.00,0", "0307,70.00,1220.00,0;0306,50.00,1150.00,0;0305,100.00,1100.00,0", "New Known Known")]
    [InlineData("0305,100.00,1100.00,2.02603E+27", "0304,20.00,1000.00,2.02603E+27;0305,100.00,1100.00,2.02603E+27", "New Known")]
    [InlineData("0305,-100.00,900.00,S7;0305,-5.00,895.00,S7", "0305,-5.00,895.00,S7;0305,-100.00,900.00,S7", "Known Known")]
    [InlineData("0305,100.00,,S1;0306,-100.00,,S1", "0306,-100.00,,S1", "Known")]
    [InlineData("0305,88.00,,B1", "0305,88.00,,B1;0305,88.00,,B1", "Known New")]
    [InlineData("0305,88.00,1088.00,B20260305123456789", "0305,88.00,1088.00,20260305123500000", "Doubtful")]
    public void A_number_names_a_line_only_with_its_day_and_amount(string before, string after, string fates)
    {
        static byte[] File(string lines) => Encoding.UTF8.GetBytes($"交易日期,收支金额,余额,流水号,摘要\n{string.Join('\n', lines.Split(';').Select(line => $"2026{line},捐"))}");
        List<StagedLine> here = [];
        Stage(here, File(before));
        StagingPlan plan = Stage(here, File(after));
        string.Join(' ', after.Split(';').Select((_, i) => plan.FateOf(i))).ShouldBe(fates);
        here.Select(line => line.Identity).ShouldBeUnique();
    }

    [Fact]
    public async Task A_doubtful_line_waits_for_a_person_and_carries_no_voucher_before()
    {
        await using TestBody body = await TestBody.New();
        (int, long, string)[] month = [(1, 8_800, "陈阿姨"), (2, 9_900, "李建国")];
        await body.Import(Told(0, month));
        Imported silent = await body.Import(Told(3, month));
        (silent.Added, silent.Doubtful).ShouldBe((2, 2));
        DoubtfulItems doubtful = await body.Accountant.Ask(new DoubtfulLines(1));
        doubtful.Items.Select(line => (line.Amount, line.Day == line.Other.Day)).ShouldBe([(Amount.Yuan(88), true), (Amount.Yuan(99), true)]);
        long one = doubtful.Items[0].Id, two = doubtful.Items[1].Id;
        (await RefusalOf(() => body.Accountant.Run(Donation(one, TestBody.Community, 88)))).Code.ShouldBe("database.bank-line-doubtful");

        (await RefusalOf(() => body.Accountant.Run(new HoldBankLine(TestBody.Key, one, "问")))).Code.ShouldBe(ConstraintRefusal.BankLineDoubtful);

        await body.Accountant.Run(new DecideDouble(TestBody.Key, one, IsSame: true));
        await body.Accountant.Run(new DecideDouble(TestBody.Key, two, IsSame: false));
        (await body.Stage(one)).ShouldBe(LineStage.Ignored);
        (await body.Stage(two)).ShouldBe(LineStage.ToDo);
        (await RefusalOf(() => body.Accountant.Run(new DecideDouble(TestBody.Key, two, IsSame: true)))).Code.ShouldBe(DecideDouble.NotDoubtful);
        (await body.Import(Told(3, month))).Known.ShouldBe(2);
    }

    [Fact]
    public async Task An_import_is_undone_while_nothing_rests_on_it_and_the_file_stays_as_undone()
    {
        await using TestBody body = await TestBody.New();
        (int, long, string)[] month = [(1, 8_800, "陈阿姨"), (2, 9_900, "李建国")];
        long first = (await body.Import(Told(0, month))).BankFile;
        long later = (await body.Import(Told(1, month))).BankFile;
        Refusal overlapped = await RefusalOf(() => body.Accountant.Run(new UndoImport(TestBody.Key, first)));
        overlapped.Code.ShouldBe("database.bank-file-overlapped");
        (await body.Accountant.Run(new UndoImport(TestBody.Key, later))).ShouldBe(0);
        (await RefusalOf(() => body.Accountant.Run(new UndoImport(TestBody.Key, later)))).Code.ShouldBe("database.bank-file-undone-already");

        long line = (await body.Lines())[0].BankLineId;
        await body.Accountant.Run(new HoldBankLine(TestBody.Key, line, "要问"));
        Refusal used = await RefusalOf(() => body.Accountant.Run(new UndoImport(TestBody.Key, first)));
        (used.Code, used.Facts["count"]).ShouldBe(("database.bank-file-used", "1"));
        await body.Accountant.Run(new RestoreBankLine(TestBody.Key, line));
        (await body.Accountant.Run(new UndoImport(TestBody.Key, first))).ShouldBe(2);
        (await body.Lines()).ShouldBeEmpty();
        ImportedFile[] files = [.. await body.Accountant.Ask(new ImportedFiles(null))];
        files.Select(file => (file.Added, file.UndoneBy)).ShouldBe([(0, "周会计"), (2, "周会计")]);
        (await body.Import(Told(0, month))).Added.ShouldBe(2);
        (await RefusalOf(() => body.Accountant.Run(new UndoImport(TestBody.Key, 99)))).Code.ShouldBe("database.bank-file-unknown");
    }

    [Theory]
    [InlineData("delete from bank_line", true)]
    [InlineData("delete from bank_file", true)]
    [InlineData("update bank_file set undone_by = 1, undone_at = now()", false)]
    [InlineData("update bank_file set file_name = 'x'", true)]
    [InlineData("update bank_line set double_of = bank_line_id", true)]
    [InlineData("truncate bank_line cascade", true)]
    public async Task What_was_imported_goes_by_no_other_way(string attack, bool evenForTheOwner)
    {
        await using TestBody body = await TestBody.New();
        await body.Import(Told(0, [(1, 8_800, "陈阿姨")]));
        await Refuses(body.Connections.Books, attack);
        if (evenForTheOwner)
        {
            await Refuses(body.Connections.Owner, attack);
        }

        (await body.Lines()).Length.ShouldBe(1);
    }

    private static async Task Refuses(string connection, string attack)
    {
        await using NpgsqlConnection attacker = new(connection);
        await attacker.OpenAsync();
        await using NpgsqlCommand command = new(attack, attacker);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBeOneOf("23514", "42501");
    }

    [Fact]
    public async Task A_correction_is_seen_at_once_kept_as_a_profile_and_used_by_the_next_file()
    {
        await using TestBody body = await TestBody.New();
        byte[] File(string day) => Encoding.UTF8.GetBytes($"账号;{Number}\n甲;乙;丙\n2026-03-{day};5.00;9.00\n2026-03-{day};6.00;9.00");
        long upload = await body.Accountant.Run(new UploadStatement(TestBody.Key, "村镇.csv", File("01")));
        Preview unknown = await body.Accountant.Ask(new StatementPreview(upload, null));
        (unknown.File, unknown.Problem!.Code).ShouldBe((null, "bank.no-header"));
        unknown.Raw.Rows[1].Cells.ShouldBe(["甲", "乙", "丙"]);

        await body.Accountant.Run(new CorrectReading(TestBody.Key, upload, new StatementReading
        {
            HeaderRow = 2,
            Columns = [StatementColumn.HappenedOn, StatementColumn.EitherWay, null],
            Signs = SignRule.Opposite,
        }));
        Preview corrected = await body.Accountant.Ask(new StatementPreview(upload, null));
        (corrected.New, corrected.MoneyOut).ShouldBe((2, Amount.Yuan(-11)));
        (await RefusalOf(() => body.Accountant.Run(new SaveProfile(TestBody.Key, upload, " ")))).Code.ShouldBe(BankProfile.BadName);
        long profile = await body.Accountant.Run(new SaveProfile(TestBody.Key, upload, "村镇银行"));
        await body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null));

        (await body.Import(File("05"))).Added.ShouldBe(2);
        (await body.Lines()).Sum(line => line.Units).ShouldBe(-2_200);
        await body.Accountant.Run(new RenameProfile(TestBody.Key, profile, "村镇银行对公"));
        (await body.Accountant.Ask(new ProfileList())).ShouldHaveSingleItem().Name.ShouldBe("村镇银行对公");
        await body.Accountant.Run(new DeleteProfile(TestBody.Key, profile));
        (await RefusalOf(() => body.Import(File("09")))).Code.ShouldBe("bank.no-header");
    }

    [Fact]
    public async Task An_archives_password_is_logged_nowhere()
    {
        await using TestBody body = await TestBody.New();
        byte[] locked = StatementNotation.Archive("geheim8848", ("流水.csv", FileOf("03-05,1.00,,,甲,捐")));
        (await RefusalOf(() => body.Accountant.Run(new UploadStatement(TestBody.Key, "a.zip", locked)))).Code.ShouldBe("bank.archive-locked");
        long upload = await body.Accountant.Run(new UploadStatement(TestBody.Key, "a.zip", locked, "geheim8848"));
        (await body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null))).Added.ShouldBe(1);
        await using FundDb db = body.Db();
        (await db.Set<CommandLog>().Where(row => row.Name == "UploadStatement").Select(row => row.Input).ToListAsync())
            .ShouldAllBe(input => !input.Contains("geheim"));
    }
}

using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using static CommunityFund.Tests.Banking.BankNotation;

namespace CommunityFund.Tests.Banking;

public sealed class ImportingStatementsTests
{
    [Fact]
    public async Task The_same_file_twice_adds_nothing()
    {
        await using TestBody body = await TestBody.New();
        byte[] file = StatementNotation.Sample("ccb-corporate-2026.csv");
        Imported first = await body.Import(file), second = await body.Import(file);
        (first.Added, first.Known).ShouldBe((30, 0));
        (second.Added, second.Known).ShouldBe((0, 30));
        (await body.Lines()).Length.ShouldBe(30);
    }

    [Fact]
    public async Task Two_equal_lines_both_stay_and_the_larger_count_wins_across_files()
    {
        await using TestBody body = await TestBody.New();
        const string Gift = "03-05,88.00,,,陈阿姨,爱心捐赠";
        (await body.Import(FileOf(Gift))).Added.ShouldBe(1);
        (await body.Import(FileOf(Gift, Gift))).Added.ShouldBe(1);
        (await body.Import(FileOf(Gift, Gift))).Added.ShouldBe(0);
        (await body.Lines()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Overlapping_files_add_only_what_is_new()
    {
        await using TestBody body = await TestBody.New();
        await body.Import(FileOf("03-05,1.00,,101.00,甲,捐", "03-06,2.00,,103.00,乙,捐"));
        (await body.Import(FileOf("03-06,2.00,,103.00,乙,捐", "03-07,3.00,,106.00,丙,捐"))).Added.ShouldBe(1);
        (await body.Lines()).Sum(line => line.Units).ShouldBe(600);
    }

    [Fact]
    public async Task Two_people_importing_one_file_at_once_stage_each_line_once()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        byte[] file = StatementNotation.Sample("ccb-corporate-2026.csv");
        Imported[] both = await Task.WhenAll(
            Task.Run(() => body.Import(file)), Task.Run(() => body.Import(file, by: body.FinanceOfficer)));
        both.Select(imported => imported.Added).Order().ShouldBe([0, 30]);
        (await body.Lines()).Length.ShouldBe(30);
    }

    [Fact]
    public async Task A_file_of_another_account_is_refused_whatever_was_chosen()
    {
        await using TestBody body = await TestBody.New();
        byte[] other = Encoding.UTF8.GetBytes($"账号：6222000011112222\n{StatementNotation.Header}\n2026-03-05,1.00,,,甲,捐");
        Refusal no = await RefusalOf(() => body.Import(other));
        no.Code.ShouldBe(OwnAccount.Other);
        no.Facts["number"].ShouldBe("6222000011112222");
        (await RefusalOf(() => body.Import(other, account: 1))).Code.ShouldBe(OwnAccount.Other);
        (await body.Lines()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_does_not_say_its_account_asks_for_one()
    {
        await using TestBody body = await TestBody.New();
        byte[] silent = Encoding.UTF8.GetBytes($"{StatementNotation.Header}\n2026-03-05,1.00,,,甲,捐");
        (await RefusalOf(() => body.Import(silent))).Code.ShouldBe(OwnAccount.Choose);
        (await body.Import(silent, account: 1)).Added.ShouldBe(1);
        (await RefusalOf(() => body.Import(silent, account: 99))).Code.ShouldBe(OwnAccount.Choose);
    }

    [Theory]
    [InlineData("33050161****00001234", "33050161000000001234", true)]
    [InlineData("3305****1234", "33050161000000001234", true)]
    [InlineData("33050161****00009999", "33050161000000001234", false)]
    [InlineData("****", "33050161000000001234", false)]
    public void A_masked_number_fits_the_account_it_may_stand_for(string read, string known, bool fits)
    {
        BankAccount account = new() { BookId = 1, BankAccountId = 1, AccountId = 1, Number = known, BankName = "行" };
        OwnAccount.Fitting([account], read).Any().ShouldBe(fits);
    }

    [Fact]
    public async Task Lines_before_the_opening_day_are_within_the_opening_balances_and_stay_so()
    {
        await using TestBody body = await TestBody.New();
        byte[] file = Encoding.UTF8.GetBytes($"{StatementNotation.Header}\n2025-12-31,5.00,,,甲,捐\n2026-01-01,6.00,,,乙,捐");
        Imported done = await body.Import(file, account: 1);
        (done.Added, done.BeforeOpening).ShouldBe((2, 1));
        BankLine[] lines = await body.Lines();
        lines.Select(line => line.State).ShouldBe([BankLineState.Ignored, BankLineState.New]);
        lines[0].Reason.ShouldBe(ImportStatement.WithinOpening);
        (await RefusalOf(() => body.Accountant.Run(new RestoreBankLine(TestBody.Key, lines[0].BankLineId)))).Code.ShouldBe(UndecidedLine.BeforeOpening);
    }

    [Fact]
    public async Task Personal_bills_of_earlier_years_stage_as_within_the_opening_balances()
    {
        await using TestBody body = await TestBody.New();
        int alipay = await body.Accountant.Run(new AddBankAccount(TestBody.Key, "xx@gmail.com", "支付宝", "02", "支付宝账户", "Alipay account"));
        Imported own = await body.Import(StatementNotation.Sample("alipay-personal.gbk.csv"));
        Imported silent = await body.Import(StatementNotation.Sample("wechat-personal.csv"), alipay);
        (own.Added, own.BeforeOpening, silent.Added, silent.BeforeOpening).ShouldBe((8, 8, 23, 23));
        (await body.Lines()).ShouldAllBe(line => line.State == BankLineState.Ignored);
    }

    [Fact]
    public async Task An_upload_is_its_uploaders_alone_and_is_gone_after_the_import_or_a_day()
    {
        await using TestBody body = await TestBody.New();
        await body.Operator.Run(new CommunityFund.People.GrantRole(TestBody.Key, 3, Role.Accountant, null, new LocalDate(2026, 1, 1), null));
        long upload = await body.Accountant.Run(new UploadStatement(TestBody.Key, "a.csv", FileOf("03-05,1.00,,,甲,捐")));
        (await RefusalOf(() => body.FinanceOfficer.Run(new ImportStatement(TestBody.Key, upload, null)))).Code.ShouldBe(BankUpload.Gone);
        (await RefusalOf(() => body.FinanceOfficer.Ask(new StatementPreview(upload, null)))).Code.ShouldBe(BankUpload.Gone);
        body.Clock.Now += Duration.FromHours(25);
        (await RefusalOf(() => body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null)))).Code.ShouldBe(BankUpload.Gone);
        body.Clock.Now -= Duration.FromHours(25);
        await body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null));
        (await RefusalOf(() => body.Accountant.Ask(new StatementPreview(upload, null)))).Code.ShouldBe(BankUpload.Gone);
    }

    [Fact]
    public async Task The_preview_stages_nothing_and_tells_what_stands_before_the_file()
    {
        await using TestBody body = await TestBody.New();
        await body.Gift(TestBody.Community, 1000, Restriction.Unrestricted);
        long upload = await body.Accountant.Run(new UploadStatement(
            TestBody.Key, "a.csv", FileOf("03-05,200.00,,1250.00,甲,捐", "03-06,,30.00,1220.00,乙,购")));
        Preview preview = await body.Accountant.Ask(new StatementPreview(upload, null));
        (preview.New, preview.Known, preview.Chosen).ShouldBe((2, 0, 1));
        (preview.MoneyIn, preview.MoneyOut).ShouldBe((Amount.Yuan(200), Amount.Yuan(-30)));
        preview.Before.ShouldBe(new StandsBefore(IsBooks: true, Amount.Yuan(1000), Amount.Yuan(1050)));
        (await body.Lines()).ShouldBeEmpty();
        await body.Accountant.Run(new ImportStatement(TestBody.Key, upload, null));
        long later = await body.Accountant.Run(new UploadStatement(TestBody.Key, "b.csv", FileOf("03-07,1.00,,1221.00,丙,捐")));
        StandsBefore before = (await body.Accountant.Ask(new StatementPreview(later, null))).Before!;
        (before.IsBooks, before.Difference).ShouldBe((false, Amount.Fen(0)));
    }

    [Fact]
    public async Task A_file_of_thirty_thousand_lines_comes_in_whole()
    {
        await using TestBody body = await TestBody.New();
        StringBuilder text = new($"账号：{Number}\n{StatementNotation.Header}\n");
        for (int i = 1; i <= 30_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"2026-03-{(i % 28) + 1:00},{i / 100m:0.00},,,捐赠人{i},网络捐赠 {i}\n");
        }

        byte[] file = Encoding.UTF8.GetBytes(text.ToString());
        (await body.Import(file)).Added.ShouldBe(30_000);
        (await body.Import(file)).ShouldBe(await body.Import(file) with { BankFile = 2 });
        await using FundDb db = body.Db();
        (await db.Set<BankLine>().CountAsync()).ShouldBe(30_000);
        BankLineItems last = await body.Accountant.Ask(new BankLineList(LineStage.ToDo, 1, "捐赠人29999", 1));
        (last.Total, last.MoneyIn).ShouldBe((1, Amount.Fen(29_999)));
    }

    [Fact]
    public async Task The_log_keeps_size_and_digest_of_a_file_and_neither_its_name_nor_its_bytes()
    {
        await using TestBody body = await TestBody.New();
        await body.Import(FileOf("03-05,1.00,,,甲乙丙,捐"));
        await using FundDb db = body.Db();
        string input = (await db.Set<CommandLog>().SingleAsync(row => row.Name == "UploadStatement")).Input;
        input.ShouldNotContain("流水.csv");
        input.ShouldContain("\"SizeBytes\"");
        input.ShouldContain("\"Sha256\"");
        input.ShouldNotContain("Content");
    }
}

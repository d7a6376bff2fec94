using System.Diagnostics;
using System.Globalization;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Checks;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using CommunityFund.Vouchers;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Tests.Documents;

/// <summary>A voucher and its documents are there together or not at all, whatever breaks in between (hardening F-05).</summary>
public sealed class NothingHalfTests
{
    [Theory]
    [InlineData(Wire.Cut.BeforeCommit)]
    [InlineData(Wire.Cut.AfterCommit)]
    [InlineData(Wire.Cut.AfterCommit, Wire.Cut.BeforeCommit)]
    public async Task A_connection_that_breaks_in_commit_leaves_one_voucher_with_its_document(params Wire.Cut[] cuts)
    {
        await using TestBody body = await EnclosingTests.Body();
        await using Wire wire = new(body.Connections.Books);
        Enclosure invoice = await EnclosingTests.Upload(body, Samples.Pdf(), "发票.pdf");
        FundSession accountant = new Foundation(wire.Connection, body.Clock, TestBody.LogKey).SessionOf(1, body.Book);
        wire.CutNext(cuts);
        long voucher = await accountant.Run(Expense(invoice));

        (await Count(body)).ShouldBe((1, 1, 0));
        (await body.Accountant.Ask(new VoucherPage(voucher))).Documents.Single().Sha256.ShouldBe(invoice.Sha256);
    }

    [Fact]
    public async Task A_server_process_that_dies_before_the_commit_leaves_nothing_and_the_upload_waits()
    {
        await using TestBody body = await EnclosingTests.Body();
        Enclosure invoice = await EnclosingTests.Upload(body, Samples.Pdf(), "发票.pdf");
        FundSession accountant = new Foundation(body.Connections.Books, body.Clock, TestBody.LogKey) { LongestOutage = TimeSpan.FromSeconds(1) }
            .SessionOf(1, body.Book);

        (await EnclosingTests.Refused(() => accountant.Run(new DieHolding(TestBody.Key, Expense(invoice))))).ShouldBe(FundSession.Unavailable);

        (await Count(body)).ShouldBe((0, 0, 1));
        await body.Accountant.Run(Expense(invoice));
        (await Count(body)).ShouldBe((1, 1, 0));
        (await body.Accountant.Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_disk_keeps_neither_the_voucher_nor_the_file_and_heals_when_there_is_room()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "a small disk can be mounted by root only");
        await using TestBody body = await EnclosingTests.Body();
        await using SmallDisk disk = await SmallDisk.Under(body, "document", megabytes: 14);
        Enclosure first = await EnclosingTests.Upload(body, Large(1), "一.pdf"), second = await EnclosingTests.Upload(body, Large(2), "二.pdf");
        long posted = await body.Accountant.Run(Expense(first));

        (await EnclosingTests.Refused(() => body.Accountant.Run(Expense(second)))).ShouldBe(FundSession.DiskFull);
        (await Count(body)).ShouldBe((1, 1, 1), "one voucher with its file, and the other file still waits");
        await body.Review(posted);
        (await body.Accountant.Ask(new CheckBooks())).IsClean.ShouldBeTrue();

        await disk.Grow(40);
        await body.Review(await body.Accountant.Run(Expense(second)));
        (await Count(body)).ShouldBe((2, 2, 0));
        (await body.Accountant.Ask(new CheckBooks())).IsClean.ShouldBeTrue();
    }

    private static PrepareVoucher Expense(Enclosure document) =>
        new(TestBody.Key, new LocalDate(2026, 3, 5), "活动物资", EnclosingTests.Rows(20), [document]);

    /// <summary>Vouchers but the gift that filled the fund, documents, and uploads that wait.</summary>
    private static async Task<(int Vouchers, int Documents, int Uploads)> Count(TestBody body)
    {
        await using FundDb db = body.Db();
        return (await db.Vouchers.CountAsync() - 1, await db.Set<Document>().CountAsync(), await db.Set<DocumentUpload>().CountAsync());
    }

    private static byte[] Large(int seed)
    {
        byte[] bytes = new byte[4_500_000];
        new Random(seed).NextBytes(bytes);
        return Samples.PdfWith(Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)));
    }

    /// <summary>A command whose server process dies when all is written and nothing committed.</summary>
    private sealed record DieHolding(Guid Key, PrepareVoucher Voucher) : Command<long>(Key)
    {
        internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => Voucher.Needs(work, ct);

        internal override async Task<long> Apply(Work work, CancellationToken ct)
        {
            long voucher = await Voucher.Apply(work, ct);
            await work.Db.Database.ExecuteSqlAsync($"select pg_terminate_backend(pg_backend_pid())", ct);
            return voucher;
        }
    }

    /// <summary>A disk of a few megabytes that one table lies on.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("communityfund-disk-").FullName;
        private readonly string _name = $"small_{Guid.NewGuid():N}";
        private readonly TestBody _body;
        private readonly string _table;

        private SmallDisk(TestBody body, string table) => (_body, _table) = (body, table);

        public static async Task<SmallDisk> Under(TestBody body, string table, int megabytes)
        {
            SmallDisk disk = new(body, table);
            await Shell("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk._path);
            await Shell("chown", $"--reference={await disk.Sql("show data_directory")}", disk._path);
            await disk.Sql($"create tablespace {disk._name} location '{disk._path}'");
            await disk.Sql($"alter table {table} set tablespace {disk._name}");
            return disk;
        }

        public Task Grow(int megabytes) => Shell("mount", "-o", $"remount,size={megabytes}m", _path);

        public async ValueTask DisposeAsync()
        {
            await Sql($"alter table {_table} set tablespace pg_default");
            await Sql("checkpoint");
            await Sql($"drop tablespace {_name}");
            await Shell("umount", "-l", _path);
            Directory.Delete(_path, recursive: true);
        }

        private async Task<string> Sql(string statement)
        {
            await using NpgsqlConnection superuser = new(
                new NpgsqlConnectionStringBuilder(_body.Connections.Superuser) { Pooling = false }.ConnectionString);
            await superuser.OpenAsync();
            await using NpgsqlCommand command = new(statement, superuser);
            return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
        }

        private static async Task Shell(string program, params string[] arguments)
        {
            using Process process = Process.Start(program, arguments);
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, program);
        }
    }
}

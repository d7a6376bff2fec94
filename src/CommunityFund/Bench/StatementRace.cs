using System.Diagnostics;
using System.Globalization;
using System.Text;
using CommunityFund.Banking;
using CommunityFund.Books;
using CsvHelper;

namespace CommunityFund.Bench;

/// <summary>What a statement of many lines came to, from the upload to the list, beside a plain reading of the same bytes.</summary>
/// <param name="Upload">Seconds until the file is kept.</param>
/// <param name="Preview">Seconds until it was read, compared and its first page is known.</param>
/// <param name="Import">Seconds until all lines are staged.</param>
/// <param name="List">Seconds for the page of bank lines after that.</param>
/// <param name="Reading">Seconds for reading the file alone, of the preview's.</param>
/// <param name="Plain">Seconds for cutting the same bytes into cells and nothing else.</param>
/// <param name="PeakMegabytes">The most that this process had in memory.</param>
public sealed record StatementHeat(
    int Lines, decimal Megabytes, decimal Upload, decimal Preview, decimal Import, decimal List, decimal Reading, decimal Plain,
    decimal PeakMegabytes)
{
    /// <summary>Parsed, staged and shown within so many seconds.</summary>
    public const decimal OwedSeconds = 10;

    /// <summary>In so much memory.</summary>
    public const decimal OwedMegabytes = 200;

    public decimal Seconds => Upload + Import + List;

    public decimal Ratio => Plain == 0 ? 0 : Reading / Plain;
}

/// <summary>A large statement comes in by the same commands as any other.</summary>
public sealed class StatementRace(BenchGround ground)
{
    private readonly BenchBook _book = ground.Books[^1];

    public async Task<StatementHeat> At(int lines, CancellationToken ct)
    {
        string path = Path.Combine(Path.GetTempPath(), $"fund-bench-{Guid.NewGuid():N}.csv");
        try
        {
            Write(path, lines);
            FundSession accountant = ground.Foundation.SessionOf(_book.Maker, _book.Book);
            long upload = 0;
            decimal uploading = await Seconds(async () => upload = await accountant.Run(
                new UploadStatement(Guid.NewGuid(), "bench.csv", Bytes(path)), ct));
            decimal importing = await Seconds(() => accountant.Run(new ImportStatement(Guid.NewGuid(), upload, null), ct));
            decimal listing = await Seconds(() => accountant.Ask(new BankLineList(null, null, "", 1), ct));
            decimal peak = Peak();
            long again = await accountant.Run(new UploadStatement(Guid.NewGuid(), "bench.csv", Bytes(path)), ct);
            decimal previewing = await Seconds(() => accountant.Ask(new StatementPreview(again, null), ct));
            decimal reading = await Seconds(() => Task.FromResult(StatementFile.Read(Bytes(path), "bench.csv").Lines.Count));
            decimal plain = await Seconds(() => Task.FromResult(PlainCells(path)));
            return new StatementHeat(lines, decimal.Round((decimal)new FileInfo(path).Length / (1024 * 1024), 1), uploading, previewing, importing,
                listing, reading, plain, peak);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static StatementBytes Bytes(string path) => new(new FileInfo(path).Length, () => File.OpenRead(path));

    private static decimal Peak()
    {
        using Process self = Process.GetCurrentProcess();
        return decimal.Round((decimal)self.PeakWorkingSet64 / (1024 * 1024), 1);
    }

    private static void Write(string path, int lines)
    {
        using StreamWriter file = new(path, append: false, CodePagesEncodingProvider.Instance.GetEncoding(54936) ?? Encoding.UTF8);
        file.Write("账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,对方账号,对方开户机构,记账日期,摘要,备注,账户明细编号-交易流水号\r\n");
        long balance = 100_000_00;
        for (int i = 1; i <= lines; i++)
        {
            long fen = (i * 7919L % 100_000) + 1;
            bool isIn = i % 3 != 0;
            balance += isIn ? fen : -fen;
            string day = string.Create(CultureInfo.InvariantCulture, $"202603{1 + (int)(28L * i / (lines + 1)):00}");
            (decimal moneyOut, decimal moneyIn) = (isIn ? 0 : fen / 100m, isIn ? fen / 100m : 0);
            file.Write(string.Create(CultureInfo.InvariantCulture,
                $"33050161xxxx00001234,测速慈善会,{day} 10:{i / 60 % 60:00}:{i % 60:00},{moneyOut:0.00},\"{moneyIn:#,0.00}\","));
            file.Write(string.Create(CultureInfo.InvariantCulture,
                $"\"{balance / 100m:#,0.00}\",人民币元,捐赠人{i},6217********{i % 10_000:0000},,{day},转账存入,网络捐赠 {i},{i}-0326{i:00000000}\r\n"));
        }
    }

    private static int PlainCells(string path)
    {
        using StreamReader text = new(path, CodePagesEncodingProvider.Instance.GetEncoding(54936) ?? Encoding.UTF8);
        using CsvReader reader = CsvReader.FromText(text.ReadToEnd(), new CsvReaderOptions { HasHeader = false });
        int characters = 0;
        while (reader.Read())
        {
            for (int i = 0; i < reader.FieldCount; i++)
            {
                characters += reader.GetString(i).Length;
            }
        }

        return characters;
    }

    private static async Task<decimal> Seconds(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).Milliseconds() / 1000;
    }
}

using System.CommandLine;
using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Cli;
using NodaTime;

// The command line speaks the language of the terminal: Chinese unless it says otherwise.
CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(
    (Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en" : "zh-CN");

Option<DirectoryInfo> data = new("--data")
{
    Description = "data directory / 数据目录",
    DefaultValueFactory = _ => new DirectoryInfo("data"),
    Recursive = true,
};
RootCommand fund = new("CommunityFund 社区基金账")
{
    data,
    MigrateCommand.Make(data),
    CheckCommand.Make(data, SystemClock.Instance),
    CheckpointCommand.Make(data, SystemClock.Instance),
    CheckpointCommand.MakeKey(data, SystemClock.Instance),
    BackupCommand.Make(data, SystemClock.Instance),
    BackupCommand.MakeRestore(data, SystemClock.Instance),
    ExportCommand.Make(data, SystemClock.Instance),
    StatementCommand.Make(data, SystemClock.Instance),
    BenchCommand.Make(),
};
try
{
    return await fund.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,

        // What was begun is taken back first: a half-written file, a private PostgreSQL.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    });
}
catch (LocalPostgresException cannot)
{
    Console.Error.WriteLine(cannot.Message);
    return 1;
}

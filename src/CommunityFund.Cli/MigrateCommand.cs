using System.CommandLine;
using CommunityFund.Books;
using Spectre.Console;

namespace CommunityFund.Cli;

/// <summary><c>fund migrate</c>: brings the schema up to date, in the private database or the one that is given.</summary>
internal static class MigrateCommand
{
    public static Command Make(Option<DirectoryInfo> data)
    {
        Command migrate = new("migrate", "bring the schema up to date / 更新数据库结构");
        migrate.SetAction(async (parsed, ct) =>
        {
            await using Installation installation = await Open(parsed.GetRequiredValue(data), ct);
            IReadOnlyList<string> applied = await installation.Migrate(ct);
            foreach (string name in applied)
            {
                AnsiConsole.WriteLine(name);
            }

            AnsiConsole.WriteLine(applied.Count == 0 ? "up to date / 已是最新" : $"{applied.Count} applied / 已应用");
            return 0;
        });
        return migrate;
    }

    internal static Task<Installation> Open(DirectoryInfo data, CancellationToken ct) => Installation.Start(
        Environment.GetEnvironmentVariable("ConnectionStrings__Books"),
            Environment.GetEnvironmentVariable("ConnectionStrings__BooksOwner"),
        data.FullName, ct);
}

using System.CommandLine;
using System.Globalization;
using NodaTime;

namespace CommunityFund.Cli;

/// <summary><c>fund audit</c>: the audit workbook of a book in one command, which is the export of that format.</summary>
internal static class AuditCommand
{
    public static Command Make(Option<DirectoryInfo> data, IClock clock)
    {
        Option<string> book = new("--book") { Description = "code of the book / 账套编号", Required = true };
        Option<string> into = new("--out") { Description = "a file, or a directory / 文件或目录", Required = true };
        Option<string?> asOf = new("--as-of") { Description = "entries up to this day / 截至这一天的分录" };
        Option<string?> language = new("--lang") { Description = "zh | en: language of the sheets / 底稿的语言" };
        language.AcceptOnlyFromAmong("zh", "en");
        Command audit = new("audit", "the audit workbook of a book / 生成审计底稿") { book, into, asOf, language };
        audit.SetAction((parsed, ct) =>
        {
            if (parsed.GetValue(language) is { } chosen)
            {
                CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(chosen == "en" ? "en" : "zh-CN");
            }

            string[] day = parsed.GetValue(asOf) is { } until ? ["--as-of", until] : [];
            string[] asked =
            [
                "export", "--data", parsed.GetRequiredValue(data).FullName, "--book", parsed.GetRequiredValue(book), "--format", "workbook",
                "--out", parsed.GetRequiredValue(into), .. day,
            ];
            return new RootCommand { data, ExportCommand.Make(data, clock) }.Parse(asked)
                .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, ct);
        });
        return audit;
    }
}

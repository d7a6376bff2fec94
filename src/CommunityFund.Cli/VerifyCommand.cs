using System.CommandLine;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Verification;

namespace CommunityFund.Cli;

/// <summary><c>fund verify FILE</c>: proves a workbook from the file alone; 0 unchanged, 1 changed, 2 if there is no such file.</summary>
internal static class VerifyCommand
{
    private const int Clean = 0, Faulty = 1, CannotRun = 2;

    public static Command Make()
    {
        Argument<FileInfo> file = new("file") { Description = "a workbook that was exported / 导出的工作簿" };
        Option<FileInfo?> previous = new("--previous") { Description = "an earlier one, which the log must go on from / 上一次的文件" };
        Option<string?> key = new("--key") { Description = "fingerprint of the published key / 公布的公钥指纹" };
        Option<long?> size = new("--size") { Description = "entries of the log on a poster / 海报上的分录数" };
        Option<string?> root = new("--root") { Description = "root of the log on that poster / 海报上的总指纹" };
        Command verify = new("verify", "prove an exported workbook / 校验导出的工作簿") { file, previous, key, size, root };
        verify.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(previous), parsed.GetValue(key),
            parsed.GetValue(size), parsed.GetValue(root)));
        return verify;
    }

    private static int Run(FileInfo file, FileInfo? previous, string? key, long? size, string? root)
    {
        Words words = Words.From([typeof(Words).Assembly]);
        if (new[] { file, previous }.FirstOrDefault(each => each is { Exists: false }) is { } missing)
        {
            Console.Error.WriteLine(words["verify.no-file", missing.FullName]);
            return CannotRun;
        }

        LogAnchor? anchor = size is { } entries && root is not null ? LogAnchor.Typed(entries, root) : null;
        if (anchor is null && (size is not null || root is not null))
        {
            Console.Error.WriteLine(words["verify.anchor-odd"]);
            return CannotRun;
        }

        VerifyReport report = VerifyWorkbook.Run(file.OpenRead, words, new VerifyAsked(key, previous is null ? null : previous.OpenRead, anchor));
        foreach (string line in Lines(report, anchor, words))
        {
            Console.WriteLine(line);
        }

        return report.IsClean ? Clean : Faulty;
    }

    private static IEnumerable<string> Lines(VerifyReport report, LogAnchor? anchor, Words words)
    {
        if (report.Book.Length > 0)
        {
            yield return words["verify.book", report.Body, report.Book];
            if (report.Until is { } until)
            {
                yield return words["verify.until", until];
            }

            if (report.Funds.Count > 0)
            {
                yield return words["verify.part", string.Join(", ", report.Funds), report.Held];
            }

            yield return words["verify.log", report.Entries, report.Root];
            yield return report.Checkpoint is { } made
                ? words["verify.checkpoint", made.Size, made.MadeAt, HashText.Groups(made.Root)] : words["verify.no-checkpoint"];
            yield return words["verify.key", report.Key];
            yield return words["verify.read", report.Sheets, report.Rows, report.Lines];
            if (report.Recomputed.Count > 0)
            {
                yield return words["verify.recomputed", report.Recomputed];
            }

            if (report.NotRecomputed.Count > 0)
            {
                yield return words[report.Funds.Count > 0 ? "verify.not-recomputed-part" : "verify.not-recomputed", report.NotRecomputed];
            }

            if (anchor is not null && report.Findings.All(found => found.Says.Code is not (VerifyCode.AnchorShorter or VerifyCode.AnchorOther
                or VerifyCode.Unreadable)))
            {
                yield return words["verify.anchor", anchor.Size];
            }
        }

        if (report.IsClean)
        {
            yield return words["verify.clean"];
            yield break;
        }

        yield return report.Found == 1 ? words["verify.found-one"] : words["verify.found", report.Found];
        foreach (VerifyFinding finding in report.Findings)
        {
            string said = words.Of(finding.Says);
            yield return finding switch
            {
                { Sheet: "" } => said,
                { Row: 0 } => words["verify.at-sheet", finding.Sheet, said],
                _ => words["verify.at", finding.Sheet, finding.Row, said],
            };
        }

        if (report.Found > report.Findings.Count)
        {
            long more = report.Found - report.Findings.Count;
            yield return more == 1 ? words["verify.more-one"] : words["verify.more", more];
        }
    }
}

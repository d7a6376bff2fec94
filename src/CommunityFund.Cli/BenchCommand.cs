using System.CommandLine;
using CommunityFund.Bench;

namespace CommunityFund.Cli;

/// <summary>
/// <c>fund bench</c>: the door and the trial balance side by side with bare inserts and a sum over the lines, on a scratch
/// PostgreSQL with every safety on. Ends with 1 if something that is owed is not met.
/// </summary>
internal static class BenchCommand
{
    private const int FullLines = 1_000_000, QuickLines = 100_000, FullStatement = 100_000, QuickStatement = 10_000, FullGifts = 10_000;

    public static System.CommandLine.Command Make()
    {
        Option<bool> quick = new("--quick") { Description = "smaller and rougher, under a minute / 粗测，一分钟以内" };
        Option<int?> lines = new("--lines") { Description = "lines to read over, default 1000000 / 余额表测到多少行" };
        Option<DirectoryInfo?> place = new("--place") { Description = "a directory on the disk to measure / 要测的磁盘上的目录" };
        Option<bool> workbook = new("--workbook") { Description = "the audit workbook alone / 只测审计底稿" };
        Option<bool> package = new("--package") { Description = "the audit package alone / 只测审计包" };
        Option<bool> statements = new("--statements") { Description = "a large bank statement alone / 只测导入银行流水" };
        Option<bool> suggest = new("--suggest") { Description = "the suggestions for a bank line alone / 只测银行流水的认领建议" };
        Option<bool> pdf = new("--pdf") { Description = "forms as PDF alone / 只测报表 PDF" };
        Option<bool> close = new("--close") { Description = "closing the twelve months of a year alone / 只测十二个月的结账" };
        Option<bool> trace = new("--trace") { Description = "following one gift alone / 只测一笔捐赠的去向" };
        Option<bool> gifts = new("--gifts") { Description = "a list of 10000 gifts alone / 只测导入捐赠名单" };
        Option<bool> grants = new("--grants") { Description = "lists of applications alone / 只测项目申请列表" };
        Option<bool> advances = new("--advances") { Description = "the register of advances alone / 只测项目预拨款登记簿" };
        Option<bool> vote = new("--vote") { Description = "counting 300 voters on 60 projects alone / 只测 300 人投 60 个项目的计票" };
        Option<bool> payments = new("--payments") { Description = "50 payments of one fund reviewed at once / 只测同一基金 50 笔拨付同时审核" };
        Option<bool> timeBank = new("--timebank") { Description = "closing an activity of 5000 volunteers alone / 只测 5000 人活动的结项" };
        Option<bool> verify = new("--verify") { Description = "proving a workbook alone / 只测校验工作簿" };
        Option<FileInfo?> file = new("--file") { Description = "with --verify: this workbook, made if missing / 校验这个工作簿，没有就先做一个" };
        System.CommandLine.Command bench = new("bench", "measure posting and reading / 测记账和余额表的速度")
        {
            quick, lines, place, workbook, package, statements, suggest, pdf, close, trace, gifts, grants, advances, vote, payments,
            timeBank, verify, file,
        };
        bench.SetAction((parsed, ct) => parsed.GetValue(statements)
            ? Statements(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(pdf)
            ? Pdf(parsed.GetValue(quick), parsed.GetValue(place), ct)
            : parsed.GetValue(suggest)
            ? Suggest(parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(vote)
            ? Vote(parsed.GetValue(place), ct)
            : parsed.GetValue(timeBank)
            ? TimeBank(parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(payments)
            ? Payments(parsed.GetValue(place), ct)
            : parsed.GetValue(gifts)
            ? Gifts(parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(grants)
            ? Grants(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(advances)
            ? Advances(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(close)
            ? Close(parsed.GetValue(place), ct)
            : parsed.GetValue(trace)
            ? Trace(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(verify)
            ? Verify(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), parsed.GetValue(file), ct)
            : parsed.GetValue(package)
            ? Package(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : parsed.GetValue(workbook)
            ? Workbook(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct)
            : Run(parsed.GetValue(quick), parsed.GetValue(lines), parsed.GetValue(place), ct));
        return bench;
    }

    private static async Task<int> Statements(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await new StatementRace(ground).At(lines ?? (quick ? QuickStatement : FullStatement), ct));
        return report.Verdict();
    }

    private static async Task<int> Workbook(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        int most = lines ?? (quick ? QuickLines : FullLines);
        report.Write(await report.WhileFilling(most, () => new WorkbookRace(ground, rounds: quick ? 1 : 3).At(most, Fund(), ct)));
        return report.Verdict();
    }

    private static async Task<int> Package(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        int most = lines ?? QuickLines;
        report.Write(await report.WhileFilling(most, () => new PackageRace(ground, rounds: quick ? 1 : 3).At(most, Fund(), ct)));
        return report.Verdict();
    }

    private static async Task<int> Verify(bool quick, int? lines, DirectoryInfo? place, FileInfo? file, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        FileInfo workbook = file ?? new FileInfo(Path.Combine(Path.GetTempPath(), $"fund-bench-{Guid.NewGuid():N}.xlsx"));
        VerifyRace race = new(workbook, rounds: quick ? 1 : 3);
        try
        {
            if (!workbook.Exists)
            {
                await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
                report.Write(await BenchFacts.Of(ground, ct));
                int most = lines ?? (quick ? QuickLines : FullLines);
                await report.WhileFilling(most, async () =>
                {
                    await race.Make(ground, most, ct);
                    return most;
                });
                workbook.Refresh();
            }

            report.Write(await report.While("verify", () => race.Run(Fund(), ct)));
            return report.Verdict();
        }
        finally
        {
            if (file is null)
            {
                workbook.Delete();
            }
        }
    }

    /// <summary>What starts this program as a process of its own.</summary>
    private static string[] Fund() => Environment.ProcessPath is { } program && Path.GetFileNameWithoutExtension(program) != "dotnet"
        ? [program] : [Environment.ProcessPath ?? "dotnet", "exec", typeof(BenchCommand).Assembly.Location];

    private static async Task<int> Pdf(bool quick, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("pdf", () => new PdfRace(ground, rounds: quick ? 3 : 10).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Suggest(int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 40, ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("suggest", () => new SuggestRace(ground, lines ?? QuickLines).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Vote(DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 40, ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("vote", () => new VoteRace(ground).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> TimeBank(int? volunteers, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("time-bank", () => new TimeBankRace(ground, volunteers ?? 5000).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Payments(DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 4, ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("payments", () => new PaymentRace(ground).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Close(DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 40, ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("close", () => new CloseRace(ground).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Trace(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        int most = lines ?? (quick ? QuickLines : FullLines);
        report.Write(await report.WhileFilling(most, () => new TraceRace(ground, most, rounds: quick ? 5 : 20).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Gifts(int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, funds: 40, ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("gifts", () => new GiftRace(ground, lines ?? FullGifts).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Grants(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("grants", () => new GrantListRace(ground, lines ?? QuickLines, rounds: quick ? 5 : 20).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Advances(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, books: 1, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));
        report.Write(await report.While("advances", () => new AdvanceRace(ground, lines ?? QuickLines, rounds: quick ? 5 : 20).Run(ct)));
        return report.Verdict();
    }

    private static async Task<int> Run(bool quick, int? lines, DirectoryInfo? place, CancellationToken ct)
    {
        BenchReport report = BenchReport.OnConsole();
        await using BenchGround ground = await report.While("ground", () => BenchGround.Start(place, ct: ct));
        report.Write(await BenchFacts.Of(ground, ct));

        PostingRace race = quick ? new(ground, rounds: 3, size: 400) : new(ground, rounds: 7, size: 400);
        List<Heat> heats =
        [
            await report.While("one-per-commit", race.OnePerCommit, ct),
            await report.While("eight-clients", race.EightClients, ct),
            await report.While("thousand-per-call", race.ThousandPerCall, ct),
        ];
        if (!quick)
        {
            heats.Add(await report.While("thousand-gifts-per-call", race.ThousandGiftsPerCall, ct));
        }

        report.Write(heats);
        report.Write(1000, await new PostingParts(ground, rounds: quick ? 2 : 5).Of(1000, ct), await race.PrepareThousand(ct));

        int most = lines ?? (quick ? QuickLines : FullLines);
        ReadingRace reading = new(ground, rounds: 20);
        List<Reading> readings = [];
        foreach (int so in new[] { most / 10, most })
        {
            readings.Add(await report.WhileFilling(so, () => reading.At(so, ct)));
        }

        report.Write(readings);
        return report.Verdict();
    }
}

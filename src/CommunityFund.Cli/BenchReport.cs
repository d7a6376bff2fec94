using System.Globalization;
using CommunityFund.Bench;
using CommunityFund.Books;
using Spectre.Console;

namespace CommunityFund.Cli;

/// <summary>What <c>fund bench</c> prints, in the language of the terminal: each figure beside what is owed.</summary>
internal sealed class BenchReport(IAnsiConsole console, Words words)
{
    // Narrower, a table of Chinese words cannot be broken into its columns; a pipe says 80 whatever reads it.
    private const int Narrowest = 120;

    public static BenchReport OnConsole()
    {
        IAnsiConsole console = AnsiConsole.Console;
        console.Profile.Width = Math.Max(console.Profile.Width, Narrowest);
        return new BenchReport(console, Words.From([typeof(Words).Assembly]));
    }

    private int _missed;

    public Task<T> While<T>(string step, Func<Task<T>> work) => Status(words[$"bench.step.{step}"], work);

    public Task<T> While<T>(string name, Func<CancellationToken, Task<T>> work, CancellationToken ct) =>
        Status(words["bench.step.race", words[$"bench.case.{name}"].Value], () => work(ct));

    public Task<T> WhileFilling<T>(int lines, Func<Task<T>> work) => Status(words["bench.step.fill", Whole(lines)], work);

    public void Write(BenchFacts facts)
    {
        Table table = Titled("machine").HideHeaders().AddColumns("", "");
        Fact(table, "cores", Whole(facts.Cores));
        Fact(table, "server", facts.Server);
        Fact(table, "place", facts.Place);
        Fact(table, "safety", facts.Safety);
        Fact(table, "commit", words["bench.fact.milliseconds", Fine(facts.CommitMilliseconds)]);
        console.Write(table);
    }

    public void Write(IReadOnlyList<Heat> heats)
    {
        Table table = Columns(Titled("posting"), "case", "bare", "door", "ratio", "direct", "direct-ratio", "owed", "verdict");
        foreach (Heat heat in heats)
        {
            Row(table, words[$"bench.case.{heat.Key}"], Whole(heat.Bare), Whole(heat.Door), Fine(heat.Ratio), Whole(heat.Direct),
                Fine(heat.DirectRatio),
                heat.Owed is { } owed ? words["bench.owed.at-least", owed] : words["bench.owed.nothing"],
                Said(heat.Owed is null ? null : heat.Met));
        }

        console.Write(table);
        console.MarkupLineInterpolated($"[grey]{words["bench.bare"].Value}[/]");
    }

    public void Write(int vouchers, IReadOnlyList<Part> parts, decimal preparing)
    {
        Table table = Columns(Titled("parts", Whole(vouchers)), "part", "milliseconds", "share");
        decimal sum = parts.Sum(part => part.Milliseconds);
        foreach (Part part in parts)
        {
            Row(table, words[$"bench.part.{part.Key}"], Tenth(part.Milliseconds), Share(part.Milliseconds / sum));
        }

        Row(table, words["bench.part.sum"], Tenth(sum), Share(1));
        console.Write(table);
        Line("prepare", words["bench.fact.milliseconds", Whole(preparing)]);
    }

    public void Write(IReadOnlyList<Reading> readings)
    {
        Table table = Columns(Titled("reading"), "lines", "kept", "added", "owed", "verdict");
        foreach (Reading reading in readings)
        {
            Row(table, Whole(reading.Lines), Tenth(reading.Kept), Tenth(reading.Added),
                words["bench.owed.at-most", ReadingRace.OwedMilliseconds], Said(reading.Kept < ReadingRace.OwedMilliseconds));
        }

        Row(table, "", Fine(readings[^1].Kept / readings[0].Kept), Fine(readings[^1].Added / readings[0].Added),
            ReadingRace.HasNotGrown(readings[0], readings[^1]) is null
                ? words["bench.owed.nothing"]
                : words["bench.owed.no-growth"],
            Said(ReadingRace.HasNotGrown(readings[0], readings[^1])));
        console.Write(table);
        Write(readings[0].Ledgers, readings[^1]);
        foreach (Reading reading in readings)
        {
            console.MarkupLineInterpolated(
                $"{words["bench.fact.filling", Whole(reading.Lines)].Value}: {words["bench.fact.seconds", Tenth(reading.Filling)].Value}");
        }
    }

    private void Write(IReadOnlyList<LedgerReading> few, Reading many)
    {
        Table table = Columns(Titled("ledgers"), "page", "few", "many", "share-of-sum", "owed", "verdict");
        foreach ((LedgerReading before, LedgerReading page) in few.Zip(many.Ledgers))
        {
            Row(table, words[$"bench.page.{page.Key}"], Tenth(before.Milliseconds), Tenth(page.Milliseconds),
                Fine(page.Milliseconds / many.Added), words["bench.owed.at-most", page.OwedMilliseconds],
                Said(page.Met && (page.Key != LedgerReading.Forms || ReadingRace.HasNotGrown(before, page))));
        }

        console.Write(table);
    }

    public void Write(WorkbookHeat heat)
    {
        Table table = Columns(Titled("workbook", Whole(heat.Lines)), "case", "measured", "owed", "verdict");
        foreach (var (name, seconds) in new[] { ("plain", heat.Plain), ("ours", heat.Ours) })
        {
            Row(table, words[$"bench.workbook.{name}"], words["bench.fact.seconds", Tenth(seconds)], words["bench.owed.nothing"], Said(null));
        }

        Row(table, words["bench.workbook.ratio"], Fine(heat.Ratio), words["bench.workbook.at-most-ratio", WorkbookHeat.OwedRatio],
            Said(heat.Ratio <= WorkbookHeat.OwedRatio));
        if (heat.PeakMegabytes is { } peak)
        {
            Row(table, words["bench.workbook.peak"], words["bench.workbook.megabytes", Tenth(peak)],
                words["bench.workbook.at-most-megabytes", WorkbookHeat.OwedMegabytes], Said(peak < WorkbookHeat.OwedMegabytes));
        }

        console.Write(table);
    }

    public void Write(PackageHeat heat)
    {
        Table table = Columns(Titled("package", Whole(heat.Lines), Tenth(heat.Megabytes)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.package.first"], words["bench.fact.seconds", Tenth(heat.First)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.package.ours"], words["bench.fact.seconds", Tenth(heat.Ours)],
            words["bench.statement.at-most-seconds", PackageHeat.OwedSeconds], Said(heat.Ours <= PackageHeat.OwedSeconds));
        Row(table, words["bench.workbook.peak"], words["bench.workbook.megabytes", Tenth(heat.PeakMegabytes)],
            words["bench.workbook.at-most-megabytes", PackageHeat.OwedMegabytes], Said(heat.PeakMegabytes < PackageHeat.OwedMegabytes));
        console.Write(table);
    }

    public void Write(VerifyHeat heat)
    {
        Table table = Columns(Titled("verify", Whole(heat.Lines), Tenth(heat.Megabytes)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.verify.plain"], words["bench.fact.seconds", Fine(heat.Plain)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.verify.ours"], words["bench.fact.seconds", Fine(heat.Ours)],
            words["bench.statement.at-most-seconds", heat.OwedSeconds], Said(heat.Ours <= heat.OwedSeconds));
        Row(table, words["bench.workbook.ratio"], Fine(heat.Ratio), words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.verify.found"], Whole(heat.Found), words["bench.verify.none"], Said(heat.Found == 0));
        if (heat.PeakMegabytes is { } peak)
        {
            Row(table, words["bench.verify.peak"], words["bench.workbook.megabytes", Tenth(peak)],
                words["bench.workbook.at-most-megabytes", VerifyHeat.OwedMegabytes], Said(peak < VerifyHeat.OwedMegabytes));
        }

        console.Write(table);
    }

    public void Write(StatementHeat heat)
    {
        Table table = Columns(Titled("statement", Whole(heat.Lines), Tenth(heat.Megabytes)), "case", "measured", "owed", "verdict");
        foreach (var (name, seconds) in new[]
        {
            ("upload", heat.Upload), ("preview", heat.Preview), ("import", heat.Import), ("list", heat.List),
            ("reading", heat.Reading), ("plain", heat.Plain),
        })
        {
            Row(table, words[$"bench.statement.{name}"], words["bench.fact.seconds", Fine(seconds)], words["bench.owed.nothing"], Said(null));
        }

        Row(table, words["bench.workbook.ratio"], Fine(heat.Ratio), words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.statement.seconds"], words["bench.fact.seconds", Tenth(heat.Seconds)],
            words["bench.statement.at-most-seconds", StatementHeat.OwedSeconds], Said(heat.Seconds <= StatementHeat.OwedSeconds));
        Row(table, words["bench.statement.peak"], words["bench.workbook.megabytes", Tenth(heat.PeakMegabytes)],
            words["bench.workbook.at-most-megabytes", StatementHeat.OwedMegabytes], Said(heat.PeakMegabytes < StatementHeat.OwedMegabytes));
        console.Write(table);
    }

    public void Write(SuggestReading reading)
    {
        Table table = Columns(Titled("suggest", Whole(reading.Expectations), Whole(reading.Lines)), "case", "measured", "owed",
            "verdict");
        Row(table, words["bench.suggest.ours"], words["bench.fact.milliseconds", Fine(reading.Suggested)],
            words["bench.owed.at-most", SuggestReading.OwedMilliseconds], Said(reading.Met));
        Row(table, words["bench.suggest.database"], words["bench.fact.milliseconds", Fine(reading.Database)],
            words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.suggest.slowest"], words["bench.fact.milliseconds", Fine(reading.Slowest)],
            words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.suggest.scan"], words["bench.fact.milliseconds", Fine(reading.Scan)],
            words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.suggest.trips"], Whole(reading.Trips), words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.suggest.found"], Whole(reading.Found), words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(VoteReading reading)
    {
        Table table = Columns(Titled("vote", Whole(reading.Voters), Whole(reading.Projects), Whole(reading.Ballots)),
            "case", "measured", "owed", "verdict");
        Row(table, words["bench.vote.counted"], words["bench.fact.milliseconds", Fine(reading.Counted)],
            words["bench.owed.at-most", VoteReading.OwedMilliseconds], Said(reading.Counted < VoteReading.OwedMilliseconds));
        Row(table, words["bench.vote.command"], words["bench.fact.milliseconds", Fine(reading.Command)],
            words["bench.owed.at-most", VoteReading.OwedMilliseconds], Said(reading.Command < VoteReading.OwedMilliseconds));
        Row(table, words["bench.vote.sheet"], words["bench.fact.milliseconds", Fine(reading.Sheet)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.vote.bare"], words["bench.fact.milliseconds", Fine(reading.Bare)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.vote.ratio"], Fine(reading.Ratio), words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(TimeBankReading reading)
    {
        Table table = Columns(Titled("time-bank", Whole(reading.Volunteers), Whole(reading.Lines)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.time-bank.ticked"], words["bench.fact.seconds", Fine(reading.Ticked)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.time-bank.confirmed"], words["bench.fact.seconds", Fine(reading.Confirmed)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.time-bank.closed"], words["bench.fact.seconds", Fine(reading.Closed)],
            words["bench.statement.at-most-seconds", TimeBankReading.OwedSeconds], Said(reading.Met));
        Row(table, words["bench.time-bank.cpu"], words["bench.fact.seconds", Fine(reading.Cpu)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.time-bank.bare"], words["bench.fact.seconds", Fine(reading.Bare)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.time-bank.ratio"], Fine(reading.Ratio), words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(PaymentReading reading)
    {
        Table table = Columns(Titled("payments", Whole(reading.Payments)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.payments.slowest"], words["bench.fact.milliseconds", Fine(reading.Slowest)],
            words["bench.owed.at-most", PaymentReading.OwedMilliseconds], Said(reading.Met));
        Row(table, words["bench.payments.median"], words["bench.fact.milliseconds", Fine(reading.Median)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.payments.alone"], words["bench.fact.milliseconds", Fine(reading.Alone)], words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(PdfHeat heat)
    {
        Table table = Columns(Titled("pdf"), "case", "first", "measured", "ratio", "size", "owed", "verdict");
        Row(table, words["bench.pdf.start"], Seconds(heat.Start), "", "", "", words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.pdf.empty"], "", Seconds(heat.Empty), Fine(1), "", words["bench.owed.nothing"], Said(null));
        foreach (PdfReading sheet in heat.Sheets)
        {
            Row(table, words[$"bench.pdf.{sheet.Key}"], Seconds(sheet.First), Seconds(sheet.Warm), Fine(sheet.Ratio), Whole(sheet.Kilobytes),
                words["bench.pdf.at-most-seconds", PdfHeat.OwedSeconds], Said(sheet.Warm < PdfHeat.OwedSeconds));
        }

        console.Write(table);

        string Seconds(decimal seconds) => words["bench.fact.seconds", Fine(seconds)];
    }

    public void Write(CloseReading reading)
    {
        Table table = Columns(Titled("close", Whole(reading.Funds), Whole(reading.Vouchers)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.close.year"], words["bench.fact.seconds", Fine(reading.Year)],
            words["bench.statement.at-most-seconds", CloseReading.OwedSeconds], Said(reading.Met));
        Row(table, words["bench.close.slowest"], words["bench.fact.seconds", Fine(reading.Slowest)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.close.posting"], words["bench.fact.seconds", Fine(reading.Posting)], words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(TraceReading reading)
    {
        Table table = Columns(Titled("trace", Whole(reading.Lines)), "case", "measured", "owed", "verdict");
        Row(table, words["bench.trace.many", reading.Uses], words["bench.fact.milliseconds", Fine(reading.Many)],
            words["bench.owed.at-most", TraceReading.OwedMilliseconds], Said(reading.Many < TraceReading.OwedMilliseconds));
        Row(table, words["bench.suggest.database"], words["bench.fact.milliseconds", Fine(reading.Database)],
            words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.trace.one"], words["bench.fact.milliseconds", Fine(reading.One)],
            words["bench.owed.at-most", TraceReading.OwedMilliseconds], Said(reading.One < TraceReading.OwedMilliseconds));
        Row(table, words["bench.trace.scan"], words["bench.fact.milliseconds", Fine(reading.Scan)], words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(GiftReading reading)
    {
        Table table = Columns(Titled("gifts", Whole(reading.Gifts), Whole(reading.Vouchers)), "case", "measured", "owed", "verdict");
        foreach (var (name, seconds) in new[]
        {
            ("preview", reading.Preview), ("record", reading.Record), ("review", reading.Review), ("bare", reading.Bare),
        })
        {
            Row(table, words[$"bench.gifts.{name}"], words["bench.fact.seconds", Fine(seconds)], words["bench.owed.nothing"], Said(null));
        }

        Row(table, words["bench.workbook.ratio"], Fine(reading.Ratio), words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.gifts.seconds"], words["bench.fact.seconds", Fine(reading.Seconds)],
            words["bench.statement.at-most-seconds", GiftReading.OwedSeconds], Said(reading.Met));
        console.Write(table);
    }

    public void Write(GrantListReading reading)
    {
        Table table = Columns(Titled("grants", Whole(reading.Applications)), "case", "measured", "owed", "verdict");
        foreach (GrantListCase each in reading.Cases)
        {
            Row(table, words[$"bench.grants.{each.Name}", each.Rows], words["bench.fact.milliseconds", Fine(each.Milliseconds)],
                words["bench.owed.at-most", GrantListReading.OwedMilliseconds], Said(each.Met));
        }

        Row(table, words["bench.grants.bare"], words["bench.fact.milliseconds", Fine(reading.Bare)], words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.grants.ratio"], Fine(reading.Ratio), words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    public void Write(AdvanceReading reading)
    {
        Table table = Columns(Titled("advances", Whole(reading.Grants)), "case", "measured", "owed", "verdict");
        foreach (AdvanceCase each in reading.Cases)
        {
            Row(table, words[$"bench.advances.{each.Name}", each.Rows], words["bench.fact.milliseconds", Fine(each.Milliseconds)],
                words["bench.owed.at-most", AdvanceReading.OwedMilliseconds], Said(each.Met));
        }

        Row(table, words["bench.advances.bare", Whole(reading.Open)], words["bench.fact.milliseconds", Fine(reading.Bare)],
            words["bench.owed.nothing"], Said(null));
        Row(table, words["bench.advances.ratio"], Fine(reading.Ratio), words["bench.owed.nothing"], Said(null));
        console.Write(table);
    }

    /// <returns>The exit code.</returns>
    public int Verdict()
    {
        console.MarkupLineInterpolated(
            $"[bold]{(_missed == 0 ? words["bench.answer.all-met"] : words["bench.answer.missed", _missed]).Value}[/]");
        return _missed == 0 ? 0 : 1;
    }

    private static string Whole(decimal number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Fine(decimal number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Tenth(decimal number) => number.ToString("#,0.0", CultureInfo.InvariantCulture);

    private static string Share(decimal share) => share.ToString("0%", CultureInfo.InvariantCulture);

    private async Task<T> Status<T>(string said, Func<Task<T>> work) => console.Profile.Capabilities.Interactive
        ? await console.Status().StartAsync(Markup.Escape(said), _ => work())
        : await work();

    private string Said(bool? met)
    {
        _missed += met is false ? 1 : 0;
        return met switch
        {
            null => words["bench.verdict.none"],
            true => $"[green]{words["bench.verdict.met"].Value}[/]",
            false => $"[red]{words["bench.verdict.missed"].Value}[/]",
        };
    }

    private Table Titled(string title, params object[] arguments) =>
        new Table().RoundedBorder().Title($"[bold]{Markup.Escape(words[$"bench.title.{title}", arguments])}[/]");

    private Table Columns(Table table, params IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            TableColumn column = new(Markup.Escape(words[$"bench.column.{name}"]));
            table.AddColumn(name is "case" or "part" or "page" or "owed" or "verdict" ? column : column.RightAligned());
        }

        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells);

    private void Fact(Table table, string name, string value) =>
        table.AddRow(Markup.Escape(words[$"bench.fact.{name}"]), Markup.Escape(value));

    private void Line(string name, string value) => console.MarkupLineInterpolated($"{words[$"bench.fact.{name}"].Value}: {value}");
}

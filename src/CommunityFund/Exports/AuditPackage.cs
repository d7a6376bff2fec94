using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Statements;

namespace CommunityFund.Exports;

/// <summary>
/// 审计包: what a finance office or an auditor takes away in one file: the audit workbook, the statements as PDF, the documents under the
/// numbers of their vouchers with an index, the journal for hledger, every table as CSV, the page that proves the workbook without this
/// program, and the hash of each. Written as a stream: only one part is in memory at a time.
/// </summary>
internal sealed class AuditPackage(ExportSource source, ExportTarget target)
{
    /// <summary>The list of hashes, as <c>sha256sum -c</c> reads it.</summary>
    public const string Sums = "SHA256SUMS";

    // Shares of the whole that the progress goes by; rows of tables and of the workbook take about as long.
    private const int Whole = 100, WorkbookEnds = 45, JournalEnds = 55, TablesEnd = 80, PapersEnd = 90;

    // A page each: so many that beginning a file costs little, so few that they do not fill the memory.
    private const int NoticesOfFile = 20;

    private readonly StringBuilder _sums = new();
    private readonly List<string> _notes = [];

    private Words Words => target.Words;

    public async Task Write(Stream file, CancellationToken ct)
    {
        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        string name(ExportFormat format) => format.FileName(source.Facts);

        // A workbook is packed already.
        await Part(zip, name(ExportFormat.Workbook), CompressionLevel.NoCompression,
            into => new RegisterWorkbook(source, Told(0, WorkbookEnds)).Write(into, ct), ct);
        await Part(zip, $"hledger/{name(ExportFormat.Hledger)}", CompressionLevel.Fastest,
            into => new HledgerJournal(source, Told(WorkbookEnds, JournalEnds)).Write(into, ct), ct);
        if (source.Part is null)
        {
            await Part(zip, $"csv/{name(ExportFormat.Csv)}", CompressionLevel.NoCompression,
                into => new TablesAsCsv(source, Told(JournalEnds, TablesEnd)) { WithDocuments = false }.Write(into, ct), ct);
        }

        await WritePapers(zip, ct);
        target.Told?.Invoke(new ExportProgress(PapersEnd, Whole));
        await new VoucherPapers(source, Words).Write(
            (path, level, write) => Part(zip, path, level, write, ct), ct);
        await Part(zip, "verify.html", CompressionLevel.Fastest, async into =>
        {
            await using Stream page = typeof(AuditPackage).Assembly.GetManifestResourceStream("verify.html")!;
            await page.CopyToAsync(into, ct);
        }, ct);
        await Part(zip, Words["export.package.read-me-name"], CompressionLevel.Fastest, into => into.WriteAsync(
            Text(string.Join('\n', [.. ReadMe(), .. _notes.Distinct()])), ct).AsTask(), ct);
        await using (Stream sums = zip.CreateEntry(Sums, CompressionLevel.Fastest).Open())
        {
            await sums.WriteAsync(Encoding.UTF8.GetBytes(_sums.ToString()), ct);
        }

        target.Told?.Invoke(new ExportProgress(Whole, Whole));
    }

    private IEnumerable<string> ReadMe()
    {
        ExportFacts facts = source.Facts;
        if (source.Part is not { } part)
        {
            return [Words["export.package.read-me", facts.Body, facts.Code, facts.Day, facts.KnownAt]];
        }

        return
        [
            Words["export.package.read-me-part", facts.Body, facts.Code, facts.Day, facts.KnownAt],
            .. part.Funds.Select(fund => $"  {fund.Code} {fund.Name}"), part.Whose(Words), "", Words["export.package.read-me-parts"],
            "", Words["export.part.left-out"],
        ];
    }

    /// <summary>A part of the package; its hash goes into the list.</summary>
    private async Task Part(ZipArchive zip, string path, CompressionLevel level, Func<Stream, Task> write, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ZipArchiveEntry entry = zip.CreateEntry(path, level);
        entry.LastWriteTime = source.Work.Now.ToDateTimeOffset();
        using SHA256 hash = SHA256.Create();
        await using (CryptoStream into = new(entry.Open(), hash, CryptoStreamMode.Write))
        {
            await write(into);
        }

        _sums.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(hash.Hash!)}  {path}\n");
    }

    /// <summary>The statements on paper: the forms, the trial balance, all funds and the notices of each. What is refused is noted, for the
    /// books may be taken away in whatever state they are, and where no browser prints.</summary>
    private async Task WritePapers(ZipArchive zip, CancellationToken ct)
    {
        if (target.Print is not { } print || await StatementSpan.Of(source.Work, source.Facts.Day, ct) is not { } span)
        {
            return;
        }

        await foreach (Func<Task<PaperSheet>> draw in Papers(span, ct))
        {
            try
            {
                PaperSheet paper = await draw();
                byte[] bytes = await print(paper, ct);
                await Part(zip, $"pdf/{paper.FileName}", CompressionLevel.Fastest, into => into.WriteAsync(bytes, ct).AsTask(), ct);
            }
            catch (RefusedException no)
            {
                Note(no);
                if (no.Refusal.Code is PdfPress.NoBrowser or PdfPress.Failed)
                {
                    return;
                }
            }
        }
    }

    private void Note(RefusedException no) => _notes.Add(Words["export.package.no-paper", Words.Of(no.Refusal)]);

    private async IAsyncEnumerable<Func<Task<PaperSheet>>> Papers(
        StatementSpan span, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        StatementSet? set = null;
        async Task<PaperSheet> Form(string key)
        {
            set ??= await StatementSet.Of(source.Work, new Statement("funds", span.From, span.To, null, Below: false, AsOf: span.Day), ct);
            return FormPaper.Of(set.Draw(set.Layout(key)), Words);
        }

        if (source.Part is { } part)
        {
            foreach (ExportedFund top in part.Tops)
            {
                yield return async () => TrialBalancePaper.Of(
                    await new TrialBalance(span.From, span.To, top.FundId, Level: 2).Answer(source.Work, ct), Words);
            }
        }
        else
        {
            foreach (StatementLayout layout in (await StatementSet.Of(source.Work,
                new Statement("funds", span.From, span.To, null, Below: false, AsOf: span.Day), ct)).Layouts
                .Where(layout => layout.Section == FormSection.Forms))
            {
                yield return () => Form(layout.Key);
            }

            yield return () => Form("funds");
            yield return async () =>
                TrialBalancePaper.Of(await new TrialBalance(span.From, span.To, Level: 2).Answer(source.Work, ct), Words);
        }

        foreach (Fund[] funds in source.Funds.Values.Where(fund => fund.IsOwn).OrderBy(fund => fund.Code, StringComparer.Ordinal)
            .Chunk(NoticesOfFile))
        {
            if (await Notices(funds, span, ct) is { Count: > 0 } notices)
            {
                yield return () => Task.FromResult(FormPaper.Notices(notices, Words));
            }
        }
    }

    private async Task<IReadOnlyList<FormView>> Notices(Fund[] funds, StatementSpan span, CancellationToken ct)
    {
        List<FormView> notices = [];
        foreach (Fund fund in funds)
        {
            try
            {
                StatementSet set = await StatementSet.Of(
                    source.Work, new Statement("fund", span.From, span.To, fund.FundId, Below: false, AsOf: span.Day), ct);
                notices.Add(set.Draw(set.Layout("fund")));
            }
            catch (RefusedException no)
            {
                Note(no);
            }
        }

        return notices;
    }

    private ExportTarget Told(int from, int to) => target with
    {
        Told = target.Told is not { } told ? null
            : part => told(new ExportProgress(from + (part.Percent * (to - from) / 100), Whole)),
    };

    // Whoever opens it with an editor of Windows sees its lines.
    private static byte[] Text(string text) =>
        [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal))];
}

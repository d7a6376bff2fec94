using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Checks;

namespace CommunityFund.Exports;

/// <summary>
/// The audit workbook (审计底稿): a cover and the statements as formatted sheets, and after them the registers and the checks, written row
/// by row while they are read. ClosedXML makes the formatted sheets and the empty register sheets; that package is copied entry by
/// entry into the file, with the rows in the place of the empty sheets.
/// </summary>
internal sealed class RegisterWorkbook(ExportSource source, ExportTarget target)
{
    // Fingerprints, and how far a sheet goes whose rows were not counted before, are known at the end only.
    private static readonly IReadOnlyList<string> WrittenLast = ["xl/workbook.xml", "xl/sharedStrings.xml"];

    private readonly Registers _registers = new(source, target.Words);

    public async Task Write(Stream file, CancellationToken ct)
    {
        if (source.Part is not null)
        {
            await Write(file, null, ct);
            return;
        }

        // They take as long as the registers do, mostly in the database, and so go on beside them.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task<CheckReport> checks = await BesideReading.Begin(
            source.Work, (work, stopped) => CheckBooks.Report(work, stopped, _registers.OtherLeaves), stop.Token);
        try
        {
            await Write(file, checks, ct);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(checks);
        }
    }

    private async Task Write(Stream file, Task<CheckReport>? checks, CancellationToken ct)
    {
        StatementSpan? span = await StatementSpan.Of(source.Work, source.Facts.Day, ct);
        RegisterTotals totals = await RegisterTotals.Of(source, span?.Year ?? source.Facts.Day.Year, ct);
        WorkbookLog log = await WorkbookLog.Of(source, ct);
        long[]? named = source.Part is null ? null : await Named(await Chosen(new Registers(source, target.Words), totals, [], ct), ct);
        IReadOnlyList<Register> registers =
        [
            .. await Chosen(_registers, totals, named, ct), .. checks is null ? Array.Empty<Register>() : [CheckRegister.Of(checks, target.Words)],
        ];
        ExportCount count = new(target.Told, registers.Sum(register => register.Expected ?? 0));
        AuditSheets audit = new(source, target);
        IReadOnlyList<AuditSheet> drawnSheets = await audit.All(totals, span, ct);
        RegisterPackage package = RegisterPackage.Draw(source, target, registers, totals, log, span, audit, drawnSheets);

        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        using ZipArchive drawn = new(new MemoryStream(package.Drawn.Bytes, writable: false), ZipArchiveMode.Read);
        await package.Drawn.CopyTo(name => Open(zip, name), ct, without: WrittenLast);

        Dictionary<string, string> hashes = [];
        WorkbookSeal seal = new(source, log, target.Words);
        foreach (Register register in registers)
        {
            await WriteRegister(zip, package, register, hashes, seal, count, ct);
        }

        if (_registers.JournalTotals != (totals.Debit, totals.Credit))
        {
            throw new InvalidOperationException("The journal as written does not add up to the control totals.");
        }

        if (checks is not null)
        {
            hashes[CheckRegister.Place] = CheckRegister.Summary(await checks, target.Words);
        }

        seal.AddDrawn(package.Drawn.Bytes, package.Keys, hashes);
        await using (Stream into = Open(zip, package.Seal.Path))
        {
            new SheetXml(into, seal.Columns, package.Drawn.Styles).Write(seal.Rows(package.Seal.Name));
        }

        foreach (string part in WrittenLast)
        {
            using StreamReader drawnPart = new(drawn.GetEntry(part)!.Open(), Encoding.UTF8);
            StringBuilder text = new(await drawnPart.ReadToEndAsync(ct));
            foreach (var (place, known) in hashes)
            {
                text.Replace(place, SecurityElement.Escape(known));
            }

            await using Stream last = Open(zip, part);
            await last.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
        }

        count.End();
    }

    private async Task<IReadOnlyList<Register>> Chosen(Registers own, RegisterTotals totals, long[]? named, CancellationToken ct)
    {
        LedgerRegisters ledgers = new(source, target.Words);
        ControlRegisters controls = new(source, target.Words);
        bool isWhole = source.Part is null;

        // Numbers without a gap and banks are the body's, not a fund's.
        return
        [
            own.Journal(totals.Lines),
            .. totals.Memoranda > 0 ? new[] { own.Memorandum(totals.Memoranda) } : [],
            ledgers.Ledger(totals.Accounts.Sum(account => (long)account.Periods)), ledgers.Balances(totals.Balances),
            own.Vouchers(totals.Vouchers), await controls.Corrections(ct), .. isWhole ? new[] { await controls.Series(ct) } : [],
            .. await new GiftRegisters(source, target.Words).All(ct), .. await new GrantRegisters(source, target.Words).All(ct),
            .. await new TimeBankRegisters(source, target.Words).All(ct),
            .. isWhole ? new[] { await controls.Reconciliations(ct), await controls.ReconciliationItems(ct) } : [],
            await controls.Roles(ct), own.Accounts(), own.Funds(), own.People(totals.People, named), own.Log(totals.Logged),
        ];
    }

    /// <summary>Whose numbers are on the sheets of a part: their names are in, and no others.</summary>
    private async Task<long[]> Named(IReadOnlyList<Register> registers, CancellationToken ct)
    {
        HashSet<long> named = [source.Work.ActorId];
        foreach (Register register in registers)
        {
            int[] columns = [.. Enumerable.Range(0, register.Columns.Count).Where(i => register.Columns[i].IsPerson)];
            if (columns.Length == 0 || register.Key == "people")
            {
                continue;
            }

            await foreach (RegisterCell[] row in register.Rows(ct))
            {
                named.UnionWith(columns.Where(column => row[column].IsNumber).Select(column => row[column].Number));
            }
        }

        return [.. named.Order()];
    }

    private async Task WriteRegister(
        ZipArchive zip, RegisterPackage package, Register register, Dictionary<string, string> hashes, WorkbookSeal seal, ExportCount count,
        CancellationToken ct)
    {
        long written = 0;
        CheckedRows rows = new(Counted(register.Rows(ct), count).GetAsyncEnumerator(ct), register.Columns);
        await using IAsyncDisposable read = rows;
        bool more = await rows.MoveNextAsync();
        int most = register.Expected is null ? int.MaxValue : target.RowsPerSheet;
        RegisterColumn[] columns = [.. register.Columns, WorkbookSeal.CheckColumn(target.Words)];
        foreach (RegisterSheet sheet in package.SheetsOf(register))
        {
            await using Stream into = Open(zip, sheet.Path);
            using RegisterHash hash = new(columns);
            rows.Begin(sheet.Name, columns);
            SheetXml xml = new(into, columns, package.Drawn.Styles, register.IsHashed ? hash.Add : null, register.PagesWide);
            int here = await xml.Write(rows, more, most);
            written += here;
            more = here == most && written < register.Expected;
            hashes[sheet.HashPlace] = hash.End();
            seal.AddSheet(sheet.Name, register.Key, here + 1, rows.Head, rows.End());
        }

        if (register.Expected is null)
        {
            hashes[RegisterPackage.LastCell(register, XLHelper.MaxRowNumber)] = RegisterPackage.LastCell(register, written + 1);
        }
        else if (written != register.Expected)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{register.Key}: {written} rows for {register.Expected}."));
        }
    }

    private static async IAsyncEnumerable<RegisterCell[]> Counted(IAsyncEnumerable<RegisterCell[]> rows, ExportCount count)
    {
        await foreach (RegisterCell[] row in rows)
        {
            count.Row();
            yield return row;
        }
    }

    private Stream Open(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = source.Work.Now.ToDateTimeOffset();
        return entry.Open();
    }
}

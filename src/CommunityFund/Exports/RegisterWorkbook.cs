using System.Globalization;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>
/// The register workbook: a formatted sheet of facts, control totals and account sums, and after it the registers, written row by
/// row while they are read. ClosedXML makes the formatted sheet and the empty register sheets; that package is copied entry by
/// entry into the file, with the rows in the place of the empty sheets.
/// </summary>
internal sealed class RegisterWorkbook(ExportSource source, ExportTarget target)
{
    private const string SharedStrings = "xl/sharedStrings.xml";

    private readonly Registers _registers = new(source, target.Words);

    public async Task Write(Stream file, CancellationToken ct)
    {
        RegisterTotals totals = await RegisterTotals.Of(source, ct);
        IReadOnlyList<Register> registers = Chosen(totals);
        ExportCount count = new(target.Told, registers.Sum(register => register.Expected));
        RegisterPackage package = RegisterPackage.Draw(source, target, registers, totals);

        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        using ZipArchive drawn = new(new MemoryStream(package.Drawn.Bytes, writable: false), ZipArchiveMode.Read);
        await package.Drawn.CopyTo(name => Open(zip, name), ct, without: SharedStrings);

        Dictionary<string, string> hashes = [];
        foreach (Register register in registers)
        {
            await WriteRegister(zip, package, register, hashes, count, ct);
        }

        if (_registers.JournalTotals != (totals.Debit, totals.Credit))
        {
            throw new InvalidOperationException("The journal as written does not add up to the control totals.");
        }

        // Last, for only now the registers' fingerprints are known.
        using StreamReader strings = new(drawn.GetEntry(SharedStrings)!.Open(), Encoding.UTF8);
        StringBuilder text = new(await strings.ReadToEndAsync(ct));
        foreach (var (place, hash) in hashes)
        {
            text.Replace(place, hash);
        }

        await using Stream last = Open(zip, SharedStrings);
        await last.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), ct);
        count.End();
    }

    private List<Register> Chosen(RegisterTotals totals) =>
    [
        _registers.Journal(totals.Lines),
        .. totals.Memoranda > 0 ? new[] { _registers.Memorandum(totals.Memoranda) } : [],
        _registers.Balances(totals.Balances), _registers.Vouchers(totals.Vouchers), _registers.Accounts(), _registers.Funds(),
        _registers.People(totals.People),
    ];

    private async Task WriteRegister(
        ZipArchive zip, RegisterPackage package, Register register, Dictionary<string, string> hashes, ExportCount count, CancellationToken ct)
    {
        long written = 0;
        await using IAsyncEnumerator<RegisterCell[]> rows = Counted(register.Rows(ct), count).GetAsyncEnumerator(ct);
        bool more = await rows.MoveNextAsync();
        foreach (RegisterSheet sheet in package.SheetsOf(register))
        {
            await using Stream into = Open(zip, sheet.Path);
            using RegisterHash hash = new(register.Columns);
            SheetXml xml = new(into, register.Columns, package.Drawn.Styles, register.IsHashed ? hash.Add : null);
            int here = await xml.Write(rows, more, target.RowsPerSheet);
            written += here;
            more = here == target.RowsPerSheet && written < register.Expected;
            hashes[sheet.HashPlace] = hash.End();
        }

        if (written != register.Expected)
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

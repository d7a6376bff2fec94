using System.Globalization;
using System.IO.Compression;
using System.Text;
using CommunityFund.Books;
using CsvHelper;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>
/// The documents of posted vouchers as files that say whose they are, <c>2026-03_记-0012_5101_1_收据.pdf</c>, and an index of them with
/// their hashes. A document that proves several vouchers is one file and has a row for each; an original on paper has a row only.
/// </summary>
internal sealed class VoucherPapers(ExportSource source, Words words)
{
    private const string Folder = "documents";
    private const int LongestName = 60, Named = 6;

    // What a file system or a spreadsheet would stumble over.
    private const string NotInNames = "\\/:*?\"<>|' \t";

    private static readonly string[] Columns =
        ["file", "period", "number", "day", "position", "code", "document-name", "sheets", "invoice", "sha256", "bytes"];

    /// <param name="part">Writes a part of the package.</param>
    public async Task Write(Func<string, CompressionLevel, Func<Stream, Task>, Task> part, CancellationToken ct)
    {
        using MemoryStream index = new();
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        await using (CsvWriter csv = CsvWriter.Create(index, CsvWriterOptions.Default with { WriteByteOrderMark = true }, leaveOpen: true))
        {
            foreach (string column in Columns)
            {
                csv.WriteField(words[$"export.field.{column}"].Value);
            }

            await csv.EndRecordAsync(ct);
            await foreach (NpgsqlDataReader row in Cursor.Rows(source.Work, Documents, ct))
            {
                if (row.GetBoolean(14))
                {
                    await WriteShared(csv, row, ct);
                    continue;
                }

                string hash = row.GetString(8), account = Account(row.GetInt32(4)), number = VoucherNumber(row);
                string file = files.GetValueOrDefault(hash, "");
                if (file.Length == 0 && !row.IsDBNull(10))
                {
                    files[hash] = file = $"{Folder}/{FileName(row, number, account)}";

                    // What was handed in is packed already.
                    await part(file, CompressionLevel.NoCompression, into => into.WriteAsync(row.GetFieldValue<byte[]>(10), ct).AsTask());
                }

                foreach (string cell in Cells(row, file, number, account, hash))
                {
                    csv.WriteField(FormulaSafe.Text(cell));
                }

                await csv.EndRecordAsync(ct);
            }
        }

        await part($"{Folder}/index.csv", CompressionLevel.Fastest, into => into.WriteAsync(index.ToArray(), ct).AsTask());
    }

    // The account that a voucher is about is its first that is no money of the body's own.
    private FormattableString Documents => $"""
        select j.period, j.series, j.number, j.occurred_on, coalesce(
                 (select p.account_id from posting p join account a using (book_id, account_id)
                   where p.book_id = j.book_id and p.entry_no = j.entry_no order by a.role = 'own-cash', p.line_no limit 1), 0),
               j.entry_no, d.ordinal::bigint, d.name, encode(d.sha256, 'hex'), f.format,
               case when f.format <> 'paper' then f.content end, d.sheets::bigint, coalesce(d.invoice_number, ''), f.size_bytes::bigint,
               not w.mine
          from journal_entry j
          cross join lateral (select {source.Part is null} or not exists (
            select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id <> all ({source.Within})) as mine) w
          join voucher_document d on d.book_id = j.book_id and d.voucher_id = j.voucher_id
          join document f on f.book_id = d.book_id and f.sha256 = d.sha256
         where j.book_id = {source.Work.Book} and j.occurred_on <= {source.Until} and ({source.Part is null} or w.mine or d.ordinal = 1 and exists (
                 select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id = any ({source.Within})))
         order by j.entry_no, d.ordinal
        """;

    /// <summary>Of a voucher that other funds have a part in the index says no more than that it has documents.</summary>
    private async Task WriteShared(CsvWriter csv, NpgsqlDataReader row, CancellationToken ct)
    {
        foreach (string cell in Cells(row, "", VoucherNumber(row), "", "").Select((cell, i) => i switch
        {
            Named => words["export.part.no-documents"].Value,
            > Named => "",
            _ => cell,
        }))
        {
            csv.WriteField(FormulaSafe.Text(cell));
        }

        await csv.EndRecordAsync(ct);
    }

    private static IEnumerable<string> Cells(NpgsqlDataReader row, string file, string number, string account, string hash) =>
    [
        file, new PeriodNumber(row.GetInt32(0)).ToString(), number,
        row.GetFieldValue<DateOnly>(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Digits(row.GetInt64(5)), account, row.GetString(7), Digits(row.GetInt64(11)), row.GetString(12), hash,
        Digits(row.GetInt64(13)),
    ];

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string VoucherNumber(NpgsqlDataReader row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.GetString(1)}-{row.GetInt32(2):0000}");

    private string Account(int account) => source.Accounts.TryGetValue(account, out ExportAccount? known) ? known.Code : "";

    private static string FileName(NpgsqlDataReader row, string number, string account)
    {
        string format = row.GetString(9), ending = $".{format}";
        string said = SheetText.Clean(row.GetString(7));
        said = said.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? said[..^ending.Length] : said;
        string name = new([.. said.Where(sign => !NotInNames.Contains(sign, StringComparison.Ordinal)).Take(LongestName)]);
        return string.Create(CultureInfo.InvariantCulture,
            $"{new PeriodNumber(row.GetInt32(0))}_{number}_{account}_{row.GetInt64(6)}_{Whole(name)}{ending}");
    }

    // Cut in the middle of a character of two halves, the half goes.
    private static string Whole(string name) => name.Length > 0 && char.IsHighSurrogate(name[^1]) ? name[..^1] : name;
}

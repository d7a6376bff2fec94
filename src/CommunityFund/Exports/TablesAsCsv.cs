using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using CommunityFund.Books;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>
/// Every table a body owns, as one CSV each in a ZIP: UTF-8 with a mark at the beginning, a head line, amounts in whole smallest
/// units, no value beside an empty text. columns.csv says what the columns are, and documents lie beside as they were handed in.
/// </summary>
internal sealed class TablesAsCsv(ExportSource source, ExportTarget target)
{
    private static readonly CsvWriterOptions Marked = CsvWriterOptions.Default with { WriteByteOrderMark = true };

    private readonly Words _words = target.Words;

    /// <summary>Whether files lie beside the tables.</summary>
    public bool WithDocuments { get; init; } = true;

    public async Task Write(Stream file, CancellationToken ct)
    {
        ILookup<string, TableColumn> columns = (await TableColumn.All(source.Work, ct)).ToLookup(column => column.Table);
        List<(ExportedTable Table, TableColumn[] Columns)> tables =
        [
            .. ExportedTable.All.Where(table => table.WhyNot(source.Work) is null && columns.Contains(table.Name)).Select(table =>
                (table, columns[table.Name].Where(column => table.Without?.Contains(column.Name) != true).ToArray())),
        ];
        long total = 0;
        foreach (var (table, _) in tables)
        {
            total += await source.Work.Db.Database.SqlQuery<long>(Count(table)).SingleAsync(ct);
        }

        ExportCount count = new(target.Told, total);
        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        WriteReadMe(zip);
        WriteColumns(zip, tables);
        foreach (var (table, chosen) in tables)
        {
            await WriteTable(zip, table, chosen, count, ct);
        }

        if (WithDocuments && columns.Contains("document"))
        {
            await WriteDocuments(zip, ct);
        }

        count.End();
    }

    private FormattableString Count(ExportedTable table) => FormattableStringFactory.Create(
        $"select count(*) as \"Value\" from \"{table.Name}\" t where {Mine(table)}", source.Work.Book);

    private static string Mine(ExportedTable table) => table.OfBook ?? "t.book_id = {0}";

    private async Task WriteTable(
        ZipArchive zip, ExportedTable table, TableColumn[] columns, ExportCount count, CancellationToken ct)
    {
        await using CsvWriter csv = Open(zip, table.Name);
        foreach (TableColumn column in columns)
        {
            csv.WriteField(column.Name);
        }

        await csv.EndRecordAsync(ct);
        string order = string.Join(", ", columns.Where(column => column.Key > 0).OrderBy(column => column.Key)
            .Select(column => $"t.\"{column.Name}\"").DefaultIfEmpty("1"));
        FormattableString rows = FormattableStringFactory.Create(
            $"select {string.Join(", ", columns.Select(column => column.AsText))} from \"{table.Name}\" t "
            + $"where {Mine(table)} order by {order}", source.Work.Book);
        await foreach (NpgsqlDataReader row in Cursor.Rows(source.Work, rows, ct))
        {
            for (int i = 0; i < columns.Length; i++)
            {
                string? value = row.Text(i);
                if (value is not null && columns[i].IsText)
                {
                    csv.WriteField(FormulaSafe.Text(value), CsvQuoting.Always);
                }
                else
                {
                    csv.WriteField(value);
                }
            }

            await csv.EndRecordAsync(ct);
            count.Row();
        }
    }

    private async Task WriteDocuments(ZipArchive zip, CancellationToken ct)
    {
        await foreach (NpgsqlDataReader row in Cursor.Rows(source.Work,
            $"""
            select encode(sha256, 'hex'), format, content from document where book_id = {source.Work.Book} order by sha256
            """, ct))
        {
            // What was handed in is packed already.
            ZipArchiveEntry entry = zip.CreateEntry(
                $"documents/{row.GetString(0)}.{row.GetString(1)}", CompressionLevel.NoCompression);
            await using Stream into = entry.Open();
            await into.WriteAsync(row.GetFieldValue<byte[]>(2), ct);
        }
    }

    private void WriteReadMe(ZipArchive zip)
    {
        StringBuilder text = new(_words["export.read-me", source.Facts.Body, source.Facts.Code, source.Facts.KnownAt].Value);
        text.Append('\n');
        foreach (ExportedTable table in ExportedTable.All.Where(table => table.WhyNot(source.Work) is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"- {table.Name}: {_words[table.WhyNot(source.Work)!].Value}\n");
        }

        foreach (ExportedTable table in ExportedTable.All.Where(table => table is { Without: not null } && table.WhyNot(source.Work) is null))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"- {table.Name}: {string.Join(", ", table.Without!)}: {_words[$"export.without.{table.Name}"].Value}\n");
        }

        using StreamWriter file = new(zip.CreateEntry("README.txt").Open(), new UTF8Encoding(true));
        file.Write(text.ToString().Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    private void WriteColumns(ZipArchive zip, IEnumerable<(ExportedTable Table, TableColumn[] Columns)> tables)
    {
        using CsvWriter csv = Open(zip, "columns");
        foreach (string head in new[] { "table", "column", "type", "needed", "key", "refers_to", "meaning" })
        {
            csv.WriteField(head);
        }

        csv.EndRecord();
        foreach (var (table, columns) in tables)
        {
            csv.WriteField(table.Name);
            foreach (string nothing in new[] { "", "", "", "", "" })
            {
                csv.WriteField(nothing);
            }

            csv.WriteField(_words[$"export.table.{table.Name}"].Value);
            csv.EndRecord();
            foreach (TableColumn column in columns)
            {
                string meaning = $"export.column.{column.Name}";
                csv.WriteField(table.Name);
                csv.WriteField(column.Name);
                csv.WriteField(column.Type);
                csv.WriteField(column.Needed ? "yes" : "");
                csv.WriteField(column.Key > 0 ? column.Key.ToString(CultureInfo.InvariantCulture) : "");
                csv.WriteField(column.Target);
                csv.WriteField(_words.Has(meaning) ? _words[meaning].Value : "");
                csv.EndRecord();
            }
        }
    }

    private static CsvWriter Open(ZipArchive zip, string name) =>
        CsvWriter.Create(zip.CreateEntry($"{name}.csv").Open(), Marked, false);
}

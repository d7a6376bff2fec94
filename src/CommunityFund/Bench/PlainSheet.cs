using System.Globalization;
using System.IO.Compression;
using System.Xml;
using CommunityFund.Books;
using CommunityFund.Exports;

namespace CommunityFund.Bench;

/// <summary>The journal's rows by XmlWriter into a ZipArchive, one sheet and nothing else: what a workbook is measured
/// against.</summary>
public sealed record PlainSheet(string Path) : Query<long>
{
    private const string Namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    internal override Need Needs => Need.Operator;

    internal override async Task<long> Answer(Work work, CancellationToken ct)
    {
        ExportSource source = await ExportSource.Of(work, null, ct);
        Register journal = new Registers(source, Words.From([typeof(Words).Assembly])).Journal(source.Facts.Lines);
        await using FileStream file = File.Create(Path);
        using ZipArchive zip = new(file, ZipArchiveMode.Create);
        await using Stream into = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
        await using XmlWriter xml = XmlWriter.Create(into, new XmlWriterSettings { Async = true });
        xml.WriteStartElement("worksheet", Namespace);
        xml.WriteStartElement("sheetData", Namespace);
        int row = 1;
        await foreach (RegisterCell[] cells in journal.Rows(ct))
        {
            Write(xml, ++row, cells, journal.Columns);
        }

        await xml.WriteEndElementAsync();
        await xml.WriteEndElementAsync();
        await xml.FlushAsync();
        return row - 1;
    }

    private static void Write(XmlWriter xml, int row, RegisterCell[] cells, IReadOnlyList<RegisterColumn> columns)
    {
        xml.WriteStartElement("row", Namespace);
        xml.WriteAttributeString("r", row.ToString(CultureInfo.InvariantCulture));
        for (int i = 0; i < cells.Length; i++)
        {
            if (cells[i].Words is { Length: > 0 } words)
            {
                Open(xml, row, i, "1");
                xml.WriteAttributeString("t", "inlineStr");
                xml.WriteStartElement("is", Namespace);
                xml.WriteElementString("t", Namespace, words);
                xml.WriteEndElement();
                xml.WriteEndElement();
            }
            else if (cells[i].IsNumber)
            {
                Open(xml, row, i, "2");
                xml.WriteElementString("v", Namespace, columns[i].Kind == RegisterKind.Money
                    ? ((decimal)cells[i].Number / 100).ToString("0.00", CultureInfo.InvariantCulture)
                    : cells[i].Number.ToString(CultureInfo.InvariantCulture));
                xml.WriteEndElement();
            }
        }

        xml.WriteEndElement();
    }

    private static void Open(XmlWriter xml, int row, int column, string style)
    {
        xml.WriteStartElement("c", Namespace);
        string letter = column < 26 ? ((char)('A' + column)).ToString() : $"A{(char)('A' + column - 26)}";
        xml.WriteAttributeString("r", string.Create(CultureInfo.InvariantCulture, $"{letter}{row}"));
        xml.WriteAttributeString("s", style);
    }
}

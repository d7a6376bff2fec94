using System.IO.Compression;
using System.Text;
using ClosedXML.Excel;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Statements;

/// <summary>
/// A ledger that is too long for a formatted sheet: what it is about on the first sheet, its rows on the second, written while
/// they are read part by part.
/// </summary>
public sealed class LongLedgerWorkbook
{
    /// <summary>A sheet ends at 1,048,576 rows.</summary>
    public const int MostRows = 1_000_000;

    private readonly LedgerSheet _first;
    private readonly Words _words;
    private readonly Amount[] _sums;

    private LongLedgerWorkbook(LedgerSheet first, Words words) =>
        (_first, _words, _sums) = (first, words, [.. first.Columns.Select(_ => Amount.Fen(0))]);

    /// <param name="parts">The ledger from its first page to its last, all of them known at one position.</param>
    /// <exception cref="RefusedException">It has more rows than a sheet.</exception>
    public static async Task Write(Stream file, IAsyncEnumerable<LedgerSheet> parts, Words words, CancellationToken ct)
    {
        await using IAsyncEnumerator<LedgerSheet> read = parts.GetAsyncEnumerator(ct);
        await read.MoveNextAsync();
        await new LongLedgerWorkbook(read.Current, words).Write(file, read, ct);
    }

    private async Task Write(Stream file, IAsyncEnumerator<LedgerSheet> parts, CancellationToken ct)
    {
        SheetPackage package = DrawFacts();
        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);
        await package.CopyTo(name => zip.CreateEntry(name, CompressionLevel.Fastest).Open(), ct);
        await using Stream into = zip.CreateEntry(package.Paths[0], CompressionLevel.Fastest).Open();
        RegisterColumn[] columns = [.. _first.Columns.Select(column => column.IsMoney
            ? new RegisterColumn(column.Label, RegisterKind.Money, Math.Max(18, column.Width))
            : new RegisterColumn(column.Label, RegisterKind.Text, column.Width))];
        await using IAsyncEnumerator<RegisterCell[]> rows = Rows(parts).GetAsyncEnumerator(ct);
        int written = await new SheetXml(into, columns, package.Styles).Write(rows, await rows.MoveNextAsync(), MostRows + 1);
        if (written > MostRows)
        {
            throw new RefusedException(LedgerWorkbook.TooManyRows, ("limit", MostRows));
        }
    }

    private SheetPackage DrawFacts()
    {
        using XLWorkbook book = new();
        book.Style.Font.SetFontName("宋体").Font.SetFontSize(10);
        book.Properties.Title = SheetText.Clean(_first.Title);
        book.Properties.Author = SheetText.Clean(_first.Head.Body);
        IXLWorksheet sheet = book.AddWorksheet(_words["ledger.facts"]);
        string[] facts =
        [
            _first.Title, _words["statement.body-is", _first.Head.Body], _first.Head.Days(_words),
            _words["statement.funds-are", _first.Head.Funds.Text(_words)], _words["statement.currency"],
            _first.Head.Position(_words), _words["ledger.long"],
        ];
        for (int i = 0; i < facts.Length; i++)
        {
            sheet.Cell(i + 1, 1).Write(facts[i]).Style.Alignment.SetWrapText();
        }

        sheet.Cell(1, 1).Style.Font.SetBold().Font.SetFontSize(16);
        sheet.Column(1).Width = 100;
        sheet.PageSetup.PaperSize = XLPaperSize.A4Paper;
        sheet.PageSetup.FitToPages(1, 0);
        IXLWorksheet rows = book.AddWorksheet(_words["ledger.rows"]);
        rows.PageSetup.SetRowsToRepeatAtTop(1, 1);
        SheetPackage.DrawFormats(rows);
        return SheetPackage.Read(new KnownValues().Save(book));
    }

    // One array for all rows, which the writer is done with before the next.
    private async IAsyncEnumerable<RegisterCell[]> Rows(IAsyncEnumerator<LedgerSheet> parts)
    {
        RegisterCell[] cells = new RegisterCell[_first.Columns.Count];
        LedgerSheet last = parts.Current;
        for (bool isFirst = true; isFirst || await parts.MoveNextAsync(); isFirst = false)
        {
            last = parts.Current;

            // Between parts, unlike between pages, nothing is carried forward.
            int carried = !isFirst && last.Rows is [{ Kind: SheetRowKind.Carried }, ..] ? 1 : 0;
            foreach (SheetRow row in last.Rows.Skip(carried))
            {
                Add(row);
                Fill(cells, row);
                yield return cells;
            }
        }

        if (last.Feet is [.., var foot])
        {
            Fill(cells, Whole(foot));
            yield return cells;
        }
    }

    private void Add(SheetRow row)
    {
        for (int i = 0; row.Kind == SheetRowKind.Line && i < _sums.Length; i++)
        {
            _sums[i] += _first.Columns[i].Kind == SheetColumnKind.Money ? row.Cells[i].Amount ?? Amount.Fen(0) : Amount.Fen(0);
        }
    }

    private static void Fill(RegisterCell[] cells, SheetRow row)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            SheetCell cell = row.Cells[i];
            cells[i] = cell.Amount is { } amount ? amount.Units : cell.Note is null ? cell.Text : $"{cell.Text} [{cell.Note}]";
        }
    }

    /// <summary>The foot of a last page as the foot of all: a sum over the whole range must be what the rows came to.</summary>
    private SheetRow Whole(SheetRow foot)
    {
        string page = _words["ledger.page-total"];
        bool isOfPage = foot.Cells.Any(cell => cell.Text == page);
        return foot with
        {
            Cells = [.. foot.Cells.Select((cell, i) => _first.Columns[i].Kind == SheetColumnKind.Money && cell.Amount is { } said
                ? isOfPage || said == _sums[i] ? new SheetCell(Amount: _sums[i])
                    : throw new InvalidOperationException("The rows as written do not add up to the ledger's own sum.")
                : cell.Text == page ? _words["ledger.total"].Value : cell)],
        };
    }
}

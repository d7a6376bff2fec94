using System.Globalization;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>
/// The last sheet of a workbook: what every other sheet must be, the root of the log, the newest seal of it, and the installation's
/// signature over all of that (form cw1, reports/workbook-cw1). By it <c>fund verify</c> finds any change, wherever the file went.
/// </summary>
internal sealed class WorkbookSeal(ExportSource source, WorkbookLog log, Words words)
{
    private readonly List<(string Kind, string Name, long Row, string Value)> _rows = [];

    public IReadOnlyList<RegisterColumn> Columns { get; } =
    [
        new(words["export.field.seal-kind"], RegisterKind.Text, 12), new(words["export.field.seal-name"], RegisterKind.Text, 24),
        new(words["export.field.seal-row"], RegisterKind.Whole, 12), new(words["export.field.seal-value"], RegisterKind.Text, 130),
        CheckColumn(words),
    ];

    /// <summary>The column of a row's digest.</summary>
    public static RegisterColumn CheckColumn(Words words) =>
        new(words["export.field.row-check"], RegisterKind.Text, RowDigest.Shown + 2, Changes: true);

    /// <summary>A sheet whose rows carry their digests.</summary>
    public void AddSheet(string name, string key, long rows, byte[] head, string digest)
    {
        _rows.Add((WorkbookForm.Sheet, name, rows, digest));
        _rows.Add((WorkbookForm.Key, name, 0, key));
        _rows.Add((WorkbookForm.Row, name, 1, RowDigest.ShownOf(head)));
    }

    /// <summary>The formatted sheets, which come first and whose rows have no room for digests.</summary>
    /// <param name="keys">What they are, in their order, and what statements were drawn from.</param>
    /// <param name="put">What stands in them in the place of what was not known when they were drawn.</param>
    public void AddDrawn(byte[] drawn, IReadOnlyList<(string Key, string Basis)> keys, IReadOnlyDictionary<string, string> put)
    {
        using SheetReader reader = new(new MemoryStream(drawn, writable: false));
        List<(string, string, long, string)> rows = [];
        foreach ((string key, string basis) in keys)
        {
            reader.NextSheet();
            rows.AddRange(Drawn(reader, key, basis, put));
        }

        _rows.InsertRange(0, rows);
    }

    private static IReadOnlyList<(string, string, long, string)> Drawn(
        SheetReader reader, string key, string basis, IReadOnlyDictionary<string, string> put)
    {
        RowDigest row = new();
        FormulaDigest formulas = new();
        using SheetDigest sheet = new();
        List<(string, string, long, string)> rows = [];
        long last = 0;
        while (reader.NextRow())
        {
            if (!reader.AddTo(row, text => put.GetValueOrDefault(text, text)))
            {
                continue;
            }

            byte[] digest = row.End();
            sheet.Add(digest);
            rows.Add((WorkbookForm.Row, reader.Sheet, reader.Row, RowDigest.ShownOf(digest)));
            last = reader.Row;
            if (reader.HasFormula)
            {
                rows.Add((WorkbookForm.Formula, reader.Sheet, reader.Row, formulas.Of(reader, reader.Sheet)));
            }
        }

        return
        [
            (WorkbookForm.Drawn, reader.Sheet, last, sheet.End()), (WorkbookForm.Key, reader.Sheet, 0, key),
            .. basis.Length > 0 ? [(WorkbookForm.Statement, reader.Sheet, 0L, basis)] : Array.Empty<(string, string, long, string)>(), .. rows,
        ];
    }

    /// <summary>All rows, the signature last.</summary>
    public IReadOnlyList<RegisterCell[]> Rows(string sheet)
    {
        _rows.InsertRange(0,
        [
            (WorkbookForm.Form, "", 0, WorkbookForm.Name),
            (WorkbookForm.Language, "", 0, Languages.Of(CultureInfo.CurrentUICulture) == Language.English ? "en" : "zh-CN"),
            (WorkbookForm.Book, source.Facts.Code, 0, SheetText.Clean(source.Facts.Body)),
            (WorkbookForm.Until, "", 0, source.Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            .. source.Facts.Funds.Select(fund => (WorkbookForm.Fund, fund.Code, 0L, SheetText.Clean(fund.Name))),
        ]);
        AddLog();
        using CheckpointSigner signer = CheckpointSigner.Of(source.Work.Foundation);
        _rows.Add((WorkbookForm.PublicKey, signer.Key.Shown, 0, Convert.ToBase64String(signer.Key.Info)));
        _rows.Add((WorkbookForm.Signature, "", 0, Convert.ToBase64String(signer.Sign(WorkbookForm.Signed(_rows)))));
        RowDigest row = new();
        return [.. _rows.Select((each, i) => Cells(row, sheet, i + 2, each))];
    }

    private void AddLog()
    {
        _rows.Add((WorkbookForm.Root, "", log.Size, log.Root));
        if (log.Sealed is { } sealedAt)
        {
            _rows.AddRange(sealedAt.Signed(source.Facts.Code).Note.Split('\n').Where(line => line.Length > 0)
                .Select(line => (WorkbookForm.Checkpoint, "", sealedAt.Size, line)));
        }
    }

    private RegisterCell[] Cells(RowDigest row, string sheet, int at, (string Kind, string Name, long Row, string Value) says)
    {
        RegisterCell[] cells = [says.Kind, says.Name, says.Row, says.Value, default];
        row.Begin(sheet, at);
        for (int i = 0; i < cells.Length - 1; i++)
        {
            row.Add(i, Columns[i].Kind, cells[i]);
        }

        cells[^1] = RowDigest.ShownOf(row.End());
        return cells;
    }
}

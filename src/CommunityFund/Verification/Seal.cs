using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime.Text;

namespace CommunityFund.Verification;

/// <summary>What the sealed sheet says of a sheet.</summary>
/// <param name="IsDrawn">Its rows do not carry their digests: here are all of them.</param>
/// <param name="FormulaDigests">Of the rows that calculate.</param>
/// <param name="Basis">What a statement was drawn from; empty for other sheets.</param>
internal sealed record SealedSheet(
    bool IsDrawn, string Name, string Key, long Rows, string Digest, IReadOnlyDictionary<long, string> RowDigests,
    IReadOnlyDictionary<long, string> FormulaDigests, string Basis);

/// <summary>The last sheet of a workbook, read and tested.</summary>
internal sealed class Seal
{
    // Rows of a hundred formatted sheets, three times over.
    private const int Most = 200_000;

    private readonly List<(string Kind, string Name, long Row, string Value)> _rows = [];

    private HashSet<string>? _funds;

    private Seal(string sheet) => Sheet = sheet;

    /// <summary>The name of the sealed sheet itself.</summary>
    public string Sheet { get; }

    /// <summary>What its columns are called, which no digest covers: words of its language.</summary>
    public IReadOnlyList<string> Head { get; private set; } = [];

    public IReadOnlyList<SealedSheet> Sheets { get; private set; } = [];

    public string Book => _rows.Find(row => row.Kind == WorkbookForm.Book).Name ?? "";

    public string Body => Value(WorkbookForm.Book);

    public string Language => Value(WorkbookForm.Language);

    public NodaTime.LocalDate? Until =>
        LocalDatePattern.Iso.Parse(Value(WorkbookForm.Until)).TryGetValue(default, out NodaTime.LocalDate day) ? day : null;

    /// <summary>The funds whose lines alone are in the workbook, by code; none in one of the whole book.</summary>
    public IReadOnlySet<string> Funds => _funds ??= _rows
        .Where(row => row.Kind == WorkbookForm.Fund).Select(row => row.Name).ToHashSet(StringComparer.Ordinal);

    public long Size => _rows.Find(row => row.Kind == WorkbookForm.Root).Row;

    public string Root => Value(WorkbookForm.Root);

    public LogPublicKey? Key => Bytes(WorkbookForm.PublicKey) is { } info ? LogPublicKey.Read(info) : null;

    /// <summary>The log's newest seal; null if there is none or it cannot be read.</summary>
    public SignedCheckpoint? Checkpoint
    {
        get
        {
            string[] lines = [.. _rows.Where(row => row.Kind == WorkbookForm.Checkpoint).Select(row => row.Value)];
            return lines.Length != 7 ? null : SignedCheckpoint.Read(string.Join('\n', lines[..5]) + "\n\n" + string.Join('\n', lines[5..]) + "\n");
        }
    }

    public bool HasCheckpoint => _rows.Exists(row => row.Kind == WorkbookForm.Checkpoint);

    /// <summary>Looks for the seal in the sheet that the reader stands before.</summary>
    /// <returns>Null if the sheet is none.</returns>
    public static Seal? Read(SheetReader reader, Action<VerifyFinding> found)
    {
        const int CheckColumn = 4;
        if (!reader.NextRow())
        {
            return null;
        }

        string[] head = [.. Enumerable.Range(0, reader.Width).Select(reader.Text).Reverse().SkipWhile(text => text.Length == 0).Reverse()];
        if (!reader.NextRow() || reader.Text(0) != WorkbookForm.Form)
        {
            return null;
        }

        Seal seal = new(reader.Sheet) { Head = head };
        RowDigest row = new();
        long empty = reader.Row;
        do
        {
            if (reader.AddTo(row, without: CheckColumn))
            {
                if (RowDigest.ShownOf(row.End()) != reader.Text(CheckColumn) || reader.HasFormula || reader.IsMisplaced)
                {
                    found(VerifyFinding.Of(VerifyCode.SealRow, reader.Sheet, reader.Row));
                }

                WorkbookFile.Must(seal._rows.Count < Most);
                seal._rows.Add((reader.Text(0), reader.Text(1), reader.Number(2) is >= 0 and <= long.MaxValue and var number ? (long)number : -1,
                    reader.Text(3)));
                for (; empty < reader.Row; empty++)
                {
                    found(VerifyFinding.Of(VerifyCode.SealRow, reader.Sheet, empty));
                }

                empty = reader.Row + 1;
            }
        }
        while (reader.NextRow());

        seal.Sheets = [.. seal.ReadSheets()];
        return seal;
    }

    /// <summary>What is said of a sheet of that name; null if nothing is.</summary>
    public SealedSheet? Named(string sheet) => Sheets.FirstOrDefault(each => each.Name == sheet);

    /// <summary>Whether it says what it is, and the signature over it holds.</summary>
    public bool IsSigned()
    {
        int last = _rows.FindIndex(row => row.Kind == WorkbookForm.Signature);
        return last == _rows.Count - 1 && last > 0 && _rows[0].Value == WorkbookForm.Name && Key is { } key
            && Bytes(WorkbookForm.Signature) is { } signature && key.Signed(WorkbookForm.Signed(_rows.Take(last)), signature);
    }

    private IEnumerable<SealedSheet> ReadSheets()
    {
        ILookup<string, (string Kind, string Name, long Row, string Value)> named = _rows.ToLookup(row => row.Name, StringComparer.Ordinal);
        foreach (var (kind, name, rows, digest) in _rows.Where(row => row.Kind is WorkbookForm.Sheet or WorkbookForm.Drawn))
        {
            yield return new SealedSheet(kind == WorkbookForm.Drawn, name,
                named[name].FirstOrDefault(row => row.Kind == WorkbookForm.Key).Value ?? "", rows, digest,
                Digests(named[name], WorkbookForm.Row), Digests(named[name], WorkbookForm.Formula),
                named[name].FirstOrDefault(row => row.Kind == WorkbookForm.Statement).Value ?? "");
        }
    }

    private static Dictionary<long, string> Digests(IEnumerable<(string Kind, string Name, long Row, string Value)> rows, string kind)
    {
        Dictionary<long, string> digests = [];
        foreach (var (_, _, at, value) in rows.Where(row => row.Kind == kind))
        {
            digests[at] = value;
        }

        return digests;
    }

    private string Value(string kind) => _rows.Find(row => row.Kind == kind).Value ?? "";

    private byte[]? Bytes(string kind)
    {
        byte[] bytes = new byte[Value(kind).Length];
        return Convert.TryFromBase64String(Value(kind), bytes, out int length) ? bytes[..length] : null;
    }
}

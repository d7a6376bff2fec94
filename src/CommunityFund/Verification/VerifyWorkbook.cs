using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Verification;

/// <summary>
/// Proves a workbook again from the file alone, without the books and wherever it went: the signature, every row, the log and its root, the
/// journal against the log, and every figure from the journal. A file that another program saved again proves as well, for values count.
/// </summary>
public sealed class VerifyWorkbook
{
    // So many are named; more of them say nothing new.
    private const int MostNamed = 200, MostOfSheet = 20;

    private static readonly string[] HeadOfSeal = ["seal-kind", "seal-name", "seal-row", "seal-value", "row-check"];

    private readonly Words _words;
    private readonly List<VerifyFinding> _findings = [];
    private readonly Dictionary<string, int> _ofSheet = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _found, _rows, _held;

    private VerifyWorkbook(Words words) => _words = words;

    /// <param name="open">Opens the file anew; it must be one that can be read from any place.</param>
    /// <param name="fingerprint">The key it must be signed with, as printed or published; null takes the one in the file.</param>
    /// <param name="previous">An earlier workbook of the same book, which the log must go on from.</param>
    public static VerifyReport Run(Func<Stream> open, Words words, string? fingerprint = null, Func<Stream>? previous = null)
    {
        CultureInfo reader = CultureInfo.CurrentUICulture;
        try
        {
            return new VerifyWorkbook(words).Report(open, fingerprint, previous);
        }
        finally
        {
            CultureInfo.CurrentUICulture = reader;
        }
    }

    private VerifyReport Report(Func<Stream> open, string? fingerprint, Func<Stream>? previous)
    {
        Seal? seal = Guarded(() => SealOf(open, Found));
        if (seal is null)
        {
            if (_found == 0)
            {
                Found(VerifyFinding.Of(VerifyCode.NotOurs));
            }

            return new VerifyReport("", "", null, 0, "", "", null, 0, 0, 0, _findings, _found);
        }

        if (!seal.IsSigned())
        {
            Found(VerifyFinding.Of(VerifyCode.Signature, seal.Sheet));
        }

        if (fingerprint is not null && Hex(fingerprint) is var wanted && (seal.Key is not { } key || wanted.Length < 16
            || !Convert.ToHexStringLower(key.Fingerprint).StartsWith(wanted, StringComparison.Ordinal)))
        {
            Found(VerifyFinding.Of(VerifyCode.OtherKey, seal.Sheet, 0, ("is", seal.Key?.Shown ?? ""), ("should", fingerprint)));
        }

        if (seal.HasCheckpoint && (seal.Checkpoint is not { } made || seal.Key?.Signed(made) != true || made.Says.Book != seal.Book))
        {
            Found(VerifyFinding.Of(VerifyCode.Checkpoint, seal.Sheet));
        }

        // Words that the sheets use for codes are those of the language they were written in.
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(seal.Language == "en" ? "en" : "zh-CN");
        if (!seal.Head.SequenceEqual(HeadOfSeal.Select(column => _words[$"export.field.{column}"].Value), StringComparer.Ordinal))
        {
            Found(VerifyFinding.Of(VerifyCode.SealRow, seal.Sheet, 1));
        }

        Seal? earlier = previous is null ? null : Guarded(() => SealOf(previous, _ => { }));
        long lines = Guarded(() => Sheets(open, seal, earlier, previous is not null));
        return new VerifyReport(seal.Book, seal.Body, seal.Until is { Year: < 9999 } until ? until : null, seal.Size, seal.Root,
            seal.Key?.Shown ?? "", seal.Checkpoint?.Says, seal.Sheets.Count, _rows, lines, _findings, _found)
        {
            Funds = [.. seal.Funds.Order(StringComparer.Ordinal)],
            Held = _held,
        };
    }

    private static Seal? SealOf(Func<Stream> open, Action<VerifyFinding> found)
    {
        using SheetReader reader = new(open());
        while (reader.NextSheet())
        {
            if (Seal.Read(reader, found) is { } seal)
            {
                return seal;
            }
        }

        return null;
    }

    /// <returns>How many lines the journal has.</returns>
    private long Sheets(Func<Stream> open, Seal seal, Seal? earlier, bool isCompared)
    {
        using LogRows log = new(open(), seal);
        JournalProof journal = new(seal, Accounts(open, seal), log, earlier?.Size ?? -1, _words, Found);

        // The journal before the figures that are held against it, wherever the sheets stand.
        using (SheetReader lines = new(open()))
        {
            while (lines.NextSheet())
            {
                if (seal.Sheets.FirstOrDefault(sheet => sheet.Name == lines.Sheet) is { Key: "journal" } sheet)
                {
                    Rows(lines, sheet, () => journal.Read(lines));
                }
            }
        }

        journal.End();
        _held = journal.Held;
        using SheetReader reader = new(open());
        for (int i = 0; reader.NextSheet(); i++)
        {
            SealedSheet? should = i < seal.Sheets.Count ? seal.Sheets[i] : null;
            if (should is null)
            {
                if (reader.Sheet != seal.Sheet || i != seal.Sheets.Count)
                {
                    Found(VerifyFinding.Of(VerifyCode.SheetAdded, reader.Sheet));
                }
            }
            else if (should.Name != reader.Sheet)
            {
                Found(VerifyFinding.Of(VerifyCode.SheetName, reader.Sheet, 0, ("is", reader.Sheet), ("should", should.Name)));
                should = reader.Sheet == seal.Sheet ? null : seal.Sheets.FirstOrDefault(sheet => sheet.Name == reader.Sheet) ?? should;
            }

            if (should is { Key: not "journal" })
            {
                Rows(reader, should, () => Figures(reader, should, journal.Sums));
            }
        }

        journal.Sums.End(seal.Sheets.FirstOrDefault(sheet => sheet.Key == "balances")?.Name ?? "", Found);

        foreach (SealedSheet gone in seal.Sheets.Where(sheet => !_seen.Contains(sheet.Name)))
        {
            Found(VerifyFinding.Of(VerifyCode.SheetMissing, gone.Name));
        }

        if (isCompared)
        {
            Compare(seal, earlier, journal.RootBefore);
        }

        return journal.Lines;
    }

    /// <summary>Keys of the accounts by their numbers.</summary>
    private static Dictionary<long, string> Accounts(Func<Stream> open, Seal seal)
    {
        const int KeyColumn = 3;
        Dictionary<long, string> keys = [];
        using SheetReader reader = new(open());
        while (reader.NextSheet())
        {
            while (seal.Sheets.FirstOrDefault(sheet => sheet.Name == reader.Sheet) is { Key: "accounts" } && reader.NextRow())
            {
                if (reader.Number(0) is >= 0 and <= long.MaxValue and var account)
                {
                    keys[(long)account] = reader.Text(KeyColumn);
                }
            }
        }

        return keys;
    }

    private void Figures(SheetReader reader, SealedSheet sheet, JournalSums sums)
    {
        if (reader.Row > 1 && sheet.Key == "balances")
        {
            sums.Turnover(reader, Found);
        }
        else if (sheet.Key == "summary")
        {
            sums.Summary(reader, _words, Found);
        }
    }

    private void Rows(SheetReader reader, SealedSheet should, Action read)
    {
        _seen.Add(should.Name);
        RowDigest row = new();
        using SheetDigest whole = new();
        int check = should.IsDrawn ? -1 : -2;
        long last = 0, before = _found;
        while (reader.NextRow())
        {
            // The column of digests is the last of the head.
            check = check == -2 ? LastOf(reader) : check;
            bool holds = reader.AddTo(row, without: check, sheet: should.Name);
            bool isChecked = check >= 0 && reader.Text(check).Length > 0;
            string digest = "";
            if (holds)
            {
                last = reader.Row;
                _rows++;
                byte[] bytes = row.End();
                whole.Add(bytes);
                digest = RowDigest.ShownOf(bytes);
            }

            string wanted = should.RowDigests.GetValueOrDefault(reader.Row) ?? (check >= 0 ? reader.Text(check) : "");
            bool isEmptied = !should.IsDrawn && !holds && reader.Row < should.Rows;
            if ((holds || isChecked || wanted.Length > 0 || isEmptied) && (digest != wanted || isEmptied))
            {
                Found(VerifyFinding.Of(VerifyCode.RowChanged, reader.Sheet, reader.Row));
            }
            else if (reader.Row == 1 && check >= 0 && reader.Text(check) != _words["export.field.row-check"])
            {
                Found(VerifyFinding.Of(VerifyCode.RowChanged, reader.Sheet, 1));
            }

            if (holds && (reader.Row > 1 || should.IsDrawn))
            {
                read();
            }
        }

        if (last != should.Rows)
        {
            Found(VerifyFinding.Of(VerifyCode.RowCount, reader.Sheet, Math.Min(last, should.Rows) + 1, ("is", last), ("should", should.Rows)));
        }
        else if (whole.End() != should.Digest && _found == before)
        {
            Found(VerifyFinding.Of(VerifyCode.SheetChanged, reader.Sheet));
        }
    }

    private static int LastOf(SheetReader reader)
    {
        int last = reader.Width - 1;
        while (last > 0 && reader.Text(last).Length == 0)
        {
            last--;
        }

        return last;
    }

    private void Compare(Seal seal, Seal? earlier, string? rootBefore)
    {
        if (earlier is null || !earlier.IsSigned())
        {
            Found(VerifyFinding.Of(VerifyCode.EarlierBroken));
        }
        else if (earlier.Book != seal.Book)
        {
            Found(VerifyFinding.Of(VerifyCode.OtherBook, "", 0, ("is", earlier.Book), ("should", seal.Book)));
        }
        else if (earlier.Size > seal.Size)
        {
            Found(VerifyFinding.Of(VerifyCode.Shorter, "", 0, ("is", seal.Size), ("before", earlier.Size)));
        }
        else if (rootBefore != earlier.Root)
        {
            Found(VerifyFinding.Of(VerifyCode.Rewritten, "", 0, ("before", earlier.Size)));
        }
    }

    private void Found(VerifyFinding finding)
    {
        _found++;
        int before = _ofSheet.GetValueOrDefault(finding.Sheet);
        _ofSheet[finding.Sheet] = before + 1;
        if (before < MostOfSheet && _findings.Count < MostNamed)
        {
            _findings.Add(finding);
        }
    }

    // Whatever a damaged file makes of the library that reads it, its reader is told that it is damaged.
    private T? Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is not (OutOfMemoryException or OperationCanceledException))
        {
            Found(VerifyFinding.Of(VerifyCode.Unreadable));
            return default;
        }
    }

    private static string Hex(string fingerprint) =>
        new([.. fingerprint.ToLowerInvariant().Where(char.IsAsciiHexDigit)]);
}

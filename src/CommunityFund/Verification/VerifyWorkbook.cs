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
    private IReadOnlyList<string> _recomputed = [], _notRecomputed = [];
    private long _found, _rows, _held;

    private VerifyWorkbook(Words words) => _words = words;

    /// <param name="open">Opens the file anew; it must be one that can be read from any place.</param>
    public static VerifyReport Run(Func<Stream> open, Words words, VerifyAsked? asked = null)
    {
        CultureInfo reader = CultureInfo.CurrentUICulture;
        try
        {
            return new VerifyWorkbook(words).Report(open, asked ?? new VerifyAsked());
        }
        finally
        {
            CultureInfo.CurrentUICulture = reader;
        }
    }

    private VerifyReport Report(Func<Stream> open, VerifyAsked asked)
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

        if (asked.Key is not null && Hex(asked.Key) is var wanted && (seal.Key is not { } key || wanted.Length < 16
            || !Convert.ToHexStringLower(key.Fingerprint).StartsWith(wanted, StringComparison.Ordinal)))
        {
            Found(VerifyFinding.Of(VerifyCode.OtherKey, seal.Sheet, 0, ("is", seal.Key?.Shown ?? ""), ("should", asked.Key)));
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

        Seal? earlier = asked.Previous is null ? null : Guarded(() => SealOf(asked.Previous, _ => { }));
        long lines = Guarded(() => Sheets(open, seal, earlier, asked));
        return new VerifyReport(seal.Book, seal.Body, seal.Until is { Year: < 9999 } until ? until : null, seal.Size, seal.Root,
            seal.Key?.Shown ?? "", seal.Checkpoint?.Says, seal.Sheets.Count, _rows, lines, _findings, _found)
        {
            Recomputed = _recomputed,
            NotRecomputed = _notRecomputed,
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
    private long Sheets(Func<Stream> open, Seal seal, Seal? earlier, VerifyAsked asked)
    {
        string nameOfCheck = _words["export.field.row-check"];
        SheetBooks books;
        using (SheetReader few = new(open()))
        {
            books = SheetBooks.Of(few, seal);
        }

        JournalSums sums = new(books, _words, Found);
        StatementProof statements = new(seal, books, sums, _words, Found);
        using SheetReader reader = new(open());
        SealedSheet?[] order = Order(reader.Names, seal);

        // Without one of these nothing can be computed anew; that it is gone was said.
        bool isWhole = seal.Sheets.Where(sheet => sheet.Key is "journal" or "log" or "accounts" or "funds")
            .All(sheet => reader.Names.Contains(sheet.Name));
        using LogRows log = new(new SheetReader(open(), like: reader), seal, nameOfCheck, Found);
        JournalProof journal = new(seal, books, log, [earlier?.Size ?? -1, asked.Anchor?.Size ?? -1], _words, sums, statements.Add, Found);

        // The journal before the figures that are held against it, wherever the sheets stand.
        using (SheetReader lines = new(open(), like: reader))
        {
            while (lines.NextSheet())
            {
                if (seal.Named(lines.Sheet) is { Key: "journal" } sheet)
                {
                    Rows(lines, sheet, nameOfCheck, () => journal.Read(lines));
                }
            }
        }

        journal.End();
        _rows += log.Rows;
        _held = journal.Held;
        for (int i = 0; reader.NextSheet(); i++)
        {
            if (order[i] is { Key: not "journal" } should && !log.Seen.Contains(reader.Sheet))
            {
                if (!isWhole)
                {
                    Rows(reader, should, nameOfCheck, () => { });
                    continue;
                }

                statements.Begin(should);
                Rows(reader, should, nameOfCheck, () => Figures(reader, seal, should, sums, statements));
                statements.End(should);
            }
        }

        (_recomputed, _notRecomputed) = (statements.Recomputed, statements.NotRecomputed);
        if (isWhole)
        {
            sums.End(NameOf(seal, "balances"), NameOf(seal, "ledger"), NameOf(seal, "summary"));
        }

        if (asked.Previous is not null)
        {
            Compare(seal, earlier, earlier is null ? null : journal.RootAt(earlier.Size));
        }

        if (asked.Anchor is { } anchor)
        {
            Compare(anchor, journal.Size, journal.RootAt(anchor.Size));
        }

        return journal.Lines;
    }

    /// <summary>What each sheet of the file must be; null for the seal itself and for one that was added.</summary>
    private SealedSheet?[] Order(IReadOnlyList<string> names, Seal seal)
    {
        SealedSheet?[] order = new SealedSheet?[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            order[i] = i < seal.Sheets.Count ? seal.Sheets[i] : null;
            if (order[i] is not { } should)
            {
                if (names[i] != seal.Sheet || i != seal.Sheets.Count)
                {
                    Found(VerifyFinding.Of(VerifyCode.SheetAdded, names[i]));
                }
            }
            else if (should.Name != names[i])
            {
                Found(VerifyFinding.Of(VerifyCode.SheetName, names[i], 0, ("is", names[i]), ("should", should.Name)));
                order[i] = names[i] == seal.Sheet ? null : seal.Named(names[i]) ?? should;
            }
        }

        foreach (SealedSheet gone in seal.Sheets.Where(sheet => order.All(each => each?.Name != sheet.Name)))
        {
            Found(VerifyFinding.Of(VerifyCode.SheetMissing, gone.Name));
        }

        return order;
    }

    private static string NameOf(Seal seal, string key) => seal.Sheets.FirstOrDefault(sheet => sheet.Key == key)?.Name ?? "";

    private static void Figures(SheetReader reader, Seal seal, SealedSheet sheet, JournalSums sums, StatementProof statements)
    {
        switch (sheet.Key)
        {
            case "balances":
                sums.Balance(reader);
                break;
            case "ledger":
                sums.Ledger(reader);
                break;
            case "summary":
                sums.Summary(reader, seal);
                break;
            default:
                statements.Read(reader);
                break;
        }
    }

    private void Rows(SheetReader reader, SealedSheet should, string nameOfCheck, Action read)
    {
        SheetProof proof = new(reader, should, nameOfCheck, Found);
        while (proof.Next())
        {
            read();
        }

        _rows += proof.Rows;
    }

    private void Compare(LogAnchor anchor, long size, string? root)
    {
        if (root is null)
        {
            Found(VerifyFinding.Of(VerifyCode.AnchorShorter, "", 0, ("is", size), ("should", anchor.Size)));
        }
        else if (!root.StartsWith(anchor.Root, StringComparison.Ordinal))
        {
            Found(VerifyFinding.Of(VerifyCode.AnchorOther, "", 0,
                ("size", anchor.Size), ("is", HashText.Groups(Convert.FromHexString(root))), ("should", anchor.Root)));
        }
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

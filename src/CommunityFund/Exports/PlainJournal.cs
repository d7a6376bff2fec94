using System.Globalization;
using System.Text;
using CommunityFund.Ledger;

namespace CommunityFund.Exports;

/// <summary>
/// What the two forms of plain-text accounting have in common. Commitments are no money though they are counted in yuan, and
/// hours are written in whole minutes, so that nothing is rounded: COMMITTED, MINUTE and POINT beside CNY (rulings 3).
/// </summary>
internal abstract class PlainJournal(ExportSource source, ExportTarget target)
{
    protected static IReadOnlyList<(string Symbol, int Decimals)> Symbols { get; } =
        [("CNY", 2), ("COMMITTED", 2), ("MINUTE", 0), ("POINT", 0)];

    protected ExportSource Source { get; } = source;

    protected ExportTarget Target { get; } = target;

    protected abstract ExportFormat Format { get; }

    public async Task Write(Stream file, CancellationToken ct)
    {
        UTF8Encoding unmarked = new(encoderShouldEmitUTF8Identifier: false);
        await using StreamWriter text = new(file, unmarked, 1 << 16, leaveOpen: true)
        {
            NewLine = "\n",
        };
        string head = Target.Words[$"export.head.{Format.Key()}", Source.Facts.Body, Source.Facts.Code, Source.Facts.Day, Source.Facts.KnownAt];
        if (Source.Part is { } part)
        {
            head = $"{Target.Words["export.head.part", part.Named]}\n{part.Whose(Target.Words)}\n{head}";
        }

        foreach (string line in head.Split('\n'))
        {
            text.WriteLine($"; {Plain(line)}");
        }

        text.WriteLine();
        WriteChart(text);
        ExportCount count = new(Target.Told, Source.Facts.Lines);
        long entry = 0;
        await foreach (JournalLine line in JournalLine.ByDay(Source, ct))
        {
            if (line.EntryNo != entry)
            {
                entry = line.EntryNo;
                text.WriteLine();
                WriteHead(text, line);
            }

            WriteLine(text, line, Source.Accounts[line.AccountId], Amount(line));
            count.Row();
        }

        await text.FlushAsync(ct);
        count.End();
    }

    protected abstract void WriteChart(TextWriter text);

    protected abstract void WriteHead(TextWriter text, JournalLine line);

    protected abstract void WriteLine(TextWriter text, JournalLine line, ExportAccount account, string amount);

    /// <summary>The words of an entry; of one that other funds have a part in, that it has.</summary>
    protected string? Said(JournalLine line) => line.IsShared ? Target.Words["export.value.shared"] : line.Narrative;

    protected static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    protected string FundOf(JournalLine line) => $"{Source.Funds[line.FundId].Code} {Source.Funds[line.FundId].Name}";

    /// <summary>What a line carries beside account, fund and amount.</summary>
    protected static IEnumerable<(string Key, string Value)> Dimensions(JournalLine line)
    {
        (string Key, string? Value)[] all =
        [
            ("restriction", line.Restriction), ("cash-flow", line.CashFlow), ("project-class", line.ProjectClass),
            ("movement", line.Movement == "ordinary" ? "" : line.Movement), ("project", Number(line.ProjectId)),
            ("counterparty", Number(line.CounterpartyId)), ("enterprise", Number(line.EnterpriseId)),
            ("document", Number(line.DocumentId)), ("words", line.LineNarrative),
        ];
        return all.Where(each => !string.IsNullOrEmpty(each.Value)).Select(each => (each.Key, each.Value!));
    }

    /// <summary>What an entry carries beside day, number and words.</summary>
    protected static IEnumerable<(string Key, string Value)> Facts(JournalLine line)
    {
        (string Key, string? Value)[] all =
        [
            ("entry", Number(line.EntryNo)), ("voucher", Number(line.VoucherId)), ("kind", line.Kind),
            ("maker", Number(line.MakerId)), ("reviewer", Number(line.ReviewerId)), ("rule", line.ReviewRule),
            ("corrects", Number(line.CorrectsEntryNo)),
        ];
        return all.Where(each => !string.IsNullOrEmpty(each.Value)).Select(each => (each.Key, each.Value!));
    }

    /// <summary>One line without what cannot be seen, spaces run together.</summary>
    protected static string Plain(string? text) => string.Join(' ',
        Books.SheetText.Clean((text ?? "").Replace('\n', ' ').Replace('\r', ' ').Replace('\t', ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private string Amount(JournalLine line)
    {
        Commodity commodity = Commodity.Of(line.Commodity);
        return commodity == Commodity.Hour ? $"{Number(line.Signed)} MINUTE"
            : commodity == Commodity.Point ? $"{Number(line.Signed)} POINT"
            : $"{Ledger.Amount.Fen(line.Signed)} {(Source.Accounts[line.AccountId].IsMemorandum ? "COMMITTED" : "CNY")}";
    }
}

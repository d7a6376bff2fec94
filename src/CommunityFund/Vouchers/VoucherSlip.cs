using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Vouchers;

/// <summary>A row of a printed voucher and how many lines of print it takes.</summary>
public sealed record SlipRow(string Narrative, string Account, string Below, Side Side, Amount Amount, int Height);

/// <summary>
/// Half a sheet of A4. A voucher takes as many as its rows need, and its last one carries the totals; what is free is ruled, as on a
/// bought form, so that nothing is written in later.
/// </summary>
public sealed record VoucherSlip(VoucherView Voucher, IReadOnlyList<SlipRow> Rows, int Blank, int Sheet, int Sheets)
{
    // Lines of print between the head and the totals, the least a row takes, and how many Chinese characters fit in a column.
    private const int Room = 20, Least = 2, NarrativeWidth = 14, AccountWidth = 24;

    public bool IsLast => Sheet == Sheets;

    public Amount Total => Voucher.Lines.Where(line => line.Side == Side.Debit)
        .Aggregate(Amount.Zero(Commodity), (sum, line) => sum + line.Amount);

    private Commodity Commodity => Voucher.Lines[0].Amount.Commodity;

    public static IReadOnlyList<VoucherSlip> Of(VoucherView voucher, Words words)
    {
        List<List<SlipRow>> sheets = [[]];
        int free = Room;
        foreach (SlipRow row in voucher.Lines.Select(line => RowOf(line, words)))
        {
            if (row.Height > free && sheets[^1].Count > 0)
            {
                sheets.Add([]);
                free = Room;
            }

            sheets[^1].Add(row);
            free -= row.Height;
        }

        return
        [
            .. sheets.Select((rows, at) => new VoucherSlip(
                voucher, rows, Math.Max(0, (Room - rows.Sum(row => row.Height)) / Least), at + 1, sheets.Count)),
        ];
    }

    private static SlipRow RowOf(VoucherViewLine line, Words words)
    {
        string account = $"{line.AccountCode} {words.AccountOf(line)}",
            below = line.Counterparty is { } party ? $"{line.Fund} · {party}" : line.Fund;
        int height = Math.Max(LinesOf(line.Narrative, NarrativeWidth), LinesOf(account, AccountWidth) + LinesOf(below, AccountWidth));
        return new SlipRow(line.Narrative, account, below, line.Side, line.Amount, Math.Max(Least, height));
    }

    /// <summary>A Chinese character is as wide as two others.</summary>
    private static int LinesOf(string text, int width)
    {
        int halves = text.EnumerateRunes().Sum(rune => rune.Value < 0x2e80 ? 1 : 2);
        return Math.Max(1, (halves + (2 * width) - 1) / (2 * width));
    }
}

using System.Collections;
using CommunityFund.Ledger;

namespace CommunityFund.Banking;

/// <summary>The lines of a file that was read through once, in the file's order: each time anew from its rows, one after the
/// other, so that nobody holds them all.</summary>
internal sealed class StatementLines(StatementHeader header, LineReader reader, IReadOnlyList<LineFigures> figures)
    : IReadOnlyCollection<StatementLine>
{
    public int Count => figures.Count;

    public IEnumerator<StatementLine> GetEnumerator()
    {
        int next = 0;
        foreach (StatementRow row in header.Rows())
        {
            if (row.LineNo != figures[next].LineNo)
            {
                continue;
            }

            StatementLine line = reader.Of(row, reader.MomentOf(row)).Line!;
            line = line with { Identity = LineIdentity.Spelled(line.BankSerial, line.Identity, figures[next].Ordinal) };
            StatementLine? fee = reader.FeeOf(row, line);
            yield return Signed(line, figures[next++]);
            if (fee is not null)
            {
                yield return Signed(fee, figures[next++]);
            }

            if (next == figures.Count)
            {
                yield break;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // A sign that only the balances tell is not in the row.
    private static StatementLine Signed(StatementLine line, LineFigures found) =>
        line.Amount.Units == found.Units ? line : line with { Amount = Amount.Fen(found.Units) };
}

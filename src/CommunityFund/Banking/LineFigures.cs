using System.Runtime.InteropServices;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>What is kept of a line while its file is compared: a hundred thousand of these are small, their words are not.</summary>
/// <param name="LineNo">The 1-based line in the file; a fee stands behind the line it was taken from.</param>
/// <param name="Units">Fen, signed.</param>
/// <param name="Serial">Of the bank's number for the line; null if the file has none.</param>
/// <param name="Ordinal">Among the lines of one stem, in the order in which they were named.</param>
/// <param name="Identity">Of the line's identity.</param>
/// <param name="Name">Of the other side's name.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineFigures(
    int LineNo, LocalDate OccurredOn, long Units, long? BalanceAfter, TextKey? Serial, int Ordinal, TextKey Identity, TextKey Name)
{
    public bool HasSerial => Serial is not null;

    /// <param name="line">With its identity.</param>
    public static LineFigures Of(StatementLine line, int ordinal) => new(
        line.LineNo, line.OccurredOn, line.Amount.Units, line.BalanceAfter?.Units,
        line.BankSerial is { } serial ? TextKey.Of(serial) : null, ordinal,
        TextKey.Of(line.Identity), TextKey.Of(line.CounterpartyName));
}

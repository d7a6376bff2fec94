using System.Security.Cryptography;
using System.Text;
using static CommunityFund.Banking.StatementColumn;

namespace CommunityFund.Banking;

/// <summary>
/// Names each line so that the same line in two overlapping files has one name: by the bank's serial, else by a hash of
/// its cells and its ordinal among equal lines, so that two equal genuine lines both stay. A fee often shares the serial
/// of its transfer: then the second one is called serial#2. What changes from export to export, a count or a state, is not hashed.
/// </summary>
internal sealed class LineIdentity(StatementHeader header)
{
    /// <summary>A longer serial is some other text in the serial's column.</summary>
    public const int LongestSerial = 100;

    // Names that were given, and beside each how often it was asked for.
    private readonly Dictionary<string, int> given = new(StringComparer.Ordinal);
    private readonly HashSet<int> changing = [.. header.Places(Counter), .. header.Places(Status)];
    private readonly StringBuilder cells = new();

    /// <summary>The name of a line, and whether its serial had been given before.</summary>
    public (string Identity, bool SerialRepeats) Of(string? serial, StatementRow row)
    {
        string stem = serial ?? HashOf(row);
        int ordinal = given.GetValueOrDefault(stem);
        string identity;
        do
        {
            ordinal++;
            identity = serial is not null && ordinal == 1 ? stem : $"{stem}#{ordinal}";
        }
        while (!given.TryAdd(identity, 1));

        given[stem] = ordinal;
        return (identity, serial is not null && ordinal > 1);
    }

    private string HashOf(StatementRow row)
    {
        int used = Array.FindLastIndex(row.Cells, cell => cell.Length > 0) + 1;
        cells.Clear();
        for (int i = 0; i < used; i++)
        {
            cells.Append(i == 0 ? "" : "\n").Append(changing.Contains(i) ? "" : row.Cells[i]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cells.ToString())));
    }
}

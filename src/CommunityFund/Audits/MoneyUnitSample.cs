using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace CommunityFund.Audits;

/// <summary>A line that may be drawn.</summary>
/// <param name="Units">Its amount in fen without its sign: a red line counts as much as the black one of its size.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SampleLine(long EntryNo, short LineNo, long Units);

/// <summary>A line that was drawn.</summary>
/// <param name="Through">The running sum of the population with this line, in fen.</param>
/// <param name="Hits">How many of the drawn fen lie in it.</param>
public sealed record SampleHit(SampleLine Line, long Through, int Hits);

/// <summary>
/// A money-unit sample (货币单元抽样): every fen has the same chance, so a line is drawn the likelier the larger it is. Anybody draws it
/// again, by hand or in a spreadsheet:
/// <list type="number">
/// <item>Put the lines of the population in the order of entry and line number, and write beside each the running sum T of the amounts
/// without their signs, in fen. Each line counts once, red ones too: a reversal and what it reverses are two lines.</item>
/// <item>The interval is J = the total divided by the size asked for, rounded up to a whole fen.</item>
/// <item>The first 16 bytes of the SHA-256 of the seed in UTF-8, read as one number with the highest byte first, divided by J, leave
/// a remainder; the start S is the remainder + 1, so from 1 to J.</item>
/// <item>Drawn are the fen number S, S + J, S + 2J and so on. A line whose sum before it is B and with it T holds
/// INT((T - S) / J) - INT((B - S) / J) of them, INT being rounding down; the lines that hold any are the sample.</item>
/// </list>
/// A line of J or more is therefore always in it, perhaps with several hits. The hits are as many as asked for, or fewer where rounding
/// J up or a late start leaves no fen for the last ones: 1 + INT((total - S) / J).
/// </summary>
/// <param name="Lines">How many lines the population has.</param>
/// <param name="Total">Its amounts together, in fen.</param>
/// <param name="Interval">J.</param>
/// <param name="Start">S.</param>
/// <param name="Hits">The lines drawn, in order.</param>
public sealed record MoneyUnitSample(int Lines, long Total, long Interval, long Start, IReadOnlyList<SampleHit> Hits)
{
    /// <summary>The most fen that are drawn in one go.</summary>
    public const int Largest = 500;

    /// <summary>Draws; the order in which the lines come does not matter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not 1 to 500, no line is there, or an amount is not positive.</exception>
    /// <exception cref="OverflowException">The total is beyond 64 bits.</exception>
    public static MoneyUnitSample Draw(IEnumerable<SampleLine> population, int size, string seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Largest);
        SampleLine[] lines = [.. population.OrderBy(line => line.EntryNo).ThenBy(line => line.LineNo)];
        Int128 sum = 0;
        foreach (SampleLine line in lines)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(line.Units);
            sum += line.Units;
        }

        long total = checked((long)sum);
        ArgumentOutOfRangeException.ThrowIfZero(total);
        long interval = ((total - 1) / size) + 1;
        long start = StartOf(seed, interval);
        List<SampleHit> hits = [];
        long through = 0;
        foreach (SampleLine line in lines)
        {
            long before = FenUpTo(through, start, interval);
            through += line.Units;
            if (FenUpTo(through, start, interval) - before is > 0 and long drawn)
            {
                hits.Add(new SampleHit(line, through, (int)drawn));
            }
        }

        return new MoneyUnitSample(lines.Length, total, interval, start, hits);
    }

    /// <summary>S: from 1 to the interval, as the seed says.</summary>
    public static long StartOf(string seed, long interval)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        return 1 + (long)(BinaryPrimitives.ReadUInt128BigEndian(digest) % (UInt128)interval);
    }

    /// <summary>How many of the drawn fen lie within the first ones.</summary>
    private static long FenUpTo(long fen, long start, long interval) => fen < start ? 0 : ((fen - start) / interval) + 1;
}

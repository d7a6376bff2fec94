using System.Numerics;
using System.Security.Cryptography;

namespace CommunityFund.Ledger;

/// <summary>
/// The root of a log that only grows, by RFC 6962 section 2.1: one hash that stands for every entry and their order. It is
/// fed leaf hashes one after another (<see cref="CanonicalEntry.Leaf"/> makes them) and keeps a few hashes, however many come:
/// the <see cref="Peaks"/>, from which it is taken up again later without the leaves before.
/// </summary>
public sealed class MerkleRoot
{
    private readonly List<byte[]> _peaks = [];

    /// <summary>How many leaves there are so far.</summary>
    public long Size { get; private set; }

    /// <summary>
    /// The roots of the largest whole trees that the leaves make, from the left: one for each bit that is set in <see cref="Size"/>,
    /// the highest first. With the size they are all that the log needs to go on.
    /// </summary>
    public IReadOnlyList<byte[]> Peaks => _peaks;

    /// <summary>A log taken up where it was left: its size and its peaks then.</summary>
    /// <exception cref="ArgumentException">There are not as many peaks as the size has bits, or one is no SHA-256 hash.</exception>
    public static MerkleRoot From(long size, IReadOnlyList<byte[]> peaks)
    {
        ArgumentNullException.ThrowIfNull(peaks);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (peaks.Count != BitOperations.PopCount((ulong)size))
        {
            throw new ArgumentException("A log has one peak for each bit of its size.", nameof(peaks));
        }

        MerkleRoot log = new() { Size = size };
        log._peaks.AddRange(peaks.Select(Whole));
        return log;
    }

    /// <summary>Adds the hash of the next leaf.</summary>
    /// <exception cref="ArgumentException">It is not a SHA-256 hash of 32 bytes.</exception>
    public void Add(byte[] leaf)
    {
        // Each bit at the end that is set is a whole tree as large as what has just been made: the two become one.
        byte[] right = Whole(leaf);
        for (long rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            right = Node(_peaks[^1], right);
            _peaks.RemoveAt(_peaks.Count - 1);
        }

        _peaks.Add(right);
        Size++;
    }

    /// <summary>The root over the leaves so far; of an empty log the hash of nothing, as the RFC has it.</summary>
    public byte[] Root()
    {
        if (_peaks.Count == 0)
        {
            return SHA256.HashData([]);
        }

        byte[] root = _peaks[^1];
        for (int i = _peaks.Count - 2; i >= 0; i--)
        {
            root = Node(_peaks[i], root);
        }

        return root;
    }

    /// <summary>The hash of two trees that become one.</summary>
    internal static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    private static byte[] Whole(byte[] hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length == SHA256.HashSizeInBytes ? hash : throw new ArgumentException("A hash of the log has 32 bytes.", nameof(hash));
    }
}

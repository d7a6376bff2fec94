using System.Numerics;
using System.Security.Cryptography;

namespace CommunityFund.Ledger;

/// <summary>
/// That a log only grew: the few hashes by which somebody who holds two roots, and no entry, sees that the longer log begins with
/// the whole of the shorter one (RFC 6962, section 2.1.2).
/// </summary>
public static class MerkleProof
{
    /// <summary>The proof that the log of these leaves extends what it was at <paramref name="first"/> entries.</summary>
    /// <param name="leaves">Hashes of all leaves of the longer log.</param>
    /// <param name="first">How many of them the shorter log had.</param>
    /// <returns>Empty where nothing needs a proof: both are the same log, or the shorter one is empty.</returns>
    public static IReadOnlyList<byte[]> Extends(IReadOnlyList<byte[]> leaves, int first)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, leaves.Count);
        List<byte[]> proof = [];
        if (first > 0 && first < leaves.Count)
        {
            Walk(leaves, 0, leaves.Count, first, isKnown: true, proof);
        }

        return proof;
    }

    /// <summary>Whether the proof shows that a log of <paramref name="second"/> entries with the one root extends the log of
    /// <paramref name="first"/> entries with the other.</summary>
    public static bool Holds(long first, byte[] firstRoot, long second, byte[] secondRoot, IReadOnlyList<byte[]> proof)
    {
        ArgumentNullException.ThrowIfNull(firstRoot);
        ArgumentNullException.ThrowIfNull(secondRoot);
        ArgumentNullException.ThrowIfNull(proof);
        if (first < 0 || first > second || proof.Any(hash => hash is not { Length: SHA256.HashSizeInBytes }))
        {
            return false;
        }

        if (first == second || first == 0)
        {
            return proof.Count == 0 && Same(firstRoot, first == 0 ? SHA256.HashData([]) : secondRoot)
                && (second > 0 || Same(secondRoot, firstRoot));
        }

        // The shorter log is one whole tree where its size is a power of two: its root is then the first hash and not sent again.
        byte[][] path = BitOperations.IsPow2(first) ? [firstRoot, .. proof] : [.. proof];
        return path.Length > 0 && Climb(first - 1, second - 1, path) is (var shorter, var longer)
            && Same(shorter, firstRoot) && Same(longer, secondRoot);
    }

    // Both roots as the path makes them, from the last leaf of each up (RFC 9162, section 2.1.4.2); null if it is too long or too short.
    private static (byte[] Shorter, byte[] Longer)? Climb(long first, long second, byte[][] path)
    {
        for (; (first & 1) == 1; first >>= 1)
        {
            second >>= 1;
        }

        byte[] shorter = path[0], longer = path[0];
        foreach (byte[] hash in path.Skip(1))
        {
            if (second == 0)
            {
                return null;
            }

            if ((first & 1) == 1 || first == second)
            {
                (shorter, longer) = (MerkleRoot.Node(hash, shorter), MerkleRoot.Node(hash, longer));
                for (; (first & 1) == 0 && first != 0; first >>= 1)
                {
                    second >>= 1;
                }
            }
            else
            {
                longer = MerkleRoot.Node(longer, hash);
            }

            (first, second) = (first >> 1, second >> 1);
        }

        return second == 0 ? (shorter, longer) : null;
    }

    // SUBPROOF of the RFC over the leaves from one place on: known is a tree whose root whoever holds the shorter log has already.
    private static void Walk(IReadOnlyList<byte[]> leaves, int from, int count, int first, bool isKnown, List<byte[]> proof)
    {
        if (first == count)
        {
            if (!isKnown)
            {
                proof.Add(RootOf(leaves, from, count));
            }

            return;
        }

        int left = 1 << BitOperations.Log2((uint)(count - 1));
        if (first <= left)
        {
            Walk(leaves, from, left, first, isKnown, proof);
            proof.Add(RootOf(leaves, from + left, count - left));
        }
        else
        {
            Walk(leaves, from + left, count - left, first - left, isKnown: false, proof);
            proof.Add(RootOf(leaves, from, left));
        }
    }

    private static byte[] RootOf(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        MerkleRoot log = new();
        for (int i = from; i < from + count; i++)
        {
            log.Add(leaves[i]);
        }

        return log.Root();
    }

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}

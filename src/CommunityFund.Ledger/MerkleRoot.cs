using System.Security.Cryptography;

namespace CommunityFund.Ledger;

/// <summary>
/// The root of a log that only grows, by RFC 6962 section 2.1: one hash that stands for every entry and their order. It is
/// fed leaf hashes one after another (<see cref="CanonicalEntry.Leaf"/> makes them) and keeps a few hashes, however many come.
/// </summary>
public sealed class MerkleRoot
{
    private readonly List<(byte[] Hash, long Leaves)> _whole = [];

    /// <summary>How many leaves there are so far.</summary>
    public long Size { get; private set; }

    /// <summary>Adds the hash of the next leaf.</summary>
    /// <exception cref="ArgumentException">It is not a SHA-256 hash of 32 bytes.</exception>
    public void Add(byte[] leaf)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (leaf.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("A leaf hash has 32 bytes.", nameof(leaf));
        }

        Size++;
        _whole.Add((leaf, 1));
        while (_whole.Count > 1 && _whole[^1].Leaves == _whole[^2].Leaves)
        {
            (byte[] Hash, long Leaves) right = _whole[^1], left = _whole[^2];
            _whole.RemoveRange(_whole.Count - 2, 2);
            _whole.Add((Node(left.Hash, right.Hash), left.Leaves + right.Leaves));
        }
    }

    /// <summary>The root over the leaves so far; of an empty log the hash of nothing, as the RFC has it.</summary>
    public byte[] Root()
    {
        if (_whole.Count == 0)
        {
            return SHA256.HashData([]);
        }

        byte[] root = _whole[^1].Hash;
        for (int i = _whole.Count - 2; i >= 0; i--)
        {
            root = Node(_whole[i].Hash, root);
        }

        return root;
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
